package pebblelog

import (
	"context"
	"fmt"

	"waymark/ledger"
)

// Followers read up to that many events at a time and have a channel that
// holds as many, so that neither side waits for the other event by event.
const followChunk = 256

// Follow implements [ledger.Log]. CaughtUp comes when the follower has reached
// the live tail for the first time, and again after each time it fell so far
// behind that it was fed from the database. Events from the live tail keep
// their Value, and share their bytes with other followers: they must not be
// changed.
func (l *Log) Follow(ctx context.Context, after ledger.Position) (<-chan ledger.Delivery, func() error) {
	f := &follower{log: l, ctx: ctx, after: after, out: make(chan ledger.Delivery, followChunk)}
	if end := l.Last(); after > end {
		f.err = fmt.Errorf("follow after %d, the log ends at %d: %w", after, end, ledger.ErrPosition)
		close(f.out)
		return f.out, f.error
	}
	l.reads.RLock()
	defer l.reads.RUnlock()
	select {
	case <-l.quit:
		f.err = ledger.ErrClosed
		close(f.out)
	default:
		l.others.Add(1)
		go f.run()
	}
	return f.out, f.error
}

// A follower delivers the log to one channel.
type follower struct {
	log    *Log
	ctx    context.Context
	after  ledger.Position // the last position delivered
	caught bool            // CaughtUp was delivered and the follower kept up since
	out    chan ledger.Delivery
	err    error // set before out is closed
}

func (f *follower) error() error { return f.err }

func (f *follower) run() {
	defer f.log.others.Done()
	defer close(f.out)
	var dec decoder
	buf := make([]ledger.Recorded, 0, followChunk)
	for f.err == nil {
		events, grew, held := f.log.live.read(buf[:0], f.after, followChunk)
		switch {
		case !held:
			f.caught = false
			f.catchUp(&dec, buf)
		case len(events) > 0:
			f.deliver(events)
			clear(events) // hold nothing while waiting
		case !f.caught:
			f.caught = true
			f.send(ledger.Delivery{Kind: ledger.CaughtUp, At: f.after})
		default:
			f.wait(grew)
		}
	}
}

// catchUp delivers a chunk from the database.
func (f *follower) catchUp(dec *decoder, buf []ledger.Recorded) {
	end := f.log.Last()
	events, _, err := f.log.guarded(dec, buf[:0], followChunk, func(dec *decoder, buf []ledger.Recorded, n int) ([]ledger.Recorded, bool, error) {
		buf, err := f.log.after(dec, buf, f.after, end, n)
		return buf, true, err
	})
	f.deliver(events)
	clear(events)
	if f.err == nil {
		f.err = err
	}
}

func (f *follower) deliver(events []ledger.Recorded) {
	for i := range events {
		e := &events[i]
		if !f.send(ledger.Delivery{Kind: ledger.Appended, Event: *e, At: e.Position}) {
			return
		}
		f.after = e.Position
	}
}

// send delivers d, or ends the follower and returns false.
func (f *follower) send(d ledger.Delivery) bool {
	if f.err = f.ctx.Err(); f.err != nil {
		return false
	}
	select {
	case f.out <- d:
		return true
	default:
	}
	select {
	case <-f.ctx.Done():
		f.err = f.ctx.Err()
	case <-f.log.quit:
		f.err = ledger.ErrClosed
	case f.out <- d:
		return true
	}
	return false
}

func (f *follower) wait(grew <-chan struct{}) {
	select {
	case <-grew:
	case <-f.ctx.Done():
		f.err = f.ctx.Err()
	case <-f.log.quit:
		f.err = ledger.ErrClosed
	}
}
