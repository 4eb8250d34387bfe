package custody

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/internal/epcis"
	"waymark/internal/gs1"
	"waymark/ledger/event"
)

// SealedSchema is the newest schema of what [Sealed] returns. A seal's leaf
// keeps the schema that it was made under: what Sealed says of an event under a
// schema must never change. Where the facts of an event come to be told in
// another way, that is another schema, and the old one stays as it is.
const SealedSchema = 1

// A SealedFact is what an event says of one item, as it is sealed.
type SealedFact struct {
	Item    gs1.Item
	Content []byte // see [ReadSealed]
}

var errSchema = errors.New("schema of sealed facts is not known")

// Sealed returns what a recorded event says of items, by its stored type and
// payload: of units, containers and other codes alike. Events that are not of
// items say nothing. The content is
//
//	schema 1 | 1 where the event with that key is taken back | key 16 | value as of Fact.AppendValue
func Sealed(schema byte, e event.Event) ([]SealedFact, error) {
	if schema != SealedSchema {
		return nil, fmt.Errorf("tell facts of event %s under schema %d: %w", e.ID, schema, errSchema)
	}
	facts, void, err := told(e)
	if err != nil {
		return nil, fmt.Errorf("tell facts of event %s, a %s: %w", e.ID, e.Type, err)
	}
	out := make([]SealedFact, len(facts))
	var last *Fact
	var content []byte
	for i, f := range facts {
		if f.Fact != last { // most items share theirs
			last = f.Fact
			content = append(make([]byte, 0, 64), schema, void)
			content = f.Fact.AppendValue(f.Fact.Key.Append(content))
		}
		out[i] = SealedFact{f.Item, content}
	}
	return out, nil
}

// told returns the facts of an event, and 1 where it takes them back.
func told(e event.Event) (facts []ItemFact, void byte, err error) {
	switch e.Type {
	case "hop.recorded@1":
		h, err := payload[Hop](e)
		return h.Facts(), 0, err
	case "observation.recorded@1":
		o, err := payload[Observation](e)
		return []ItemFact{o.Fact()}, 0, err
	case "asn.announced@1":
		a, err := payload[ASN](e)
		return a.Facts(), 0, err
	case "epcis.captured@1":
		c, err := payload[epcis.Captured](e)
		if err != nil {
			return nil, 0, err
		}
		ev, err := c.Parse()
		if err != nil {
			return nil, 0, err
		}
		if ev.ErrorDeclaration != nil {
			void = 1
		}
		return EventFacts(ev), void, nil
	}
	return nil, 0, nil
}

// payload returns an event's payload, which whoever appended it may have left
// decoded.
func payload[T any](e event.Event) (v T, err error) {
	if v, ok := e.Value.(T); ok {
		return v, nil
	}
	return v, json.Unmarshal(e.Data, &v)
}

// ReadSealed reads the content of a sealed fact. void says that the event takes
// back what the event with the fact's key said of the item.
func ReadSealed(content []byte) (f Fact, void bool, err error) {
	if len(content) < 2+KeySize || content[0] != SealedSchema || content[1] > 1 {
		return Fact{}, false, fmt.Errorf("read sealed fact of %d B: %w", len(content), errSchema)
	}
	f, err = ReadFact(ReadKey(content[2:]), content[2+KeySize:], nil)
	return f, content[1] == 1, err
}
