package esdblog

import (
	"context"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"waymark/ledger"
	"waymark/ledger/event"
)

// maxAppend is what the cluster takes in one append, in bytes, unless it was
// told otherwise.
const maxAppend = 1 << 20

// Append implements [ledger.Log]. It waits for the cluster until ctx ends; ctx
// should have a deadline.
func (l *Log) Append(ctx context.Context, stream string, expected ledger.Expected, events ...event.Event) (ledger.Receipt, error) {
	if err := ledger.Validate(stream, expected, events); err != nil {
		return ledger.Receipt{}, err
	}
	a := &attempt{log: l, stream: stream, expected: expected, data: make([]esdb.EventData, len(events))}
	for i, e := range events {
		a.data[i] = packed(e)
	}
	return a.make(ctx)
}

// An attempt is an append, made as often as it takes to learn what became of it.
type attempt struct {
	log      *Log
	stream   string
	expected ledger.Expected
	data     []esdb.EventData
	sent     bool // it may have happened
}

// make makes the append, unless the cluster would not take it for its size.
func (a *attempt) make(ctx context.Context) (ledger.Receipt, error) {
	size := 0
	for _, d := range a.data {
		size += len(d.Data) + len(d.Metadata) + 2*len(d.EventType)
	}
	if size > maxAppend {
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w: the cluster counts %d B, at most %d", a.stream, ledger.ErrTooLarge, size, maxAppend)
	}
	rc, err := a.append(ctx)
	if err != nil {
		return ledger.Receipt{}, fmt.Errorf("append to %s at revision %d: %w", a.stream, a.expected, err)
	}
	return rc, nil
}

func (a *attempt) append(ctx context.Context) (ledger.Receipt, error) {
	horizon, err := a.log.horizon(ctx)
	if err != nil {
		return ledger.Receipt{}, err // nothing was sent
	}
	for pause := pause(0); ; {
		rc, err := a.send(ctx)
		if err == nil {
			rc.Duplicate = !a.log.known.claim(rc.Position, horizon)
			return rc, nil
		}
		if unfit(err) {
			return ledger.Receipt{}, fmt.Errorf("%w: %w", ledger.ErrInvalid, err)
		}
		if refused(err) {
			return ledger.Receipt{}, a.outcome(explained(err), code(err) == esdb.ErrorCodeWrongExpectedVersion)
		}
		if !errors.Is(err, ledger.ErrClosed) {
			if werr := pause.wait(ctx, a.log); werr == nil {
				continue
			} else if !errors.Is(err, werr) {
				err = fmt.Errorf("%w: %w", werr, err)
			}
		}
		return ledger.Receipt{}, a.outcome(err, false)
	}
}

// outcome says of an append that is given up whether it may have happened. A
// conflict is certain: had the append happened, a repeat would not conflict.
func (a *attempt) outcome(err error, certain bool) error {
	if a.sent && !certain {
		return fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
	}
	return err
}

// send makes the append once.
func (a *attempt) send(ctx context.Context) (ledger.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Receipt{}, err
	}
	opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	if a.expected >= 0 {
		opts.ExpectedRevision = esdb.Revision(uint64(a.expected))
	}
	answer := make(chan *esdb.WriteResult, 1) // a call left behind may still write it
	err := a.log.call(ctx, func(ctx context.Context, c *esdb.Client) error {
		w, err := c.AppendToStream(ctx, a.log.prefix.stored(a.stream), opts, a.data...)
		if err == nil {
			answer <- w
		}
		return err
	})
	if err != nil {
		a.sent = a.sent || !refused(err)
		return ledger.Receipt{}, err
	}
	a.sent = true
	w := <-answer
	rc := ledger.Receipt{Revision: int64(a.expected) + int64(len(a.data))}
	if w.CommitPosition > 0 {
		rc.Position = ledger.Position(w.CommitPosition + 1)
		return rc, nil
	}
	// Of a repeat the cluster may know no position.
	for r, err := range a.log.Stream(ctx, a.stream, rc.Revision, false) {
		rc.Position = r.Position
		return rc, err
	}
	return rc, errors.New("acknowledged, but not in its stream")
}
