package pebblelog

import (
	"context"
	"fmt"

	"waymark/ledger"
	"waymark/ledger/event"
)

// Append implements [ledger.Log]. Beside the errors named there it returns
// [ErrReadOnly]. It keeps no reference to the events' bytes, but hands their
// Value on to followers.
func (l *Log) Append(ctx context.Context, stream string, expected ledger.Expected, events ...event.Event) (ledger.Receipt, error) {
	if err := ledger.Validate(stream, expected, events); err != nil {
		return ledger.Receipt{}, err
	}
	if err := l.refusal(); err != nil {
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w", stream, err)
	}
	if err := ctx.Err(); err != nil {
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w", stream, err)
	}
	r := newRequest(stream, expected, events)
	if err := l.queue.push(r); err != nil {
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w", stream, err)
	}
	select {
	case <-r.done:
		return r.receipt, r.err
	case <-ctx.Done():
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w: %w", stream, ledger.ErrUnknown, ctx.Err())
	case <-l.halted:
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w: the log has failed", stream, ledger.ErrUnknown)
	}
}

// refusal returns why no append is taken at the moment, if so.
func (l *Log) refusal() error {
	if l.opts.ReadOnly {
		return ErrReadOnly
	}
	if err := l.damaged.Load(); err != nil {
		return fmt.Errorf("%w: no appends since damage was met: %w", ledger.ErrDamaged, *err)
	}
	if err := l.failed.Load(); err != nil {
		return fmt.Errorf("%w: it has failed: %w", ledger.ErrClosed, *err)
	}
	if l.noSpace.Load() {
		return ledger.ErrNoSpace
	}
	return nil
}

// newRequest encodes the events on the caller's time.
func newRequest(stream string, expected ledger.Expected, events []event.Event) *request {
	size := 0
	for i := range events {
		size += recordSize(stream, &events[i])
	}
	r := &request{
		stream:   stream,
		hash:     hashStream(stream),
		expected: expected,
		size:     size,
		done:     make(chan struct{}, 1),
	}
	r.records, r.events = r.oneRecord[:], r.oneEvent[:]
	if len(events) > 1 {
		r.records, r.events = make([][]byte, len(events)), make([]ledger.Recorded, len(events))
	}
	buf := make([]byte, 0, size)
	for i := range events {
		revision := int64(expected) + 1 + int64(i)
		start := len(buf)
		var own event.Event
		buf, own = appendRecord(buf, stream, revision, &events[i])
		r.records[i] = buf[start:len(buf):len(buf)]
		r.events[i] = ledger.Recorded{Event: own, Stream: stream, Revision: revision}
	}
	return r
}
