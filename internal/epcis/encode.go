package epcis

import (
	"bytes"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendJSON appends the event as a JSON object. An event that was received is
// written as it was received, with the event ID and record time that it has
// now; an event made here is written from its fields, in the standard's order.
func (e *Event) AppendJSON(dst []byte) []byte { return e.appendJSON(dst, e.RecordTime, nil) }

func (e *Event) appendJSON(dst []byte, recorded time.Time, context jsontext.Value) []byte {
	if e.Raw == nil {
		return e.appendFields(dst, recorded, context)
	}
	w := writer{b: append(dst, '{')}
	if context != nil {
		w.raw("@context", context)
	}
	if e.EventID != "" {
		w.text("eventID", e.EventID)
	}
	if !recorded.IsZero() {
		w.text("recordTime", formatTime(recorded))
	}
	for name, value := range memberPairs(e.Raw) {
		if name != "eventID" && name != "recordTime" && (name != "@context" || context == nil) {
			w.raw(name, value)
		}
	}
	return append(w.b, '}')
}

// Canonical returns the event in the form of RFC 8785, with its event ID and
// without its record time: two events with the same canonical form are the
// same report. Its error is of an event made here that is no JSON, which
// cannot come from [Decode].
func (e *Event) Canonical() (jsontext.Value, error) {
	v := jsontext.Value(e.appendJSON(nil, time.Time{}, nil))
	if err := v.Canonicalize(); err != nil {
		return nil, fmt.Errorf("canonical form of event %s: %w", e.EventID, err)
	}
	return v, nil
}

// Equal reports whether two events have the same canonical form.
func Equal(a, b *Event) bool {
	x, errX := a.Canonical()
	y, errY := b.Canonical()
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// A writer appends members to a JSON object.
type writer struct{ b []byte }

func (w *writer) name(name string) {
	if c := w.b[len(w.b)-1]; c != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(w.b, quoted(name)...), ':')
}

// raw writes a value as it is, without the white space around it.
func (w *writer) raw(name string, value jsontext.Value) {
	w.name(name)
	w.b = appendCompact(w.b, value)
}

// text writes a string, and nothing for an empty one.
func (w *writer) text(name, value string) {
	if value != "" {
		w.name(name)
		w.b = appendText(w.b, value)
	}
}

// time writes an instant, and nothing for the zero time.
func (w *writer) time(name string, t time.Time) {
	if !t.IsZero() {
		w.text(name, formatTime(t))
	}
}

// number writes a number, and nothing for an absent one.
func (w *writer) number(name string, n Number) {
	if n != "" {
		w.name(name)
		w.b = append(w.b, n...)
	}
}

// texts writes a list of strings, and nothing for a nil one.
func (w *writer) texts(name string, list []string) {
	if list == nil {
		return
	}
	writeList(w, name, list, func(w *writer, s string) { w.b = appendText(w.b, s) })
}

// object writes a value that is an object.
func (w *writer) object(name string, members func()) {
	w.name(name)
	w.b = append(w.b, '{')
	members()
	w.b = append(w.b, '}')
}

// extensions writes the members outside the standard.
func (w *writer) extensions(list []Extension) {
	for _, x := range list {
		w.raw(x.Name, x.Value)
	}
}

// writeList writes an array, each element by write.
func writeList[T any](w *writer, name string, list []T, write func(w *writer, element T)) {
	w.name(name)
	w.b = append(w.b, '[')
	for i, element := range list {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		write(w, element)
	}
	w.b = append(w.b, ']')
}

// writeObjects writes an array of objects, and nothing for a nil one.
func writeObjects[T any](w *writer, name string, list []T, members func(w *writer, element *T)) {
	if list == nil {
		return
	}
	writeList(w, name, list, func(w *writer, element T) {
		w.b = append(w.b, '{')
		members(w, &element)
		w.b = append(w.b, '}')
	})
}

// appendText appends s as a JSON string.
func appendText(b []byte, s string) []byte {
	out, err := jsontext.AppendQuote(b, s)
	if err != nil {
		return append(b, `""`...) // only for invalid UTF-8, which Decode refuses
	}
	return out
}

// appendCompact appends a value without white space, its strings untouched.
func appendCompact(b []byte, v jsontext.Value) []byte {
	out, err := jsontext.AppendFormat(b, v, jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true))
	if err != nil {
		return append(b, "null"...)
	}
	return out
}
