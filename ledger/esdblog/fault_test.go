package esdblog_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/ledger/event"
)

func named(name string) event.Event {
	return event.Event{ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)), Type: "test.named@1", Data: []byte(name)}
}

func must(t testing.TB, l ledger.Log, name string) ledger.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	rc, err := l.Append(ctx, name, ledger.NoStream, named(name))
	if err != nil {
		t.Fatalf("append %s: %v", name, err)
	}
	return rc
}

// count returns how many events a stream has.
func count(t testing.TB, l ledger.Log, stream string) (n int) {
	t.Helper()
	for _, err := range l.Stream(t.Context(), stream, 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// next returns the next event that a follower is given.
func next(t testing.TB, c <-chan ledger.Delivery, err func() error) ledger.Recorded {
	t.Helper()
	for d := range c {
		if d.Kind == ledger.Appended {
			return d.Event
		}
	}
	t.Fatalf("follower ended: %v", err())
	return ledger.Recorded{}
}

// onNodes runs a test on a cluster of one node and on one of three.
func onNodes(t *testing.T, test func(t *testing.T, c *esdbtest.Cluster, nodes int)) {
	for _, nodes := range []int{1, 3} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) { test(t, start(t, esdbtest.Options{Nodes: nodes}), nodes) })
	}
}

// Whatever becomes of the first attempts, the event is there once, and the
// receipt is that of an append.
func TestUnknownOutcomeIsResent(t *testing.T) {
	onNodes(t, func(t *testing.T, c *esdbtest.Cluster, _ int) {
		l := open(t, esdblog.Options{URL: c.URL(), Try: 200 * time.Millisecond})
		for _, f := range []struct {
			name  string
			fault esdbtest.Fault
		}{
			{"timeout", esdbtest.Fault{Err: esdbtest.ErrTimeout}},
			{"unavailable", esdbtest.Fault{Err: esdbtest.ErrUnavailable}},
			{"deadline", esdbtest.Fault{Err: esdbtest.ErrDeadline}},
			{"no answer", esdbtest.Fault{Hang: true}},
			{"unheard of", esdbtest.Fault{Err: status.Error(codes.Internal, "?")}},
			{"late", esdbtest.Fault{Delay: 50 * time.Millisecond}},
		} {
			for _, commit := range []bool{true, false} {
				var left atomic.Int32
				left.Store(2)
				fault := f.fault
				fault.Commit = commit
				c.OnAppend(func(string) esdbtest.Fault {
					if left.Add(-1) < 0 {
						return esdbtest.Fault{}
					}
					return fault
				})
				name := fmt.Sprint(f.name, commit)
				rc := must(t, l, name)
				if n := count(t, l, name); n != 1 || rc.Duplicate || rc.Revision != 0 || rc.Position == 0 {
					t.Errorf("%s: %d events, receipt %+v", name, n, rc)
				}
				if again := must(t, l, name); !again.Duplicate || again.Position != rc.Position {
					t.Errorf("%s again: receipt %+v, want %+v", name, again, rc)
				}
			}
		}
	})
}

// Where the cluster does not come back in time, the append is of unknown
// outcome, and may be repeated.
func TestUnknownOutcome(t *testing.T) {
	c := start(t, esdbtest.Options{})
	l := open(t, esdblog.Options{URL: c.URL(), Try: 100 * time.Millisecond})
	must(t, l, "a")
	c.OnAppend(func(string) esdbtest.Fault { return esdbtest.Fault{Hang: true, Commit: true} })
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	_, err := l.Append(ctx, "b", ledger.NoStream, named("b"))
	if !errors.Is(err, ledger.ErrUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error is %v, want ErrUnknown and the deadline's", err)
	}
	c.OnAppend(nil)
	must(t, l, "b")
	if n := count(t, l, "b"); n != 1 {
		t.Errorf("%d events", n)
	}
}

