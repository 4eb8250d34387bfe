package diversion

import (
	"fmt"

	"waymark/internal/custody"
)

// SightingAfterEnd finds an item that is met again after it was reported
// destroyed, recalled or stolen. After a theft nobody is named: whoever had it
// reported it.
var SightingAfterEnd = &Rule{
	ID: "R10", Version: 1, Title: "seen after its reported end", Strength: High, Subject: PerItem, Decibans: 20,
	Check: func(s *Sighting) (Signal, bool) {
		end := s.Before.Ended
		if end == (custody.Key{}) || s.Now.Kind == custody.Handled && (s.Now.Step.Ends() || s.Now.Ended) {
			return Signal{}, false
		}
		to, _ := s.place()
		sig := Signal{To: to, Evidence: []custody.Key{end}}
		if b := s.Before.Bound; !s.Before.Stolen {
			sig.Partner, sig.From = b.Partner, s.belongs(b.Partner)
		}
		return sig, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("seen in %s on %s after it was reported destroyed, recalled or stolen", f.To, f.day())
	},
}
