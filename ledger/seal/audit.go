package seal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// ErrFork: a log shows other entries than it showed before.
var ErrFork = errors.New("the log has forked")

// ErrFalse: what a log holds does not follow from the events behind it.
var ErrFalse = errors.New("the log is false")

// An Audit replays a log from its first entry: every leaf from the event behind
// it, the tree, and the head map under every epoch.
type Audit struct {
	// Read returns the files of a log by the names that a [Store] has for them,
	// and "salts/…" beside those of copies.
	Read func(name string) ([]byte, error)
	// Facts is that of the log's [Config].
	Facts func(schema byte, r ledger.Recorded) ([]Fact, error)
	// Key is the secret from which salts follow; nil means that they are read.
	Key []byte
	// Seen are checkpoints that the auditor kept, none of them larger than
	// the one that is audited.
	Seen []Checkpoint
	// Progress is told of entries done; nil means nobody is.
	Progress func(done int64)
}

// An Audited log has these figures.
type Audited struct {
	Entries, Events, Epochs int64
	Streams                 int    // with a head
	After                   []byte // checkpoint of the lost log that this one goes on from; nil where it began anew
	Unsalted                bool   // no salts were to be had: facts and head map were not rebuilt
}

// auditing is an audit under way.
type auditing struct {
	Audit
	Audited
	hashes hashes
	leaves map[StreamID]tlog.Hash
	revs   map[StreamID]uint64
	heads  map[StreamID]Head
	moved  map[StreamID]struct{} // heads that the map lacks
	tops   *HeadMap
	last   *Leaf
	epoch  *Epoch
	roots  map[int64]tlog.Hash // as kept
}

// Run replays the log up to a checkpoint. The error is [ErrFork], [ErrFalse] or
// of reading.
func (a Audit) Run(ctx context.Context, c Checkpoint) (Audited, error) {
	r := &auditing{Audit: a, leaves: map[StreamID]tlog.Hash{}, revs: map[StreamID]uint64{}, heads: map[StreamID]Head{}, moved: map[StreamID]struct{}{}, roots: map[int64]tlog.Hash{}}
	for _, s := range append(a.Seen, c) {
		if root, ok := r.roots[s.Size]; ok && root != s.Root {
			return r.Audited, fmt.Errorf("%w: of size %d there are two trees, %s and %s", ErrFork, s.Size, root, s.Root)
		}
		if s.Size > c.Size {
			return r.Audited, fmt.Errorf("%w: it had %d entries before, and now %d", ErrFork, s.Size, c.Size)
		}
		r.roots[s.Size] = s.Root
	}
	for r.Entries < c.Size {
		if err := ctx.Err(); err != nil {
			return r.Audited, err
		}
		if err := r.file(r.Entries/tileWidth, int(min(tileWidth, c.Size-r.Entries))); err != nil {
			return r.Audited, err
		}
		if a.Progress != nil {
			a.Progress(r.Entries)
		}
	}
	r.Streams = len(r.heads)
	if r.epoch == nil || int64(r.epoch.Size)+1 != c.Size {
		return r.Audited, fmt.Errorf("%w: its last entry is no epoch, the head map covers less than the checkpoint", ErrFalse)
	}
	return r.Audited, nil
}

// file replays the entries of a file.
func (r *auditing) file(n int64, width int) error {
	eb, err := r.Read(filePath("tile/entries", n, width))
	if err != nil {
		return err
	}
	cb, err := r.Read(filePath("copy", n, width))
	if err != nil {
		return err
	}
	entries, err := ParseEntries(eb)
	if err != nil {
		return fmt.Errorf("%w: entries %d: %w", ErrFalse, n, err)
	}
	copies, err := ParseCopies(cb)
	if err != nil {
		return fmt.Errorf("%w: copies %d: %w", ErrFalse, n, err)
	}
	salts, err := r.salts(n, width)
	if err != nil {
		return err
	}
	if len(entries) != width || len(copies) != width || salts != nil && len(salts) != width {
		return fmt.Errorf("%w: file %d has %d entries, %d copies, %d salts, want %d", ErrFalse, n, len(entries), len(copies), len(salts), width)
	}
	for i, e := range entries {
		var s []Salt
		if salts != nil {
			s = salts[i]
		}
		if err := r.entry(e, copies[i], s); err != nil {
			return fmt.Errorf("%w: entry %d %w", ErrFalse, r.Entries, err)
		}
		if err := r.compare(); err != nil {
			return err
		}
	}
	return nil
}

// salts reads the salts of a file, nil where they follow from the key or are
// not to be had.
func (r *auditing) salts(n int64, width int) ([][]Salt, error) {
	if r.Key != nil || r.Unsalted {
		return nil, nil
	}
	b, err := r.Read(filePath("salts", n, width))
	if errors.Is(err, fs.ErrNotExist) {
		r.Unsalted = true
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := ParseSalts(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFalse, err)
	}
	return s, nil
}

