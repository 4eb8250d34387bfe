package projections

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/ledger"
)

// A ref is what is kept of an event beside its facts: where the log holds it.
type ref struct {
	time     int64 // event time, milliseconds
	position ledger.Position
	created  int64 // record time, milliseconds
	void     bool  // an error declaration took it back
	id       string
}

func (r ref) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(r.time))
	b = binary.BigEndian.AppendUint64(b, uint64(r.position))
	b = binary.BigEndian.AppendUint64(b, uint64(r.created))
	if r.void {
		return append(append(b, 1), r.id...)
	}
	return append(append(b, 0), r.id...)
}

func readRef(b []byte) (r ref, ok bool) {
	if len(b) < 25 {
		return r, false
	}
	r.time = int64(binary.BigEndian.Uint64(b))
	r.position = ledger.Position(binary.BigEndian.Uint64(b[8:]))
	r.created = int64(binary.BigEndian.Uint64(b[16:]))
	r.void, r.id = b[24] == 1, string(b[25:])
	return r, true
}

func (r ref) recorded() time.Time { return time.UnixMilli(r.created).UTC() }

// event returns the ref of the event called id, and the key of its row or of
// the row where it belongs. Ids whose hashes meet lie on the next free ones.
func (q rows) event(id string) (r ref, k []byte, found bool, err error) {
	for h := custody.HashID(id); ; h++ {
		k = eventKey(h)
		b, err := q.get(k)
		if err != nil || b == nil {
			return ref{}, k, false, err
		}
		if r, ok := readRef(b); !ok || r.id == id {
			return r, k, ok, nil
		}
	}
}

// byKey returns the ref of the event that a fact came from.
func (q rows) byKey(k custody.Key) (ref, bool, error) {
	for h := k.Hash; ; h++ {
		b, err := q.get(eventKey(h))
		if err != nil || b == nil {
			return ref{}, false, err
		}
		if r, ok := readRef(b); ok && r.time == k.Time && custody.HashID(r.id) == k.Hash {
			return r, true, nil
		}
	}
}

// applyEvent keeps where each event of the trade is, and finds out repeats: an
// event counts once, whoever sends it again and however it is grouped. The
// first in the log stands.
func applyEvent(t *tx, e *entry) error {
	if e.id == "" {
		return nil
	}
	r, k, known, err := t.event(e.id)
	if err != nil {
		return err
	}
	switch {
	case known && (r.void || !e.void):
		e.skip = true
		return nil
	case known: // an error declaration takes back what the event itself said
		said, err := t.v.at(r.position)
		if err != nil {
			return err
		}
		e.key, e.facts = said.key, said.facts
		r.void = true
		return t.set(k, r.append(nil))
	}
	r = ref{e.key.Time, e.Position, e.Created.UnixMilli(), e.void, e.id}
	if err := t.set(k, r.append(nil)); err != nil {
		return err
	}
	if err := t.set(e.key.Append([]byte{tableMoment}), nil); err != nil {
		return err
	}
	e.skip = e.void // taken back before it came: nothing to take away
	t.clock = max(t.clock, e.key.Time)
	return e.visits(func(g gs1.GLN) error { return t.set(visitKey(g, e.key), nil) })
}

// visits calls f with each site that the event names.
func (e *entry) visits(f func(gs1.GLN) error) error {
	if len(e.facts) == 0 {
		return nil
	}
	for _, g := range [2]gs1.GLN{e.facts[0].Fact.Site, e.facts[0].Fact.To} {
		if g != 0 {
			if err := f(g); err != nil {
				return err
			}
		}
	}
	return nil
}

// at reads the event at a position of the log.
func (v *Views) at(p ledger.Position) (*entry, error) {
	for r, err := range v.log.All(context.Background(), p-1, false) {
		if err != nil {
			return nil, err
		}
		if r.Position == p {
			e := &entry{Recorded: r}
			return e, e.decode()
		}
		break
	}
	return nil, fmt.Errorf("the log holds no event at %d", p)
}

// eventsAt calls f with every event that names a site, in the order of event
// time. Events that were taken back are left out.
func (t *tx) eventsAt(g gs1.GLN, f func(*entry) error) error {
	return t.eventsUnder(visitKey(g, custody.Key{})[:7], f)
}

// eventsUnder calls f with every event whose key stands behind a prefix.
func (t *tx) eventsUnder(prefix []byte, f func(*entry) error) error {
	for kv, err := range t.scan(prefix, nil) {
		if err != nil {
			return err
		}
		if err := t.withEvent(custody.ReadKey(kv[0][len(prefix):]), f); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) withEvent(k custody.Key, f func(*entry) error) error {
	r, found, err := t.byKey(k)
	if err != nil || !found || r.void {
		return err
	}
	e, err := t.v.at(r.position)
	if err != nil {
		return err
	}
	return f(e)
}
