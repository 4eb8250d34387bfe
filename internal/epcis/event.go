package epcis

import (
	"iter"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// An EventType is the kind of an event: one of the five of the standard, or
// the URI of a kind that a user defined.
type EventType string

// The five event types. EPCIS 2.0 §7.4.
const (
	ObjectEvent         EventType = "ObjectEvent"
	AggregationEvent    EventType = "AggregationEvent"
	TransactionEvent    EventType = "TransactionEvent"
	TransformationEvent EventType = "TransformationEvent"
	AssociationEvent    EventType = "AssociationEvent"
)

// An Action says how an event relates to the life of what it names.
type Action string

// The actions. EPCIS 2.0 §7.3.2.
const (
	Add     Action = "ADD"     // created, added, packed
	Observe Action = "OBSERVE" // neither added nor removed
	Delete  Action = "DELETE"  // removed, unpacked, destroyed
)

// An Event is one visibility event: what, when, where, why and how. EPCIS 2.0
// §7.4. A field that the event's type does not have is empty.
//
// Values of the core business vocabulary are bare words ("shipping"), whatever
// way they were written; values of other vocabularies are URIs.
type Event struct {
	Type EventType

	EventID             string
	EventTime           time.Time // in the zone it was written with
	EventTimeZoneOffset string    // where it happened, such as "+02:00"
	RecordTime          time.Time // zero until it is recorded
	CertificationInfo   []string
	ErrorDeclaration    *ErrorDeclaration // nil unless the event declares another wrong

	Action           Action // empty on a TransformationEvent
	ParentID         string
	EPCList          []string
	ChildEPCs        []string
	InputEPCList     []string
	OutputEPCList    []string
	TransformationID string

	QuantityList       []QuantityElement
	ChildQuantityList  []QuantityElement
	InputQuantityList  []QuantityElement
	OutputQuantityList []QuantityElement

	BizStep               string
	Disposition           string
	PersistentDisposition *PersistentDisposition
	ReadPoint             Location
	BizLocation           Location
	BizTransactionList    []BizTransaction
	SourceList            []Party
	DestinationList       []Party
	SensorElementList     []SensorElement

	// ILMD are the instance or lot master data; nil where there is no ilmd.
	ILMD []Extension
	// Extensions are the members with a namespace, in the order written.
	Extensions []Extension

	// Context gives the namespaces of the event's extensions: the document's,
	// and the event's own where it has one.
	Context *Context
	// Raw is the event as it was received, and shares the bytes given to
	// [Decode]. It is nil where the event was made here.
	Raw jsontext.Value
	// HashIgnores are the names of extensions that the document declares to
	// be a repository's own, no part of what [Event.Hash] covers.
	HashIgnores []string
}

// A QuantityElement is an amount of things known only by class.
type QuantityElement struct {
	EPCClass string
	Quantity Number
	UOM      string // UN/ECE Recommendation 20 code; empty counts pieces
}

// A Location is a read point or a business location.
type Location struct {
	ID         string
	Extensions []Extension
}

// A BizTransaction names a business transaction, such as a purchase order.
type BizTransaction struct {
	Type string // "po", "desadv"; may be empty
	ID   string
}

// A Party is a source or a destination: who owned or possessed the goods, or
// where they were, at an end of a transfer.
type Party struct {
	Type string // "owning_party", "possessing_party", "location"
	ID   string
}

// A PersistentDisposition is what an event turns on and off for later events.
type PersistentDisposition struct {
	Set, Unset []string
}

// An ErrorDeclaration says that an earlier event with the same content was
// wrong. EPCIS 2.0 §7.4.1.2.
type ErrorDeclaration struct {
	DeclarationTime    time.Time
	Reason             string
	CorrectiveEventIDs []string
	Extensions         []Extension
}

// An Extension is a member outside the standard.
type Extension struct {
	Name  string         // as written: a CURIE such as "example:lot", or a URI
	Value jsontext.Value // as written
}

// A Number is a decimal as it was written. The empty Number is absent.
type Number string

// Float returns the nearest float64, and zero for an absent number.
func (n Number) Float() float64 {
	f, _ := strconv.ParseFloat(string(n), 64)
	return f
}

// finite reports whether a float64 can hold n.
func (n Number) finite() bool {
	_, err := strconv.ParseFloat(string(n), 64)
	return err == nil
}

// EPCs yields every identifier of a single object that the event's what
// dimension names: the parent first, then the lists in the order of the type.
func (e *Event) EPCs() iter.Seq[string] {
	return func(yield func(string) bool) {
		if e.ParentID != "" && !yield(e.ParentID) {
			return
		}
		for _, list := range [...][]string{e.EPCList, e.ChildEPCs, e.InputEPCList, e.OutputEPCList} {
			for _, epc := range list {
				if !yield(epc) {
					return
				}
			}
		}
	}
}

// Source returns the first source of the type, such as "owning_party".
func (e *Event) Source(kind string) string { return party(e.SourceList, kind) }

// Destination returns the first destination of the type.
func (e *Event) Destination(kind string) string { return party(e.DestinationList, kind) }

func party(list []Party, kind string) string {
	for _, p := range list {
		if p.Type == kind {
			return p.ID
		}
	}
	return ""
}
