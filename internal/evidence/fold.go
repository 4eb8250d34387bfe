package evidence

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger/seal"
)

// A Step is an entry of a way with the event that proves it.
type Step struct {
	custody.Entry
	Index    uint64 // of the entry of the log
	Event    uuid.UUID
	Recorded time.Time // by the log's clock
}

// A Way is where an item has been, as far as a proof shows.
type Way struct {
	Item    gs1.Item // where another code of it was asked for, the unit
	Steps   []Step   // by event time
	Stays   []custody.Stay
	Now     custody.State // without names of partners, which no proof tells
	Missing []gs1.Item    // whose facts it needs and which are not shown whole, in order of need
	Unused  []string      // streams that are shown and say nothing of the item
}

// Complete tells whether the proof showed all that the way follows from.
func (w *Way) Complete() bool { return len(w.Missing) == 0 }

// Fold returns the way of an item that follows from a statement. An error says
// which fact could not be read.
func Fold(s seal.Statement, it gs1.Item) (*Way, error) {
	f := folding{streams: map[string]seal.Proven{}, read: map[gs1.Item][]custody.Fact{}, from: map[*custody.Fact]seal.Leaf{}}
	for _, p := range s.Streams {
		f.streams[p.Stream] = p
	}
	own, err := f.load(it)
	if err != nil {
		return nil, err
	}
	for i := range own {
		if own[i].Link == custody.AliasOf {
			it = own[i].Other
			if own, err = f.load(it); err != nil {
				return nil, err
			}
			break
		}
	}
	entries, stays, err := custody.Timeline(it, own, f.load)
	if err != nil {
		return nil, err
	}
	w := &Way{Item: it, Stays: stays, Missing: f.missing}
	w.Now = custody.NewWay(it, entries, stays, custody.Trade{Directory: partner.NewDirectory()}).Walk(nil)
	for _, e := range entries {
		l := f.from[e.Fact]
		w.Steps = append(w.Steps, Step{e, l.Index, l.Event, time.UnixMilli(int64(l.Recorded)).UTC()})
	}
	for _, p := range s.Streams {
		if !f.used[p.Stream] {
			w.Unused = append(w.Unused, p.Stream)
		}
	}
	return w, nil
}

// A folding reads the facts of streams as they are asked for.
type folding struct {
	streams map[string]seal.Proven
	read    map[gs1.Item][]custody.Fact
	from    map[*custody.Fact]seal.Leaf
	missing []gs1.Item
	used    map[string]bool
}

// load is a [custody.Loader]. What is not shown is noted, and taken for nothing.
func (f *folding) load(it gs1.Item) ([]custody.Fact, error) {
	if facts, ok := f.read[it]; ok {
		return facts, nil
	}
	p, ok := f.streams[Stream(it)]
	if f.used == nil {
		f.used = map[string]bool{}
	}
	f.used[p.Stream] = true
	if !ok || uint64(len(p.Facts)) != p.Count {
		f.missing = append(f.missing, it)
		f.read[it] = nil
		return nil, nil
	}
	facts, leaves, err := standing(p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", it, err)
	}
	for i := range facts {
		f.from[&facts[i]] = leaves[i]
	}
	f.read[it] = facts
	return facts, nil
}

// standing returns the facts of a stream that count, by event time: of an event
// that came twice the first, of one that was taken back none.
func standing(p seal.Proven) ([]custody.Fact, []seal.Leaf, error) {
	type sourced struct {
		fact custody.Fact
		leaf seal.Leaf
	}
	var all []sourced
	said := map[uint64]uint64{} // by hash of the event's id, the entry that said it first
	void := map[uint64]bool{}
	for _, pf := range p.Facts {
		fact, takesBack, err := custody.ReadSealed(pf.Content)
		if err != nil {
			return nil, nil, fmt.Errorf("a fact of entry %d: %w", pf.Leaf.Index, err)
		}
		first, again := said[fact.Hash]
		switch {
		case takesBack:
			void[fact.Hash] = true
		case again && first != pf.Leaf.Index:
		case void[fact.Hash]: // taken back before it came
		default:
			said[fact.Hash] = pf.Leaf.Index
			all = append(all, sourced{fact, pf.Leaf})
		}
	}
	all = slices.DeleteFunc(all, func(s sourced) bool { return void[s.fact.Hash] })
	slices.SortStableFunc(all, func(a, b sourced) int { return a.fact.Key.Compare(b.fact.Key) })
	facts, leaves := make([]custody.Fact, len(all)), make([]seal.Leaf, len(all))
	for i, s := range all {
		facts[i], leaves[i] = s.fact, s.leaf
	}
	return facts, leaves, nil
}
