// Package ledgertest holds what every engine of the ledger promises, as tests.
package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
)

// A tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// An Engine gives logs to test.
type Engine struct {
	// New returns how to open a log that is empty at first. Each call opens
	// the same log again, after the one before was closed.
	New func(t *testing.T) func() (ledger.Log, error)
	// Shared tells that the log may be opened again while it is open, as two
	// nodes of a cluster do.
	Shared bool
	// Slow tells that opening a log takes long. Random histories are left out.
	Slow bool
	// Histories bounds the random histories where opening is neither slow nor
	// quick; 0 means as many as rapid makes.
	Histories int
}

// TestLog tests an engine.
func TestLog(t *testing.T, e Engine) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, e Engine)
	}{
		{"NewStream", testNewStream},
		{"Repeat", testRepeat},
		{"RepeatAfterReopen", testRepeatAfterReopen},
		{"RepeatFromSecondHandle", testRepeatFromSecondHandle},
		{"Conflict", testConflict},
		{"Prefix", testPrefix},
		{"Invalid", testInvalid},
		{"Limits", testLimits},
		{"Adjacent", testAdjacent},
		{"Order", testOrder},
		{"Race", testRace},
		{"Decide", testDecide},
		{"Stream", testStream},
		{"All", testAll},
		{"RoundTrip", testRoundTrip},
		{"Prefixes", testPrefixes},
		{"Follow", testFollow},
		{"FollowLive", testFollowLive},
		{"FollowResume", testFollowResume},
		{"FollowSlowly", testFollowSlowly},
		{"FollowTwice", testFollowTwice},
		{"FollowValue", testFollowValue},
		{"ForeignPosition", testForeignPosition},
		{"Cancel", testCancel},
		{"Close", testClose},
		{"Import", testImport},
		{"ImportOrdinary", testImportOrdinary},
		{"ImportRefused", testImportRefused},
		{"ImportCanceled", testImportCanceled},
		{"Model", testModel},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, e) })
	}
}

// open opens a new log for one test.
func (e Engine) open(t *testing.T) ledger.Log {
	t.Helper()
	l := reopen(t, e.New(t))
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// reopen opens a log.
func reopen(t tester, open func() (ledger.Log, error)) ledger.Log {
	t.Helper()
	l, err := open()
	if err != nil {
		t.Fatalf("open log: %v", err)
	}
	return l
}

// id returns the id of the event that these tests call name.
func id(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }

// named returns the event of that name, whose data is the name.
func named(name string) event.Event {
	return event.Event{ID: id(name), Type: "test.named@1", Data: []byte(name), Meta: []byte("meta")}
}

func events(names ...string) []event.Event {
	var es []event.Event
	for _, n := range names {
		es = append(es, named(n))
	}
	return es
}

func must(t tester, l ledger.Log, stream string, at ledger.Expected, names ...string) ledger.Receipt {
	t.Helper()
	rc, err := l.Append(t.Context(), stream, at, events(names...)...)
	if err != nil {
		t.Fatalf("append %q to %s at %d: %v", names, stream, at, err)
	}
	return rc
}

// collect reads up to limit events, all where it is 0.
func collect(t tester, seq iter.Seq2[ledger.Recorded, error], limit int) []ledger.Recorded {
	t.Helper()
	var got []ledger.Recorded
	for r, err := range seq {
		if err != nil {
			t.Fatalf("read after %d events: %v", len(got), err)
		}
		if got = append(got, r); len(got) == limit {
			break
		}
	}
	return got
}

// failure reads to the end and returns the error met.
func failure(seq iter.Seq2[ledger.Recorded, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

// names returns the data of events as these tests write it.
func names(rs []ledger.Recorded) string {
	s := ""
	for i, r := range rs {
		if i > 0 {
			s += " "
		}
		s += string(r.Data)
	}
	return s
}

// patience bounds what a test waits for; no test takes so long but one that
// fails.
const patience = 30 * time.Second

// A tap reads what a follower delivers and checks what always holds.
type tap struct {
	t    tester
	c    <-chan ledger.Delivery
	err  func() error
	at   ledger.Position
	seen int // events
}

func follow(t tester, ctx context.Context, l ledger.Log, after ledger.Position) *tap {
	c, err := l.Follow(ctx, after)
	return &tap{t: t, c: c, err: err, at: after}
}

// next returns the next delivery.
func (p *tap) next() ledger.Delivery {
	p.t.Helper()
	select {
	case d, ok := <-p.c:
		if !ok {
			p.t.Fatalf("follower ended after position %d: %v", p.at, p.err())
		}
		if d.At < p.at || d.Kind == ledger.Appended && (d.At == p.at || d.Event.Position != d.At) {
			p.t.Fatalf("delivery of kind %d at %d of event %d, after %d", d.Kind, d.At, d.Event.Position, p.at)
		}
		p.at = d.At
		if d.Kind == ledger.Appended {
			p.seen++
		}
		return d
	case <-time.After(patience):
		p.t.Fatalf("no delivery after position %d, %d events", p.at, p.seen)
	}
	return ledger.Delivery{}
}

// events returns the next n events.
func (p *tap) events(n int) []ledger.Recorded {
	p.t.Helper()
	var got []ledger.Recorded
	for len(got) < n {
		if d := p.next(); d.Kind == ledger.Appended {
			got = append(got, d.Event)
		}
	}
	return got
}

// caughtUp returns the events up to the next CaughtUp.
func (p *tap) caughtUp() []ledger.Recorded {
	p.t.Helper()
	var got []ledger.Recorded
	for {
		switch d := p.next(); d.Kind {
		case ledger.Appended:
			got = append(got, d.Event)
		case ledger.CaughtUp:
			return got
		}
	}
}

// ends waits for the channel to close and returns the error.
func (p *tap) ends() error {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, ok := <-p.c:
			if !ok {
				return p.err()
			}
		case <-deadline:
			p.t.Fatal("follower does not end")
		}
	}
}

// same fails unless two lists of events are equal but for their values.
func same(t tester, what string, got, want []ledger.Recorded) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d events, want %d", what, len(got), len(want))
	}
	for i := range got {
		if describe(got[i]) != describe(want[i]) {
			t.Fatalf("%s: event %d is %s, want %s", what, i, describe(got[i]), describe(want[i]))
		}
	}
}

func describe(r ledger.Recorded) string {
	return fmt.Sprintf("%d %s@%d %s %s %q %q %v", r.Position, r.Stream, r.Revision, r.ID, r.Type, r.Data, r.Meta, r.Created.UnixNano())
}

func wantError(t tester, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error is %v, want %v", what, got, want)
	}
}
