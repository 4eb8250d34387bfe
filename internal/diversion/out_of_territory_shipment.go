package diversion

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// OutOfTerritoryShipment finds a shipment bound for a place where its shipper
// was never given the right to sell.
var OutOfTerritoryShipment = &Rule{
	ID: "R02", Version: 1, Title: Text{EN: "possible out-of-territory shipment", ZH: "疑似跨区发货", ES: "posible envío fuera del territorio"}, Strength: High,
	Worth: Weight{20, shipmentRecord},
	Check: func(s *Sighting) (Signal, bool) {
		return shipment(s, partner.Absent)
	},
	Why: Text{
		EN: "{units} of {holder} shipped on {day} to {to}, where no grant of its own allows a sale: possible out-of-territory sale",
		ZH: "{holder} 于 {day} 向 {to} 发出货物（{units}），但其在当地没有销售授权：疑似窜货",
		ES: "{holder} envió {units} el {day} a {to}, donde ninguna autorización suya le permite vender: posible venta fuera del territorio",
	},
}

// shipment finds a shipment whose shipper's right at the destination stands so.
func shipment(s *Sighting, standing partner.Standing) (Signal, bool) {
	if s.Now.Kind != custody.Handled || s.Now.Step != custody.Shipping || s.Way.Product == 0 {
		return Signal{}, false
	}
	to, ok := s.Way.Trade.Site(s.Now.To)
	shipper, known := s.shipper()
	if !ok || !known {
		return Signal{}, false
	}
	found, from := Shipped(s.Way.Trade, shipper, s.Way.Product, to, s.Now.At())
	if found != standing || found == partner.Held {
		return Signal{}, false
	}
	sig := Signal{Partner: shipper, From: from, To: to.Region()}
	if b := s.Before.Bound; b.Partner != "" {
		sig.Evidence = []Term{{b.By, Bound}}
	}
	return sig, true
}

// shipper returns the partner that answers for a shipment: whose site it left,
// or, from a transit site, the holder it is bound to; never a carrier.
func (s *Sighting) shipper() (partner.ID, bool) {
	if s.atSite && s.site.Role != partner.Transit {
		return s.site.Partner, true
	}
	return s.Before.Bound.Partner, s.Before.Bound.Partner != ""
}

// Shipped says how a shipper's right to send a product to a site stands at a
// time, and where the goods belong. Held stands for every shipment that needs
// no right: the manufacturer's, one back to the manufacturer, one that only
// passes, one by a trader that has no rights to overstep (whoever sold to it
// answers), and one within the European Economic Area.
func Shipped(t custody.Trade, shipper partner.ID, product gs1.GTIN, to *partner.Site, at time.Time) (partner.Standing, geo.Region) {
	from := homeOf(t, shipper)
	if to.Role == partner.Transit || t.Manufacturer(shipper) || t.Manufacturer(to.Partner) || !t.Authorised(shipper, product) {
		return partner.Held, from
	}
	standing, _ := t.Stands(shipper, product, to.Region(), at)
	if standing != partner.Held && lawful(from, to.Region(), at) {
		return partner.Held, from
	}
	return standing, from
}
