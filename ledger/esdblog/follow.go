package esdblog

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"waymark/ledger"
)

// How much of other streams the cluster looks through for one of ours before it
// says how far it is: searchWindow events at a time, every checkpointEvery times.
const (
	searchWindow    = 500
	checkpointEvery = 2
)

// followBuffer is how many deliveries may wait for who follows.
const followBuffer = 256

// Follow implements [ledger.Log]. It outlives outages, for as long as they take.
// CaughtUp comes each time the node that feeds the follower says so, and tells of
// what that node held.
func (l *Log) Follow(ctx context.Context, after ledger.Position) (<-chan ledger.Delivery, func() error) {
	f := &follower{log: l, ctx: ctx, after: after, out: make(chan ledger.Delivery, followBuffer)}
	done, err := l.begin()
	if err != nil {
		f.err = err
		close(f.out)
		return f.out, f.error
	}
	go func() {
		defer done()
		defer close(f.out)
		f.err = f.run()
	}()
	return f.out, f.error
}

// A follower delivers the log to one channel.
type follower struct {
	log   *Log
	ctx   context.Context
	after ledger.Position // all up to it was delivered
	out   chan ledger.Delivery
	err   error // set before out is closed
}

func (f *follower) error() error { return f.err }

// run subscribes again and again, until ctx ends or the error is for good.
func (f *follower) run() error {
	if err := f.check(); err != nil {
		return err
	}
	for pause := pause(0); ; {
		before := f.after
		err := f.subscribe()
		switch {
		case f.log.life.Err() != nil:
			return ledger.ErrClosed
		case f.ctx.Err() != nil:
			return f.ctx.Err()
		case foreign(err):
			return fmt.Errorf("follow after %d: %w: %w", f.after, ledger.ErrPosition, err)
		case refused(err), errors.Is(err, ledger.ErrDamaged):
			return fmt.Errorf("follow after %d: %w", f.after, err)
		}
		f.log.opts.Logger.Warn("no longer fed by the cluster; asking again", "after", f.after, "error", err)
		if f.after != before {
			pause = 0
		}
		if err := pause.wait(f.ctx, f.log); err != nil {
			return err
		}
	}
}

// check refuses a position beyond the end: the cluster would wait there for ever.
func (f *follower) check() error {
	if f.after == 0 {
		return nil
	}
	end, err := f.log.last(f.ctx)
	if err == nil && f.after > end {
		err = fmt.Errorf("follow after %d, the log ends at %d: %w", f.after, end, ledger.ErrPosition)
	}
	return err
}

// subscribe delivers what one subscription gives, and returns why it ended.
func (f *follower) subscribe() error {
	ctx, cancel := context.WithCancel(f.ctx)
	defer cancel()
	defer context.AfterFunc(f.log.life, cancel)()
	in, ended := make(chan ledger.Delivery), make(chan error, 1)
	done, err := f.log.begin()
	if err != nil {
		return err
	}
	go func(after ledger.Position) {
		defer done()
		ended <- f.log.feed(ctx, after, in)
	}(f.after)
	for {
		select {
		case d := <-in:
			select {
			case f.out <- d:
				f.after = d.At
			case <-ctx.Done():
				return ctx.Err()
			}
		case err := <-ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// feed passes on what a client of its own is told after a position.
func (l *Log) feed(ctx context.Context, after ledger.Position, in chan<- ledger.Delivery) error {
	config := l.feeder
	client, err := esdb.NewClient(&config)
	if err != nil {
		return err
	}
	defer client.Close()
	opts := esdb.SubscribeToAllOptions{
		From:            esdb.Start{}, // nil would be the end
		MaxSearchWindow: searchWindow, CheckpointInterval: checkpointEvery,
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{string(l.prefix)}},
	}
	if after > 0 {
		opts.From = at(after)
	}
	return guarded(ctx, client, func(ctx context.Context, c *esdb.Client) error {
		sub, err := c.SubscribeToAll(ctx, opts)
		if err != nil {
			return err
		}
		defer sub.Close()
		for {
			d, err := l.delivery(sub.Recv(), after)
			if err != nil {
				return err
			}
			if d.Kind == ledger.Appended && d.At <= after || d.Kind == ledger.Passed && d.At <= after {
				continue
			}
			select {
			case in <- d:
				after = d.At
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
}

// delivery returns what the cluster says to one who has all up to after; what it
// says beside that is Passed at 0.
func (l *Log) delivery(e *esdb.SubscriptionEvent, after ledger.Position) (ledger.Delivery, error) {
	switch {
	case e.SubscriptionDropped != nil:
		return ledger.Delivery{}, fmt.Errorf("dropped: %w", e.SubscriptionDropped.Error)
	case e.EventAppeared != nil:
		r, err := l.recorded(e.EventAppeared.OriginalEvent())
		l.known.raise(r.Position)
		return ledger.Delivery{Kind: ledger.Appended, Event: r, At: r.Position}, err
	case e.CheckPointReached != nil && e.CheckPointReached.Commit != math.MaxUint64:
		return ledger.Delivery{Kind: ledger.Passed, At: place(*e.CheckPointReached)}, nil
	case e.CaughtUp != nil:
		return ledger.Delivery{Kind: ledger.CaughtUp, At: after}, nil
	}
	return ledger.Delivery{Kind: ledger.Passed}, nil
}
