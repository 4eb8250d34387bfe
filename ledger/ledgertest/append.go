package ledgertest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
)

func testNewStream(t *testing.T, e Engine) {
	l := e.open(t)
	one := must(t, l, "s", ledger.NoStream, "a")
	if one.Revision != 0 || one.Position == 0 || one.Duplicate {
		t.Errorf("receipt of the first event is %+v", one)
	}
	two := must(t, l, "s", 0, "b", "c")
	if two.Revision != 2 || two.Position <= one.Position || two.Duplicate {
		t.Errorf("receipt of the third event is %+v, the first %+v", two, one)
	}
}

// repeats appends again what is there and wants the receipts of the first time.
func repeats(t *testing.T, l ledger.Log, first map[string]ledger.Receipt) {
	t.Helper()
	for _, c := range []struct {
		at    ledger.Expected
		names string
	}{{ledger.NoStream, "a b"}, {1, "c"}, {2, "d e f"}} {
		got := must(t, l, "s", c.at, strings.Fields(c.names)...)
		want := first[c.names]
		want.Duplicate = true
		if got != want {
			t.Errorf("%q again: receipt is %+v, want %+v", c.names, got, want)
		}
	}
	if got := names(collect(t, l.Stream(t.Context(), "s", 0, false), 0)); got != "a b c d e f" {
		t.Errorf("the stream is %q", got)
	}
}

func original(t *testing.T, l ledger.Log) map[string]ledger.Receipt {
	t.Helper()
	first := map[string]ledger.Receipt{"a b": must(t, l, "s", ledger.NoStream, "a", "b")}
	again := must(t, l, "s", ledger.NoStream, "a", "b") // at once
	if !again.Duplicate || again.Position != first["a b"].Position {
		t.Errorf("repeat at once: %+v, want %+v", again, first["a b"])
	}
	first["c"] = must(t, l, "s", 1, "c")
	first["d e f"] = must(t, l, "s", 2, "d", "e", "f")
	return first
}

func testRepeat(t *testing.T, e Engine) {
	l := e.open(t)
	first := original(t, l)
	repeats(t, l, first)
	for i := range 500 {
		must(t, l, fmt.Sprint("other", i), ledger.NoStream, fmt.Sprint("o", i))
	}
	repeats(t, l, first)
}

