package pebblelog

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"

	"waymark/ledger"
)

// guard opens what is on disk read-only and inspects it, so that a damaged log
// is refused before anything is changed: opened for writing, Pebble deletes
// the tables that a damaged manifest does not name.
// It returns whether there is a log.
func (l *Log) guard(p pebble.Options) (exists bool, err error) {
	note, err := readHighWater(l.opts.FS, l.opts.HighWater)
	if err != nil {
		return false, err
	}
	if begun, err := l.begun(); !begun || err != nil {
		if err == nil && note != nil {
			err = fmt.Errorf("%w: there is no database, but log %s had come to position %d", ledger.ErrDamaged, note.id, note.position)
		}
		return false, err
	}
	p.ReadOnly = true
	db, err := pebble.Open(l.opts.Dir, &p)
	if err != nil {
		return true, damagedOpen(err)
	}
	report, err := inspect(context.Background(), db, l.opts, quick)
	if cerr := db.Close(); err == nil && cerr != nil {
		err = cerr
	}
	if err == nil {
		err = note.short(report.ID, report.Last)
	}
	return report.ID != uuid.Nil, err
}

// begun returns whether a database was created. Where it seems not, but there
// are files of one, it is damaged. A crash during creation leaves neither.
func (l *Log) begun() (bool, error) {
	desc, err := pebble.Peek(l.opts.Dir, l.opts.FS)
	if err != nil {
		return false, err
	}
	if desc.Exists && desc.FormatMajorVersion > pebble.FormatMinSupported {
		return true, nil
	}
	names, err := l.opts.FS.List(l.opts.Dir)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if ext := path.Ext(name); ext != ".sst" && (ext != ".log" || desc.Exists) {
			continue
		}
		if info, err := l.opts.FS.Stat(l.opts.FS.PathJoin(l.opts.Dir, name)); err == nil && info.Size() > 0 {
			return false, fmt.Errorf("%w: there is %s, but nothing says of which database", ledger.ErrDamaged, name)
		}
	}
	return false, nil
}

// damagedOpen makes an error of opening an existing database ErrDamaged, but
// for those that the operating system gives.
func damagedOpen(err error) error {
	if isSystemError(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
}

// isSystemError returns whether err is the operating system's, such as that a
// file may not be read, and tells nothing about what is in it.
func isSystemError(err error) bool {
	var errno syscall.Errno
	return errors.As(err, &errno) && errno != syscall.ENOENT
}

// checkOrphans looks into the tables on disk that the manifest does not name.
// After a crash there may be some, whose entries are elsewhere too. Entries
// that are nowhere else mean that the manifest is damaged.
func (i *inspection) checkOrphans(db *pebble.DB) error {
	named, err := tables(db)
	if err != nil {
		return err
	}
	i.report.Tables = len(named)
	names, err := i.opts.FS.List(i.opts.Dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !strings.HasSuffix(name, ".sst") || named[name] {
			continue
		}
		i.report.Orphans++
		err := i.checkOrphan(i.opts.FS.PathJoin(i.opts.Dir, name))
		if errors.Is(err, errUnreadable) {
			continue // a crash cut it off; it was never named
		}
		if err != nil {
			return fmt.Errorf("table %s, which the manifest does not name: %w", name, err)
		}
	}
	return nil
}

// tables returns the names of the tables that the manifest names.
func tables(db *pebble.DB) (map[string]bool, error) {
	levels, err := db.SSTables()
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, level := range levels {
		for _, table := range level {
			named[fmt.Sprintf("%06d.sst", uint64(table.BackingSSTNum))] = true
		}
	}
	return named, nil
}
