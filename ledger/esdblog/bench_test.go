package esdblog_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
)

// engines are the log over a cluster in this process, and beside it the one in
// an embedded database on disk.
var engines = []struct {
	name string
	open func(b *testing.B) ledger.Log
}{
	{"esdblog", func(b *testing.B) ledger.Log {
		return open(b, esdblog.Options{URL: start(b, esdbtest.Options{}).URL()})
	}},
	{"pebblelog", func(b *testing.B) ledger.Log {
		l, err := pebblelog.Open(pebblelog.Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = l.Close() })
		return l
	}},
}

// capture returns the payload of a hop of so many serials.
func capture(units int) []byte {
	var s strings.Builder
	s.WriteString(`{"step":"shipping","items":[`)
	for i := range units {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, `"(01)09521234100010(21)%09d"`, i)
	}
	s.WriteString(`]}`)
	return []byte(s.String())
}

func BenchmarkAppend(b *testing.B) {
	for _, e := range engines {
		for _, units := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%s/units=%d", e.name, units), func(b *testing.B) {
				l, data := e.open(b), capture(units)
				var n atomic.Int64
				b.SetParallelism(16)
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						ev := event.Event{ID: uuid.New(), Type: "hop.recorded@1", Data: data}
						if _, err := l.Append(b.Context(), fmt.Sprint("wm-c-", n.Add(1)), ledger.NoStream, ev); err != nil {
							b.Error(err)
							return
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "captures/s")
				b.ReportMetric(float64(b.N*units)/b.Elapsed().Seconds(), "unit-hops/s")
			})
		}
	}
}

// BenchmarkCatchUp follows 20,000 captures from the start, as a new node does.
func BenchmarkCatchUp(b *testing.B) {
	const captures = 20_000
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			l, data := e.open(b), capture(1)
			for i := range captures / 1000 {
				events := make([]event.Event, 1000)
				for j := range events {
					events[j] = event.Event{ID: uuid.New(), Type: "hop.recorded@1", Data: data}
				}
				if _, err := l.Append(b.Context(), fmt.Sprint("wm-c-", i), ledger.NoStream, events...); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				feed, err := l.Follow(b.Context(), 0)
				for range captures {
					next(b, feed, err)
				}
			}
			b.ReportMetric(float64(captures*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
