package diversion

import (
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
// wrong. Only two satellite fixes make it more than a hint, and of a code that is
// known to be copied it is nothing new.
var ImpossibleTravel = &Rule{
	ID: "R07", Version: 1, Title: Text{EN: "impossible travel", ZH: "不可能的行程", ES: "desplazamiento imposible"}, Strength: Low,
	Worth: Weight{1, unnamed},
	Check: func(s *Sighting) (Signal, bool) {
		now, before := s.Now, s.past.last
		if now.Kind != custody.Sighted || before == nil || !impossible(before, now) {
			return Signal{}, false
		}
		sig := Signal{From: before.Region, To: now.Region, Evidence: []Term{{before.Key, SeenBefore}}}
		if before.Source == custody.GPS && now.Source == custody.GPS && !s.past.spread().cloned(s.Policy) {
			sig.Strength = Medium
		}
		return sig, true
	},
	Why: Text{
		EN: "one code was seen in {from} and, too soon after, in {to} on {day}, by two devices",
		ZH: "同一编码先在 {from}、随后于 {day} 在 {to} 被两台设备扫描，间隔短于任何运输所需的时间",
		ES: "un mismo código se leyó en {from} y, demasiado poco después, en {to} el {day}, con dos dispositivos",
	},
}

// impossible tells whether two devices saw the item at places that nothing could
// have travelled between in the time.
func impossible(before, now *custody.Entry) bool {
	if !before.HasPlace || !now.HasPlace || before.Device == now.Device {
		return false
	}
	km := geo.Distance(before.Point().Lat, before.Point().Lon, now.Point().Lat, now.Point().Lon)
	km -= float64(before.Accuracy) + float64(now.Accuracy) + placeError
	took := max(now.At().Sub(before.At()), shortest)
	return km >= nearest && km > fastest*took.Hours()
}
