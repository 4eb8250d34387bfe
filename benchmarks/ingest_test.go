package benchmarks_test

import (
	"bytes"
	"testing"
	"time"
)

const (
	asJSON  = "application/json"
	asLines = "application/x-ndjson"
)

// ways are the steps that a unit takes from the factory to a distributor's
// store, as five hops that each have a site, and a destination where they ship.
var ways = []struct{ step, site, to string }{
	{"commissioning", factory, ""},
	{"shipping", factory, berlin},
	{"receiving", berlin, ""},
	{"shipping", berlin, munich},
	{"receiving", munich, ""},
}

// A workload is a number of posts to /v1/hops.
type workload struct {
	name        string
	contentType string
	connections int
	hops        int // unit-hops in all
	bodies      func() [][]byte
}

var workloads = []workload{
	{"single", asJSON, 64, 100_000, func() [][]byte { return single(100_000) }},
	{"batch1000", asJSON, 4, 1_000_000, func() [][]byte { return batches(1000, func(n int) []string { return units(n*1000, 1000) }) }},
	{"scattered1000", asJSON, 4, 500_000, func() [][]byte { return batches(500, func(n int) []string { return scattered(n, 1000) }) }},
	{"lines1000", asLines, 4, 200_000, func() [][]byte { return lines(single(200_000), 1000) }},
}

// single returns count hops of one unit each, in order of time.
func single(count int) [][]byte {
	bodies := make([][]byte, count)
	each := count / len(ways)
	for i := range bodies {
		w := ways[i/each]
		bodies[i] = hop{n: i, step: w.step, items: units(i%each, 1), site: w.site, to: w.to}.append(nil)
	}
	return bodies
}

// batches returns count hops whose items are those of the batch with a number.
func batches(count int, items func(n int) []string) [][]byte {
	bodies := make([][]byte, count)
	each := count / len(ways)
	for i := range bodies {
		w := ways[i/each]
		bodies[i] = hop{n: i, step: w.step, items: items(i % each), site: w.site, to: w.to}.append(nil)
	}
	return bodies
}

// lines joins hops to bodies of so many lines.
func lines(hops [][]byte, each int) [][]byte {
	var bodies [][]byte
	for len(hops) > 0 {
		n := min(each, len(hops))
		bodies = append(bodies, append(bytes.Join(hops[:n], []byte("\n")), '\n'))
		hops = hops[n:]
	}
	return bodies
}

// BenchmarkIngest records hops over HTTP, durably, until all views show them.
func BenchmarkIngest(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			bodies := w.bodies()
			for b.Loop() {
				w.run(b, bodies)
			}
		})
	}
}

// run posts the bodies to an empty house and to bare Pebble.
func (w workload) run(b *testing.B, bodies [][]byte) {
	h := begin(b)
	forgetPeak()
	before, start := loadNow(), time.Now()
	h.post(b, w.contentType, bodies, w.connections)
	acked := time.Since(start)
	h.current(b)
	took := time.Since(start)
	_, others := loadNow().since(before)
	peak := peakMemory()
	h.stop()
	h.close(b)

	bare, err := rawPebble(newDir(b), bodies, w.connections)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(w.hops)/took.Seconds(), "unit-hops/s")
	b.ReportMetric(float64(w.hops)/acked.Seconds(), "acked-unit-hops/s")
	b.ReportMetric(float64(len(bodies))/took.Seconds(), "posts/s")
	b.ReportMetric(float64(len(bodies))/bare.Seconds(), "bare-posts/s")
	b.ReportMetric(bare.Seconds()/took.Seconds(), "of-bare")
	b.ReportMetric(others, "others-cpu-%")
	b.ReportMetric(peak, "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPallet moves pallets that hold few and many units: a pallet's hop is
// one fact, so the rates should be alike.
func BenchmarkPallet(b *testing.B) {
	for _, p := range []struct {
		name  string
		units int
	}{{"holds10", 10}, {"holds1000", 1000}, {"holds10000", 10_000}} {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				movePallets(b, p.units)
			}
		})
	}
}

// movePallets packs pallets with so many units, ten to a carton, then measures
// their way.
func movePallets(b *testing.B, holds int) {
	const pallets, rounds = 40, 250
	h := begin(b)
	n := 0
	next := func(step string, items []string, parent, site, to string) []byte {
		n++
		return hop{n: n, step: step, items: items, parent: parent, site: site, to: to}.append(nil)
	}
	var made [][]byte
	for from := 0; from < pallets*holds; from += 1000 {
		made = append(made, next("commissioning", units(from, min(1000, pallets*holds-from)), "", factory, ""))
	}
	var packing [][]byte
	for p := range pallets {
		var cartons []string
		for c := range holds / 10 {
			at := p*holds/10 + c
			cartons = append(cartons, carton(at))
			packing = append(packing, next("packing", units(at*10, 10), carton(at), factory, ""))
		}
		for len(cartons) > 0 {
			some := min(1000, len(cartons))
			packing = append(packing, next("packing", cartons[:some], pallet(p), factory, ""))
			cartons = cartons[some:]
		}
	}
	h.post(b, asJSON, made, 4)
	h.post(b, asLines, lines(packing, 500), 1)
	h.current(b)

	var moves [][]byte
	for r := range rounds {
		w := ways[1+r%4]
		if r >= 4 { // round and round between two sites of one partner
			w = ways[3+r%2]
		}
		for p := range pallets {
			moves = append(moves, next(w.step, []string{pallet(p)}, "", w.site, w.to))
		}
	}
	before, start := loadNow(), time.Now()
	h.post(b, asLines, lines(moves, 500), 1)
	h.current(b)
	took := time.Since(start)
	_, others := loadNow().since(before)
	h.stop()
	h.close(b)
	b.ReportMetric(float64(took.Microseconds())/float64(len(moves)), "us/pallet-hop")
	b.ReportMetric(float64(len(moves)*holds)/took.Seconds(), "unit-hops-meant/s")
	b.ReportMetric(others, "others-cpu-%")
	b.ReportMetric(0, "ns/op")
}
