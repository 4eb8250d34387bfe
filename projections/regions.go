package projections

import (
	"encoding/binary"
	"fmt"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
)

// counts is what headquarters counts in a region.
type counts struct{ hops, items, observations int64 }

// applyRegion counts what happened where.
func applyRegion(t *tx, e *entry) error {
	if len(e.facts) == 0 || e.key == (custody.Key{}) {
		return nil
	}
	one := int64(1)
	if e.void {
		one = -1
	}
	switch f := e.facts[0].Fact; f.Kind {
	case custody.Sighted:
		t.count(f.Region).observations += one
	case custody.Handled:
		site, ok := t.dir.Site(f.Site)
		if !ok {
			return nil
		}
		c := t.count(site.Region())
		c.hops += one
		if f.Step.Arrives() {
			c.items += one * int64(len(e.facts))
		}
	}
	return nil
}

func (t *tx) count(r geo.Region) *counts {
	t.counted[r] = true
	c := t.v.counts[r]
	if c == nil {
		c = &counts{}
		t.v.counts[r] = c
	}
	return c
}

// writeCounts writes the counts that the run changed.
func (t *tx) writeCounts() error {
	for r := range t.counted {
		c := t.v.counts[r]
		b := binary.BigEndian.AppendUint64(nil, uint64(c.hops))
		b = binary.BigEndian.AppendUint64(b, uint64(c.items))
		b = binary.BigEndian.AppendUint64(b, uint64(c.observations))
		if err := t.set(name(tableRegion, string(r)), b); err != nil {
			return err
		}
	}
	return nil
}

func (q rows) counts() (map[geo.Region]*counts, error) {
	out := map[geo.Region]*counts{}
	for kv, err := range q.scan([]byte{tableRegion}, nil) {
		if err != nil {
			return nil, err
		}
		if len(kv[1]) != 24 {
			return nil, fmt.Errorf("the counts of region %s are damaged", kv[0][1:])
		}
		n := func(i int) int64 { return int64(binary.BigEndian.Uint64(kv[1][i:])) }
		out[geo.Region(kv[0][1:])] = &counts{n(0), n(8), n(16)}
	}
	return out, nil
}

// Regions returns what happened in each region, ordered by code.
func (v *Views) Regions() ([]Region, AsOf, error) {
	q, s, done := v.read()
	defer done()
	found := map[geo.Region]map[string]int{}
	err := q.findings(s, nil, func(id diversion.ID, f *findingRow) bool {
		if f.Members > 0 {
			if found[f.To] == nil {
				found[f.To] = map[string]int{}
			}
			found[f.To][f.Rule]++
		}
		return true
	})
	if err != nil {
		return nil, AsOf{}, err
	}
	all, err := q.counts()
	for r := range found {
		if all[r] == nil && r != "" && err == nil {
			all[r] = &counts{}
		}
	}
	out := make([]Region, 0, len(all))
	for _, r := range sortedKeys(all) {
		c, name := all[r], r.Name("en")
		out = append(out, Region{r, name, c.hops, c.items, c.observations, found[r]})
	}
	return out, s.asOf(), err
}
