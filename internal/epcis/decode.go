package epcis

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Decode reads an EPCISDocument, an EPCISQueryDocument, or a bare event with a
// @context, and judges it: against the JSON Schema of EPCIS 2.0, and against
// the rules of the standard that the schema leaves out.
//
// It always returns a document with all that could be read, and every fault.
// The events keep parts of data, which must not be changed afterwards.
func Decode(data []byte, limits Limits) (*Document, Faults) {
	r := newReader(data, limits)
	d := &Document{}
	r.document(data, d)
	r.trailing()
	return d, r.placed(data)
}

// DecodeEvent reads one event. Its namespaces are those of context, and of the
// event's own @context where it has one.
func DecodeEvent(data []byte, context *Context, limits Limits) (*Event, Faults) {
	r := newReader(data, limits)
	r.ctx, r.event = context, 0
	e := r.readEvent()
	r.trailing()
	return e, r.placed(data)
}

// trailing notes text behind the end of the document.
func (r *reader) trailing() {
	if r.end {
		return
	}
	rest := bytes.TrimLeft(r.data[r.dec.InputOffset():], " \t\r\n")
	if len(rest) > 0 {
		r.event = -1
		r.fault(len(r.data)-len(rest), "more text behind the document", "one JSON value")
	}
}

// placed returns the faults in the order of the text, with lines and columns.
func (r *reader) placed(data []byte) Faults {
	if len(r.faults) == 0 {
		return nil
	}
	order := make([]int, len(r.faults))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return r.offsets[a] - r.offsets[b] })
	out := make(Faults, 0, len(order))
	line, start, at := 1, 0, 0
	for _, i := range order {
		offset := min(r.offsets[i], len(data))
		for n := bytes.IndexByte(data[at:offset], '\n'); n >= 0; n = bytes.IndexByte(data[at:offset], '\n') {
			line++
			at += n + 1
			start = at
		}
		f := r.faults[i]
		f.Line, f.Column = line, offset-start+1
		out = append(out, f)
	}
	return out
}

func (r *reader) document(data []byte, d *Document) {
	ahead := topLevel(data)
	if ahead.event() {
		r.event = 0
		d.Type = ahead.kind
		e := r.readEvent()
		if e.Context == nil && !r.end {
			r.missing(0, "@context", "the @context that a bare event needs")
		}
		d.Context, d.Events = e.Context, []*Event{e}
		return
	}
	r.ctx, d.Context, d.Type = ahead.context, ahead.context, ahead.kind
	var has seen
	at, ok := r.object("an EPCISDocument or EPCISQueryDocument", func(name string) { r.documentMember(d, name, &has) })
	if !ok || r.end {
		return
	}
	r.documentRules(d, at, has)
}

// seen says which members an object had.
type seen struct{ context, kind, version, created, body bool }

func (r *reader) documentMember(d *Document, name string, has *seen) {
	switch name {
	case "@context":
		has.context = true
		if d.Context != nil {
			r.skip() // read already, by topLevel
		} else {
			r.context()
		}
	case "type":
		has.kind = true
		s, at, ok := r.text("EPCISDocument or EPCISQueryDocument")
		if ok && s != EPCISDocument && s != EPCISQueryDocument {
			r.fault(at, shown(s), "EPCISDocument or EPCISQueryDocument")
		}
	case "schemaVersion":
		has.version = true
		s, at, ok := r.text("a version such as 2.0")
		if ok && !isVersion(s) {
			r.fault(at, shown(s), "a version such as 2.0")
		}
		d.SchemaVersion = s
	case "creationDate":
		has.created = true
		d.CreationDate = r.time()
	case "id":
		d.ID = r.uri()
	case "sender":
		d.Sender, _, _ = r.text("a string")
	case "receiver":
		d.Receiver, _, _ = r.text("a string")
	case "instanceIdentifier":
		d.InstanceIdentifier, _, _ = r.text("a string")
	case "epcisHeader":
		r.header(d)
	case "epcisBody":
		has.body = true
		r.body(d)
	default:
		r.extension(name, "a standard member of the document", &d.Extensions)
	}
}

