package diversion

import (
	"waymark/internal/custody"
)

// SelfDealing flags a report of goods out of their territory by whoever had them
// before: they may have been planted there for the reward. A test purchase that
// was declared before is honest. It accuses nobody; what the report would say of
// the holder is not said.
var SelfDealing = &Rule{
	ID: "R21", Version: 1, Strength: Medium,
	Title: Text{EN: "report by whoever had the goods before", ZH: "举报人此前持有该货物", ES: "informe de quien tuvo antes la mercancía"},
	Check: func(s *Sighting) (Signal, bool) {
		now := s.Now
		if now.Kind != custody.Sighted || now.Reporter == 0 || s.Way.Trade.Declared(now.Reporter, now.At()) {
			return Signal{}, false
		}
		for i := s.Index - 1; i >= 0; i-- {
			e := &s.Way.Entries[i]
			if e.Kind != custody.Sighted || e.Via != "" || e.Region.Country() == now.Region.Country() {
				continue
			}
			if e.Reporter == now.Reporter || e.Device != 0 && e.Device == now.Device {
				return Signal{From: e.Region, To: now.Region, Evidence: []Term{{e.Key, BoughtBefore}}}, true
			}
		}
		return Signal{}, false
	},
	Why: Text{
		EN: "reported in {to} on {day} by whoever had it before in {from}: the report says nothing of a holder until this is explained",
		ZH: "{day} 在 {to} 的举报来自此前在 {from} 持有该货物的人：在说明原因之前，该举报不指向任何持有方",
		ES: "unidad comunicada en {to} el {day} por quien la tuvo antes en {from}: mientras no se explique, el informe no señala a ningún titular",
	},
}
