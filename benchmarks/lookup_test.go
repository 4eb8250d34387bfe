package benchmarks_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"
)

// fill records the way of count units, a thousand to a pallet: made and packed
// at the factory, shipped by way of the hub to Berlin and unpacked there. It
// returns the hops of units and pallets that it posted.
func fill(tb testing.TB, h *house, count int) (unitHops int) {
	const each = 1000
	route := []struct{ step, site, to string }{
		{"shipping", factory, hub}, {"receiving", hub, ""}, {"shipping", hub, berlin}, {"receiving", berlin, ""},
	}
	const perPost = 10 // pallets
	var bodies [][]byte
	for first := 0; first < count/each; first += perPost {
		var hops [][]byte
		for p := first; p < min(first+perPost, count/each); p++ {
			n := p * 8
			all := units(p*each, each)
			hops = append(hops,
				hop{n: n, step: "commissioning", items: all, site: factory}.append(nil),
				hop{n: n + 1, step: "packing", items: all, parent: pallet(p), site: factory}.append(nil))
			for i, r := range route {
				hops = append(hops, hop{n: n + 2 + i, step: r.step, items: []string{pallet(p)}, site: r.site, to: r.to}.append(nil))
			}
			hops = append(hops, hop{n: n + 6, step: "unpacking", items: all, parent: pallet(p), site: berlin}.append(nil))
			unitHops += 3*each + len(route)
		}
		bodies = append(bodies, lines(hops, len(hops))...)
		if len(bodies) >= 20 {
			h.post(tb, asLines, bodies, 4)
			bodies = bodies[:0]
		}
	}
	h.post(tb, asLines, bodies, 4)
	h.current(tb)
	return unitHops
}

// sizes are the numbers of units among which one is looked up. Ten million
// take some minutes to record: WAYMARK_BENCH_LARGE=1 asks for them.
func sizes() []int {
	s := []int{100_000, 1_000_000}
	if os.Getenv("WAYMARK_BENCH_LARGE") != "" {
		s = append(s, 10_000_000)
	}
	return s
}

// BenchmarkProvenance asks for the whole way of units picked at random.
func BenchmarkProvenance(b *testing.B) {
	for _, count := range sizes() {
		b.Run(fmt.Sprintf("units%d", count), func(b *testing.B) {
			h := begin(b)
			forgetPeak()
			start := time.Now()
			hops := fill(b, h, count)
			filled := time.Since(start)
			for b.Loop() {
				for _, connections := range []int{1, 8} {
					before := loadNow()
					took := lookUp(b, h, count, 20_000, connections)
					_, others := loadNow().since(before)
					name := fmt.Sprintf("-%dconn", connections)
					b.ReportMetric(quantile(took, 0.50), "p50-us"+name)
					b.ReportMetric(quantile(took, 0.99), "p99-us"+name)
					b.ReportMetric(others, "others-cpu-%"+name)
				}
			}
			b.ReportMetric(float64(hops)/filled.Seconds(), "fill-unit-hops/s")
			b.ReportMetric(peakMemory(), "peak-MiB")
			b.ReportMetric(0, "ns/op")
			h.stop()
			h.close(b)
		})
	}
}

// lookUp asks for so many ways and returns how long each took.
func lookUp(tb testing.TB, h *house, units, calls, connections int) []time.Duration {
	draw := rand.New(rand.NewPCG(1, uint64(units)))
	paths := make([]string, calls)
	for i := range paths {
		paths[i] = "/v1/items/" + url.PathEscape(unit(draw.IntN(units))) + "/provenance"
	}
	took := make([]time.Duration, calls)
	err := spread(calls, connections, func() (func(int) error, func(), error) {
		c, err := dial(h.addr)
		if err != nil {
			return nil, nil, err
		}
		return func(i int) error {
			start := time.Now()
			status, answer, err := c.do("GET", paths[i], "", nil)
			took[i] = time.Since(start)
			if err == nil && status != 200 {
				err = fmt.Errorf("get %s: status %d: %.300s", paths[i], status, answer)
			}
			return err
		}, c.close, nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return took
}

// quantile returns the q quantile of ds, in microseconds.
func quantile(ds []time.Duration, q float64) float64 {
	s := slices.Sorted(slices.Values(ds))
	if len(s) == 0 {
		return 0
	}
	return float64(s[int(q*float64(len(s)-1))].Nanoseconds()) / 1000
}
