package seal_test

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
)

// BenchmarkSeal seals captures of one or of 5,000 items that the ledger holds,
// in the batches that sealing has under load.
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

// BenchmarkProof proves and verifies one item of ten facts among 10,000 and
// 1,000,000 events, and computes the proof's size among 10^9.
func BenchmarkProof(b *testing.B) {
	for _, events := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("events=%d", events), func(b *testing.B) {
			w := newWorld(b)
			cfg := w.config()
			cfg.Depth, cfg.Batch = 16, 0
			s, err := seal.Open(b.Context(), cfg)
			if err != nil {
				b.Fatal(err)
			}
			for i := range events {
				w.capture(b, fmt.Sprint("item-", i%(events/10)))
			}
			w.catchUp(b, s)
			good := w.prove(b, s, seal.Interval{Stream: "item-7"})
			b.Run("prove", func(b *testing.B) {
				for b.Loop() {
					w.prove(b, s, seal.Interval{Stream: "item-7"})
				}
			})
			b.Run("verify", func(b *testing.B) { verifies(b, w, good, events) })
		})
	}
}

func verifies(b *testing.B, w *world, good seal.Bundle, events int) {
	data, err := good.Encode()
	if err != nil {
		b.Fatal(err)
	}
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
	b.ReportMetric(float64(grown(b, good, events, 1_000_000_000)), "B/bundle-at-1e9")
}

// grown returns the size of a bundle among more events: every way up the tree,
// and down the head map, gets longer by a hash where their number doubles.
func grown(b *testing.B, p seal.Bundle, from, to int) int {
	more := bits.Len(uint(to)) - bits.Len(uint(from))
	longer := func(way []tlog.Hash) []tlog.Hash { return append(slices.Clone(way), make([]tlog.Hash, more)...) }
	p.EpochProof = longer(p.EpochProof)
	p.Entries, p.Streams = slices.Clone(p.Entries), slices.Clone(p.Streams)
	for i := range p.Entries {
		p.Entries[i].Proof = longer(p.Entries[i].Proof)
	}
	for i := range p.Streams {
		p.Streams[i].Map.Steps = append(slices.Clone(p.Streams[i].Map.Steps), make([]seal.MapStep, more)...)
	}
	data, err := p.Encode()
	if err != nil {
		b.Fatal(err)
	}
	return len(data)
}
