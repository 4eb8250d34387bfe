package benchmarks_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"waymark/internal/custody"
	"waymark/ledger"
	"waymark/ledger/seal"
)

// newSeal opens a seal of the house's log, with all its files in the house.
func newSeal(tb testing.TB, h *house) *seal.Sealer {
	private, public, err := note.GenerateKey(rand.Reader, "ledger.example.com/bench")
	if err != nil {
		tb.Fatal(err)
	}
	signer, err1 := note.NewSigner(private)
	verifier, err2 := note.NewVerifier(public)
	s, err3 := seal.Open(tb.Context(), seal.Config{
		Log: h.log, Store: seal.Dir(filepath.Join(h.dir, "seal")), Lock: seal.LockDir(filepath.Join(h.dir, "seal-lock")),
		Signer: signer, Verifier: verifier, Key: make([]byte, 32), Schema: custody.SealedSchema,
		Facts: func(schema byte, r ledger.Recorded) ([]seal.Fact, error) {
			facts, err := custody.Sealed(schema, r.Event)
			out := make([]seal.Fact, len(facts))
			for i, f := range facts {
				out[i] = seal.Fact{Stream: string(f.Item), Content: f.Content}
			}
			return out, err
		},
	})
	if err := errors.Join(err1, err2, err3); err != nil {
		tb.Fatal(err)
	}
	return s
}

// BenchmarkSealed records the same hops with and without sealing, by turns: what
// sealing takes of ingest, until the views are current, and until all is sealed.
func BenchmarkSealed(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			bodies := w.bodies()
			for b.Loop() {
				const turns = 3
				var bare, sealed, behind time.Duration
				for range turns {
					bare += w.turn(b, bodies, false, &behind)
					sealed += w.turn(b, bodies, true, &behind)
				}
				b.ReportMetric(float64(turns*w.hops)/bare.Seconds(), "unsealed-unit-hops/s")
				b.ReportMetric(float64(turns*w.hops)/sealed.Seconds(), "sealed-unit-hops/s")
				b.ReportMetric(100*(1-bare.Seconds()/sealed.Seconds()), "share-%")
				b.ReportMetric(behind.Seconds()/turns, "s-until-sealed")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// turn posts the bodies to an empty house and returns how long the views took
// to show all. behind grows by how long the seal took after that.
func (w workload) turn(b *testing.B, bodies [][]byte, sealing bool, behind *time.Duration) time.Duration {
	h := begin(b)
	defer h.close(b)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	done := make(chan error, 1)
	if sealing {
		s := newSeal(b, h)
		go func() { done <- s.Run(ctx) }()
		defer func() {
			start := time.Now()
			for s.Position() < h.log.Last() {
				select {
				case err := <-done:
					b.Fatalf("the seal stopped: %v", err)
				case <-time.After(time.Millisecond):
				}
			}
			*behind += time.Since(start)
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				b.Error(err)
			}
		}()
	}
	start := time.Now()
	h.post(b, w.contentType, bodies, w.connections)
	h.current(b)
	took := time.Since(start)
	h.stop()
	return took
}
