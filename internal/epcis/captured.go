package epcis

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"waymark/ledger/event"
)

// CapturedType is the ledger's event type of a captured EPCIS event.
var CapturedType = event.Define[Captured]("epcis.captured")

// Captured is one EPCIS event as the ledger keeps it: all that is needed to
// read it again without the document it came in.
type Captured struct {
	// Capture names the capture job, and Index the event's place in its list.
	Capture string `json:"capture"`
	Index   int    `json:"index"`
	// EventID is the id that was assigned, where the event came without one.
	EventID string `json:"event_id,omitzero"`
	// Context is the @context of the document.
	Context jsontext.Value `json:"context"`
	// HashIgnores are the names that no part of the event hash covers.
	HashIgnores []string `json:"hash_ignores,omitzero"`
	// Event is the event as received. Storing it takes white space out.
	Event jsontext.Value `json:"event"`
}

// NewCaptured returns what the ledger keeps of an event, which must have an
// EventID, and received says whether it came with it.
func NewCaptured(capture string, index int, e *Event, received bool) Captured {
	c := Captured{Capture: capture, Index: index, Context: e.Context.JSON(), HashIgnores: e.HashIgnores}
	if !received {
		c.EventID = e.EventID
	}
	if c.Event = e.Raw; !c.Event.IsValid() {
		c.Event = e.AppendJSON(nil) // made here, or received with two event IDs
	}
	return c
}

// Parse reads the event again, with its id.
func (c Captured) Parse() (*Event, error) {
	context, err := ParseContext(c.Context)
	if err != nil {
		return nil, fmt.Errorf("parse event %d of capture %s: %w", c.Index, c.Capture, err)
	}
	e, faults := DecodeEvent(c.Event, context, stored)
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("parse event %d of capture %s: %w", c.Index, c.Capture, err)
	}
	if c.EventID != "" {
		e.EventID = c.EventID
	}
	e.HashIgnores = c.HashIgnores
	return e, nil
}

// stored are the limits of what was accepted once, under whatever limits were
// set then.
var stored = Limits{Depth: 1 << 10, Events: 1, EPCs: 1 << 30, Elements: 1 << 30, StringBytes: 1 << 30}
