package diversion

import (
	"waymark/internal/custody"
	"waymark/internal/gs1"
)

// UnknownSerial finds a well-formed serial of a known product that the factory
// never made known: a counterfeit, a misread, or an upload that is still to
// come, which is why the finding waits and nobody is alerted before.
var UnknownSerial = &Rule{
	ID: "R01", Version: 1, Title: Text{EN: "unknown serial", ZH: "未知序列号", ES: "número de serie desconocido"}, Strength: Medium, Once: true, Window: hold, Quiet: true,
	Worth: Weight{5, unnamed},
	Check: func(s *Sighting) (Signal, bool) {
		w := s.Way
		if w.Item.Kind() != gs1.KindSGTIN || w.Product == 0 || w.Made || s.Now.Link == custody.Holding {
			return Signal{}, false
		}
		to, _ := s.place()
		return Signal{To: to}, true
	},
	Why: Text{
		EN: "{units} seen on {day} though no commissioning is recorded",
		ZH: "{day} 发现货品（{units}），但没有任何赋码记录",
		ES: "mercancía ({units}) vista el {day} sin que conste su alta como número de serie",
	},
}
