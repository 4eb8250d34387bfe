package pebblelog

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2/sstable"

	"waymark/ledger"
)

// errUnreadable: the table is not whole.
var errUnreadable = errors.New("table is not readable")

// checkOrphan returns ErrDamaged where the table at path has an event, or a
// stream's entry for one that the index should have, that the database has not.
func (i *inspection) checkOrphan(path string) error {
	f, err := i.opts.FS.Open(path)
	if err != nil {
		return err
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		_ = f.Close()
		return errUnreadable
	}
	p := i.opts.tuning()
	p.EnsureDefaults()
	r, err := sstable.NewReader(context.Background(), readable, p.MakeReaderOptions())
	if err != nil {
		return errUnreadable // NewReader has closed it
	}
	defer r.Close()
	it, err := r.NewIter(sstable.NoTransforms, nil, nil, sstable.AssertNoBlobHandles)
	if err != nil {
		return errUnreadable
	}
	defer it.Close()
	for kv := it.First(); kv != nil; kv = it.Next() {
		value, _, err := kv.Value(nil)
		if err != nil {
			return errUnreadable
		}
		if err := i.checkEntry(kv.K.UserKey, value); err != nil {
			return err
		}
	}
	if it.Error() != nil {
		return errUnreadable
	}
	return nil
}

// checkEntry returns ErrDamaged where the database lacks an orphan's entry.
func (i *inspection) checkEntry(key, value []byte) error {
	if p, ok := eventPosition(key); ok {
		if p > i.report.Last {
			return fmt.Errorf("%w: it holds position %d, and the log ends at %d", ledger.ErrDamaged, p, i.report.Last)
		}
		_, closer, err := i.db.Get(key)
		if err != nil {
			if ignoreNotFound(err) != nil {
				return err
			}
			return fmt.Errorf("%w: it holds position %d, and the log does not", ledger.ErrDamaged, p)
		}
		return closer.Close()
	}
	revision, ok := indexRevision(key)
	p, valid := readPosition(value)
	if !ok || !valid || p > i.report.Indexed {
		return nil // its events bring it back
	}
	if _, found, err := findIndexed(i.index, streamHash(key[1:17]), revision); err != nil || found {
		return err
	}
	return fmt.Errorf("%w: it holds an index entry for position %d, and the log does not", ledger.ErrDamaged, p)
}
