package diversion

import (
	"fmt"

	"waymark/internal/custody"
	"waymark/internal/gs1"
)

// UnknownSerial finds a well-formed serial of a known product that the factory
// never made known: a counterfeit, a misread, or an upload that is still to
// come, which is why the finding waits and nobody is alerted before.
var UnknownSerial = &Rule{
	ID: "R01", Version: 1, Title: "unknown serial", Strength: Medium, Once: true, Window: hold, Quiet: true, Decibans: 5,
	Check: func(s *Sighting) (Signal, bool) {
		w := s.Way
		if w.Item.Kind() != gs1.KindSGTIN || w.Product == 0 || w.Made || s.Now.Link == custody.Holding {
			return Signal{}, false
		}
		to, _ := s.place()
		return Signal{To: to}, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("%s seen on %s though no commissioning is recorded", f.units(), f.day())
	},
}
