// Package ledger is the append-only record of everything that happened.
//
// A [Log] keeps events in one total order, by [Position], and in streams, by
// revision. Engines live below this package: pebblelog keeps the log in an
// embedded Pebble database. Every engine passes the tests of ledgertest.
//
// What arrives from outside is recorded as captures: one capture is one append
// to one stream of its own, named by the capture's id, that must not exist yet
// ([NoStream]). With event ids that follow from the content ([EventID]) this
// makes a repeat harmless, for ever and on any node, without a read before the
// write: the same capture again returns the first receipt, and the same id
// with other content is [ErrConflict]. Everything else that has a life of its
// own is a stream with exact revisions; see [Decide].
package ledger

import (
	"context"
	"errors"
	"iter"
	"time"

	"waymark/ledger/event"
)

// A Position orders the events of one log. It grows strictly, need not be
// dense, is stable for ever, and means nothing outside the log it came from.
// Zero lies before the first event.
type Position uint64

// Expected is the condition of an append: the revision of the stream's last
// event. There is no "any": it could not be repeated safely.
type Expected int64

// NoStream asks for a stream that has no events yet.
const NoStream Expected = -1

// Recorded is an event as the log holds it.
type Recorded struct {
	event.Event
	Position Position
	Stream   string
	Revision int64     // place in the stream, counted from 0
	Created  time.Time // when the log accepted it, by the log's clock, in whole milliseconds; see [Importer]
}

// A Receipt says where an append's last event lies.
type Receipt struct {
	Position  Position
	Revision  int64
	Duplicate bool // the events were recorded before; nothing was written now
}

// Kind tells deliveries apart.
type Kind int

const (
	Appended Kind = iota // Event is set
	Passed               // nothing of ours lies between the last delivery and At
	CaughtUp             // all that the log held at this moment has been delivered
)

// A Delivery is one step of following a log.
type Delivery struct {
	Kind  Kind
	Event Recorded
	At    Position // safe to resume after, once this delivery is dealt with
}

var (
	// ErrConflict: the stream is not at the expected revision.
	ErrConflict = errors.New("stream is not at the expected revision")
	// ErrTooLarge: the append exceeds [MaxAppend] or an event [MaxEvent].
	ErrTooLarge = errors.New("append too large")
	// ErrInvalid: the append is malformed; it can never succeed.
	ErrInvalid = errors.New("invalid append")
	// ErrPosition: the position is not of this log.
	ErrPosition = errors.New("position is not of this log")
	// ErrClosed: the log is closed.
	ErrClosed = errors.New("log is closed")
	// ErrUnknown: the append may or may not have happened. The same append
	// again, with the same ids and the same expectation, is safe.
	ErrUnknown = errors.New("outcome unknown")
	// ErrNoSpace: the log takes no appends until there is room on its disk.
	ErrNoSpace = errors.New("no space left for the log")
	// ErrBusy: the log's queue is full; the append did not happen.
	ErrBusy = errors.New("log is busy")
	// ErrDamaged: what the log holds fails its checks.
	ErrDamaged = errors.New("log is damaged")
)

// MaxAppend bounds the data, metadata and type names of one append, in bytes,
// and MaxEvent those of one event.
const (
	MaxAppend = 1_000_000
	MaxEvent  = 256 << 10
)

// A Log records events. Its methods may be called concurrently.
type Log interface {
	// Append adds events to the end of stream, all or none, next to each other
	// in the log; when it returns without an error they are durable. If the
	// events at expected+1 and after already have these ids, nothing is added
	// and the first receipt comes back, marked Duplicate.
	Append(ctx context.Context, stream string, expected Expected, events ...event.Event) (Receipt, error)
	// Stream yields a stream's events from a revision on, or downwards from it
	// (from < 0: from the last). A stream that does not exist is empty.
	Stream(ctx context.Context, stream string, from int64, backward bool) iter.Seq2[Recorded, error]
	// All yields the events after a position, or those before it, downwards
	// (0 backward: from the last), up to what is durable when it is called.
	All(ctx context.Context, at Position, backward bool) iter.Seq2[Recorded, error]
	// Follow delivers the events after a position in order, each once, for
	// ever. Nothing is delivered before it is durable. The channel closes when
	// ctx ends or on an error that cannot heal; err then tells.
	Follow(ctx context.Context, after Position) (c <-chan Delivery, err func() error)
	// Close ends the log. Calls under way return ErrClosed.
	Close() error
}
