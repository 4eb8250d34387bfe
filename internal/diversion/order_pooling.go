package diversion

import (
	"fmt"
	"slices"

	"waymark/internal/custody"
	"waymark/internal/partner"
)

var poolingParams = Params{"R15", []Param{
	{"units", 50, 1, 1e9, Text{EN: "units, at least", ZH: "件数下限", ES: "unidades, como mínimo"}},
}}

// OrderPooling finds goods billed to a partner of a better tier and sent to
// another's sites (挂单): the discount of one tier pays for the other's sales.
// What was declared as a drop-ship is fine.
var OrderPooling = &Rule{
	ID: "R15", Version: 1, Strength: Medium, Subject: PerGroup, Window: hold,
	Worth:  Weight{10, ordered},
	Title:  Text{EN: "possible pooling of orders", ZH: "疑似挂单", ES: "posible agrupación de pedidos"},
	Params: poolingParams,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind != custody.Handled || s.Now.Step != custody.Shipping || s.Now.To == 0 || s.Now.Order == "" && s.Now.ASN == "" {
			return Signal{}, false
		}
		o, ok := s.order()
		to, known := s.Way.Trade.Site(s.Now.To)
		if !ok || !known || to.Role == partner.Transit {
			return Signal{}, false
		}
		t := s.Way.Trade
		buyer, consignee := t.Root(o.Buyer), t.Root(to.Partner)
		if buyer == consignee || t.Manufacturer(buyer) || t.Manufacturer(consignee) || !better(t, buyer, consignee) || t.DropShip(buyer, consignee, s.Now.At()) {
			return Signal{}, false
		}
		group := fmt.Sprintf("%s|%s|%d", buyer, consignee, QuarterOf(s.Now.At()))
		return Signal{Partner: buyer, From: s.belongs(buyer), To: s.belongs(consignee), Group: group}, true
	},
	Stands: func(p *Policy, g Gathered) bool { return float64(g.Units) >= p.Param(poolingParams, "units") },
	Why: Text{
		EN: "{units} ordered by {holder} were shipped to sites of a partner of a lower tier in {to}: possible pooling of orders across tiers",
		ZH: "{holder} 下单的货物（{units}）发往 {to} 一家级别较低的合作方的站点：疑似跨级挂单",
		ES: "mercancía pedida por {holder} ({units}) se envió a instalaciones de un socio de nivel inferior en {to}: posible agrupación de pedidos entre niveles",
	},
}

// order returns the order under which the item is shipped.
func (s *Sighting) order() (*custody.Order, bool) {
	t, id := s.Way.Trade, s.Now.Order
	if id == "" && t.Notice != nil {
		if a, ok := t.Notice(s.Now.ASN); ok {
			id = a.Order
		}
	}
	if id == "" || t.Order == nil {
		return nil, false
	}
	return t.Order(id)
}

// scales lists the tiers, the best first.
var scales = []partner.Scale{partner.Strategic, partner.Core, partner.Ordinary}

// better tells whether one partner's tier is better than another's.
func better(t custody.Trade, a, b partner.ID) bool {
	p, _ := t.Partner(a)
	q, _ := t.Partner(b)
	i, j := slices.Index(scales, p.Tier.Scale), slices.Index(scales, q.Tier.Scale)
	return i >= 0 && j >= 0 && i < j
}
