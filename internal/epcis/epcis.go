// Package epcis reads, judges, writes and names visibility events: GS1 EPCIS
// 2.0 documents in their JSON/JSON-LD form, with the words of CBV 2.0.
//
// [Decode] is strict and complete: it reports every fault of a document at
// once, each with the place where it stands, what was found and what was
// expected. Faults belong to events, so that a capture may keep the good ones.
// An [Event] keeps the bytes it was received in: they are the evidence, they
// are what is stored, and they are what a query gives back. Its typed fields
// are a reading of them.
//
// [Event.Hash] is the CBV 2.0 event hash ID, by which the same event is the
// same wherever and in whatever spelling it is met. [Query] is the standard's
// simple event query.
package epcis

import (
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Types of documents.
const (
	EPCISDocument      = "EPCISDocument"
	EPCISQueryDocument = "EPCISQueryDocument"
)

// A Document is an EPCISDocument or an EPCISQueryDocument, or a bare event
// that stands for a document of one.
type Document struct {
	Type          string // [EPCISDocument], [EPCISQueryDocument] or the type of a bare event
	ID            string
	Context       *Context
	SchemaVersion string
	CreationDate  time.Time

	// The sender, receiver and instanceIdentifier of the standard business
	// document header, where the sender wrote one.
	Sender, Receiver, InstanceIdentifier string

	// Header is the epcisHeader as received, nil where there is none.
	Header jsontext.Value
	// Vocabularies is the master data: of the header in an EPCISDocument, of
	// the results in an EPCISQueryDocument.
	Vocabularies []Vocabulary

	// QueryName and SubscriptionID say what an EPCISQueryDocument answers.
	QueryName, SubscriptionID string

	Extensions []Extension // of the document, as written

	// Events are all events of the document in its order, the faulty ones
	// too: Events[i] is the one that faults with Event == i speak of.
	Events []*Event
}

// Good yields the events of d that no fault speaks of, with their places.
// There are none where a fault concerns the document as a whole.
func (d *Document) Good(faults Faults) iter.Seq2[int, *Event] {
	return func(yield func(int, *Event) bool) {
		if len(faults.Document()) > 0 {
			return
		}
		bad := map[int]bool{}
		for _, f := range faults {
			bad[f.Event] = true
		}
		for i, e := range d.Events {
			if !bad[i] && !yield(i, e) {
				return
			}
		}
	}
}

// A Vocabulary is a list of master data elements of one type, such as
// urn:epcglobal:epcis:vtype:Location.
type Vocabulary struct {
	Type     string
	Elements []VocabularyElement
}

// A VocabularyElement describes what one identifier names.
type VocabularyElement struct {
	ID         string
	Attributes []Attribute
	Children   []string
}

// An Attribute is one property of a master data element. Its value is any JSON.
type Attribute struct {
	ID    string
	Value jsontext.Value
}
