package diversion

import "waymark/internal/custody"

var clonedParams = Params{"R08", []Param{
	{"devices", 4, 2, 1e6, Text{EN: "devices that saw it, at least", ZH: "至少扫到该码的设备数", ES: "dispositivos que lo leyeron, como mínimo"}},
	{"leaps", 2, 1, 1e6, Text{EN: "impossible travels between them, at least; or", ZH: "其间不可能行程的次数下限；或", ES: "desplazamientos imposibles entre ellos, como mínimo; o bien"}},
	{"countries", 3, 2, 250, Text{EN: "countries in which they saw it, at least", ZH: "至少扫到该码的国家数", ES: "países en los que lo leyeron, como mínimo"}},
}}

// ClonedSerial finds a serial that more devices and places show than one unit
// can be at: its code was copied. It blames nobody, and the unit counts no more
// for anything else.
var ClonedSerial = &Rule{
	ID: "R08", Version: 1, Strength: High, Subject: PerItem,
	Worth:  Weight{13, unnamed},
	Title:  Text{EN: "one serial on several units", ZH: "同一序列号出现在多件商品上", ES: "un mismo número de serie en varias unidades"},
	Params: clonedParams,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind != custody.Sighted || !copied(s.Now) || s.past.last == nil {
			return Signal{}, false
		}
		if !s.past.with(s.Now).cloned(s.Policy) {
			return Signal{}, false
		}
		return Signal{From: s.past.last.Region, To: s.Now.Region, Evidence: []Term{{s.past.last.Key, SeenBefore}}}, true
	},
	Why: Text{
		EN: "one code was seen by more devices, in more places, than one unit can have been at, last in {to} on {day}: the code was copied",
		ZH: "同一编码在多地被多台设备扫描，一件商品不可能如此，最近一次于 {day} 在 {to}：编码被复制",
		ES: "un mismo código fue leído por más dispositivos y en más lugares de los que admite una sola unidad, la última vez en {to} el {day}: el código fue copiado",
	},
}

// copied tells whether a sighting counts for copies: by people outside the
// trade's own warehouses.
func copied(e *custody.Entry) bool {
	return e.Sight == custody.Consumer || e.Sight == custody.Activation || e.Sight == custody.Marketplace
}

// A spread is how widely a code was seen.
type spread struct{ devices, countries, leaps int }

// cloned tells whether it is more than one unit can have been.
func (s spread) cloned(p *Policy) bool {
	if s.devices < 2 {
		return false
	}
	return float64(s.devices) >= p.Param(clonedParams, "devices") &&
		(float64(s.leaps) >= p.Param(clonedParams, "leaps") || float64(s.countries) >= p.Param(clonedParams, "countries"))
}

// spread returns how widely the code was seen before.
func (p *past) spread() spread { return spread{len(p.devices), len(p.countries), p.leaps} }

// with returns how widely it was seen once e is, too.
func (p *past) with(e *custody.Entry) spread {
	s := p.spread()
	if e.Device != 0 && !p.devices[e.Device] {
		s.devices++
	}
	if !p.countries[e.Region.Country()] {
		s.countries++
	}
	if p.last != nil && impossible(p.last, e) {
		s.leaps++
	}
	return s
}
