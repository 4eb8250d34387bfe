package epcis

import (
	"bytes"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// QueryResults says what an EPCISQueryDocument answers.
type QueryResults struct {
	QueryName      string // "SimpleEventQuery" where the query has no name
	SubscriptionID string // empty unless a subscription delivers it
	CreationDate   time.Time
}

// AppendDocument appends an EPCISDocument that holds the events.
func AppendDocument(dst []byte, created time.Time, events []*Event) []byte {
	w, contexts := begin(dst, EPCISDocument, created, events)
	w.object("epcisBody", func() { w.events(events, contexts) })
	return append(w.b, '}')
}

// AppendQueryDocument appends an EPCISQueryDocument that holds the events.
func AppendQueryDocument(dst []byte, q QueryResults, events []*Event) []byte {
	w, contexts := begin(dst, EPCISQueryDocument, q.CreationDate, events)
	if q.QueryName == "" {
		q.QueryName = "SimpleEventQuery"
	}
	w.object("epcisBody", func() {
		w.object("queryResults", func() {
			w.text("queryName", q.QueryName)
			w.text("subscriptionID", q.SubscriptionID)
			w.object("resultsBody", func() { w.events(events, contexts) })
		})
	})
	return append(w.b, '}')
}

// AppendBare appends the event as a document of its own, with its @context.
func (e *Event) AppendBare(dst []byte) []byte {
	return e.appendJSON(dst, e.RecordTime, e.Context.JSON())
}

func begin(dst []byte, kind string, created time.Time, events []*Event) (*writer, []jsontext.Value) {
	document, contexts := collect(events)
	w := &writer{b: append(dst, '{')}
	w.raw("@context", document)
	w.text("type", kind)
	w.text("schemaVersion", "2.0")
	w.time("creationDate", created)
	return w, contexts
}

func (w *writer) events(events []*Event, contexts []jsontext.Value) {
	w.name("eventList")
	w.b = append(w.b, '[')
	for i, e := range events {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = e.appendJSON(w.b, e.RecordTime, contexts[i])
	}
	w.b = append(w.b, ']')
}

// collect returns the context of a document of the events, and for each event
// its own where it cannot share: where the same prefix has another namespace.
func collect(events []*Event) (document jsontext.Value, own []jsontext.Value) {
	all := NewContext()
	own = make([]jsontext.Value, len(events))
	var last *Context
	for i, e := range events {
		if e.Context == nil || e.Context == last {
			continue
		}
		if i > 0 && (all.conflicts(e.Context) || e.Context.conflicts(all)) {
			own[i] = e.Context.JSON()
			continue
		}
		all.merge(e.Context)
		last = e.Context
	}
	return all.JSON(), own
}

// conflicts reports whether a prefix that other declares means something else
// in c, where the standard's prefixes have a meaning too.
func (c *Context) conflicts(other *Context) bool {
	for _, p := range other.prefixes {
		if namespace, ok := c.Namespace(p.name); ok && namespace != p.namespace {
			return true
		}
	}
	return false
}

// merge adds the elements of other that c lacks.
func (c *Context) merge(other *Context) {
next:
	for _, e := range other.elements {
		if e.Kind() == '"' && standardURL(string(unquoted(e))) {
			continue
		}
		for _, has := range c.elements {
			if bytes.Equal(has, e) {
				continue next
			}
		}
		c.elements = append(c.elements, e)
	}
	c.prefixes = append(c.prefixes, other.prefixes...)
}
