package pebblelog

import (
	"slices"
	"sort"
	"sync"

	"waymark/ledger"
)

// An index knows where each revision of each stream lies. Its newest part is
// in memory only, a generation at a time; the rest is in the database. A crash
// takes what was in memory, and the events themselves bring it back: see
// recoverIndex.
//
// Index keys are random. Writing them one by one beside the events would cost
// several times what the events cost; sorted by the hundred thousand they go
// into a table of their own.
type index struct {
	mu      sync.RWMutex
	current *generation // grows
	frozen  *generation // on its way into the database, or nil
	indexed ledger.Position
}

// A generation is the index of the events from one position to another.
type generation struct {
	streams map[streamHash]spans
	events  int
	last    ledger.Position
}

func newGeneration(last ledger.Position) *generation {
	return &generation{streams: map[streamHash]spans{}, last: last}
}

// A span is revisions of a stream that lie next to each other: those of one
// append.
type span struct {
	revision int64
	position ledger.Position // of that revision
	count    int64
}

// spans are a stream's, in order. Most streams have one.
type spans struct {
	older []span
	last  span
}

// add notes a span of a stream after all that are known.
func (g *generation) add(h streamHash, s span) {
	old, known := g.streams[h]
	switch {
	case !known:
		g.streams[h] = spans{last: s}
	case old.last.position+ledger.Position(old.last.count) == s.position:
		old.last.count += s.count
		g.streams[h] = old
	default:
		g.streams[h] = spans{append(old.older, old.last), s}
	}
	g.events += int(s.count)
	g.last = s.position + ledger.Position(s.count) - 1
}

// find returns where a revision lies, and whether the generation knows: it
// does for all revisions from the stream's first in it.
func (s spans) find(revision int64) (p ledger.Position, found, known bool) {
	if revision >= s.last.revision {
		d := revision - s.last.revision
		return s.last.position + ledger.Position(d), d < s.last.count, true
	}
	i := sort.Search(len(s.older), func(i int) bool { return s.older[i].revision > revision }) - 1
	if i < 0 {
		return 0, false, false
	}
	return s.older[i].position + ledger.Position(revision-s.older[i].revision), true, true
}

// sorted calls put for each revision of each stream, in the order of its keys.
func (g *generation) sorted(put func(h streamHash, revision int64, p ledger.Position) error) error {
	hashes := make([]streamHash, 0, len(g.streams))
	for h := range g.streams {
		hashes = append(hashes, h)
	}
	slices.SortFunc(hashes, func(a, b streamHash) int { return compareHash(&a, &b) })
	for _, h := range hashes {
		s := g.streams[h]
		for _, sp := range append(slices.Clip(s.older), s.last) {
			for i := range sp.count {
				if err := put(h, sp.revision+i, sp.position+ledger.Position(i)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// A view is the generations at one moment, newest first. The database, opened
// after that, has everything that they do not.
type view [2]*generation

// view returns the generations. They may still grow: lock before reading them,
// unless you are the writer.
func (x *index) view() view {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return view{x.current, x.frozen}
}

// find is generation.find over all.
func (v view) find(h streamHash, revision int64) (p ledger.Position, found, known bool) {
	for _, g := range v {
		if g == nil {
			continue
		}
		s, ok := g.streams[h]
		if !ok {
			continue
		}
		if p, found, known = s.find(revision); known {
			return p, found, true
		}
	}
	return 0, false, false
}

// add notes where an append went.
func (x *index) add(h streamHash, s span) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.current.add(h, s)
}

// places appends a stream's places in memory that lie at or before end, by
// revision.
func (x *index) places(v view, h streamHash, end ledger.Position) []place {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var found []place
	for i := len(v) - 1; i >= 0; i-- {
		if v[i] == nil {
			continue
		}
		s, ok := v[i].streams[h]
		if !ok {
			continue
		}
		for _, sp := range append(slices.Clip(s.older), s.last) {
			for i := range sp.count {
				if p := sp.position + ledger.Position(i); p <= end {
					found = append(found, place{sp.revision + i, p})
				}
			}
		}
	}
	return found
}

// freeze starts a new generation where the current one has that many events
// and no other is being written.
func (x *index) freeze(events int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.frozen != nil || x.current.events < events || x.current.events == 0 {
		return false
	}
	x.frozen, x.current = x.current, newGeneration(x.current.last)
	return true
}

// written forgets the frozen generation: the database has it.
func (x *index) written() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.indexed = x.frozen.last
	x.frozen = nil
}
