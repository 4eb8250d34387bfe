package pebblelog

import (
	"context"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"waymark/ledger"
)

// Check reads every block, every event and every index entry of the log in dir,
// without changing it, and returns what it found. The error is ErrDamaged where a check
// fails. No process may have the log open.
func Check(dir string) (Report, error) {
	return CheckWith(context.Background(), Options{Dir: dir})
}

// CheckWith is Check with a context and with options, of which Dir, FS and
// HighWater count.
func CheckWith(ctx context.Context, o Options) (report Report, err error) {
	l := newLog(o)
	defer func() {
		if err != nil {
			err = fmt.Errorf("check log in %s: %w", l.opts.Dir, err)
		}
	}()
	note, err := readHighWater(l.opts.FS, l.opts.HighWater)
	if err != nil {
		return report, err
	}
	if _, err := l.opts.FS.Stat(l.opts.Dir); err != nil {
		return report, err
	}
	lock, err := lockDir(l.opts)
	if err != nil {
		return report, err
	}
	defer lock.Close()
	if begun, err := l.begun(); err != nil {
		return report, err
	} else if !begun {
		return report, fmt.Errorf("%w: there is no database", ledger.ErrDamaged)
	}
	p := l.database(lock)
	p.ReadOnly = true
	db, err := pebble.Open(l.opts.Dir, p)
	if err != nil {
		return report, damagedOpen(err)
	}
	report, err = inspect(ctx, db, l.opts, thorough)
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if note != nil {
		report.HighWater = note.position
	}
	if err == nil {
		err = note.short(report.ID, report.Last)
	}
	return report, err
}

// Verify reads every event and every index entry of a log that is open, up to what is durable now.
func (l *Log) Verify(ctx context.Context) (Report, error) {
	l.reads.RLock()
	defer l.reads.RUnlock()
	select {
	case <-l.quit:
		return Report{}, ledger.ErrClosed
	default:
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-l.quit: // Close waits for us
			cancel()
		case <-ctx.Done():
		}
	}()
	snapshot := l.db.NewSnapshot()
	defer snapshot.Close()
	i := &inspection{db: snapshot, opts: l.opts, report: Report{ID: l.id, Last: l.Last()}}
	var err error
	if i.report.Indexed, err = indexedPosition(snapshot); err == nil {
		err = i.all(ctx)
	}
	if err != nil {
		return i.report, fmt.Errorf("verify log in %s: %w", l.opts.Dir, l.readError(err))
	}
	return i.report, nil
}

// Checkpoint writes a copy of the log, as it is durable now, to dir, which must
// not exist, and inspects the copy. Where dir is on the same file system, most
// of the copy is hard links. Open takes it as it takes the log.
func (l *Log) Checkpoint(dir string) (Report, error) {
	note, err := l.copyTo(dir)
	if err != nil {
		return Report{}, fmt.Errorf("checkpoint of log in %s to %s: %w", l.opts.Dir, dir, err)
	}
	o := l.opts
	o.Dir, o.HighWater, o.ReadOnly = dir, dir+".position", true
	if err := writeHighWater(o.FS, o.HighWater, note); err != nil {
		return Report{}, err
	}
	c := &Log{opts: o}
	lock, err := lockDir(o)
	if err != nil {
		return Report{}, err
	}
	defer lock.Close()
	p := c.database(lock)
	p.ReadOnly = true
	db, err := pebble.Open(dir, p)
	if err != nil {
		return Report{}, fmt.Errorf("open checkpoint %s: %w", dir, err)
	}
	report, err := inspect(context.Background(), db, o, quick)
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = note.short(report.ID, report.Last)
	}
	if err != nil {
		return report, fmt.Errorf("inspect checkpoint %s: %w", dir, err)
	}
	report.HighWater = note.position
	return report, nil
}

// copyTo copies the database and returns what the copy has at least.
func (l *Log) copyTo(dir string) (highWater, error) {
	l.reads.RLock()
	defer l.reads.RUnlock()
	select {
	case <-l.quit:
		return highWater{}, ledger.ErrClosed
	default:
	}
	note := highWater{l.id, l.Last()}
	if err := makeDir(l.opts.FS, l.opts.FS.PathDir(dir)); err != nil {
		return note, err
	}
	return note, l.db.Checkpoint(dir, pebble.WithFlushedWAL())
}
