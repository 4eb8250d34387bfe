package diversion

import (
	"fmt"

	"waymark/internal/custody"
)

// OutOfTerritoryScan notes an item seen outside the territory of its last
// authorised holder. Buyers travel, give and resell: one scan is noise, so it
// counts only in sums. After a theft it says nothing of the holder.
var OutOfTerritoryScan = &Rule{
	ID: "R05", Version: 1, Title: "scan outside the territory", Strength: Low, Decibans: 0.3,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind != custody.Sighted || s.found(ReImport) || s.Before.Stolen {
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
		return fmt.Sprintf("a unit of %s was seen in %s on %s, outside that holder's territory; one scan alone proves nothing", f.holder(), f.To, f.day())
	},
}
