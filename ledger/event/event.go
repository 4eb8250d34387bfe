// Package event says what an event is: a named, versioned fact about the past.
//
// An event type is declared once, with [Define], in the package that owns its
// meaning. The declaration carries the upcasters that bring payloads written
// under older schema versions up to date, so the current version is never
// stated apart from them: it is one more than their number.
//
// Payloads are JSON. Where the payload arrived from outside as JSON, the bytes
// kept are the bytes received: they are the evidence, and hashes are taken
// over them, never over a second encoding.
//
// This package does no I/O and imports nothing else of this module.
package event

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// An Event is a fact: something that happened, with its details.
type Event struct {
	// ID names the event for ever. It is never uuid.Nil and is the same again
	// on a retry, which is what makes recording an event idempotent.
	ID uuid.UUID
	// Type is the name given to [Define] and the schema version the payload
	// was written under, such as "hop.recorded@1".
	Type string
	// Data is the payload, encoded.
	Data []byte
	// Meta is what the recorder adds to the payload: who sent it.
	Meta []byte

	// Value is the decoded payload where whoever appended the event had it at
	// hand. It is never stored; a log hands it on to followers of its live
	// tail so that they need not decode again.
	Value any
}

// An Upcaster rewrites the fields of a payload from one schema version to the
// next.
type Upcaster func(fields map[string]any) error

// A Type is one kind of event whose payload is a T.
type Type[T any] struct {
	name      string
	upcasters []Upcaster
}

// Define declares the event type name, whose payload is a T. The n'th upcaster
// lifts a payload from schema version n to n+1.
func Define[T any](name string, upcasters ...Upcaster) Type[T] {
	return Type[T]{name, upcasters}
}

// New returns an event of this type at its current version.
// Data, where it is not nil, is the payload as it was received and must decode
// to value; otherwise the value is encoded.
func (t Type[T]) New(id uuid.UUID, value T, data []byte) (Event, error) {
	if data == nil {
		var err error
		if data, err = json.Marshal(value, json.Deterministic(true)); err != nil {
			return Event{}, fmt.Errorf("encode %s: %w", t.name, err)
		}
	}
	return Event{ID: id, Type: t.Stored(), Data: data, Value: value}, nil
}

// Name returns the name of the type, without a version.
func (t Type[T]) Name() string { return t.name }

// Version returns the current schema version of the type, counted from 1.
func (t Type[T]) Version() int { return len(t.upcasters) + 1 }

// Stored returns the type as written on events at its current version.
func (t Type[T]) Stored() string { return t.name + "@" + strconv.Itoa(t.Version()) }

// Zero returns an empty payload of the type.
func (t Type[T]) Zero() any { var v T; return v }

// Decode returns the payload in data, written at version, as a T.
func (t Type[T]) Decode(version int, data []byte) (any, error) {
	if version < 1 || version > t.Version() {
		return nil, fmt.Errorf("schema version %d, want 1 to %d", version, t.Version())
	}
	data, err := upcast(t.upcasters[version-1:], data)
	if err != nil {
		return nil, fmt.Errorf("upcast from version %d: %w", version, err)
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	return v, nil
}

// splitType splits a stored type into its name and version.
func splitType(stored string) (name string, version int, ok bool) {
	name, v, found := strings.Cut(stored, "@")
	if !found {
		return "", 0, false
	}
	version, err := strconv.Atoi(v)
	return name, version, err == nil
}