// compare holds the tree against the checkpoints of its size.
func (r *auditing) compare() error {
	want, ok := r.roots[r.Entries]
	if !ok {
		return nil
	}
	root, err := tlog.TreeHash(r.Entries, r.hashes)
	if err == nil && root != want {
		err = fmt.Errorf("%w: the entries up to %d lead to %s, signed was %s", ErrFork, r.Entries, root, want)
	}
	return err
}

// entry replays one entry; the error goes on after its number.
func (r *auditing) entry(e []byte, event *ledger.Recorded, salts []Salt) error {
	var err error
	switch after, none := ParseAfter(e); {
	case event != nil:
		err = r.replayEvent(e, *event, salts)
	case none == nil && r.Entries == 0:
		r.After = after.Checkpoint
	default:
		err = r.replayEpoch(e)
	}
	if err != nil {
		return err
	}
	if err := r.hashes.add(r.Entries, tlog.RecordHash(e)); err != nil {
		return err
	}
	r.Entries++
	return nil
}

func (r *auditing) replayEpoch(b []byte) error {
	e, err := ParseEpoch(b)
	switch {
	case err != nil:
		return fmt.Errorf("has no event behind it, and is no epoch: %w", err)
	case int64(e.Size) != r.Entries:
		return fmt.Errorf("is an epoch of %d entries", e.Size)
	case r.epoch != nil && (e.Depth != r.epoch.Depth || e.Time < r.epoch.Time):
		return errors.New("is an epoch before its time, or of another depth")
	}
	if r.tops == nil {
		r.tops = NewHeadMap(int(e.Depth))
	}
	for s := range r.moved {
		r.tops.Set(r.heads[s])
	}
	clear(r.moved)
	if !r.Unsalted && r.tops.Root() != e.Root {
		return fmt.Errorf("commits a head map that does not follow from the %d entries before: streams could be shown short", e.Size)
	}
	r.epoch = &e
	r.Epochs++
	return nil
}

func (r *auditing) replayEvent(b []byte, event ledger.Recorded, salts []Salt) error {
	l, err := ParseLeaf(b)
	if err != nil {
		return fmt.Errorf("is no leaf, though an event stands behind it: %w", err)
	}
	id := ID(event.Stream)
	before, known := r.revs[id]
	switch {
	case int64(l.Index) != r.Entries:
		return fmt.Errorf("says that it is entry %d", l.Index)
	case l.Payload != payloadHash(event.Event) || l.Event != event.ID:
		return fmt.Errorf("is of event %s with other content than the copy has", l.Event)
	case l.Position != event.Position || l.Revision != uint64(event.Revision) || l.Recorded != uint64(event.Created.UnixMilli()) || l.Stream != id:
		return fmt.Errorf("puts event %s elsewhere, or at another time, than the copy", l.Event)
	case r.last != nil && l.Position <= r.last.Position:
		return fmt.Errorf("has position %d after %d", l.Position, r.last.Position)
	case l.Previous != r.leaves[id]:
		return fmt.Errorf("does not follow the entry before of its stream")
	case known && l.Revision != before+1 || !known && l.Revision != 0:
		return fmt.Errorf("has revision %d in its stream, out of turn", l.Revision)
	}
	r.leaves[id], r.revs[id], r.last = tlog.RecordHash(b), l.Revision, &l
	r.Events++
	return r.facts(l, event, salts)
}

// facts rebuilds the heads of the streams that an event has facts of.
func (r *auditing) facts(l Leaf, event ledger.Recorded, salts []Salt) error {
	if r.Unsalted {
		return nil
	}
	facts, err := (&tree{factsOf: r.Facts}).facts(l.Schema, event)
	if err != nil {
		return err
	}
	if r.Key != nil {
		salts = saltsOf(r.Key, l.Event, len(facts))
	}
	if int(l.Facts) != len(facts) || len(salts) != len(facts) {
		return fmt.Errorf("has %d facts and %d salts, from the event follow %d", l.Facts, len(salts), len(facts))
	}
	hs := make([]tlog.Hash, len(facts))
	for i, f := range facts {
		s := ID(f.Stream)
		hs[i] = factHash(salts[i], s, f.Content)
		head, ok := r.heads[s]
		if !ok {
			head.Stream = s
		}
		r.heads[s] = head.Next(l.Index, uint32(i), hs[i])
		r.moved[s] = struct{}{}
	}
	if rootOf(hs) != l.FactsRoot {
		return errors.New("commits other facts than follow from the event")
	}
	return nil
}
