package diversion_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A market is a random trade of many seasons: 12 holders, 40 places, eight leaks
// a quarter, and travellers who come in company. Numbers are as in the
// measurements that the rule was built on.
type market struct {
	dice   *rand.Rand
	dir    *partner.Directory
	places []geo.Region
	sums   map[diversion.Sum]int64
	leaks  map[string]leak
}

type leak struct {
	share float64
	start int
}

var (
	holders = []geo.Region{"DE", "FR", "PL", "ES", "US", "MX", "ID", "VN", "SA", "NG", "IN", "BR"}
	shares  = []float64{.005, .01, .02, .05, .10}
	spring  = diversion.QuarterOf(day(2026, 4, 1))
)

func newMarket(seed uint64, cold bool) *market {
	m := &market{dice: rand.New(rand.NewPCG(seed, 42)), dir: partner.NewDirectory(), sums: map[diversion.Sum]int64{}, leaks: map[string]leak{},
		places: append([]geo.Region{"AE", "TH", "SG", "HK"}, // hubs
			"KE", "GH", "TZ", "UG", "ZA", "EG", "MA", "TN", "DZ", "SN", "CI", "CM", "ET", "RW", "ZM", "ZW", "MZ", "AO",
			"PK", "BD", "LK", "NP", "KZ", "UZ", "GE", "AM", "AZ", "JO", "OM", "KW", "BH", "PE", "CL", "AR", "CO", "EC")}
	for i, home := range holders {
		m.dir.SetPartner(partner.Partner{ID: holderOf(i), Country: home}, day(2025, 1, 1))
		m.dir.SetGrant(partner.Grant{ID: fmt.Sprintf("G%d", i), Partner: holderOf(i), Regions: geo.Territory{home}, From: "2025-01-01"})
	}
	for len(m.leaks) < 8 {
		m.leaks[m.pair(m.dice.IntN(len(holders)), m.dice.IntN(len(m.places)))] = leak{shares[m.dice.IntN(len(shares))], m.dice.IntN(6)}
	}
	for i := range holders {
		m.season(i, cold)
	}
	return m
}

func holderOf(i int) partner.ID { return partner.ID(fmt.Sprintf("H%02d", i)) }

func (m *market) pair(i, j int) string { return fmt.Sprintf("%s|%s", holderOf(i), m.places[j]) }

// season counts what is scanned of a holder's goods in two quarters: in the first
// nothing was wrong.
func (m *market) season(i int, cold bool) {
	units := 6000 * math.Exp(.8*m.dice.NormFloat64())
	n := units * (.08 + .27*m.dice.Float64())
	noise := make([]float64, len(m.places))
	for j := range noise {
		switch {
		case j < 4: // hubs
			noise[j] = .010 * math.Exp(.6*m.dice.NormFloat64())
		case j < 10: // neighbours
			noise[j] = .003 * math.Exp(.6*m.dice.NormFloat64())
		default:
			noise[j] = .0004 * math.Exp(.8*m.dice.NormFloat64())
		}
	}
	for _, q := range []diversion.Quarter{spring - 1, spring} {
		if q < spring && cold {
			continue
		}
		for week := range 13 {
			m.count(q, week, i, "", n/13/1.3) // of 13 scans at home, 10 on devices of their own a day
			for j := range m.places {
				m.count(q, week, i, m.places[j], n/13*noise[j]/2)
				if l, ok := m.leaks[m.pair(i, j)]; ok && q == spring && week >= l.start {
					m.count(q, week, i, m.places[j], n/13*l.share/1.2)
				}
			}
		}
	}
}

func (m *market) count(q diversion.Quarter, week, i int, to geo.Region, mean float64) {
	s := diversion.Sum{Rule: "R06", Quarter: q, Look: uint8(week), Out: to != "", Of: string(holderOf(i)), To: string(to)}
	if k := poisson(m.dice, mean); k > 0 {
		m.sums[s] += k
	}
}

func poisson(dice *rand.Rand, mean float64) int64 {
	if mean > 60 {
		return max(0, int64(math.Round(mean+math.Sqrt(mean)*dice.NormFloat64())))
	}
	k := int64(0)
	for p := dice.Float64(); p > math.Exp(-mean); p *= dice.Float64() {
		k++
	}
	return k
}

func (m *market) judge() []diversion.Verdict {
	by := map[diversion.Quarter]map[diversion.Sum]int64{spring: {}, spring - 1: {}}
	for s, n := range m.sums {
		by[s.Quarter][s] = n
	}
	return diversion.Concentration.Judge(&diversion.Season{
		Quarter: spring, Looks: 13, Trade: custody.Trade{Directory: m.dir}, Known: map[diversion.Tail]float64{},
		Sums: func(_ string, q diversion.Quarter) map[diversion.Sum]int64 { return by[q] },
	})
}

// An outcome is a number of quarters: what was found and what was not.
type outcome struct {
	right, wrong float64
	leaks, found map[float64]float64 // by their share
}

func outcomes(quarters int, cold bool) outcome {
	o := outcome{leaks: map[float64]float64{}, found: map[float64]float64{}}
	for seed := range quarters {
		m := newMarket(uint64(seed), cold)
		for _, l := range m.leaks {
			o.leaks[l.share]++
		}
		for _, v := range m.judge() {
			if l, ok := m.leaks[fmt.Sprintf("%s|%s", v.Partner, v.To)]; ok && v.At > diversion.Weekly.End(spring, l.start-1).UnixMilli() {
				o.right++
				o.found[l.share]++
			} else {
				o.wrong++
			}
		}
	}
	return o
}

func (o outcome) precision() float64 { return o.right / max(1, o.right+o.wrong) }

func (o outcome) recall(of ...float64) float64 {
	var found, all float64
	for _, share := range of {
		found, all = found+o.found[share], all+o.leaks[share]
	}
	return found / all
}

// What the rule finds, and what it does not, is what it was chosen for.
func TestConcentrationFindsLeaksAndNotTravellers(t *testing.T) {
	const quarters = 30
	for _, c := range []struct {
		name             string
		cold             bool
		precision, whole float64
		large            float64 // recall of leaks of 5 % and more
	}{
		{"with the quarter before", false, .95, .48, .85},
		{"with no quarter before", true, .95, .10, .30},
	} {
		o := outcomes(quarters, c.cold)
		whole, large := o.recall(shares...), o.recall(.05, .10)
		t.Logf("%s: precision %.3f, recall %.3f; of leaks of 0.5/1/2/5/10 %%: %.2f %.2f %.2f %.2f %.2f; %.2f wrong a quarter", c.name, o.precision(), whole,
			o.recall(.005), o.recall(.01), o.recall(.02), o.recall(.05), o.recall(.10), o.wrong/quarters)
		if o.precision() < c.precision || whole < c.whole || large < c.large {
			t.Errorf("%s: precision %.3f, recall %.3f and %.3f of large leaks, want at least %v, %v and %v", c.name, o.precision(), whole, large, c.precision, c.whole, c.large)
		}
	}
}
