package diversion

import (
	"fmt"

	"waymark/internal/custody"
	"waymark/internal/partner"
)

// LapsedAuthorisation finds a shipment or a sale made after the right to it
// ended, or before it began: a contract that ran out, a suspension, a
// certificate that was not renewed. A sell-off period still counts as held.
var LapsedAuthorisation = &Rule{
	ID: "R17", Version: 1, Title: "shipment or sale under a lapsed authorisation", Strength: Medium, Decibans: 10,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Step == custody.RetailSelling && s.Now.Kind == custody.Handled {
			return lapsedSale(s)
		}
		return shipment(s, partner.Lapsed)
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("%s of %s went to %s on %s, when the grant for that region was not in force", f.units(), f.holder(), f.To, f.day())
	},
}

func lapsedSale(s *Sighting) (Signal, bool) {
	at := s.Now.At()
	if !s.atSite || s.Way.Product == 0 || s.Way.Trade.Manufacturer(s.site.Partner) {
		return Signal{}, false
	}
	standing, _ := s.Way.Trade.Stands(s.site.Partner, s.Way.Product, s.site.Region(), at)
	if standing != partner.Lapsed {
		return Signal{}, false
	}
	return Signal{Partner: s.site.Partner, From: s.belongs(s.site.Partner), To: s.site.Region()}, true
}
