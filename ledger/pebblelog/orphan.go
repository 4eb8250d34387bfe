package pebblelog

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"

	"waymark/ledger"
)

// errUnreadable: the table is not whole.
var errUnreadable = errors.New("table is not readable")

// checkOrphan returns ErrDamaged where the table at path has an event, or a
// stream's entry for one that the index should have, that the database has not.
func (i *inspection) checkOrphan(path string) error {
	r, err := i.openTable(path)
	if err != nil {
		return errUnreadable
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

func (i *inspection) openTable(path string) (*sstable.Reader, error) {
	f, err := i.opts.FS.Open(path)
	if err != nil {
		return nil, err
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	p := i.opts.tuning()
	p.EnsureDefaults()
	return sstable.NewReader(context.Background(), readable, p.MakeReaderOptions()) // closes it on failure
}

// checkTables checks every block of every table, those that hold no entries
// too.
func (i *inspection) checkTables(ctx context.Context, db *pebble.DB) error {
	named, err := tables(db)
	if err != nil {
		return err
	}
	for name := range named {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := i.openTable(i.opts.FS.PathJoin(i.opts.Dir, name))
		if err != nil {
			return fmt.Errorf("table %s: %w: %w", name, ledger.ErrDamaged, err)
		}
		err = r.ValidateBlockChecksums()
		_ = r.Close()
		if err != nil {
			return fmt.Errorf("table %s: %w: %w", name, ledger.ErrDamaged, err)
		}
	}
	return nil
}
