package projections

import (
	"encoding/binary"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/ledger"
)

// A memberRow is an item of a finding, with what its part rests on.
type memberRow struct {
	item  gs1.Item
	terms []diversion.Term
}

// members returns up to limit members of a finding that rest on something.
func (q rows) members(id diversion.ID, limit int) (out []memberRow, err error) {
	prefix := key(tableMember, id[:])
	for kv, err := range q.scan(prefix, nil) {
		if err != nil {
			return nil, err
		}
		if _, terms := readMember(kv[1]); len(terms) > 0 {
			out = append(out, memberRow{gs1.Item(string(kv[0][len(prefix):])), terms})
		}
		if len(out) == limit {
			break
		}
	}
	return out, nil
}

// grounds returns what a finding's sightings and figures are worth.
func (v *Views) grounds(q rows, id diversion.ID, row *findingRow, members []memberRow) ([]diversion.Ground, error) {
	var out []diversion.Ground
	rule, ok := diversion.ByID(row.Rule)
	if !ok {
		return nil, nil
	}
	if row.Verdict != nil {
		if w, ok := row.Verdict.Weigh(row.Rule); ok {
			out = append(out, diversion.Ground{Key: row.trigger(), Rule: row.Rule, Finding: id, Weight: w})
		}
	}
	seen := map[custody.Key]bool{}
	for _, m := range members {
		for _, term := range m.terms {
			if term.Role != diversion.SetOff || seen[term.Key] {
				continue
			}
			seen[term.Key] = true
			f, photos, err := v.factOf(q, m.item, term.Key)
			if err != nil {
				return nil, err
			}
			out = append(out, diversion.Ground{Key: term.Key, Rule: row.Rule, Finding: id, Weight: rule.Weigh(&f, photos)})
		}
	}
	return out, nil
}

// factOf returns the fact of an item by its key, and whether pictures or papers
// came with the report of it.
func (v *Views) factOf(q rows, it gs1.Item, k custody.Key) (f custody.Fact, photos bool, err error) {
	b, err := q.get(factKey(nil, it, k))
	if err != nil {
		return f, false, err
	}
	if b != nil {
		if f, err = custody.ReadFact(k, b, nil); err != nil || f.Reporter == 0 {
			return f, false, err
		}
	}
	r, found, err := q.byKey(k)
	if err != nil || !found {
		return f, false, err
	}
	e, err := v.at(r.position)
	if err != nil || len(e.facts) == 0 {
		return f, false, err
	}
	o, ok := e.value.(custody.Observation)
	return *e.facts[0].Fact, ok && len(o.Evidence) > 0, nil // another code of the unit has a page of its own
}

// lastVersion returns the position of the version of a thing that holds, 0 where
// there is none.
func (q rows) lastVersion(kind byte, id string) (last ledger.Position, err error) {
	prefix := key(tableMaster, []byte{kind}, []byte(id), []byte{0})
	for kv, err := range q.scan(prefix, nil) {
		if err != nil {
			return 0, err
		}
		last = ledger.Position(binary.BigEndian.Uint64(kv[0][len(prefix):]))
	}
	return last, nil
}
