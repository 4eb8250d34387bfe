package diversion

import (
	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Gap is what the records of a family of partners lack in a quarter.
type Gap struct {
	Arrived      int64 // consignments that arrived at its sites, by scan or not
	Unreceived   int64 // of these, passed on without a scan of their arrival
	Shipments    int64 // that went to its sites
	Undocumented int64 // of these, naming no notice and no order
}

// Undocumented names the sum that counts the shipments to a site by whether they
// name a notice or an order, and tells whether a fact is of a shipment.
func Undocumented(f *custody.Fact) (Sum, bool) {
	if f.Kind != custody.Handled || f.Step != custody.Shipping || f.To == 0 {
		return Sum{}, false
	}
	q, look := Weekly.Look(f.At())
	return Sum{Rule: CustodyBreak.ID, Quarter: q, Look: uint8(look), Out: f.ASN == "" && f.Order == "", Of: f.To.String()}, true
}

// Gaps returns what is lacking in a quarter, by the root of the family.
func Gaps(s *Season) map[partner.ID]Gap {
	out := map[partner.ID]Gap{}
	for root, c := range s.consignments() {
		last := s.Looks - 1
		out[root] = Gap{Arrived: c.scanned[last] + c.missing[last], Unreceived: c.missing[last]}
	}
	for sum, n := range s.Sums(CustodyBreak.ID, s.Quarter) {
		gln, err := gs1.ParseGLN(sum.Of)
		site, ok := s.Trade.Site(gln)
		if err != nil || !ok || site.Role == partner.Transit || s.Trade.Manufacturer(site.Partner) {
			continue
		}
		root := s.Trade.Root(site.Partner)
		g := out[root]
		g.Shipments += n
		if sum.Out {
			g.Undocumented += n
		}
		out[root] = g
	}
	return out
}
