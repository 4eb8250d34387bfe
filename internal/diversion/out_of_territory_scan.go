package diversion

import (
	"waymark/internal/custody"
)

// OutOfTerritoryScan notes an item seen outside the territory of its last
// authorised holder. Buyers travel, give and resell: one scan is noise, so it
// counts only in sums. After a theft it says nothing of the holder.
var OutOfTerritoryScan = &Rule{
	ID: "R05", Version: 1, Title: Text{EN: "scan outside the territory", ZH: "授权区域外扫码", ES: "lectura fuera del territorio"}, Strength: Low,
	ByPlace: true,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind != custody.Sighted || s.found(ReImport) || s.Before.Stolen {
			return Signal{}, false
		}
		r, ok := s.surfaced()
		b := s.Before.Bound
		if !ok || lawful(s.belongs(b.Partner), r, s.Now.At()) {
			return Signal{}, false
		}
		return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: r, Evidence: []Term{{b.By, Bound}}}, true
	},
	Why: Text{
		EN: "a unit of {holder} was seen in {to} on {day}, outside that holder's territory; one scan alone proves nothing",
		ZH: "{holder} 的一件产品于 {day} 在其授权区域之外的 {to} 被扫码；仅凭一次扫码不能说明问题",
		ES: "una unidad de {holder} se vio en {to} el {day}, fuera de su territorio; una sola lectura no prueba nada",
	},
}
