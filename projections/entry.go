package projections

import (
	"context"
	"fmt"

	"waymark/internal/catalog"
	"waymark/internal/custody"
	"waymark/internal/epcis"
	"waymark/ledger"
)

// An entry is an event on its way to the views, decoded.
type entry struct {
	ledger.Recorded
	delivery ledger.Delivery // without the event
	err      error           // the event cannot be read: the feed ends

	value any

	// Where the event is a fact of the trade:
	id    string      // its own id, by which it is known whoever sends it again
	key   custody.Key // zero for what is no fact
	facts []custody.ItemFact
	void  bool // it declares the event of that id to be an error (EPCIS 2.0 §7.4.1.5)

	skip bool // a repeat: the views after this one need not see it
}

// decode turns deliveries into entries until the log ends them.
func decode(ctx context.Context, in <-chan ledger.Delivery, out chan<- *entry) {
	defer close(out)
	for d := range in {
		e := &entry{Recorded: d.Event, delivery: ledger.Delivery{Kind: d.Kind, At: d.At}}
		if d.Kind == ledger.Appended {
			e.err = e.decode()
		}
		select {
		case out <- e:
		case <-ctx.Done():
			return
		}
		if e.err != nil {
			return
		}
	}
}

func (e *entry) decode() (err error) {
	if e.value, err = catalog.Events.Decode(e.Event); err != nil {
		return fmt.Errorf("read the log at %d: %w", e.Position, err)
	}
	switch v := e.value.(type) {
	case custody.Hop:
		e.fact(v.ID, custody.KeyOf(v.Time, v.ID), v.Facts()...)
	case custody.Observation:
		e.fact(v.ID, custody.KeyOf(v.Time, v.ID), v.Fact())
	case epcis.Captured:
		return e.captured(v)
	}
	return nil
}

func (e *entry) fact(id string, k custody.Key, facts ...custody.ItemFact) {
	e.id, e.key, e.facts = id, k, facts
}

func (e *entry) captured(c epcis.Captured) error {
	ev, err := c.Parse()
	if err != nil {
		return fmt.Errorf("read the log at %d: %w", e.Position, err)
	}
	id := custody.EventID(ev)
	e.fact(id, custody.KeyOf(ev.EventTime, id), custody.EventFacts(ev)...)
	e.void = ev.ErrorDeclaration != nil
	return nil
}
