package ledgertest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"waymark/ledger"
)

func testFollow(t *testing.T, e Engine) {
	l := e.open(t)
	fill(t, l, 4, 100)
	all := collect(t, l.All(t.Context(), 0, false), 0)
	same(t, "followed from the start", follow(t, t.Context(), l, 0).caughtUp(), all)

	empty := e.open(t)
	p := follow(t, t.Context(), empty, 0)
	if got := p.caughtUp(); len(got) != 0 {
		t.Errorf("an empty log delivers %d events", len(got))
	}
}

func testFollowLive(t *testing.T, e Engine) {
	l := e.open(t)
	must(t, l, "s", ledger.NoStream, "a")
	p := follow(t, t.Context(), l, 0)
	p.caughtUp()
	for i := range 50 {
		n := fmt.Sprint("live", i)
		rc := must(t, l, n, ledger.NoStream, n)
		got := p.events(1)[0]
		if string(got.Data) != n || got.Position != rc.Position || got.Stream != n {
			t.Fatalf("delivery is %s, want %s at %d", describe(got), n, rc.Position)
		}
		// What a follower has seen, a read sees.
		if read := collect(t, l.Stream(t.Context(), n, 0, false), 0); len(read) != 1 || describe(read[0]) != describe(got) {
			t.Fatalf("followed %s, read %q", describe(got), names(read))
		}
	}
}

func testFollowResume(t *testing.T, e Engine) {
	open := e.New(t)
	l := reopen(t, open)
	defer func() { _ = l.Close() }()
	fill(t, l, 4, 50)
	all := collect(t, l.All(t.Context(), 0, false), 0)
	var stops []ledger.Position
	ctx, cancel := context.WithCancel(t.Context())
	p := follow(t, ctx, l, 0)
	for caught := false; !caught; {
		d := p.next()
		caught = d.Kind == ledger.CaughtUp
		if caught || d.Kind == ledger.Passed || p.seen%97 == 1 {
			stops = append(stops, d.At)
		}
	}
	cancel()
	wantError(t, "canceled follower", p.ends(), context.Canceled)
	again := func(when string) {
		for _, at := range stops {
			ctx, cancel := context.WithCancel(t.Context())
			var rest []ledger.Recorded
			for _, r := range all {
				if r.Position > at {
					rest = append(rest, r)
				}
			}
			p := follow(t, ctx, l, at)
			same(t, fmt.Sprintf("%s, resumed after %d", when, at), p.caughtUp(), rest)
			cancel()
			_ = p.ends()
		}
	}
	again("in the same log")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = reopen(t, open)
	again("after reopening")
}

// A follower that does not read while 10,000 events come loses none.
func testFollowSlowly(t *testing.T, e Engine) {
	l := e.open(t)
	p := follow(t, t.Context(), l, 0)
	p.caughtUp()
	const appends, each = 100, 100
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := w; i < appends; i += 4 {
				var some []string
				for j := range each {
					some = append(some, fmt.Sprintf("%d-%d", i, j))
				}
				must(t, l, fmt.Sprint("s", i), ledger.NoStream, some...)
			}
		})
	}
	wg.Wait()
	same(t, "slowly followed", p.events(appends*each), collect(t, l.All(t.Context(), 0, false), 0))
	must(t, l, "after", ledger.NoStream, "after")
	if got := names(p.events(1)); got != "after" {
		t.Errorf("then comes %q", got)
	}
}

// Followers that begin at different times, while events are appended, see the
// same.
func testFollowTwice(t *testing.T, e Engine) {
	l := e.open(t)
	const writers, each = 4, 100
	first := follow(t, t.Context(), l, 0)
	var wg sync.WaitGroup
	wg.Go(func() { fill(t, l, writers, each) })
	one := first.events(writers * each) // somewhere in the middle
	second := follow(t, t.Context(), l, 0)
	wg.Wait()
	one = append(one, first.events(3*writers*each-len(one))...)
	all := collect(t, l.All(t.Context(), 0, false), 0)
	same(t, "the first follower", one, all)
	same(t, "the second follower", second.events(len(all)), all)
}

// A value handed to Append comes out of the live tail, or not at all.
func testFollowValue(t *testing.T, e Engine) {
	l := e.open(t)
	p := follow(t, t.Context(), l, 0)
	p.caughtUp()
	type payload struct{ n int }
	ev := named("a")
	ev.Value = payload{7}
	if _, err := l.Append(t.Context(), "s", ledger.NoStream, ev); err != nil {
		t.Fatal(err)
	}
	if got := p.events(1)[0]; got.Value != nil && got.Value != (payload{7}) {
		t.Errorf("value is %v", got.Value)
	}
	if got := collect(t, l.Stream(t.Context(), "s", 0, false), 0); got[0].Value != nil {
		t.Errorf("a value was stored: %v", got[0].Value)
	}
}

func testForeignPosition(t *testing.T, e Engine) {
	l := e.open(t)
	last := must(t, l, "s", ledger.NoStream, "a", "b").Position
	foreign := last + 1_000_000_000
	wantError(t, "follow", follow(t, t.Context(), l, foreign).ends(), ledger.ErrPosition)
	wantError(t, "read", failure(l.All(t.Context(), foreign, false)), ledger.ErrPosition)
	wantError(t, "read backward", failure(l.All(t.Context(), foreign, true)), ledger.ErrPosition)
	if err := failure(l.All(t.Context(), last, false)); err != nil {
		t.Errorf("read after the last event: %v", err)
	}
}
