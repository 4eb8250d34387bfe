package seal

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// A tree is what a sealer holds of its log, up to its newest checkpoint. It
// changes only by whole entries.
type tree struct {
	key     []byte
	factsOf func(byte, ledger.Recorded) ([]Fact, error)

	hashes hashes
	size   int64
	facted int64                  // facts of all entries
	leaves map[StreamID]tlog.Hash // last leaf of each ledger stream
	heads  *HeadMap
	steps  steps // where all facts stand; slots name the last of their stream
	last   *Leaf // of the newest event
	tail   []entry
	at     []ledger.Position // of each entry; that before, where it is no event
}

// An entry is a record of the tree with the event behind it, nil for an epoch.
type entry struct {
	record []byte
	event  *ledger.Recorded
}

func newTree(depth int, key []byte, factsOf func(byte, ledger.Recorded) ([]Fact, error)) *tree {
	return &tree{key: key, factsOf: factsOf, heads: NewHeadMap(depth), leaves: map[StreamID]tlog.Hash{}}
}

// facts returns all facts of an event, that of its own stream first.
func (t *tree) facts(schema byte, r ledger.Recorded) ([]Fact, error) {
	facts := []Fact{{Stream: r.Stream}}
	if t.factsOf == nil {
		return facts, nil
	}
	more, err := t.factsOf(schema, r)
	if err != nil {
		return nil, fmt.Errorf("facts of event %s: %w", r.ID, err)
	}
	return append(facts, more...), nil
}

// addEvent adds the entry of an event.
func (t *tree) addEvent(schema byte, r ledger.Recorded) error {
	facts, err := t.facts(schema, r)
	if err != nil {
		return err
	}
	ids, fh := factHashes(t.key, r.ID, facts)
	id := ids[0]
	l := Leaf{
		Schema: schema, Index: uint64(t.size), Position: r.Position, Event: r.ID, Stream: id, Revision: uint64(r.Revision), Previous: t.leaves[id],
		Recorded: uint64(r.Created.UnixMilli()), Payload: payloadHash(r.Event), Facts: uint32(len(fh)), FactsRoot: rootOf(fh),
	}
	if t.facted+int64(len(fh)) > maxSteps {
		return fmt.Errorf("seal event %s: a log holds at most %d facts", r.ID, int64(maxSteps))
	}
	if t.last != nil && l.Position <= t.last.Position {
		return fmt.Errorf("seal position %d after %d: %w", l.Position, t.last.Position, ledger.ErrDamaged)
	}
	rec := l.Marshal()
	if err := t.add(entry{rec, &r}); err != nil {
		return err
	}
	t.leaves[id], t.last = tlog.RecordHash(rec), &l
	for i, s := range ids {
		h := t.heads.moving(s)
		h.Head, h.last = h.Next(l.Index, uint32(i), fh[i]), t.steps.add(place{l.Index, uint32(i)}, h.last)
	}
	t.facted += int64(len(facts))
	return nil
}

// addEpoch adds the entry that commits all before it.
func (t *tree) addEpoch(ms uint64) error {
	e := Epoch{uint64(t.size), ms, uint8(t.heads.depth), t.heads.Root()}
	return t.add(entry{e.Marshal(), nil})
}

func (t *tree) add(e entry) error {
	if err := t.hashes.add(t.size, tlog.RecordHash(e.record)); err != nil {
		return err
	}
	if t.size%tileWidth == 0 {
		t.tail = nil
	}
	t.tail = append(t.tail, e)
	p := ledger.Position(0)
	if e.event != nil {
		p = e.event.Position
	} else if n := len(t.at); n > 0 {
		p = t.at[n-1]
	}
	t.at = append(t.at, p)
	t.size++
	return nil
}

func (t *tree) root() (tlog.Hash, error) { return tlog.TreeHash(t.size, t.hashes) }
