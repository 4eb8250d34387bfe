package pebblelog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"

	"waymark/ledger"
)

// A Report is what an inspection of a log found.
type Report struct {
	ID        uuid.UUID       // of the log
	Last      ledger.Position // of the last event
	Indexed   ledger.Position // up to which the streams' index is on disk
	HighWater ledger.Position // how far the log had come when that was last noted, 0 if never
	Events    uint64          // read and checked against their checksums
	Tables    int             // of the database
	Orphans   int             // tables on disk that are not of the database
	Bytes     uint64          // on disk
}

// How thorough an inspection is.
type thoroughness int

const (
	quick    thoroughness = iota // the newest keys, and samples of all else
	thorough                     // every block, every event and every index entry
)

// A quick inspection finds every gap among the last denseKeys positions, and
// before those every gap as wide as one part in samples of the log.
const (
	denseKeys = 1_000_000
	samples   = 10_000
)

// An inspection is under way.
type inspection struct {
	db     pebble.Reader
	opts   Options
	index  *pebble.Iterator
	report Report
}

// inspect reads the database, without changing it, and returns what it found.
// The error is ErrDamaged where a check fails.
func inspect(ctx context.Context, db *pebble.DB, o Options, how thoroughness) (Report, error) {
	i := &inspection{db: db, opts: o}
	i.report.Bytes = db.Metrics().DiskSpaceUsage()
	err := i.run(ctx, db, how)
	if err != nil {
		if pebble.IsCorruptionError(err) && !errors.Is(err, ledger.ErrDamaged) {
			err = fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
		}
		return i.report, err
	}
	return i.report, nil
}

func (i *inspection) run(ctx context.Context, db *pebble.DB, how thoroughness) (err error) {
	r := &i.report
	if r.ID, err = readID(i.db); err != nil {
		return err
	}
	if r.Last, err = lastPosition(i.db); err != nil {
		return err
	}
	if r.Indexed, err = indexedPosition(i.db); err != nil {
		return err
	}
	if r.ID == uuid.Nil && r.Last > 0 {
		return fmt.Errorf("%w: it has events, but no identity", ledger.ErrDamaged)
	}
	if r.Indexed > r.Last {
		return fmt.Errorf("%w: the index goes to position %d, the events to %d", ledger.ErrDamaged, r.Indexed, r.Last)
	}
	if i.index, err = indexIterator(i.db); err != nil {
		return err
	}
	defer i.index.Close()
	if err := i.checkOrphans(db); err != nil {
		return err
	}
	if how == thorough {
		if err := i.checkTables(ctx, db); err != nil {
			return err
		}
		return i.all(ctx)
	}
	if err := i.dense(r.Last-min(r.Last, denseKeys)+1, r.Last); err != nil {
		return err
	}
	return i.samples()
}

// dense checks that every position from one to another is there.
func (i *inspection) dense(from, to ledger.Position) error {
	return i.scan(from, to, func(ledger.Position, []byte) error { return nil })
}

// scan calls see for each position from one to another, and fails where one is
// not there.
func (i *inspection) scan(from, to ledger.Position, see func(p ledger.Position, record []byte) error) error {
	if from > to {
		return nil
	}
	it, err := i.db.NewIter(&pebble.IterOptions{LowerBound: appendEventKey(nil, from), UpperBound: append(appendEventKey(nil, to), 0)})
	if err != nil {
		return err
	}
	defer it.Close()
	want := from
	for ok := it.First(); ok; ok = it.Next() {
		p, valid := eventPosition(it.Key())
		if !valid || p != want {
			return fmt.Errorf("position %d: %w: the next event is at key %x", want, ledger.ErrDamaged, it.Key())
		}
		if err := see(p, it.Value()); err != nil {
			return err
		}
		want++
	}
	if err := it.Error(); err != nil {
		return err
	}
	if want != to+1 {
		return fmt.Errorf("position %d: %w: the event is missing", want, ledger.ErrDamaged)
	}
	return nil
}

// samples checks events all over the log, and their index entries.
func (i *inspection) samples() error {
	last := uint64(i.report.Last)
	var dec decoder
	for n := range min(last, samples) {
		p := ledger.Position(1 + n*last/min(last, samples))
		v, closer, err := i.db.Get(appendEventKey(nil, p))
		if errors.Is(err, pebble.ErrNotFound) {
			return fmt.Errorf("position %d: %w: the event is missing", p, ledger.ErrDamaged)
		}
		if err != nil {
			return err
		}
		r, err := dec.record(v, p)
		_ = closer.Close()
		if err != nil {
			return err
		}
		i.report.Events++
		if p > i.report.Indexed {
			continue
		}
		at, found, err := findIndexed(i.index, hashStream(r.Stream), r.Revision)
		if err != nil {
			return err
		}
		if !found || at != p {
			return fmt.Errorf("position %d: %w: the index puts revision %d of %s at position %d", p, ledger.ErrDamaged, r.Revision, r.Stream, at)
		}
	}
	return nil
}

// all checks every event, and that the index has exactly one entry for each.
// It adds up a hash of each entry that there should be and of each that there
// is, which needs neither memory nor look-ups.
func (i *inspection) all(ctx context.Context) error {
	var dec decoder
	var should, is uint64
	err := i.scan(1, i.report.Last, func(p ledger.Position, record []byte) error {
		if p%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := dec.record(record, p)
		if err != nil {
			return err
		}
		i.report.Events++
		if p <= i.report.Indexed {
			should += entryHash(appendIndexKey(nil, hashStream(r.Stream), r.Revision), p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	it, err := indexIterator(i.db)
	if err != nil {
		return err
	}
	defer it.Close()
	for ok := it.First(); ok; ok = it.Next() {
		p, valid := readPosition(it.Value())
		if !valid {
			return fmt.Errorf("%w: index entry %x is malformed", ledger.ErrDamaged, it.Key())
		}
		is += entryHash(it.Key(), p)
	}
	if err := it.Error(); err != nil {
		return err
	}
	if should != is {
		return fmt.Errorf("%w: the index of streams does not match the events", ledger.ErrDamaged)
	}
	return nil
}

func entryHash(key []byte, p ledger.Position) uint64 {
	h := hashStream(string(appendPosition(key, p)))
	return binary.BigEndian.Uint64(h[:])
}
