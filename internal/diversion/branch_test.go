package diversion_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// tree is a holder with sub-dealers, and what was scanned of each one's goods.
type tree struct {
	dir  *partner.Directory
	sums map[diversion.Sum]int64
}

func newTree(children int) *tree {
	t := &tree{partner.NewDirectory(), map[diversion.Sum]int64{}}
	t.add("H", "")
	t.dir.SetGrant(partner.Grant{ID: "G", Partner: "H", Regions: geo.Territory{"NG"}, From: "2025-01-01"})
	for i := range children {
		t.add(child(i), "H")
	}
	return t
}

func child(i int) partner.ID { return partner.ID(fmt.Sprintf("S%d", i)) }

func (t *tree) add(id, parent partner.ID) {
	t.dir.SetPartner(partner.Partner{ID: id, Parent: parent, Country: "NG"}, day(2025, 1, 1))
}

// scanned counts n scans of a partner's goods, k of them abroad.
func (t *tree) scanned(of partner.ID, k, n int64) {
	s := diversion.Sum{Rule: "R06", Quarter: spring, Of: string(of)}
	t.sums[s] += n - k
	s.Out, s.To = true, "AE"
	t.sums[s] += k
}

func (t *tree) blame() diversion.Verdict {
	s := &diversion.Season{Quarter: spring, Looks: 1, Trade: custody.Trade{Directory: t.dir},
		Sums: func(_ string, q diversion.Quarter) map[diversion.Sum]int64 {
			return map[diversion.Quarter]map[diversion.Sum]int64{spring: t.sums}[q]
		}}
	return diversion.Blame(s, "H", "AE", 0)
}

func TestBlameOfBranches(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(t *tree)
		want partner.ID
	}{
		{"one of three stands out", func(t *tree) { t.scanned("S0", 1, 300); t.scanned("S1", 20, 300); t.scanned("S2", 2, 300) }, "S1"},
		{"all alike", func(t *tree) { t.scanned("S0", 10, 300); t.scanned("S1", 12, 300); t.scanned("S2", 9, 300) }, "H"},
		{"large, and alike", func(t *tree) { t.scanned("S0", 40, 4000); t.scanned("S1", 3, 300); t.scanned("S2", 3, 300) }, "H"},
		{"what the holder sold itself", func(t *tree) { t.scanned("H", 30, 300); t.scanned("S1", 1, 300) }, "H"},
		{"the deepest that stands out", func(t *tree) {
			t.add("S1-A", "S1")
			t.add("S1-B", "S1")
			t.scanned("S0", 1, 300)
			t.scanned("S1-A", 1, 300)
			t.scanned("S1-B", 25, 300)
		}, "S1-B"},
		{"two that are alike, below one that stands out", func(t *tree) {
			t.add("S1-A", "S1")
			t.add("S1-B", "S1")
			t.scanned("S0", 1, 600)
			t.scanned("S1-A", 12, 300)
			t.scanned("S1-B", 13, 300)
		}, "S1"},
		{"an only child without goods of its parent's", func(t *tree) { t.scanned("S0", 30, 300) }, "H"},
		{"one with grants of its own is a holder of its own", func(t *tree) {
			t.dir.SetGrant(partner.Grant{ID: "G1", Partner: "S1", Regions: geo.Territory{"GH"}, From: "2025-01-01"})
			t.scanned("S0", 1, 300)
			t.scanned("S1", 25, 300)
			t.scanned("S2", 1, 300)
		}, "H"},
	} {
		tr := newTree(3)
		c.tell(tr)
		got := tr.blame()
		if got.Partner != c.want {
			t.Errorf("%s: %s answers for it, want %s", c.name, got.Partner, c.want)
		}
		sum := 0.
		for i, m := range got.Candidates {
			sum += m.Weight
			if i > 0 && m.Partner == got.Partner {
				t.Errorf("%s: %s answers for it, and is number %d of %v", c.name, m.Partner, i, got.Candidates)
			}
		}
		if len(got.Candidates) > 0 && (sum < .98 || sum > 1.02) {
			t.Errorf("%s: weights of %v sum to %v", c.name, got.Candidates, sum)
		}
	}
}

// Where one of several sub-dealers leaks, it is named or its parent is; another is
// hardly ever.
func TestBlameIsHardlyEverWrong(t *testing.T) {
	const trees = 300
	for _, c := range []struct {
		leak         float64
		children     int
		right, wrong float64 // share of trees: at least, and at most
	}{
		{.02, 3, .10, .01}, {.02, 8, .22, .01},
		{.05, 3, .68, .01}, {.05, 8, .84, .01},
		{.10, 3, .97, .01}, {.10, 8, .97, .01},
	} {
		var right, wrong float64
		for seed := range uint64(trees) {
			dice := rand.New(rand.NewPCG(seed, 7))
			tr := newTree(c.children)
			bad := dice.IntN(c.children)
			for i := range c.children {
				n, k := int64(80+dice.IntN(240)), int64(0)
				for range n {
					rate := .004
					if i == bad {
						rate += c.leak
					}
					if dice.Float64() < rate {
						k++
					}
				}
				tr.scanned(child(i), k, n)
			}
			switch tr.blame().Partner {
			case child(bad):
				right++
			case "H":
			default:
				wrong++
			}
		}
		t.Logf("leak of %v by one of %d: right %.3f, wrong %.3f", c.leak, c.children, right/trees, wrong/trees)
		if right/trees < c.right || wrong/trees > c.wrong {
			t.Errorf("leak of %v by one of %d: right %.3f, wrong %.3f, want at least %v and at most %v", c.leak, c.children, right/trees, wrong/trees, c.right, c.wrong)
		}
	}
}
