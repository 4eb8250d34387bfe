package sim

import (
	"slices"

	"waymark/internal/geo"
)

// A group is one expectation of a rule that speaks of a sum, with the findings
// that meet it.
type group struct {
	planting
	found []*Found
}

// match adds a finding to the group that it meets, and tells whether there is
// one. A finding meets a group of its rule and destination that names its
// partner. One that names another partner, but of the same goods, meets it too:
// it found the case and erred in the partner.
func (s *scorer) match(f *Found) bool {
	for _, same := range []func(*Expectation) bool{
		func(e *Expectation) bool { return e.names(f.Partner) },
		func(e *Expectation) bool { return slices.ContainsFunc(f.Items, e.holds) },
	} {
		for _, g := range s.groups {
			if g.Rule == f.Rule && overlap(g.To, f.To) && same(g.Expectation) {
				g.found = append(g.found, f)
				return true
			}
		}
	}
	return false
}

// overlap tells whether two destinations may be the same: one may be named more
// finely than the other, or not at all.
func overlap(a, b geo.Region) bool {
	return a == "" || b == "" || a.Contains(b) || b.Contains(a)
}
