package projections

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/internal/custody"
)

// applyDocument keeps orders and notices, and has judged anew the items of
// hops that named one before it was known.
func applyDocument(t *tx, e *entry) error {
	switch d := e.value.(type) {
	case custody.Order:
		return t.document(tableOrder, d.ID, d)
	case custody.ASN:
		e.facts = d.Facts()
		d.Items = nil
		return t.document(tableNotice, d.ID, d)
	}
	if len(e.facts) == 0 {
		return nil
	}
	f := e.facts[len(e.facts)-1].Fact
	if err := t.awaits(tableOrder, f.Order, e.key); err != nil {
		return err
	}
	return t.awaits(tableNotice, f.ASN, e.key)
}

func (t *tx) document(table byte, id string, doc any) error {
	data, err := json.Marshal(doc, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep document %s: %w", id, err)
	}
	if err := t.set(name(table, id), data); err != nil {
		return err
	}
	prefix := waitingPrefix(table, id)
	for kv, err := range t.scan(prefix, nil) {
		if err != nil {
			return err
		}
		if err := t.withEvent(custody.ReadKey(kv[0][len(prefix):]), t.touchAll); err != nil {
			return err
		}
		if err := t.delete(append([]byte(nil), kv[0]...)); err != nil {
			return err
		}
	}
	return nil
}

// awaits notes that an event names a document that is not known yet.
func (t *tx) awaits(table byte, id string, k custody.Key) error {
	if id == "" {
		return nil
	}
	known := false
	if table == tableOrder {
		_, known = t.trade.Order(id)
	} else {
		_, known = t.trade.Notice(id)
	}
	if known {
		return nil
	}
	return t.set(k.Append(waitingPrefix(table, id)), nil)
}

func waitingPrefix(table byte, id string) []byte {
	return key(tableWaiting, []byte{table}, []byte(id), []byte{0})
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