func testRepeatAfterReopen(t *testing.T, e Engine) {
	open := e.New(t)
	l := reopen(t, open)
	first := original(t, l)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l = reopen(t, open)
		repeats(t, l, first)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func testRepeatFromSecondHandle(t *testing.T, e Engine) {
	if !e.Shared {
		t.Skip("a log of this engine has one handle at a time")
	}
	open := e.New(t)
	l := reopen(t, open)
	defer l.Close()
	first := original(t, l)
	other := reopen(t, open)
	defer other.Close()
	repeats(t, other, first)
}

func testConflict(t *testing.T, e Engine) {
	l := e.open(t)
	must(t, l, "s", ledger.NoStream, "a", "b")
	last := must(t, l, "s", 1, "c", "d")
	for _, c := range []struct {
		name, stream string
		at           ledger.Expected
		events       string
	}{
		{"other content", "s", ledger.NoStream, "x"},
		{"the first the same", "s", ledger.NoStream, "a x"},
		{"the second the same", "s", ledger.NoStream, "x b"},
		{"other order", "s", ledger.NoStream, "b a"},
		{"longer than the stream", "s", 1, "c d e"},
		{"far ahead", "s", 7, "x"},
		{"one ahead", "s", 4, "x"},
		{"stale", "s", 2, "x"},
		{"the same later", "s", 0, "a"},
		{"no such stream", "none", 0, "a"},
	} {
		_, err := l.Append(t.Context(), c.stream, c.at, events(strings.Fields(c.events)...)...)
		wantError(t, c.name, err, ledger.ErrConflict)
	}
	if got := collect(t, l.All(t.Context(), 0, false), 0); names(got) != "a b c d" || got[3].Position != last.Position {
		t.Errorf("after conflicts the log is %q", names(got))
	}
	must(t, l, "s", 3, "e")
}

// The beginning of an append that is there is there.
func testPrefix(t *testing.T, e Engine) {
	l := e.open(t)
	must(t, l, "s", ledger.NoStream, "a", "b", "c")
	all := collect(t, l.All(t.Context(), 0, false), 0)
	got := must(t, l, "s", ledger.NoStream, "a", "b")
	if want := (ledger.Receipt{Position: all[1].Position, Revision: 1, Duplicate: true}); got != want {
		t.Errorf("receipt is %+v, want %+v", got, want)
	}
	got = must(t, l, "s", 0, "b", "c") // and so is its end
	if want := (ledger.Receipt{Position: all[2].Position, Revision: 2, Duplicate: true}); got != want {
		t.Errorf("receipt is %+v, want %+v", got, want)
	}
}

func testInvalid(t *testing.T, e Engine) {
	l := e.open(t)
	a := named("a")
	with := func(change func(*event.Event)) []event.Event {
		e := a
		change(&e)
		return []event.Event{e}
	}
	for _, c := range []struct {
		name, stream string
		at           ledger.Expected
		events       []event.Event
	}{
		{"no id", "s", ledger.NoStream, with(func(e *event.Event) { e.ID = uuid.Nil })},
		{"one id twice", "s", ledger.NoStream, []event.Event{a, named("b"), a}},
		{"no events", "s", ledger.NoStream, nil},
		{"empty type", "s", ledger.NoStream, with(func(e *event.Event) { e.Type = "" })},
		{"system type", "s", ledger.NoStream, with(func(e *event.Event) { e.Type = "$t" })},
		{"type not UTF-8", "s", ledger.NoStream, with(func(e *event.Event) { e.Type = "\xff" })},
		{"empty stream", "", ledger.NoStream, []event.Event{a}},
		{"system stream", "$s", ledger.NoStream, []event.Event{a}},
		{"control character in stream", "s\n", ledger.NoStream, []event.Event{a}},
		{"stream not UTF-8", "s\xff", ledger.NoStream, []event.Event{a}},
		{"stream name too long", strings.Repeat("s", ledger.MaxName+1), ledger.NoStream, []event.Event{a}},
		{"expectation below NoStream", "s", -2, []event.Event{a}},
	} {
		_, err := l.Append(t.Context(), c.stream, c.at, c.events...)
		wantError(t, c.name, err, ledger.ErrInvalid)
	}
	if got := collect(t, l.All(t.Context(), 0, false), 0); len(got) != 0 {
		t.Errorf("the log has %q", names(got))
	}
}

// sized returns an event that counts size bytes against the limits.
func sized(name string, size int) event.Event {
	e := event.Event{ID: id(name), Type: "t", Meta: []byte("m")}
	e.Data = make([]byte, size-len(e.Type)-len(e.Meta))
	for i := range e.Data {
		e.Data[i] = byte(i * 7)
	}
	return e
}

func testLimits(t *testing.T, e Engine) {
	l := e.open(t)
	if _, err := l.Append(t.Context(), "one", ledger.NoStream, sized("a", ledger.MaxEvent+1)); err == nil {
		t.Error("an event above the limit was taken")
	} else {
		wantError(t, "event above the limit", err, ledger.ErrTooLarge)
	}
	if _, err := l.Append(t.Context(), "one", ledger.NoStream, sized("a", ledger.MaxEvent)); err != nil {
		t.Errorf("event at the limit: %v", err)
	}
	most := []event.Event{sized("1", ledger.MaxEvent), sized("2", ledger.MaxEvent), sized("3", ledger.MaxEvent), sized("4", ledger.MaxAppend-3*ledger.MaxEvent)}
	if _, err := l.Append(t.Context(), "more", ledger.NoStream, append(most, sized("5", 2))...); err == nil {
		t.Error("an append above the limit was taken")
	} else {
		wantError(t, "append above the limit", err, ledger.ErrTooLarge)
	}
	if _, err := l.Append(t.Context(), "more", ledger.NoStream, most...); err != nil {
		t.Errorf("append at the limit: %v", err)
	}
	got := collect(t, l.Stream(t.Context(), "more", 0, false), 0)
	if len(got) != len(most) {
		t.Fatalf("%d events read, want %d", len(got), len(most))
	}
	for i := range got {
		if string(got[i].Data) != string(most[i].Data) {
			t.Errorf("event %d is not as it was written", i)
		}
	}
}

// fill appends from several writers at once, each to its own streams, three
// events at a time.
func fill(t *testing.T, l ledger.Log, writers, each int) {
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			var last ledger.Position
			for i := range each {
				n := fmt.Sprintf("w%d-%d", w, i)
				rc, err := l.Append(t.Context(), n, ledger.NoStream, events(n+"a", n+"b", n+"c")...)
				if err != nil || rc.Position <= last || rc.Revision != 2 {
					t.Errorf("receipt %+v after position %d, error %v", rc, last, err)
					return
				}
				last = rc.Position
			}
		})
	}
	wg.Wait()
}

