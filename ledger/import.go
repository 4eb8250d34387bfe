package ledger

import (
	"context"
	"fmt"
	"iter"
	"time"

	"waymark/ledger/event"
)

// An Importer is a log that can take over what another log recorded. A ledger is
// moved so; nothing else records an event at another time than its own.
type Importer interface {
	Log
	// Import appends groups in their order. A group is events of one stream with
	// one revision after the other, and is added as by Append at the revision
	// before its first, all or none; repeats are harmless. Events keep the time
	// at which the other log accepted them; their positions are new.
	//
	// A group is in the log only if all before it are, so that what is there
	// after any end is a beginning of what was to be imported. Import waits where
	// the log is busy or cannot be reached, until ctx ends. It calls told with
	// each group and its receipt, in order, before it returns. Events that others
	// append meanwhile come in between: the caller sees to it that nobody does.
	Import(ctx context.Context, groups iter.Seq2[[]Recorded, error], told func([]Recorded, Receipt)) error
}

// lastCreated is the last time that every engine can store: 48 bits of
// milliseconds.
const lastCreated = 1<<48 - 1

// ValidateImport returns why no engine may import a group, if so, as [Validate]
// does, and the append that it is otherwise.
func ValidateImport(group []Recorded) (stream string, expected Expected, events []event.Event, err error) {
	if len(group) == 0 {
		return "", 0, nil, fmt.Errorf("%w: import of no events", ErrInvalid)
	}
	stream, expected = group[0].Stream, Expected(group[0].Revision-1)
	events = make([]event.Event, len(group))
	for i, r := range group {
		if r.Stream != stream || r.Revision != group[0].Revision+int64(i) {
			return "", 0, nil, fmt.Errorf("%w: import of revision %d of %s after revision %d of %s",
				ErrInvalid, r.Revision, r.Stream, group[i-1].Revision, group[i-1].Stream)
		}
		if ms := r.Created.UnixMilli(); ms <= 0 || ms > lastCreated || !r.Created.Equal(time.UnixMilli(ms)) {
			return "", 0, nil, fmt.Errorf("%w to %s: import of an event recorded at %v: want whole milliseconds after 1970", ErrInvalid, stream, r.Created)
		}
		events[i] = r.Event
	}
	return stream, expected, events, Validate(stream, expected, events)
}
