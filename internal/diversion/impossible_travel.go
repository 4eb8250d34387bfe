package diversion

import (
	"fmt"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
)

const (
	fastest    = 1000.0      // km/h: no goods travel faster
	nearest    = 100.0       // km: below this, places are too coarse to tell
	shortest   = time.Minute // below this, clocks are
	placeError = 15.0        // km: half a cell of a tenth of a degree, twice
)

// ImpossibleTravel notes an item seen by two devices at two places that nothing
// could have travelled between in the time: a copied code, or a place that is
// wrong. Only two satellite fixes make it more than a hint.
var ImpossibleTravel = &Rule{
	ID: "R07", Version: 1, Title: "impossible travel", Strength: Low, Decibans: 1,
	Check: func(s *Sighting) (Signal, bool) {
		now := s.Now
		if now.Kind != custody.Sighted || !now.HasPlace {
			return Signal{}, false
		}
		before, ok := s.observationBefore()
		if !ok || !before.HasPlace || before.Device == now.Device {
			return Signal{}, false
		}
		km := geo.Distance(before.Point().Lat, before.Point().Lon, now.Point().Lat, now.Point().Lon)
		km -= float64(before.Accuracy) + float64(now.Accuracy) + placeError
		took := max(now.At().Sub(before.At()), shortest)
		if km < nearest || km <= fastest*took.Hours() {
			return Signal{}, false
		}
		sig := Signal{From: before.Region, To: now.Region, Evidence: []custody.Key{before.Key}}
		if before.Source == custody.GPS && now.Source == custody.GPS {
			sig.Strength = Medium
		}
		return sig, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("one code was seen in %s and, too soon after, in %s on %s, by two devices", f.From, f.To, f.day())
	},
}

// observationBefore returns the item's last own observation before this one.
func (s *Sighting) observationBefore() (*custody.Entry, bool) {
	for i := s.Index - 1; i >= 0; i-- {
		if e := &s.Way.Entries[i]; e.Kind == custody.Sighted && e.Via == "" {
			return e, true
		}
	}
	return nil, false
}
