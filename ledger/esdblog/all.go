package esdblog

import (
	"context"
	"fmt"
	"iter"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"waymark/ledger"
)

// All implements [ledger.Log]. It reads what else is in the cluster too and
// leaves it out: whoever wants much of the log should follow it.
func (l *Log) All(ctx context.Context, at ledger.Position, backward bool) iter.Seq2[ledger.Recorded, error] {
	return func(yield func(ledger.Recorded, error) bool) {
		y := &yielder{log: l, yield: yield}
		y.fail(fmt.Sprintf("read from position %d", at), l.all(ctx, y, at, backward))
	}
}

func (l *Log) all(ctx context.Context, y *yielder, from ledger.Position, backward bool) error {
	end, err := l.last(ctx)
	if err != nil || end == 0 {
		return err
	}
	if from > end {
		return fmt.Errorf("the log ends at %d: %w", end, ledger.ErrPosition)
	}
	if backward {
		return l.before(ctx, y, from)
	}
	return l.after(ctx, y, from, end)
}

// last returns the position of the last event in the cluster, its own and those
// of others among them.
func (l *Log) last(ctx context.Context) (ledger.Position, error) {
	events, err := l.readAll(ctx, 1, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}})
	if err != nil || len(events) == 0 {
		return 0, err
	}
	p := place(events[0].Position)
	l.known.raise(p)
	return p, nil
}

func (l *Log) readAll(ctx context.Context, count uint64, opts esdb.ReadAllOptions) ([]*esdb.RecordedEvent, error) {
	return l.read(ctx, count, func(ctx context.Context, c *esdb.Client, count uint64) (*esdb.ReadStream, error) {
		return c.ReadAll(ctx, opts, count)
	})
}

// first reads the page of all events at a position, or at the place right before
// the event that follows it.
func (l *Log) first(ctx context.Context, from ledger.Position, direction esdb.Direction) ([]*esdb.RecordedEvent, error) {
	opts := esdb.ReadAllOptions{Direction: direction, From: esdb.Start{}}
	switch {
	case from > 0:
		opts.From = at(from)
	case direction == esdb.Backwards:
		opts.From = esdb.End{}
	}
	events, err := l.readAll(ctx, pageSize, opts)
	if from > 0 && foreign(err) {
		opts.From = at(from + 1)
		events, err = l.readAll(ctx, pageSize, opts)
	}
	if foreign(err) {
		return nil, fmt.Errorf("%w: %w", ledger.ErrPosition, err)
	}
	return events, err
}

// after yields the events after a position, up to end. The cluster begins with
// the one at it.
func (l *Log) after(ctx context.Context, y *yielder, from, end ledger.Position) error {
	events, err := l.first(ctx, from, esdb.Forwards)
	for ; err == nil; events, err = l.readAll(ctx, pageSize, esdb.ReadAllOptions{Direction: esdb.Forwards, From: at(from)}) {
		before := from
		for _, e := range events {
			p := place(e.Position)
			if p > end {
				return nil
			}
			if p <= from {
				continue
			}
			from = p
			if _, ours := l.prefix.name(e.StreamID); !ours {
				continue
			}
			if y.event(e); y.stopped {
				return nil
			}
		}
		if len(events) < pageSize || from == before {
			return nil
		}
	}
	return err
}

// before yields the events before a position, downwards; before the end where it
// is 0. The cluster leaves the one at it out.
func (l *Log) before(ctx context.Context, y *yielder, from ledger.Position) error {
	events, err := l.first(ctx, from, esdb.Backwards)
	for ; err == nil; events, err = l.readAll(ctx, pageSize, esdb.ReadAllOptions{Direction: esdb.Backwards, From: at(from)}) {
		for _, e := range events {
			from = place(e.Position)
			if _, ours := l.prefix.name(e.StreamID); !ours {
				continue
			}
			if y.event(e); y.stopped {
				return nil
			}
		}
		if len(events) < pageSize {
			return nil
		}
	}
	return err
}
