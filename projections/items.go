package projections

import "waymark/internal/custody"

// applyItems keeps each item's facts, on its own page only: a container's hop
// is one fact however much is inside.
func applyItems(t *tx, e *entry) error {
	var k, v []byte
	for _, f := range e.facts {
		k = factKey(k[:0], f.Item, f.Fact.Key)
		t.touch(f.Item, bearing(f.Fact, e.void))
		if e.void {
			if err := t.delete(k); err != nil {
				return err
			}
			continue
		}
		v = f.Fact.AppendValue(v[:0])
		if err := t.set(k, v); err != nil {
			return err
		}
	}
	return nil
}

// bearing returns from when on a fact that comes, or is taken back, bears on
// the way of its item. A plain fact, which names no document and ties the item
// to no other, bears on what follows it, and can only clear what came before:
// it says that the item was made, or where it went. Any other may say of the
// whole way what the product is, that documents cover it, or that it did not go
// where a container went.
func bearing(f *custody.Fact, void bool) custody.Key {
	if void || f.Kind == custody.Notified || f.Link != custody.Alone || f.Order != "" || f.ASN != "" {
		return whole
	}
	return f.Key
}
