package seal

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"
)

// An Interval asks for the facts of a stream whose entries have an index from
// From up to, not including, To. To 0 means without an end.
type Interval struct {
	Stream   string
	From, To uint64
	Payloads bool // with the events themselves, which may tell of others
}

// A Bundle proves all that a log holds of some streams, offline.
type Bundle struct {
	Checkpoint string      `json:"checkpoint"` // signed note
	Epoch      []byte      `json:"epoch"`
	EpochProof []tlog.Hash `json:"epochProof"`
	Streams    []History   `json:"streams"`
	Entries    []Entry     `json:"entries"` // by index
}

// A History is all facts of one stream, in order.
type History struct {
	Stream string      `json:"stream"`
	From   uint64      `json:"from"`
	To     uint64      `json:"to"`
	Facts  []FactProof `json:"facts"`
	Map    MapProof    `json:"map"`
}

// A FactProof shows a fact, or, outside the interval, that there was one.
type FactProof struct {
	Index   uint64      `json:"index"` // of the entry
	Fact    uint32      `json:"fact"`  // place in the entry
	Hash    *tlog.Hash  `json:"hash,omitempty"`
	Salt    *Salt       `json:"salt,omitempty"`
	Content []byte      `json:"content,omitempty"`
	Proof   []tlog.Hash `json:"proof,omitempty"` // to the leaf's facts root
}

// An Entry is a leaf with the proof that the tree holds it.
type Entry struct {
	Leaf    []byte      `json:"leaf"`
	Proof   []tlog.Hash `json:"proof"`
	Payload []byte      `json:"payload,omitempty"` // what the payload hash covers
}

// Encode returns the bundle's one form.
func (b Bundle) Encode() ([]byte, error) {
	out, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode proof: %w", err)
	}
	return out, nil
}

// ParseBundle is the inverse of [Bundle.Encode]. Any other spelling of the same
// bundle is malformed.
func ParseBundle(data []byte) (Bundle, error) {
	var b Bundle
	if err := json.Unmarshal(data, &b, json.RejectUnknownMembers(true)); err != nil {
		return Bundle{}, fmt.Errorf("parse proof: %w: %w", ErrMalformed, err)
	}
	if again, err := b.Encode(); err != nil || !bytes.Equal(again, data) {
		return Bundle{}, fmt.Errorf("parse proof: not in its one form: %w", ErrMalformed)
	}
	return b, nil
}
