package epcis

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Hash returns the CBV 2.0 event hash ID of e, CBV 2.0 §8.9.2: the SHA-256
// of all that the event says, in one spelling of it, as a named information
// URI. Record time, event ID and error declaration are no part of it, so an
// error declaration has the hash of the event that it declares wrong.
//
// The spelling is that of the reference generator, which other systems make
// their hashes with, its peculiar order included. Where that generator reads
// JSON otherwise than XML, the XML reading counts, since the same event has one
// hash: a boolean is true, not True; the type comes first in a business
// transaction, source or destination, whatever its place in the text; the
// prefixes of the standard need no declaration; and a bare word is a word of
// the standard only in a field of that vocabulary.
func (e *Event) Hash() string {
	sum := sha256.Sum256(e.appendPreHash(make([]byte, 0, 1024)))
	id := make([]byte, 0, len(hashStem)+2*len(sum)+len(hashVersion))
	id = append(id, hashStem...)
	id = hex.AppendEncode(id, sum[:])
	return string(append(id, hashVersion...))
}

const (
	hashStem    = "ni:///sha-256;"
	hashVersion = "?ver=CBV2.0"
)

// PreHash returns the text that [Event.Hash] is the hash of.
func (e *Event) PreHash() string { return string(e.appendPreHash(nil)) }

func (e *Event) appendPreHash(b []byte) []byte {
	h := hasher{context: e.Context}
	b = append(append(b, "eventType="...), e.Type...)
	b = h.instant(b, "eventTime", e.EventTime)
	b = h.field(b, "eventTimeZoneOffset", e.EventTimeZoneOffset)
	b = h.list(b, "", "certificationInfo", e.CertificationInfo)
	b = h.field(b, "parentID", e.ParentID)
	b = h.list(b, "epcList", "epc", e.EPCList)
	b = h.list(b, "inputEPCList", "epc", e.InputEPCList)
	b = h.list(b, "childEPCs", "epc", e.ChildEPCs)
	b = h.quantities(b, "quantityList", e.QuantityList)
	b = h.quantities(b, "childQuantityList", e.ChildQuantityList)
	b = h.quantities(b, "inputQuantityList", e.InputQuantityList)
	b = h.list(b, "outputEPCList", "epc", e.OutputEPCList)
	b = h.quantities(b, "outputQuantityList", e.OutputQuantityList)
	b = h.field(b, "action", string(e.Action))
	b = h.field(b, "transformationID", e.TransformationID)
	b = h.field(b, "bizStep", bizSteps.uri(e.BizStep))
	b = h.field(b, "disposition", dispositions.uri(e.Disposition))
	if p := e.PersistentDisposition; p != nil && len(p.Set)+len(p.Unset) > 0 {
		b = append(b, "persistentDisposition"...)
		b = h.words(b, "set", dispositions, p.Set)
		b = h.words(b, "unset", dispositions, p.Unset)
	}
	b = h.location(b, "readPoint", e.ReadPoint)
	b = h.location(b, "bizLocation", e.BizLocation)
	b = h.sensors(b, e.SensorElementList)
	return h.remainder(b, e)
}

// A hasher writes the pre-hash text of one event.
type hasher struct {
	context *Context
	// left are the members that a fixed order has no place for. They follow
	// all others, sorted.
	left []node
}

// remainder writes what follows the fields in fixed order: the transactions
// and parties, master data, extensions, and what was left of other fields.
func (h *hasher) remainder(b []byte, e *Event) []byte {
	var parts []string
	add := func(name string, pairs []string) {
		if len(pairs) > 0 {
			slices.Sort(pairs)
			parts = append(parts, name+strings.Join(pairs, ""))
		}
	}
	pairs := make([]string, 0, 4)
	for _, t := range e.BizTransactionList {
		pairs = append(pairs, h.pair(bizTransactionTypes.uri(t.Type), "bizTransaction", t.ID))
	}
	add("bizTransactionList", pairs)
	add("sourceList", h.parties(pairs[:0], "source", e.SourceList))
	add("destinationList", h.parties(pairs[:0], "destination", e.DestinationList))
	if e.ILMD != nil {
		parts = append(parts, "ilmd"+string(h.generic(nil, h.tree(e.ILMD, nil))))
	}
	for _, n := range h.tree(e.Extensions, e.HashIgnores) {
		parts = append(parts, string(h.node(nil, n)))
	}
	for _, n := range h.left {
		parts = append(parts, string(h.node(nil, n)))
	}
	slices.Sort(parts)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func (h *hasher) parties(pairs []string, end string, list []Party) []string {
	for _, p := range list {
		pairs = append(pairs, h.pair(partyTypes.uri(p.Type), end, p.ID))
	}
	return pairs
}

func (h *hasher) pair(kind, name, id string) string {
	b := make([]byte, 0, 128)
	b = h.field(b, "type", kind)
	return string(h.field(b, name, id))
}

// field writes name=value, and nothing for an absent value.
func (h *hasher) field(b []byte, name, value string) []byte {
	if value = strings.TrimSpace(value); value == "" {
		return b
	}
	return h.canonical(append(append(b, name...), '='), value)
}

func (h *hasher) instant(b []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	b = append(append(b, name...), '=')
	const half = 500 * time.Microsecond
	return t.UTC().Add(half).AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

// list writes the list's name and its sorted elements, each as name=value.
func (h *hasher) list(b []byte, list, element string, values []string) []byte {
	if len(values) == 0 {
		return b
	}
	b = append(b, list...)
	if len(values) == 1 {
		return h.field(b, element, values[0])
	}
	parts := make([]string, 0, len(values))
	var one [256]byte
	for _, v := range values {
		parts = append(parts, string(h.field(one[:0], element, v)))
	}
	return appendSorted(b, parts)
}

func (h *hasher) words(b []byte, name string, v *vocabulary, values []string) []byte {
	parts := make([]string, 0, len(values))
	for _, w := range values {
		parts = append(parts, string(h.field(nil, name, v.uri(w))))
	}
	return appendSorted(b, parts)
}

func (h *hasher) quantities(b []byte, list string, values []QuantityElement) []byte {
	if len(values) == 0 {
		return b
	}
	parts := make([]string, 0, len(values))
	for _, q := range values {
		p := h.field([]byte("quantityElement"), "epcClass", q.EPCClass)
		p = h.field(p, "quantity", string(q.Quantity))
		parts = append(parts, string(h.field(p, "uom", q.UOM)))
	}
	return appendSorted(append(b, list...), parts)
}

func appendSorted(b []byte, parts []string) []byte {
	slices.Sort(parts)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func (h *hasher) location(b []byte, name string, l Location) []byte {
	if l.ID == "" {
		return b
	}
	text, left := h.extended(h.field(nil, "id", l.ID), 1, l.Extensions, nil)
	if len(left) > 0 {
		h.left = append(h.left, node{key: name, kids: left})
	}
	return append(append(b, name...), text...)
}
