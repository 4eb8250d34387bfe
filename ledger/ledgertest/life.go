package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"waymark/ledger"
)

func testCancel(t *testing.T, e Engine) {
	l := e.open(t)
	must(t, l, "s", ledger.NoStream, "a", "b", "c")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := follow(t, ctx, l, 0)
	n := 0
	for r, err := range l.All(ctx, 0, false) {
		if n++; n == 1 {
			cancel()
		}
		_ = r
		if err != nil {
			wantError(t, "read", err, context.Canceled)
		}
	}
	wantError(t, "follow", p.ends(), context.Canceled)
	_, err := l.Append(ctx, "t", ledger.NoStream, named("d"))
	wantError(t, "append", err, context.Canceled)
	wantError(t, "read that begins canceled", failure(l.All(ctx, 0, false)), context.Canceled)
	wantError(t, "stream that begins canceled", failure(l.Stream(ctx, "s", 0, false)), context.Canceled)
	wantError(t, "follow that begins canceled", follow(t, ctx, l, 0).ends(), context.Canceled)

	// An append given up half way happened or did not; again, it did.
	for i := range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		n := fmt.Sprint("half", i)
		go cancel()
		if _, err := l.Append(ctx, n, ledger.NoStream, named(n)); err != nil {
			wantError(t, "append given up", err, context.Canceled)
		}
		must(t, l, n, ledger.NoStream, n)
		if got := collect(t, l.Stream(t.Context(), n, 0, false), 0); len(got) != 1 {
			t.Fatalf("%s is there %d times", n, len(got))
		}
		cancel()
	}
}

func testClose(t *testing.T, e Engine) {
	open := e.New(t)
	before := runtime.NumGoroutine()
	l := reopen(t, open)
	must(t, l, "s", ledger.NoStream, "a", "b")
	p := follow(t, t.Context(), l, 0)
	p.caughtUp()
	blocked := follow(t, t.Context(), l, 0) // nobody reads it
	acked := make([]int, 8)
	var wg sync.WaitGroup
	started := make(chan struct{}, len(acked))
	for w := range acked {
		wg.Go(func() {
			for i := 0; ; i++ {
				n := fmt.Sprintf("%d-%d", w, i)
				_, err := l.Append(t.Context(), n, ledger.NoStream, named(n))
				if err != nil {
					if !errors.Is(err, ledger.ErrClosed) && !errors.Is(err, ledger.ErrUnknown) {
						t.Errorf("append during Close: %v", err)
					}
					return
				}
				acked[w] = i + 1
				if i == 5 {
					started <- struct{}{}
				}
			}
		})
		wg.Go(func() {
			for {
				if err := failure(l.All(t.Context(), 0, false)); err != nil {
					wantError(t, "read during Close", err, ledger.ErrClosed)
					return
				}
			}
		})
	}
	for range acked {
		<-started
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	wantError(t, "follower", p.ends(), ledger.ErrClosed)
	wantError(t, "follower that nobody reads", blocked.ends(), ledger.ErrClosed)
	if err := l.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	_, err := l.Append(t.Context(), "s", 1, named("c"))
	wantError(t, "append after Close", err, ledger.ErrClosed)
	wantError(t, "read after Close", failure(l.All(t.Context(), 0, false)), ledger.ErrClosed)
	wantError(t, "stream after Close", failure(l.Stream(t.Context(), "s", 0, false)), ledger.ErrClosed)
	wantError(t, "follow after Close", follow(t, t.Context(), l, 0).ends(), ledger.ErrClosed)
	leaks(t, before)

	l = reopen(t, open)
	defer l.Close()
	for w, n := range acked {
		for i := range n {
			s := fmt.Sprintf("%d-%d", w, i)
			if got := collect(t, l.Stream(t.Context(), s, 0, false), 0); len(got) != 1 {
				t.Fatalf("%s was acknowledged before Close and is there %d times", s, len(got))
			}
		}
	}
}

// leaks fails where goroutines do not end.
func leaks(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}
