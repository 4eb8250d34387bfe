package projections

import (
	"encoding/binary"
	"fmt"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// counts is what headquarters counts at a site, and of observations in a region.
type counts struct{ hops, items, observations int64 }

// A place is a site's GLN or a region's code. Hops are counted by site: in which
// region it lies may become known later.
type place string

func (p place) region(dir *partner.Directory) (geo.Region, bool) {
	g, err := gs1.ParseGLN(string(p))
	if err != nil {
		return geo.Region(p), true
	}
	s, ok := dir.Site(g)
	return s.Region(), ok
}

// applyPlace counts what happened where.
func applyPlace(t *tx, e *entry) error {
	if len(e.facts) == 0 || e.key == (custody.Key{}) {
		return nil
	}
	one := int64(1)
	if e.void {
		one = -1
	}
	switch f := e.facts[0].Fact; {
	case f.Kind == custody.Sighted:
		t.count(place(f.Region)).observations += one
	case f.Kind == custody.Handled && f.Site != 0:
		c := t.count(place(f.Site.String()))
		c.hops += one
		if f.Step.Arrives() {
			c.items += one * int64(len(e.facts))
		}
	}
	return nil
}

func (t *tx) count(p place) *counts {
	t.counted[p] = true
	c := t.v.counts[p]
	if c == nil {
		c = &counts{}
		t.v.counts[p] = c
	}
	return c
}

// writeCounts writes the counts that the run changed.
func (t *tx) writeCounts() error {
	for p := range t.counted {
		c := t.v.counts[p]
		if *c == (counts{}) { // all was taken back
			if err := t.delete(name(tablePlace, string(p))); err != nil {
				return err
			}
			continue
		}
		b := binary.BigEndian.AppendUint64(nil, uint64(c.hops))
		b = binary.BigEndian.AppendUint64(b, uint64(c.items))
		b = binary.BigEndian.AppendUint64(b, uint64(c.observations))
		if err := t.set(name(tablePlace, string(p)), b); err != nil {
			return err
		}
	}
	return nil
}

func (q rows) counts() (map[place]*counts, error) {
	out := map[place]*counts{}
	for kv, err := range q.scan([]byte{tablePlace}, nil) {
		if err != nil {
			return nil, err
		}
		if len(kv[1]) != 24 {
			return nil, fmt.Errorf("the counts of %s are damaged", kv[0][1:])
		}
		n := func(i int) int64 { return int64(binary.BigEndian.Uint64(kv[1][i:])) }
		out[place(kv[0][1:])] = &counts{n(0), n(8), n(16)}
	}
	return out, nil
}

// Regions returns what happened in each region, ordered by code.
func (v *Views) Regions() ([]Region, AsOf, error) {
	q, s, done := v.read()
	defer done()
	found := map[geo.Region]map[string]int{}
	err := q.findings(s, nil, func(id diversion.ID, f *findingRow) bool {
		if f.Stands {
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
	places, err := q.counts()
	if err != nil {
		return nil, AsOf{}, err
	}
	all := map[geo.Region]*counts{}
	for p, c := range places {
		if r, ok := p.region(s.dir); ok {
			in(all, r).add(c)
		}
	}
	for r := range found {
		if r != "" {
			in(all, r)
		}
	}
	out := make([]Region, 0, len(all))
	for _, r := range sortedKeys(all) {
		c := all[r]
		out = append(out, Region{r, r.Name("en"), c.hops, c.items, c.observations, found[r]})
	}
	return out, s.asOf(), nil
}

func in(all map[geo.Region]*counts, r geo.Region) *counts {
	if all[r] == nil {
		all[r] = &counts{}
	}
	return all[r]
}

func (c *counts) add(o *counts) {
	c.hops, c.items, c.observations = c.hops+o.hops, c.items+o.items, c.observations+o.observations
}
