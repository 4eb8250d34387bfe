package projections_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// BenchmarkRebuild draws the views anew, decoding included, from hops of 1,000
// neighbouring units each, twelve hops a unit, and from hops of single units.
// The figure is unit-hops/s.
func BenchmarkRebuild(b *testing.B) {
	b.Run("1000 units a hop", func(b *testing.B) { rebuild(b, 50, 1000) })
	b.Run("1 unit a hop", func(b *testing.B) { rebuild(b, 5000, 1) })
}

func rebuild(b *testing.B, batches, units int) {
	const hops = 12
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		b.Fatal(err)
	}
	s := &story{log: log, clock: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	for _, line := range []string{
		"partner id=HQ in=CN", "partner id=P09 in=TH", "site gln=factory of=HQ role=factory in=CN-GD", "site gln=bangkok of=P09 in=TH",
		"product gtin=09521234100010 carton=19521234100017 units=10", "grant id=G09 to=P09 in=TH",
	} {
		if err := s.record(line); err != nil {
			b.Fatal(err)
		}
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for h := range hops {
		for n := range batches {
			items := make([]gs1.Item, units)
			for i := range items {
				items[i], _ = gs1.SGTIN(9521234100010, fmt.Sprintf("%09d", n*units+i))
			}
			at = at.Add(time.Minute)
			hop := custody.Hop{ID: fmt.Sprintf("h-%d-%d", h, n), Time: at, Items: items, Site: gln("bangkok"), Step: custody.Receiving}
			switch h {
			case 0:
				hop.Step, hop.Site = custody.Commissioning, gln("factory")
			case 1:
				hop.Step, hop.Site, hop.To = custody.Shipping, gln("factory"), gln("bangkok")
			}
			if err := appendTo(s, ledger.CaptureStream(ledger.CaptureID(hop.ID)), hop.ID, custody.HopRecorded, hop); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		v, err := projections.Open(log, projections.Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		if err := v.CatchUp(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		v.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*batches*hops*units)/b.Elapsed().Seconds(), "unit-hops/s")
}
