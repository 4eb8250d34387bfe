package seal_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"waymark/ledger"
	"waymark/ledger/seal"
)

// A tellLock tells of every checkpoint that it comes to hold.
type tellLock struct {
	seal.LockDir
	moved chan []byte
}

func (l tellLock) Swap(old, signed []byte) error {
	err := l.LockDir.Swap(old, signed)
	if err == nil {
		l.moved <- signed
	}
	return err
}

// TestRun follows a ledger that grows, stops, and is followed on by another.
func TestRun(t *testing.T) {
	w := newWorld(t)
	for round := range 2 {
		cfg := w.config()
		lock := tellLock{w.lock, make(chan []byte, 100)}
		cfg.Lock, cfg.Interval = lock, time.Millisecond
		s, err := seal.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		for i := range 20 {
			w.capture(t, fmt.Sprint("item-", i))
		}
		for s.Position() < ledger.Position(20*(round+1)) {
			select {
			case <-lock.moved:
			case err := <-done:
				t.Fatalf("the sealer stops: %v", err)
			}
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the sealer ends with %v, want that it was cancelled", err)
		}
		st, err := seal.Verify(w.prove(t, s, seal.Interval{Stream: "item-7"}), w.policy)
		if err != nil || st.Streams[0].Count != uint64(round+1) {
			t.Errorf("round %d proves %v, %v", round, st, err)
		}
	}
}
