package diversion

import (
	"fmt"

	"waymark/internal/custody"
)

// CustodyBreak finds a receipt by a partner to whom nothing says that the
// goods went: no shipment, no notice, no order, at any time. Scans get lost,
// so without documents a break is a gap in the data and accuses nobody: the
// rule speaks only of goods whose way documents cover.
var CustodyBreak = &Rule{
	ID: "R04", Version: 1, Title: "break in the documented custody", Strength: Medium, Window: hold, Decibans: 13,
	Check: func(s *Sighting) (Signal, bool) {
		w := s.Way
		if !s.arrives() || w.Product == 0 || !w.Documented || s.found(ReImport) || s.found(OutOfTerritoryReceipt) {
			return Signal{}, false
		}
		holder := s.Before.Holder
		if holder == "" || w.Trade.SameFamily(holder, s.site.Partner) || w.Destined(s.site.Partner) {
			return Signal{}, false
		}
		b := s.Before.Bound
		sig := Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: s.site.Region()}
		if b.Partner == "" { // with the manufacturer until now: it accuses nobody
			return Signal{}, false
		}
		sig.Evidence = []custody.Key{b.By}
		return sig, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("%s last documented with %s were received in %s on %s by a partner to whom no shipment, notice or order sent them", f.units(), f.holder(), f.To, f.day())
	},
}