func testAdjacent(t *testing.T, e Engine) {
	l := e.open(t)
	const writers, each = 8, 60
	fill(t, l, writers, each)
	all := collect(t, l.All(t.Context(), 0, false), 0)
	if len(all) != 3*writers*each {
		t.Fatalf("%d events, want %d", len(all), 3*writers*each)
	}
	for i, r := range all {
		if int(r.Revision) != i%3 || r.Stream != all[i-i%3].Stream {
			t.Fatalf("event %d is %s@%d: an append's events lie apart", i, r.Stream, r.Revision)
		}
	}
}

func testOrder(t *testing.T, e Engine) {
	open := e.New(t)
	l := reopen(t, open)
	fill(t, l, 8, 20)
	all := collect(t, l.All(t.Context(), 0, false), 0)
	for i, r := range all {
		if r.Position == 0 || i > 0 && r.Position <= all[i-1].Position {
			t.Fatalf("position %d follows %d", r.Position, all[max(i-1, 0)].Position)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = reopen(t, open)
	defer l.Close()
	same(t, "after reopening", collect(t, l.All(t.Context(), 0, false), 0), all)
	if rc := must(t, l, "new", ledger.NoStream, "new"); rc.Position <= all[len(all)-1].Position {
		t.Errorf("position after reopening is %d, the last was %d", rc.Position, all[len(all)-1].Position)
	}
}

// Many want to be the next event of a stream.
func testRace(t *testing.T, e Engine) {
	l := e.open(t)
	const writers, rounds = 16, 20
	for round := range rounds {
		var won atomic.Int32
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				_, err := l.Append(t.Context(), "s", ledger.Expected(round-1), named(fmt.Sprintf("%d-%d", round, w)))
				if err == nil {
					won.Add(1)
				} else {
					wantError(t, "losing writer", err, ledger.ErrConflict)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d writers won revision %d", won.Load(), round)
		}
	}
}

// Decide counts every vote though all voters vote at once.
func testDecide(t *testing.T, e Engine) {
	l := e.open(t)
	const voters = 12
	var wg sync.WaitGroup
	for v := range voters {
		wg.Go(func() {
			_, err := ledger.Decide(t.Context(), l, "votes",
				func(n int, r ledger.Recorded) (int, error) { return n + 1, nil },
				func(n int) ([]event.Event, error) { return events(fmt.Sprintf("%d by %d", n, v)), nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i, r := range collect(t, l.Stream(t.Context(), "votes", 0, false), 0) {
		if !strings.HasPrefix(string(r.Data), fmt.Sprintf("%d by", i)) {
			t.Errorf("revision %d was decided as %q", i, r.Data)
		}
	}
}
