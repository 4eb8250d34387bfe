package ledger

import (
	"context"
	"errors"

	"waymark/ledger/event"
)

// Decide appends to stream the events that decide returns, given the state to
// which fold brings the stream's events so far. Where another append comes
// between, it decides again on the newer state. No events from decide mean
// that there is nothing to do.
func Decide[S any](ctx context.Context, log Log, stream string, fold func(S, Recorded) (S, error), decide func(S) ([]event.Event, error)) (Receipt, error) {
	for {
		var state S
		at := NoStream
		var last Recorded
		for r, err := range log.Stream(ctx, stream, 0, false) {
			if err != nil {
				return Receipt{}, err
			}
			if state, err = fold(state, r); err != nil {
				return Receipt{}, err
			}
			at, last = Expected(r.Revision), r
		}
		events, err := decide(state)
		if err != nil {
			return Receipt{}, err
		}
		if len(events) == 0 {
			return Receipt{Position: last.Position, Revision: last.Revision, Duplicate: true}, nil
		}
		rc, err := log.Append(ctx, stream, at, events...)
		if !errors.Is(err, ErrConflict) || ctx.Err() != nil {
			return rc, err
		}
	}
}
