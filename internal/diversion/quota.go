package diversion

import (
	"fmt"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Quotas notes that more units go to a region in a month than its quota allows.
var Quotas = &Rule{
	ID: "R12", Version: 1, Strength: Low, Subject: PerGroup,
	Worth: Weight{1, unnamed},
	Title: Text{EN: "quota of a destination exceeded", ZH: "超出目的地配额", ES: "cupo de un destino superado"},
	Check: func(s *Sighting) (Signal, bool) {
		if len(s.Policy.Quotas) == 0 || s.Now.Kind != custody.Handled || s.Now.Step != custody.Shipping || s.Now.To == 0 || s.Way.Product == 0 {
			return Signal{}, false
		}
		to, ok := s.Way.Trade.Site(s.Now.To)
		if !ok || to.Role == partner.Transit {
			return Signal{}, false
		}
		q, ok := QuotaOf(s.Way.Trade, s.Policy, s.Way.Product, to.Region())
		if !ok {
			return Signal{}, false
		}
		return Signal{To: q.Region, Group: q.Month(s.Now.At()), Limit: int(q.Units)}, true
	},
	Stands: func(_ *Policy, g Gathered) bool { return g.Units > g.Limit },
	Why: Text{
		EN: "{units} were shipped to {to} in {month}, more than its quota",
		ZH: "{month} 向 {to} 共发出 {units}，超出该目的地的配额",
		ES: "en {month} se enviaron a {to} {units}, más de lo que admite su cupo",
	},
}

// QuotaOf returns the quota that a policy sets for a product in a region: the
// first in its list that covers both.
func QuotaOf(t custody.Trade, p *Policy, product gs1.GTIN, r geo.Region) (Quota, bool) {
	known, ok := t.Product(product)
	for _, q := range p.Quotas {
		covers := len(q.Products) == 0 || ok && (slices.Contains(q.Products, known.GTIN.String()) || slices.Contains(q.Products, known.Line))
		if covers && q.Region.Contains(r) {
			return q, true
		}
	}
	return Quota{}, false
}

// Month names what is shipped under q in the calendar month of a time. Where a
// pack changes the cap within a month, each cap has a count of its own.
func (q Quota) Month(at time.Time) string {
	return fmt.Sprintf("%s|%q|%d|%s", q.Region, q.Products, q.Units, at.UTC().Format("2006-01"))
}
