package ledgertest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waymark/ledger"
	"waymark/ledger/event"
)

// testModel runs random histories against a slice.
func testModel(t *testing.T, e Engine) {
	if e.Slow {
		t.Skip("opening a log of this engine takes long")
	}
	done := 0
	rapid.Check(t, func(rt *rapid.T) {
		if done++; e.Histories > 0 && done > e.Histories {
			return
		}
		m := &model{open: e.New(t)}
		m.log = reopen(t, m.open)
		m.tap = follow(t, t.Context(), m.log, 0)
		defer func() { _ = m.log.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"append":  m.append,
			"again":   m.again,
			"read":    m.read,
			"stream":  m.stream,
			"follow":  m.follow,
			"reopen":  func(*rapid.T) { m.reopen(t) },
			"":        func(*rapid.T) {},
			"append2": m.append, // twice as often
		})
		m.reopen(t)
		m.read(rt)
	})
}

// A model is what a log should hold.
type model struct {
	open    func() (ledger.Log, error)
	log     ledger.Log
	all     []ledger.Recorded
	appends []appended
	tap     *tap
	seen    int // events of all that the tap has delivered
	made    int // events ever made, for their names
}

type appended struct {
	stream  string
	at      ledger.Expected
	events  []event.Event
	receipt ledger.Receipt
}

var modelStreams = []string{"a", "b", "c", "wm-c-1"}

func (m *model) of(stream string) []ledger.Recorded {
	var rs []ledger.Recorded
	for _, r := range m.all {
		if r.Stream == stream {
			rs = append(rs, r)
		}
	}
	return rs
}

// append tries any expectation with new events.
func (m *model) append(t *rapid.T) {
	stream := rapid.SampledFrom(modelStreams).Draw(t, "stream")
	have := m.of(stream)
	at := ledger.Expected(len(have) - 1)
	if rapid.IntRange(0, 3).Draw(t, "wrong") == 0 {
		at = ledger.Expected(rapid.IntRange(-1, len(have)+1).Draw(t, "at"))
	}
	var es []event.Event
	for range rapid.IntRange(1, 5).Draw(t, "events") {
		m.made++
		e := named(fmt.Sprint("event ", m.made))
		e.Meta = rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "meta")
		es = append(es, e)
	}
	rc, err := m.log.Append(t.Context(), stream, at, es...)
	if int(at) != len(have)-1 {
		if !errors.Is(err, ledger.ErrConflict) {
			t.Fatalf("append to %s of %d at %d: receipt %+v, error %v", stream, len(have), at, rc, err)
		}
		return
	}
	if err != nil || rc.Duplicate || rc.Revision != int64(at)+int64(len(es)) || len(m.all) > 0 && rc.Position <= m.all[len(m.all)-1].Position {
		t.Fatalf("append of %d events to %s at %d: receipt %+v, error %v", len(es), stream, at, rc, err)
	}
	m.appends = append(m.appends, appended{stream, at, es, rc})
	for i, e := range es {
		m.all = append(m.all, ledger.Recorded{Event: e, Stream: stream, Revision: int64(at) + 1 + int64(i)})
	}
	m.place(t, len(es))
}

// place learns the positions of the last n events from the log.
func (m *model) place(t *rapid.T, n int) {
	last := collect(t, m.log.All(t.Context(), 0, true), n)
	slices.Reverse(last)
	for i := range last {
		r := &m.all[len(m.all)-n+i]
		r.Position, r.Created = last[i].Position, last[i].Created
	}
	same(t, "just appended", last, m.all[len(m.all)-n:])
}

// again repeats an append, or its beginning, or more than it.
func (m *model) again(t *rapid.T) {
	if len(m.appends) == 0 {
		return
	}
	a := rapid.SampledFrom(m.appends).Draw(t, "append")
	n := rapid.IntRange(1, len(a.events)).Draw(t, "of it")
	rc, err := m.log.Append(t.Context(), a.stream, a.at, a.events[:n]...)
	if err != nil || !rc.Duplicate || rc.Revision != int64(a.at)+int64(n) || n == len(a.events) && rc.Position != a.receipt.Position {
		t.Fatalf("again %d of %d events of %s at %d: receipt %+v, error %v", n, len(a.events), a.stream, a.at, rc, err)
	}
	changed := slices.Clone(a.events)
	m.made++
	changed[n-1] = named(fmt.Sprint("event ", m.made))
	if rc, err := m.log.Append(t.Context(), a.stream, a.at, changed...); !errors.Is(err, ledger.ErrConflict) {
		t.Fatalf("other content for %s at %d: receipt %+v, error %v", a.stream, a.at, rc, err)
	}
}

func (m *model) read(t *rapid.T) {
	i := rapid.IntRange(0, len(m.all)).Draw(t, "from")
	var at ledger.Position
	if i > 0 {
		at = m.all[i-1].Position
	}
	same(t, "forward", collect(t, m.log.All(t.Context(), at, false), 0), m.all[i:])
	back := slices.Clone(m.all)
	if i > 0 {
		back = back[:i-1]
	}
	slices.Reverse(back)
	same(t, "backward", collect(t, m.log.All(t.Context(), at, true), 0), back)
}

func (m *model) stream(t *rapid.T) {
	stream := rapid.SampledFrom(modelStreams).Draw(t, "stream")
	have := m.of(stream)
	from := rapid.IntRange(0, len(have)).Draw(t, "from")
	same(t, "stream", collect(t, m.log.Stream(t.Context(), stream, int64(from), false), 0), have[from:])
	back := slices.Clone(have[:min(from+1, len(have))])
	slices.Reverse(back)
	same(t, "stream backward", collect(t, m.log.Stream(t.Context(), stream, int64(from), true), 0), back)
}

func (m *model) follow(t *rapid.T) {
	n := rapid.IntRange(0, len(m.all)-m.seen).Draw(t, "deliveries")
	same(t, "followed", m.tap.events(n), m.all[m.seen:m.seen+n])
	m.seen += n
}

func (m *model) reopen(t tester) {
	if err := m.log.Close(); err != nil {
		t.Fatal(err)
	}
	m.log = reopen(t, m.open)
	m.tap = follow(t, t.Context(), m.log, m.tap.at)
}
