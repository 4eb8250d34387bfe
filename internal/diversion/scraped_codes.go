package diversion

import (
	"fmt"
	"math"

	"waymark/internal/custody"
)

var scrapedParams = Params{"R14", []Param{
	{"least", 3, 1, 1e6, Text{EN: "finds, at least", ZH: "稽查发现次数下限", ES: "hallazgos de inspección, como mínimo"}},
	{"rate", .10, 1e-6, 1, Text{EN: "of units that buyers scan, at least, where codes are left on", ZH: "编码完好时消费者扫码的件数比例下限", ES: "parte de las unidades que leen los compradores, como mínimo, si conservan sus códigos"}},
	{"chance", .01, 1e-12, .5, Text{EN: "chance that all finds are silent by themselves, at most", ZH: "全部发现自然无人扫码的概率上限", ES: "probabilidad de que todas estén sin lecturas por sí mismas, como máximo"}},
}}

// ScrapedCodes finds goods whose codes were removed: inspectors find them outside
// their territory by a carton's code, or one hidden in the unit, and no buyer
// ever scans what belongs to that code.
var ScrapedCodes = &Rule{
	ID: "R14", Version: 1, Strength: Medium, Subject: PerGroup, Window: hold,
	ByPlace: true,
	Title:   Text{EN: "goods whose codes may have been removed", ZH: "疑似刮码", ES: "mercancía cuyos códigos pueden haberse retirado"},
	Params:  scrapedParams,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind != custody.Sighted || s.Now.Sight != custody.Inspection || s.Way.Heard {
			return Signal{}, false
		}
		overt := !s.Way.Holds && s.Now.Code == ""
		r, ok := s.surfaced()
		b := s.Before.Bound
		if overt || !ok || lawful(s.belongs(b.Partner), r, s.Now.At()) || s.Before.Stolen {
			return Signal{}, false
		}
		return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: r, Group: fmt.Sprintf("%s|%s", b.Partner, r), Evidence: []Term{{b.By, Bound}}}, true
	},
	Stands: func(p *Policy, g Gathered) bool {
		if float64(g.Members) < p.Param(scrapedParams, "least") {
			return false
		}
		return math.Pow(1-p.Param(scrapedParams, "rate"), float64(g.Units)) <= p.Param(scrapedParams, "chance")
	},
	Why: Text{
		EN: "cartons and hidden codes of {units} of {holder} were found in {to} by inspection, and no buyer scanned any of them: their codes may have been removed",
		ZH: "稽查在 {to} 通过箱码或隐藏码发现 {holder} 的货物（{units}），且没有消费者扫过其中任何一件：疑似刮码",
		ES: "una inspección halló en {to}, por códigos de caja u ocultos, mercancía de {holder} ({units}) que ningún comprador leyó: sus códigos pueden haberse retirado",
	},
}
