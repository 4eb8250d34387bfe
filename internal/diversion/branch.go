package diversion

import (
	"cmp"
	"slices"
	"strings"

	"waymark/internal/partner"
)

// attribute names the partner that answers for scans of a holder's goods in a
// place: the deepest branch of the holder's tree through which more of them went
// than through its siblings by chance, or the holder itself. Blame stays with
// the parent where the branches cannot be told apart.
func (s *Season) attribute(v *Verdict, at pair, look int) {
	own := s.scans(s.Quarter, look+1, func(id partner.ID) partner.ID { return id })
	tree := branches{s, own, at.to, look}
	limit := s.Policies.At(Weekly.End(s.Quarter, look).Add(-1)).Param(concentrationParams, "node")
	v.Partner = at.holder
	for range deepest {
		next, ok := tree.deeper(v.Partner, limit)
		if !ok {
			break
		}
		v.Partner = next
	}
	v.Candidates = tree.candidates(at.holder, v.Partner)
}

// deepest bounds a walk down the tree of partners, which a slip may have tied
// into a ring.
const deepest = 8

// branches counts scans by the branch of a holder's tree that they came through.
type branches struct {
	s    *Season
	own  scans
	to   string
	look int
}

// through returns how many scans went through a partner and those below it: in
// the place, and in all.
func (b branches) through(id partner.ID, depth int) (k, n int64) {
	if c := b.own.out[pair{id, b.to}]; c != nil {
		k = c[b.look]
	}
	if c := b.own.all[id]; c != nil {
		n = c[b.look]
	}
	if depth > deepest {
		return k, n
	}
	for _, child := range b.below(id) {
		ck, cn := b.through(child, depth+1)
		k, n = k+ck, n+cn
	}
	return k, n
}

// below returns the children of a partner that sell under its grants.
func (b branches) below(id partner.ID) []partner.ID {
	return slices.DeleteFunc(b.s.Trade.Children(id), func(c partner.ID) bool { return grantee(b.s.Trade, c) == c })
}

// deeper returns the child of a partner that stands out among its siblings.
func (b branches) deeper(id partner.ID, limit float64) (best partner.ID, ok bool) {
	children := b.below(id)
	k, n := b.through(id, 0)
	least := limit / float64(max(1, len(children)))
	for _, c := range children {
		ck, cn := b.through(c, 0)
		if p := hypergeometricTail(ck, n, k, cn); ck > 0 && p <= least {
			best, ok, least = c, true, p
		}
	}
	return best, ok
}

// candidates returns the partners through which the scans in the place came,
// with their share of them; the blamed one first.
func (b branches) candidates(holder, blamed partner.ID) (out []Candidate) {
	k, _ := b.through(holder, 0)
	if k == 0 {
		return nil
	}
	var walk func(id partner.ID, depth int)
	walk = func(id partner.ID, depth int) {
		if c := b.own.out[pair{id, b.to}]; c != nil && c[b.look] > 0 {
			out = append(out, Candidate{id, rounded(float64(c[b.look]) / float64(k))})
		}
		if depth < deepest {
			for _, child := range b.below(id) {
				walk(child, depth+1)
			}
		}
	}
	walk(holder, 0)
	slices.SortStableFunc(out, func(a, c Candidate) int {
		if (a.Partner == blamed) != (c.Partner == blamed) {
			return cmp.Compare(btoi(c.Partner == blamed), btoi(a.Partner == blamed))
		}
		return cmp.Or(cmp.Compare(c.Weight, a.Weight), strings.Compare(string(a.Partner), string(c.Partner)))
	})
	return out[:min(len(out), 10)]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
