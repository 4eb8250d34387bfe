package pebblelog

import (
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"waymark/ledger"
)

// maxGroup bounds the bytes of one batch: well below half a memtable, beyond
// which Pebble would start a new one for it.
const maxGroup = 4 << 20

// A group is the appends that share one batch, and so one sync.
type group struct {
	batch    *pebble.Batch
	requests []*request // in order; those refused or repeated too
	wrote    []*request // those whose events are in batch
	created  time.Time  // of its events, but those imported
	size     int        // of all requests, in bytes
	err      error      // of applying batch
}

// write is the one writer. It takes what waits, applies it in groups and
// passes those on to be synced, while it already builds the next. It does not
// wait for more to come: while one sync runs, the next group gathers by
// itself.
func (l *Log) write() {
	defer l.workers.Done()
	defer close(l.syncing)
	for {
		requests, ok := l.queue.take()
		if !ok {
			return
		}
		l.build(requests)
	}
}

// build puts requests into groups and applies them.
func (l *Log) build(requests []*request) {
	for len(requests) > 0 {
		requests = requests[l.buildGroup(requests):]
	}
}

// buildGroup makes a group of the first requests, applies it, and returns how
// many those were.
func (l *Log) buildGroup(requests []*request) int {
	behind := l.rotate()
	j := l.newJudge()
	defer j.close()
	g := &group{}
	for _, r := range requests {
		if g.size > 0 && g.size+r.size > maxGroup {
			break
		}
		fits, err := j.follows(r)
		if err == nil {
			fits, err = j.judge(r)
		}
		if errors.Is(err, errStaged) && len(g.requests) > 0 {
			break
		}
		if fits && behind {
			fits, err = false, fmt.Errorf("append to %s: %w: its index is behind", r.stream, ledger.ErrBusy)
		}
		r.err, r.refused, r.before = err, err != nil, nil
		g.requests = append(g.requests, r)
		g.size += r.size
		if fits {
			l.stage(g, r)
		}
	}
	l.apply(g)
	return len(g.requests)
}

// stage gives r's events their places in the log and puts them into the batch.
func (l *Log) stage(g *group, r *request) {
	if g.batch == nil {
		g.batch = l.db.NewBatch()
		g.created = time.UnixMilli(l.opts.Now().UnixMilli()).UTC()
	}
	var key [eventKeyLen]byte
	for i, record := range r.records {
		l.head++
		e := &r.events[i]
		e.Position = l.head
		if e.Created.IsZero() { // it is no import
			e.Created = g.created
		}
		seal(record, l.head, e.Created)
		_ = g.batch.Set(appendEventKey(key[:0], l.head), record, nil) // cannot fail: it copies
	}
	last := &r.events[len(r.events)-1]
	r.receipt = ledger.Receipt{Position: last.Position, Revision: last.Revision}
	first := &r.events[0]
	l.index.add(r.hash, span{first.Revision, first.Position, int64(len(r.events))})
	g.wrote = append(g.wrote, r)
}

// apply makes the group's batch visible to the writer and sets its sync going.
func (l *Log) apply(g *group) {
	l.commitBegun()
	if g.batch != nil {
		l.applied = l.head
		if failed := l.failed.Load(); failed != nil {
			g.err = *failed
		} else if g.err = l.db.ApplyNoSyncWait(g.batch, pebble.Sync); g.err != nil {
			l.fail(g.err)
		}
	}
	l.syncing <- g
}

// sync waits, group by group, until it is durable, and only then lets anybody
// see its events and answers its appends. Refusals and repeats wait as well:
// they tell of events that were written before.
func (l *Log) sync() {
	defer l.workers.Done()
	for g := range l.syncing {
		err := g.err
		if err == nil && g.batch != nil {
			err = g.batch.SyncWait()
		}
		if failed := l.failed.Load(); err == nil && failed != nil {
			err = *failed
		}
		if err == nil {
			err = l.Here() // synced to a directory that is gone is lost
		}
		if err != nil {
			l.fail(err)
		} else {
			l.publish(g)
		}
		for _, r := range g.requests {
			if err != nil {
				r.answer(fmt.Errorf("append to %s: %w: %w", r.stream, ledger.ErrUnknown, err))
			} else {
				r.answer(r.err)
			}
		}
		l.commitDone()
		l.queue.release(len(g.requests), g.size)
		if err != nil {
			l.exit()
		} else if g.batch != nil {
			_ = g.batch.Close()
		}
	}
}

// publish lets everybody see the group's events.
func (l *Log) publish(g *group) {
	if len(g.wrote) == 0 {
		return
	}
	last := g.wrote[len(g.wrote)-1].receipt.Position
	l.live.add(g.wrote, func() { l.durable.Store(uint64(last)) })
}

// fail lets nothing be appended any more.
func (l *Log) fail(err error) {
	if l.failed.CompareAndSwap(nil, &err) {
		l.opts.Logger.Error("log has failed", "dir", l.opts.Dir, "error", err)
	}
}
