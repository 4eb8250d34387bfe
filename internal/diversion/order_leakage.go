package diversion

import (
	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/geo"
)

var leakageParams = Params{"R16", []Param{
	{"units", 3, 1, 1e9, Text{EN: "units, at least", ZH: "件数下限", ES: "unidades, como mínimo"}},
}}

// OrderLeakage finds goods of one holder in use at the customer of a deal that
// another registered and lost, or let run out (飞单).
var OrderLeakage = &Rule{
	ID: "R16", Version: 1, Strength: Medium, Subject: PerGroup, Window: hold,
	Worth:  Weight{10, dealt},
	Title:  Text{EN: "possible leakage of a registered deal", ZH: "疑似飞单", ES: "posible desvío de una operación registrada"},
	Params: leakageParams,
	Check: func(s *Sighting) (Signal, bool) {
		b := s.Before.Bound
		if !sale(s.Now) || b.Partner == "" || s.Way.Trade.Deals == nil {
			return Signal{}, false
		}
		to, ok := s.place()
		if !ok {
			return Signal{}, false
		}
		product, _ := s.Way.Trade.Product(s.Way.Product)
		for _, d := range s.Way.Trade.Deals.In(to.Country()) {
			if !d.Over() || !d.Covers(product) || !s.at(d) || s.Way.Trade.SameFamily(d.Partner, b.Partner) {
				continue
			}
			if from, ok := d.Registered.Start(); !ok || s.Now.At().Before(from) {
				continue
			}
			return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: to.Country(), Group: d.ID + "|" + string(b.Partner), Evidence: []Term{{b.By, Bound}}}, true
		}
		return Signal{}, false
	},
	Stands: func(p *Policy, g Gathered) bool { return float64(g.Units) >= p.Param(leakageParams, "units") },
	Why: Text{
		EN: "{units} of {holder} are in use in {to} at the customer of a deal that another partner registered and did not win: possible leakage of the order",
		ZH: "{holder} 的货物（{units}）在 {to} 出现在另一合作方已报备但未成交项目的客户处：疑似飞单",
		ES: "mercancía de {holder} ({units}) está en uso en {to}, en el cliente de una operación que otro socio registró y no ganó: posible desvío del pedido",
	},
}

// near is how far, in kilometres, a customer's place and a sale are one.
const near = 15

// at tells whether the sighting is at the customer of a deal: by its name, or
// where none is given by its place.
func (s *Sighting) at(d *deal.Registration) bool {
	now := s.Now
	if now.Kind == custody.Handled {
		return s.atSite && deal.CustomerHash(s.site.Name) == d.CustomerHash()
	}
	if now.Venue != 0 {
		return now.Venue == d.CustomerHash()
	}
	place, ok := d.Place()
	if !now.HasPlace || !ok {
		return false
	}
	return geo.Distance(now.Point().Lat, now.Point().Lon, place.Lat, place.Lon) <= near+float64(now.Accuracy)
}
