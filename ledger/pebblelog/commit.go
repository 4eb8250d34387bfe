package pebblelog

import (
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
	requests []*request           // in order; those refused or repeated too
	wrote    []*request           // those whose events are in batch
	revision map[streamHash]int64 // where batch leaves each stream it touches
	created  time.Time            // of its events
	size     int                  // of all requests, in bytes
	err      error                // of applying batch
}

func newGroup() *group { return &group{revision: map[streamHash]int64{}} }

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
	v := l.newJudge()
	defer func() { v.close() }()
	g := newGroup()
	next := func() {
		v.close()
		l.apply(g)
		g, v = newGroup(), l.newJudge()
	}
	for _, r := range requests {
		if g.size > 0 && g.size+r.size > maxGroup {
			next()
		}
		at, touched := g.revision[r.hash]
		if touched && at != int64(r.expected) {
			next() // the answer lies in the database, once it is there
			touched = false
		}
		fits := touched
		if !touched {
			fits, r.err = v.judge(r)
		}
		g.requests = append(g.requests, r)
		g.size += r.size
		if fits {
			l.stage(g, r)
		}
	}
	v.close()
	l.apply(g)
}

// stage gives r's events their places in the log and puts them into the batch.
func (l *Log) stage(g *group, r *request) {
	if g.batch == nil {
		g.batch = l.db.NewBatch()
		g.created = time.UnixMilli(l.opts.Now().UnixMilli()).UTC()
	}
	var key, value [maxIndexKey]byte
	for i, record := range r.records {
		l.head++
		e := &r.events[i]
		e.Position, e.Created = l.head, g.created
		seal(record, l.head, g.created)
		// Neither can fail: the batch is not indexed.
		_ = g.batch.Set(appendEventKey(key[:0], l.head), record, nil)
		_ = g.batch.Set(appendIndexKey(key[:0], r.hash, e.Revision), appendPosition(value[:0], l.head), nil)
	}
	last := &r.events[len(r.events)-1]
	r.receipt = ledger.Receipt{Position: last.Position, Revision: last.Revision}
	g.revision[r.hash] = last.Revision
	g.wrote = append(g.wrote, r)
}

// apply makes the group's batch visible to the writer and sets its sync going.
func (l *Log) apply(g *group) {
	if len(g.requests) == 0 {
		return
	}
	if g.batch != nil {
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
		if err != nil {
			l.fail(err)
		} else {
			l.publish(g)
		}
		l.queue.release(len(g.requests), g.size)
		for _, r := range g.requests {
			if err != nil {
				r.answer(fmt.Errorf("append to %s: %w: %w", r.stream, ledger.ErrUnknown, err))
			} else {
				r.answer(r.err)
			}
		}
		if g.batch != nil && err == nil {
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
