package ledger

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"waymark/ledger/event"
)

// MaxName bounds the names of streams and of event types, in bytes.
const MaxName = 255

// Validate returns why no engine may take the append, if so: an error that is
// [ErrInvalid] or [ErrTooLarge]. Engines call it before anything else.
func Validate(stream string, expected Expected, events []event.Event) error {
	if err := validName("stream", stream); err != nil {
		return err
	}
	if expected < NoStream {
		return fmt.Errorf("%w to %s: expected revision %d", ErrInvalid, stream, expected)
	}
	if len(events) == 0 {
		return fmt.Errorf("%w to %s: no events", ErrInvalid, stream)
	}
	total := 0
	for i, e := range events {
		size, err := validEvent(e)
		if err != nil {
			return fmt.Errorf("append to %s, event %d: %w", stream, i, err)
		}
		total += size
	}
	if repeatsID(events) {
		return fmt.Errorf("%w to %s: two events with one id", ErrInvalid, stream)
	}
	if total > MaxAppend {
		return fmt.Errorf("append to %s: %w: %d B, at most %d", stream, ErrTooLarge, total, MaxAppend)
	}
	return nil
}

// validEvent returns what the event counts against the limits, in bytes.
func validEvent(e event.Event) (int, error) {
	if e.ID == uuid.Nil {
		return 0, fmt.Errorf("%w: no id", ErrInvalid)
	}
	if err := validName("event type", e.Type); err != nil {
		return 0, err
	}
	size := len(e.Data) + len(e.Meta) + len(e.Type)
	if size > MaxEvent {
		return 0, fmt.Errorf("%w: %d B, at most %d", ErrTooLarge, size, MaxEvent)
	}
	return size, nil
}

// validName refuses what an engine may keep for itself ("$") or cannot store.
func validName(kind, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: empty %s name", ErrInvalid, kind)
	case len(name) > MaxName:
		return fmt.Errorf("%w: %s name of %d B, at most %d", ErrInvalid, kind, len(name), MaxName)
	case name[0] == '$':
		return fmt.Errorf("%w: %s name %q begins with $", ErrInvalid, kind, name)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("%w: %s name %q is not plain text", ErrInvalid, kind, name)
	}
	return nil
}

func repeatsID(events []event.Event) bool {
	if len(events) == 1 {
		return false
	}
	seen := make(map[uuid.UUID]bool, len(events))
	for _, e := range events {
		if seen[e.ID] {
			return true
		}
		seen[e.ID] = true
	}
	return false
}
