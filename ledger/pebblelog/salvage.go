package pebblelog

import (
	"errors"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"

	"waymark/ledger"
)

// Salvage returns the events right after a position that a damaged log still
// holds, one after the other and each with a sound checksum, and how far the log
// had come when that was last noted, 0 where no note tells. It changes nothing.
// What it does not return may have been there: only the note tells.
func Salvage(o Options, after ledger.Position) (found []ledger.Recorded, noted ledger.Position, err error) {
	l := newLog(o)
	if note, err := readHighWater(l.opts.FS, l.opts.HighWater); err == nil && note != nil {
		noted = note.position
	} else if err != nil && !errors.Is(err, ledger.ErrDamaged) {
		return nil, 0, err
	}
	if _, err := l.opts.FS.Stat(l.opts.Dir); err != nil {
		return nil, noted, nil // all of it is gone
	}
	lock, err := lockDir(l.opts)
	if err != nil {
		return nil, noted, err
	}
	defer lock.Close()
	s := salvage{log: l, after: after, found: map[ledger.Position]ledger.Recorded{}}
	s.database(lock)
	if err := s.tables(); err != nil {
		return nil, noted, err
	}
	for p := after + 1; ; p++ {
		r, ok := s.found[p]
		if !ok {
			return found, noted, nil
		}
		found = append(found, r)
	}
}

// A salvage gathers what can be read of a damaged log.
type salvage struct {
	log   *Log
	after ledger.Position
	found map[ledger.Position]ledger.Recorded
	dec   decoder
}

func (s *salvage) add(key, record []byte) {
	p, ok := eventPosition(key)
	if !ok || p <= s.after {
		return
	}
	if r, err := s.dec.record(append([]byte(nil), record...), p); err == nil {
		s.found[p] = r
	}
}

// database reads through the database, if that can be opened, what it gives:
// the write-ahead log among it.
func (s *salvage) database(lock *pebble.Lock) {
	p := s.log.database(lock)
	p.ReadOnly = true
	db, err := pebble.Open(s.log.opts.Dir, p)
	if err != nil {
		return
	}
	defer db.Close()
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: appendEventKey(nil, s.after+1), UpperBound: []byte{kindEvent + 1}})
	if err != nil {
		return
	}
	defer it.Close()
	for ok := it.First(); ok; ok = it.Next() {
		if v, err := it.ValueAndErr(); err == nil {
			s.add(it.Key(), v)
		}
	}
}

// tables reads every table on disk, those that nothing names too.
func (s *salvage) tables() error {
	names, err := s.log.opts.FS.List(s.log.opts.Dir)
	if err != nil {
		return err
	}
	i := &inspection{opts: s.log.opts}
	for _, name := range names {
		if !strings.HasSuffix(name, ".sst") {
			continue
		}
		r, err := i.openTable(s.log.opts.FS.PathJoin(s.log.opts.Dir, name))
		if err != nil {
			continue
		}
		if it, err := r.NewIter(sstable.NoTransforms, appendEventKey(nil, s.after+1), []byte{kindEvent + 1}, sstable.AssertNoBlobHandles); err == nil {
			for kv := it.First(); kv != nil; kv = it.Next() {
				if v, _, err := kv.Value(nil); err == nil {
					s.add(kv.K.UserKey, v)
				}
			}
			_ = it.Close()
		}
		_ = r.Close()
	}
	return nil
}
