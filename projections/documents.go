package projections

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger"
)

// applyDocument keeps orders and notices, and which events name them. Whatever
// comes first, the items of those events are judged by the document.
func applyDocument(t *tx, e *entry) error {
	switch d := e.value.(type) {
	case custody.Order:
		if at, ok := d.Date.Start(); ok {
			if err := t.set(boughtKey(d.Buyer, at, d.ID), nil); err != nil {
				return err
			}
		}
		return t.document(tableOrder, d.ID, d)
	case custody.ASN:
		e.facts = d.Facts()
		if err := t.set(name(tableListing, d.ID), u64(uint64(e.Position))); err != nil {
			return err
		}
		d.Items = nil
		return t.document(tableNotice, d.ID, d)
	}
	if len(e.facts) == 0 {
		return nil
	}
	f := e.facts[len(e.facts)-1].Fact
	if err := t.mention(tableOrder, f.Order, e.key); err != nil {
		return err
	}
	return t.mention(tableNotice, f.ASN, e.key)
}

func (t *tx) document(table byte, id string, doc any) error {
	data, err := json.Marshal(doc, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep document %s: %w", id, err)
	}
	if err := t.set(name(table, id), data); err != nil {
		return err
	}
	return t.rejudgeMentions(table, id)
}

// mention keeps that an event names a document, known or not.
func (t *tx) mention(table byte, id string, k custody.Key) error {
	if id == "" {
		return nil
	}
	return t.set(k.Append(mentionPrefix(table, id)), nil)
}

func mentionPrefix(table byte, id string) []byte {
	return key(tableMention, []byte{table}, []byte(id), []byte{0})
}

// rejudgeMentions touches the items of every event that names a document.
func (t *tx) rejudgeMentions(table byte, id string) error {
	prefix := mentionPrefix(table, id)
	for kv, err := range t.scan(prefix, nil) {
		if err != nil {
			return err
		}
		if err := t.withEvent(custody.ReadKey(kv[0][len(prefix):]), t.touchAll); err != nil {
			return err
		}
	}
	return nil
}

// rejudgeDocuments touches every item of which a document says that it went to
// a site or a buyer that is one of those concerned.
func (t *tx) rejudgeDocuments(site func(gs1.GLN) bool, buyer func(partner.ID) bool) error {
	for kv, err := range t.scan([]byte{tableOrder}, nil) {
		var o custody.Order
		if err := orDamaged(err, kv, &o); err != nil {
			return err
		}
		if site(o.ShipTo) || buyer(o.Buyer) {
			if err := t.rejudgeMentions(tableOrder, o.ID); err != nil {
				return err
			}
		}
	}
	for kv, err := range t.scan([]byte{tableNotice}, nil) {
		var a custody.ASN
		if err := orDamaged(err, kv, &a); err != nil {
			return err
		}
		if site(a.To) {
			if err := errors.Join(t.rejudgeMentions(tableNotice, a.ID), t.rejudgeListed(a.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

func orDamaged(err error, kv [2][]byte, doc any) error {
	if err != nil {
		return err
	}
	if err := json.Unmarshal(kv[1], doc); err != nil {
		return fmt.Errorf("row of table %q is damaged: %w", kv[0][:1], err)
	}
	return nil
}

// rejudgeListed touches the items that a notice lists.
func (t *tx) rejudgeListed(id string) error {
	b, err := t.get(name(tableListing, id))
	if err != nil || len(b) != 8 {
		return err
	}
	e, err := t.v.at(ledger.Position(binary.BigEndian.Uint64(b)))
	if err != nil {
		return err
	}
	if a, ok := e.value.(custody.ASN); ok {
		e.facts = a.Facts()
	}
	return t.touchAll(e)
}

// Order returns the order called id.
func (v *Views) Order(id string) (o custody.Order, found bool, err error) {
	found, err = rows{v.db}.load(name(tableOrder, id), &o)
	return o, found, err
}

// ASN returns the advance shipping notice called id, without its items.
func (v *Views) ASN(id string) (a custody.ASN, found bool, err error) {
	found, err = rows{v.db}.load(name(tableNotice, id), &a)
	return a, found, err
}
