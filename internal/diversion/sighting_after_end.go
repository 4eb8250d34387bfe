package diversion

import (
	"waymark/internal/custody"
)

// SightingAfterEnd finds an item that is met again after it was reported
// destroyed, recalled or stolen. After a theft nobody is named: whoever had it
// reported it.
var SightingAfterEnd = &Rule{
	ID: "R10", Version: 1, Title: Text{EN: "seen after its reported end", ZH: "终止流通后再次出现", ES: "unidad vista después de su baja"}, Strength: High, Subject: PerItem,
	Worth: Weight{20, afterEnd},
	Check: func(s *Sighting) (Signal, bool) {
		end := s.Before.Ended
		if end == (custody.Key{}) || s.Now.Kind == custody.Handled && (s.Now.Step.Ends() || s.Now.Ended) {
			return Signal{}, false
		}
		to, _ := s.place()
		sig := Signal{To: to, Evidence: []Term{{end, EndedBefore}}}
		if b := s.Before.Bound; !s.Before.Stolen {
			sig.Partner, sig.From = b.Partner, s.belongs(b.Partner)
		}
		return sig, true
	},
	Why: Text{
		EN: "seen in {to} on {day} after it was reported destroyed, recalled or stolen",
		ZH: "在被报告销毁、召回或失窃之后，于 {day} 在 {to} 再次出现",
		ES: "unidad vista en {to} el {day} después de que se notificara su destrucción, retirada o robo",
	},
}