// An outage longer than any discovery ends no follower and no later append, and
// many callers at once come back from it.
func TestOutage(t *testing.T) {
	onNodes(t, func(t *testing.T, c *esdbtest.Cluster, nodes int) {
		l := open(t, esdblog.Options{URL: c.URL(), Try: time.Second})
		first := must(t, l, "before")
		feed, err := l.Follow(t.Context(), first.Position)
		for i := range nodes {
			c.Kill(i)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		defer cancel()
		failed := make(chan error)
		for i := range 8 {
			go func() {
				_, err := l.Append(ctx, fmt.Sprint("during", i), ledger.NoStream, named(fmt.Sprint("during", i)))
				failed <- err
			}()
		}
		for range 8 {
			if err := <-failed; !errors.Is(err, ledger.ErrUnknown) {
				t.Errorf("append without a cluster: %v", err)
			}
		}
		if l.Health() == nil {
			t.Error("the log is healthy without a cluster")
		}
		for i := range nodes {
			if err := c.Restart(i); err != nil {
				t.Fatal(err)
			}
		}
		must(t, l, "after")
		if got := next(t, feed, err); string(got.Data) != "after" {
			t.Errorf("followed %q", got.Data)
		}
		if err := l.Health(); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// Appends and reads find the leader when it moves, and when it dies. Without a
// majority there is none.
func TestLeader(t *testing.T) {
	c := start(t, esdbtest.Options{Nodes: 3})
	l := open(t, esdblog.Options{URL: c.URL()})
	feed, err := l.Follow(t.Context(), 0)
	names := []string{"first", "moved", "moved again", "killed", "back"}
	for i, step := range []func(){func() {}, func() { c.Lead(1) }, func() { c.Lead(2) }, func() { c.Kill(2) }, func() { c.Kill(0); _ = c.Restart(2) }} {
		step()
		must(t, l, names[i])
		if n := count(t, l, names[i]); n != 1 {
			t.Errorf("%s: %d events", names[i], n)
		}
		if got := next(t, feed, err); string(got.Data) != names[i] {
			t.Errorf("followed %q, want %q", got.Data, names[i])
		}
	}
	for _, h := range c.Headers() {
		if got := h.Get("requires-leader"); len(got) != 1 || got[0] != "true" {
			t.Fatalf("an append asked for the leader with %q", got)
		}
	}
	c.Kill(2)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := l.Append(ctx, "alone", ledger.NoStream, named("alone")); !errors.Is(err, ledger.ErrUnknown) {
		t.Errorf("append without a majority: %v", err)
	}
}

// A subscription that the cluster drops is taken up where it was.
func TestDropped(t *testing.T) {
	c := start(t, esdbtest.Options{Nodes: 3})
	l := open(t, esdblog.Options{URL: c.URL()})
	feed, err := l.Follow(t.Context(), 0)
	for i := range 30 {
		must(t, l, fmt.Sprint(i))
		if i%5 == 0 {
			for n := range 3 {
				c.Drop(n)
			}
		}
		if got := next(t, feed, err); string(got.Data) != fmt.Sprint(i) {
			t.Fatalf("followed %q, want %d", got.Data, i)
		}
	}
}

// A repeat has its position, whether the cluster tells it or not.
func TestRepeatWithoutPosition(t *testing.T) {
	c := start(t, esdbtest.Options{})
	l, other := open(t, esdblog.Options{URL: c.URL()}), open(t, esdblog.Options{URL: c.URL()})
	for i := range 10 { // half of the positions are odd
		first := must(t, l, fmt.Sprint("some", i*i*i))
		for _, l := range []*esdblog.Log{l, other} {
			if again := must(t, l, fmt.Sprint("some", i*i*i)); again.Position != first.Position {
				t.Errorf("repeat of %+v is %+v", first, again)
			}
		}
	}
}

// The place right before an event is a position; others between two are none.
func TestPositionBetween(t *testing.T) {
	c := start(t, esdbtest.Options{})
	l := open(t, esdblog.Options{URL: c.URL()})
	must(t, l, "a")
	b := must(t, l, "b")
	for r, err := range l.All(t.Context(), b.Position-1, false) {
		if err != nil || r.Position != b.Position {
			t.Errorf("after the place before %d: %d, %v", b.Position, r.Position, err)
		}
	}
	for _, err := range l.All(t.Context(), b.Position-3, false) {
		if !errors.Is(err, ledger.ErrPosition) {
			t.Errorf("read from between: %v", err)
		}
	}
	feed, ended := l.Follow(t.Context(), b.Position-3)
	for range feed {
	}
	if err := ended(); !errors.Is(err, ledger.ErrPosition) {
		t.Errorf("follow from between: %v", err)
	}
}

// A stream that an administrator deleted is damage.
func TestDeleted(t *testing.T) {
	c := start(t, esdbtest.Options{})
	l := open(t, esdblog.Options{URL: c.URL()})
	must(t, l, "wm-c-1")
	c.Tombstone("wm-c-1")
	if _, err := l.Append(t.Context(), "wm-c-1", 0, named("b")); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("append: %v", err)
	}
	for _, err := range l.Stream(t.Context(), "wm-c-1", 0, false) {
		if !errors.Is(err, ledger.ErrDamaged) {
			t.Errorf("read: %v", err)
		}
	}
}
