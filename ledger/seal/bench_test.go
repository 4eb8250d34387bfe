package seal_test

import (
	"fmt"
	"testing"

	"waymark/ledger/seal"
)

// BenchmarkSeal seals captures of one or of 5,000 items that the ledger holds,
// 8,192 captures to a checkpoint.
func BenchmarkSeal(b *testing.B) {
	for _, items := range []int{1, 5000} {
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			w := newWorld(b)
			names := make([]string, items)
			for n := range b.N {
				for i := range names {
					names[i] = fmt.Sprintf("i%d", (n*items+i)%1_000_000)
				}
				w.capture(b, names...)
			}
			cfg := w.config()
			cfg.Depth, cfg.Batch = 16, 0
			s, err := seal.Open(b.Context(), cfg)
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			w.catchUp(b, s)
		})
	}
}

// BenchmarkProof proves and verifies one item of ten facts among 10,000.
func BenchmarkProof(b *testing.B) {
	w := newWorld(b)
	cfg := w.config()
	cfg.Depth, cfg.Batch = 16, 1000
	s, err := seal.Open(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10_000 {
		w.capture(b, fmt.Sprint("item-", i%1000))
	}
	w.catchUp(b, s)
	good := w.prove(b, s, seal.Interval{Stream: "item-7"})
	data, err := good.Encode()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("prove", func(b *testing.B) {
		for b.Loop() {
			w.prove(b, s, seal.Interval{Stream: "item-7"})
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportMetric(float64(len(data)), "B/bundle")
		for b.Loop() {
			p, err := seal.ParseBundle(data)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := seal.Verify(p, w.policy); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(data)), "B/bundle")
	})
}
