package diversion

import (
	"waymark/internal/custody"
	"waymark/internal/geo"
)

// ReImport finds goods that were sold for export and came back: received by a
// trader, or seen, in the country that made them (倒流). Back at the
// manufacturer they are a return. A buyer's scan alone is only noted: buyers
// bring things home. So is what happens to goods there after they were received.
var ReImport = &Rule{
	ID: "R13", Version: 1, Title: Text{EN: "possible re-import", ZH: "疑似倒流", ES: "posible reimportación"}, Strength: High,
	Worth:   Weight{20, receiptRecord},
	ByPlace: true,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind == custody.Handled && !s.arrives() {
			return Signal{}, false
		}
		r, ok := s.surfaced()
		if !ok || !s.home(r) {
			return Signal{}, false
		}
		b := s.Before.Bound
		sig := Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: r, Evidence: []Term{{b.By, Bound}}}
		switch {
		case s.came(r):
			sig.Strength, sig.Group = Low, "came before" // apart from what comes with the same event
		case s.Now.Kind == custody.Sighted && s.Now.Sight == custody.Consumer:
			sig.Strength = Low
		}
		return sig, true
	},
	Why: Text{
		EN: "{units} sold to {holder} for export surfaced in {to}, the country of origin, on {day}: possible re-import",
		ZH: "售予 {holder} 供出口的货物（{units}）于 {day} 在原产国 {to} 出现：疑似倒流",
		ES: "mercancía ({units}) vendida a {holder} para la exportación apareció en {to}, el país de origen, el {day}: posible reimportación",
	},
}

// came tells whether the goods were last received in the country of a region: the
// sighting follows from what was found then.
func (s *Sighting) came(r geo.Region) bool {
	at, ok := s.Way.Trade.Site(s.Before.Site)
	return ok && s.Before.Site != s.Before.Origin && at.Country == r.Country() && !s.Way.Trade.Manufacturer(at.Partner)
}
