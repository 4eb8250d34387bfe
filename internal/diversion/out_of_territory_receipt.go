package diversion

import (
	"fmt"

	"waymark/internal/custody"
)

// OutOfTerritoryReceipt finds goods received at a site outside the territory
// of the holder they are bound to, by a trader who has no right there either.
var OutOfTerritoryReceipt = &Rule{
	ID: "R03", Version: 1, Title: "possible out-of-territory receipt", Strength: High, Window: hold, Decibans: 20,
	Check: func(s *Sighting) (Signal, bool) {
		if !s.arrives() || s.found(ReImport) {
			return Signal{}, false
		}
		r, ok := s.surfaced()
		b := s.Before.Bound
		if !ok || lawful(s.belongs(b.Partner), r, s.Now.At()) {
			return Signal{}, false
		}
		return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: r, Evidence: []custody.Key{b.By}}, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("%s last documented with %s were received in %s on %s, outside that holder's territory: possible out-of-territory sale", f.units(), f.holder(), f.To, f.day())
	},
}
