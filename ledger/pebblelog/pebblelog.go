package pebblelog

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"

	"waymark/ledger"
)

// A Log is a [ledger.Log] in a Pebble database.
type Log struct {
	opts Options
	db   *pebble.DB
	lock *pebble.Lock
	home os.FileInfo // of the lock's file; nil where it has none
	id   uuid.UUID

	queue   queue           // appends that wait for the writer
	syncing chan *group     // groups applied in order, not yet durable
	head    ledger.Position // the writer's: the last position given out
	applied ledger.Position // the writer's: the last in the database
	index   index
	frozen  chan struct{} // tells the indexer of a frozen generation

	durable atomic.Uint64 // the last position that no crash can take
	live    liveTail      // the events before it, in memory

	failed  atomic.Pointer[error] // why nothing is appended any more
	damaged atomic.Pointer[error] // the first damage met

	faults  atomic.Int64 // flushes and compactions that failed since one went well
	slow    atomic.Int64 // writes that took the disk five seconds and more
	noSpace atomic.Bool
	commits atomic.Int64    // groups under way
	moved   atomic.Int64    // when the last of them began or ended, in ns since 1970
	looking sync.Mutex      // held by a round of watch
	noted   ledger.Position // under looking: in the high water note

	quit      chan struct{} // closed by Close
	halted    chan struct{} // closed where an exit that returned was asked for
	haltOnce  sync.Once
	closeOnce sync.Once
	closeErr  error
	workers   sync.WaitGroup // writer and syncer
	others    sync.WaitGroup // followers and watchers

	reads  sync.RWMutex // held for reading while the database is read
	closed bool         // under reads: the database is gone
}

var _ ledger.Importer = (*Log)(nil)

// ErrReadOnly: the log was opened with ReadOnly.
var ErrReadOnly = errors.New("log is read-only")

// ID returns the log's identity, made when it was created.
func (l *Log) ID() uuid.UUID { return l.id }

// Last returns the position of the last durable event, 0 in an empty log.
func (l *Log) Last() ledger.Position { return ledger.Position(l.durable.Load()) }

// Size returns the number of durable events. Positions are dense from 1.
func (l *Log) Size() uint64 { return l.durable.Load() }

// DiskSlow returns how many writes took the disk five seconds or more.
func (l *Log) DiskSlow() int64 { return l.slow.Load() }

// Metrics returns the database's own figures. It is nil once the log is closed.
func (l *Log) Metrics() *pebble.Metrics {
	l.reads.RLock()
	defer l.reads.RUnlock()
	if l.closed {
		return nil
	}
	return l.db.Metrics()
}

// Close lets the appends that were taken finish, refuses those that wait with
// ErrClosed, ends followers and reads, and closes the database.
func (l *Log) Close() error {
	l.closeOnce.Do(func() { l.closeErr = l.close() })
	return l.closeErr
}

func (l *Log) close() error {
	for _, r := range l.queue.close() {
		r.answer(fmt.Errorf("append to %s: %w", r.stream, ledger.ErrClosed))
	}
	l.workers.Wait()
	close(l.quit)
	l.others.Wait()
	if err := l.Here(); err != nil && !l.opts.ReadOnly {
		l.fail(err)
	}
	l.flushIndex()
	l.reads.Lock()
	defer l.reads.Unlock()
	l.closed = true
	err := l.db.Close()
	if err == nil && !l.opts.ReadOnly {
		err = l.noteHighWater()
	}
	if lerr := l.lock.Close(); err == nil {
		err = lerr
	}
	if err != nil {
		return fmt.Errorf("close log in %s: %w", l.opts.Dir, err)
	}
	return nil
}
