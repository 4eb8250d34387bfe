package esdblog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"waymark/ledger"
)

// pageSize is how many events are read at a time. A page that breaks is read
// again; none is handed on before it is whole.
const pageSize = 128

// A page reads up to count events.
type page func(ctx context.Context, c *esdb.Client, count uint64) (*esdb.ReadStream, error)

// read reads a page on the leader, as often as it takes.
func (l *Log) read(ctx context.Context, count uint64, open page) ([]*esdb.RecordedEvent, error) {
	for pause := pause(0); ; {
		events, err := l.readOnce(ctx, count, open)
		switch {
		case err == nil:
			return events, nil
		case code(err) == esdb.ErrorCodeResourceNotFound:
			return nil, nil
		case refused(err), foreign(err), errors.Is(err, ledger.ErrClosed):
			return nil, explained(err)
		}
		if werr := pause.wait(ctx, l); werr != nil {
			return nil, fmt.Errorf("%w: %w", werr, err)
		}
	}
}

func (l *Log) readOnce(ctx context.Context, count uint64, open page) ([]*esdb.RecordedEvent, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	result := make(chan []*esdb.RecordedEvent, 1)
	err := l.call(ctx, func(ctx context.Context, c *esdb.Client) error {
		s, err := open(ctx, c, count)
		if err != nil {
			return err
		}
		defer s.Close()
		var events []*esdb.RecordedEvent
		for {
			e, err := s.Recv()
			if errors.Is(err, io.EOF) {
				result <- events
				return nil
			}
			if err != nil {
				return err
			}
			events = append(events, e.OriginalEvent())
		}
	})
	if err != nil {
		return nil, err
	}
	return <-result, nil
}

// yielder hands events of the ledger's on.
type yielder struct {
	log     *Log
	yield   func(ledger.Recorded, error) bool
	stopped bool
}

func (y *yielder) event(e *esdb.RecordedEvent) {
	r, err := y.log.recorded(e)
	if err == nil {
		y.log.known.raise(r.Position)
	}
	y.stopped = !y.yield(r, err) || err != nil
}

func (y *yielder) fail(what string, err error) {
	if err != nil && !y.stopped {
		y.stopped = true
		y.yield(ledger.Recorded{}, fmt.Errorf("%s: %w", what, err))
	}
}

// Stream implements [ledger.Log].
func (l *Log) Stream(ctx context.Context, stream string, from int64, backward bool) iter.Seq2[ledger.Recorded, error] {
	return func(yield func(ledger.Recorded, error) bool) {
		y := &yielder{log: l, yield: yield}
		y.fail("read stream "+stream, l.stream(ctx, y, stream, from, backward))
	}
}

func (l *Log) stream(ctx context.Context, y *yielder, stream string, from int64, backward bool) error {
	opts := esdb.ReadStreamOptions{Direction: esdb.Forwards, From: esdb.Revision(uint64(max(from, 0)))}
	if backward {
		opts.Direction = esdb.Backwards
		if from < 0 {
			opts.From = esdb.End{}
		}
	}
	for {
		events, err := l.read(ctx, pageSize, func(ctx context.Context, c *esdb.Client, count uint64) (*esdb.ReadStream, error) {
			return c.ReadStream(ctx, l.prefix.stored(stream), opts, count)
		})
		if err != nil {
			return err
		}
		for _, e := range events {
			if y.event(e); y.stopped {
				return nil
			}
		}
		if len(events) < pageSize {
			return nil
		}
		last := events[len(events)-1].EventNumber
		if backward && last == 0 {
			return nil
		}
		if backward {
			opts.From = esdb.Revision(last - 1)
		} else {
			opts.From = esdb.Revision(last + 1)
		}
	}
}
