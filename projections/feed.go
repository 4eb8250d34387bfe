package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger"
)

// A run of events is applied in one batch: what is at hand, up to these.
const (
	maxRunEvents = 512
	maxRunBytes  = 4 << 20 // of the batch
)

// Run feeds the log to the views until ctx is done, which is no error, or a
// view fails.
func (v *Views) Run(ctx context.Context) error {
	return v.feed(ctx, func(ledger.Delivery) bool { return true })
}

// CatchUp feeds to the views what the log holds now. progress, where it is not
// nil, is told the position reached after every batch.
func (v *Views) CatchUp(ctx context.Context, progress func(ledger.Position)) error {
	return v.feed(ctx, func(d ledger.Delivery) bool {
		if progress != nil {
			progress(v.state.Load().position)
		}
		return d.Kind != ledger.CaughtUp
	})
}

// feed applies deliveries until more says no. The decoding of what comes next
// goes on beside the applying.
func (v *Views) feed(ctx context.Context, more func(ledger.Delivery) bool) error {
	v.feeding.Lock()
	defer v.feeding.Unlock()
	if err := v.recall(); err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	deliveries, cause := v.log.Follow(following, v.state.Load().position)
	entries := make(chan *entry, 4*maxRunEvents)
	go decode(following, deliveries, entries)
	for e := range entries {
		if err := v.run(e, entries, more); err == errEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return cause()
}

var errEnough = errors.New("enough")

// recall begins anew what the feed keeps in memory: one that failed may have
// counted, and read documents, beyond what it wrote.
func (v *Views) recall() (err error) {
	v.documents = newDocuments()
	if v.counts, err = (rows{v.db}).counts(); err != nil {
		return err
	}
	if v.budget, err = (rows{v.db}).budget(); err != nil {
		return err
	}
	v.sums, err = rows{v.db}.sums()
	return err
}

// run applies first and what else is at hand, and commits.
func (v *Views) run(first *entry, entries <-chan *entry, more func(ledger.Delivery) bool) error {
	var t *tx
	defer func() {
		if t != nil {
			t.batch.Close()
		}
	}()
	if err := v.Health(); err != nil {
		return err
	}
	last := first
	for e, n := first, 1; ; n++ {
		last = e
		if e.err != nil {
			return e.err
		}
		if e.delivery.Kind == ledger.Appended {
			if t == nil {
				t = v.begin()
			}
			if err := t.apply(e); err != nil {
				return fmt.Errorf("event %s at %d: %w", e.ID, e.Position, err)
			}
		}
		if n == maxRunEvents || t != nil && t.batch.Len() > maxRunBytes || e.delivery.Kind == ledger.CaughtUp {
			break
		}
		var ok bool
		select {
		case e, ok = <-entries:
		default:
		}
		if !ok {
			break
		}
	}
	if t != nil {
		if err := t.commit(); err != nil {
			return err
		}
	}
	if !more(last.delivery) {
		return errEnough
	}
	return nil
}

// A tx is a run of events being applied. It belongs to the feed alone.
type tx struct {
	rows
	v       *Views
	batch   *pebble.Batch
	state   // as it will be published
	owned   bool
	applied int // events of the run

	// Of the event being applied:
	touched map[gs1.Item]custody.Key // items to judge, from that moment on
	trade   custody.Trade
	cause   string // what is said of findings that it takes away
	alerts  uint32

	counted map[place]bool                 // places whose counts the run changed
	summed  map[diversion.Sum]bool         // and sums
	anew    map[season]map[partner.ID]bool // verdicts to draw anew, of which families
	changes map[diversion.ID]*change       // of findings, by the event being applied
}

func (v *Views) begin() *tx {
	b := v.db.NewIndexedBatch()
	return &tx{rows: rows{b}, v: v, batch: b, state: *v.state.Load(), touched: map[gs1.Item]custody.Key{}, counted: map[place]bool{},
		summed: map[diversion.Sum]bool{}, anew: map[season]map[partner.ID]bool{}, changes: map[diversion.ID]*change{}}
}

// apply shows one event to every view.
func (t *tx) apply(e *entry) error {
	clear(t.touched)
	clear(t.changes)
	t.alerts = 0
	t.applied++
	t.trade = t.rows.trade(&t.state, t.v.documents)
	t.position, t.eventID, t.created = e.Position, e.ID, e.Created
	t.cause = cause(e)
	for _, w := range views {
		if e.skip {
			break
		}
		if err := w.apply(t, e); err != nil {
			return fmt.Errorf("view %s: %w", w.name, err)
		}
	}
	return t.v.documents.err
}

// commit writes the run with its cursor, and publishes it.
func (t *tx) commit() error {
	c := cursor{t.position, t.eventID, t.clock, stamp()}
	if err := t.set([]byte{tableCursor}, c.append(nil)); err != nil {
		return err
	}
	if err := errors.Join(t.writeCounts(), t.writeSums(), t.writeBudget()); err != nil {
		return err
	}
	if err := t.batch.Commit(pebble.NoSync); err != nil {
		return fmt.Errorf("commit views: %w", err)
	}
	s := t.state
	t.v.publish(&s)
	return t.v.settle(t.applied)
}

// flushEvery is after how many events the rows are written to disk, though there
// be memory for more: what a crash takes of them is folded again at the start,
// and until then the answers are old ones.
const flushEvery = 10_000

// settle has the rows written to disk now and then. Nobody waits for it.
func (v *Views) settle(events int) error {
	if v.unwritten += events; v.unwritten < flushEvery {
		return nil
	}
	v.unwritten = 0
	if _, err := v.db.AsyncFlush(); err != nil {
		return fmt.Errorf("flush views: %w", err)
	}
	return nil
}

func (t *tx) set(k, v []byte) error { return t.batch.Set(k, v, nil) }
func (t *tx) delete(k []byte) error { return t.batch.Delete(k, nil) }

// touch marks an item to be judged, where what changed lies at or after k.
func (t *tx) touch(it gs1.Item, k custody.Key) {
	if since, ok := t.touched[it]; !ok || k.Less(since) {
		t.touched[it] = k
	}
}

// directory returns the master data to change. Readers keep the one before.
func (t *tx) directory() *partner.Directory {
	if !t.owned {
		t.dir, t.owned = t.dir.Clone(), true
		t.trade = t.rows.trade(&t.state, t.v.documents)
	}
	return t.dir
}
