package projections

import "waymark/internal/custody"

// applyItems keeps each item's facts, on its own page only: a container's hop
// is one fact however much is inside.
func applyItems(t *tx, e *entry) error {
	var k, v []byte
	for _, f := range e.facts {
		k = factKey(k[:0], f.Item, f.Fact.Key)
		since := f.Fact.Key
		if f.Fact.Kind == custody.Notified {
			since = custody.Key{} // a notice holds for the whole way
		}
		t.touch(f.Item, since)
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
