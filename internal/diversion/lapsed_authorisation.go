package diversion

import (
	"waymark/internal/custody"
	"waymark/internal/partner"
)

// LapsedAuthorisation finds a shipment or a sale made after the right to it
// ended, or before it began: a contract that ran out, a suspension, a
// certificate that was not renewed. A sell-off period still counts as held.
var LapsedAuthorisation = &Rule{
	ID: "R17", Version: 1, Title: Text{EN: "shipment or sale under a lapsed authorisation", ZH: "授权失效期间的发货或销售", ES: "envío o venta con la autorización vencida"}, Strength: Medium,
	Worth: Weight{10, lapsedRecord},
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Step == custody.RetailSelling && s.Now.Kind == custody.Handled {
			return lapsedSale(s)
		}
		return shipment(s, partner.Lapsed)
	},
	Why: Text{
		EN: "{units} of {holder} went to {to} on {day}, when the grant for that region was not in force",
		ZH: "{holder} 的货物（{units}）于 {day} 去往 {to}，当时该地区的授权不在有效期内",
		ES: "mercancía de {holder} ({units}) salió hacia {to} el {day}, cuando la autorización para esa región no estaba en vigor",
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