func (r *reader) documentRules(d *Document, at int, has seen) {
	require := func(has bool, name, expected string) {
		if !has {
			r.missing(at, name, expected)
		}
	}
	require(has.context, "@context", "the JSON-LD context")
	require(has.kind, "type", "EPCISDocument or EPCISQueryDocument")
	require(has.body, "epcisBody", "an object")
	if d.Type == EPCISDocument {
		require(has.version, "schemaVersion", "a version such as 2.0")
		require(has.created, "creationDate", wantTime)
	}
	ignored := ignoredNames(d)
	for _, e := range d.Events {
		e.HashIgnores = ignored
	}
}

// body reads what the type of the document says the body holds.
func (r *reader) body(d *Document) {
	inner := "eventList"
	if d.Type == EPCISQueryDocument {
		inner = "queryResults"
	}
	found := false
	at, ok := r.object("an object with "+inner, func(name string) {
		switch {
		case name != inner:
			r.extension(name, inner, &d.Extensions)
		case name == "eventList":
			found = true
			r.eventList(d)
		default:
			found = true
			r.queryResults(d)
		}
	})
	if ok && !found {
		r.missing(at, inner, map[string]string{"eventList": "an array of events", "queryResults": "an object"}[inner])
	}
}

func (r *reader) queryResults(d *Document) {
	var named, body bool
	at, ok := r.object("an object", func(name string) {
		switch name {
		case "queryName":
			named = true
			d.QueryName, _, _ = r.text("a string")
		case "subscriptionID":
			d.SubscriptionID, _, _ = r.text("a string")
		case "resultsBody":
			body = true
			r.resultsBody(d)
		default:
			r.extension(name, "a standard member of queryResults", &d.Extensions)
		}
	})
	if ok && !named {
		r.missing(at, "queryName", "a string")
	}
	if ok && !body {
		r.missing(at, "resultsBody", "an object")
	}
}

func (r *reader) resultsBody(d *Document) {
	found := false
	at, ok := r.object("an object", func(name string) {
		switch name {
		case "eventList":
			found = true
			r.eventList(d)
		case "vocabularyList":
			r.vocabularyList(d)
		default:
			r.extension(name, "a standard member of resultsBody", &d.Extensions)
		}
	})
	if ok && !found {
		r.missing(at, "eventList", "an array of events")
	}
}

func (r *reader) eventList(d *Document) {
	at, n := r.array("an array of events", func(i int) {
		if i >= r.limits.Events {
			r.skip()
			return
		}
		r.event, r.elements, r.over = i, 0, false
		d.Events = append(d.Events, r.readEvent())
		r.event, r.over = -1, false
	})
	if n > r.limits.Events {
		r.fault(at, fmt.Sprintf("%d events", n), fmt.Sprintf("at most %d", r.limits.Events))
	}
}

// context reads a @context member.
func (r *reader) context() *Context {
	v := r.value()
	if v == nil {
		return nil
	}
	c, err := ParseContext(v)
	if err != nil {
		r.fault(r.back(len(v)), kindOf(v)+" that is no @context", fmt.Sprintf("a URI, an object, or an array of these, of at most %d bytes", maxContext))
		return nil
	}
	return c
}

func isVersion(s string) bool {
	digit := false
	for i, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			digit = true
		case c == '.' && digit && i < len(s)-1:
			digit = false
		default:
			return false
		}
	}
	return digit
}

// members are what must be known of a document before it is read in order.
type members struct {
	kind    string
	context *Context
	body    bool
}

// event reports whether the members are those of an event.
func (m members) event() bool { return m.kind != "" && !known(m.kind) && !m.body }

// topLevel looks ahead for the type and the context, which may stand behind
// what they explain. It stops where it has both.
func topLevel(data []byte) (m members) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return m
	}
	for dec.PeekKind() == '"' && (m.kind == "" || m.context == nil || !known(m.kind)) {
		name, err := dec.ReadToken()
		if err != nil {
			return m
		}
		key := name.String()
		m.body = m.body || key == "epcisBody"
		if key != "type" && key != "@context" {
			if dec.SkipValue() != nil {
				return m
			}
			continue
		}
		value, err := dec.ReadValue()
		if err != nil {
			return m
		}
		if key == "type" && value.Kind() == '"' {
			m.kind = string(unquoted(value))
		} else if key == "@context" {
			m.context, _ = ParseContext(value)
		}
	}
	return m
}

func known(kind string) bool { return kind == EPCISDocument || kind == EPCISQueryDocument }
