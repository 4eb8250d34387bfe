package diversion

import (
	"fmt"

	"waymark/internal/custody"
)

// ReImport finds goods that were sold for export and came back: received by a
// trader, or seen, in the country that made them (倒流). Back at the
// manufacturer they are a return. A buyer's scan alone is only noted: buyers
// bring things home.
var ReImport = &Rule{
	ID: "R13", Version: 1, Title: "possible re-import", Strength: High, Decibans: 20,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind == custody.Handled && !s.arrives() {
			return Signal{}, false
		}
		r, ok := s.surfaced()
		if !ok || !s.home(r) {
			return Signal{}, false
		}
		b := s.Before.Bound
		sig := Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: r, Evidence: []custody.Key{b.By}}
		if s.Now.Kind == custody.Sighted && s.Now.Sight == custody.Consumer {
			sig.Strength = Low
		}
		return sig, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("%s sold to %s for export surfaced in %s, the country of origin, on %s: possible re-import", f.units(), f.holder(), f.To, f.day())
	},
}
