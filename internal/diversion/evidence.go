package diversion

import (
	"cmp"
	"math"
	"slices"

	"waymark/internal/custody"
)

// A Ground is one event that speaks for, or against, the hypothesis that a
// partner diverted goods to a place.
type Ground struct {
	custody.Key
	Rule    string // "" where no rule found it
	Finding ID
	Weight
	// Event names an event that has no key: the record of a waiver.
	Event string
}

// A Weight is how much a ground counts: ten times the logarithm of how many times
// likelier the event is under the hypothesis than without it.
type Weight struct {
	Decibans float64
	Kind     Kind
}

// A Kind of evidence. All of a kind together count no more than the kind's cap,
// and all kinds of one source no more than the source's: what has one source is
// not independent.
type Kind struct {
	source string
	cap    float64
	Text   Text // "" where the rule's title says it
}

// Kinds of evidence.
var (
	shipmentRecord = Kind{"shipment", 20, Text{EN: "shipment record outside the authorisation", ZH: "授权范围之外的发货记录", ES: "registro de envío fuera de la autorización"}}
	lapsedRecord   = Kind{"shipment", 10, Text{EN: "shipment or sale while the authorisation was not in force", ZH: "授权失效期间的发货或销售记录", ES: "envío o venta sin autorización en vigor"}}
	receiptRecord  = Kind{"receipt", 20, Text{EN: "receipt by a trader outside the territory", ZH: "区域外商家的收货记录", ES: "recepción por un comerciante fuera del territorio"}}
	custodyRecord  = Kind{"receipt", 13, Text{EN: "break in a custody that documents cover", ZH: "有单据覆盖的流转链中断", ES: "interrupción de una custodia cubierta por documentos"}}
	inspected      = Kind{"inspection", 30, Text{EN: "found by an inspector", ZH: "稽查发现", ES: "hallada por un inspector"}}
	reported       = Kind{"report", 6, Text{EN: "reported by an organisation", ZH: "组织举报", ES: "comunicada por una organización"}}
	scanned        = Kind{"scans", 5, Text{EN: "scanned outside the territory", ZH: "区域外扫码", ES: "leída fuera del territorio"}}
	concentrated   = Kind{"scans", 15, Text{EN: "scans concentrate beyond chance", ZH: "扫码集中程度超出偶然", ES: "concentración de lecturas mayor que la debida al azar"}}
	soldTwice      = Kind{"sale", 8, Text{EN: "second activation or sale", ZH: "重复激活或销售", ES: "segunda activación o venta"}}
	afterEnd       = Kind{"end", 20, Text{EN: "seen after its reported end", ZH: "终止流通后再次出现", ES: "vista después de su baja"}}
	ordered        = Kind{"orders", 10, Text{EN: "orders that do not fit their goods", ZH: "订单与货物不符", ES: "pedidos que no concuerdan con la mercancía"}}
	marked         = Kind{"quote", 10, Text{EN: "watermark of a quote", ZH: "报价单水印", ES: "marca de agua de una oferta"}}
	dealt          = Kind{"deal", 10, Text{EN: "in use at the customer of another's deal", ZH: "出现在他人报备项目的客户处", ES: "en uso en el cliente de una operación ajena"}}
	unnamed        = Kind{"other", 20, Text{}}
	waived         = Kind{"waiver", 30, Text{EN: "the owner had approved sales there", ZH: "厂商已批准在当地销售", ES: "el titular de la marca había aprobado ventas allí"}}
	stolen         = Kind{"theft", 20, Text{EN: "theft reported before", ZH: "此前已报失窃", ES: "robo notificado antes"}}
)

// Evidence against the hypothesis.
var (
	Waiver = Weight{-30, waived}
	Theft  = Weight{-20, stolen}
)

// rough is the radius, in kilometres, beyond which a place by network address
// says nothing: private networks and data centres have such.
const rough = 1000

// Weigh says what a sighting is worth to the rule that it set off. photos tells
// whether pictures or papers came with it.
func (r *Rule) Weigh(f *custody.Fact, photos bool) Weight {
	if r.ByPlace && f.Kind == custody.Sighted {
		return seen(f, photos)
	}
	return r.Worth
}

// seen says what an observation is worth.
func seen(f *custody.Fact, photos bool) Weight {
	switch {
	case f.Sight == custody.Inspection:
		return Weight{20, inspected}
	case f.Reporter != 0 && photos:
		return Weight{6, reported}
	case f.Reporter != 0:
		return Weight{3, reported}
	case f.Source == custody.GPS:
		return Weight{1, scanned}
	case f.Source == custody.IP && f.Accuracy <= rough:
		return Weight{.3, scanned}
	}
	return Weight{0, scanned}
}

// Weigh says what the figures of a verdict are worth, and false where they are
// worth nothing beside its sightings.
func (v *Verdict) Weigh(rule string) (Weight, bool) {
	if rule == QuoteLeak.ID {
		return QuoteLeak.Worth, true
	}
	if rule != Concentration.ID || v.P <= 0 {
		return Weight{}, false
	}
	return Weight{math.Round(100*min(max(10*math.Log10(.05/v.P), 0), concentrated.cap)) / 100, concentrated}, true
}

// A Band says how much a score is.
type Band string

const (
	SignalBand Band = "signal" // below 5 decibans
	WatchBand  Band = "watch"  // below 12
	AlertBand  Band = "alert"  // below 20, or all from one source
	CaseBand   Band = "case"   // a person should open a case
)

// A Score sums up the evidence that a partner diverted goods to a place. It
// orders what people look at first. It decides nothing, and no rule, penalty or
// refusal may rest on it: the terms are there to be read.
type Score struct {
	Decibans float64
	Band     Band
	Terms    []Ground // the weightiest first; each with what it adds under the caps
}

// NewScore returns the score of grounds. One event counts once to its source.
func NewScore(grounds []Ground) Score {
	all := slices.Clone(grounds)
	slices.SortStableFunc(all, func(a, b Ground) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Decibans), math.Abs(a.Decibans)), a.Key.Compare(b.Key), cmp.Compare(a.Rule, b.Rule), slices.Compare(a.Finding[:], b.Finding[:]))
	})
	s := Score{Band: SignalBand}
	ofKind, ofSource := map[Kind]float64{}, map[string]float64{}
	type once struct {
		source, event string
		custody.Key
	}
	counted, sources := map[once]bool{}, map[string]bool{}
	for _, g := range all {
		o := once{g.Kind.source, g.Event, g.Key}
		if counted[o] {
			continue
		}
		counted[o] = true
		size := min(math.Abs(g.Decibans), g.Kind.cap-ofKind[g.Kind], sourceCap[g.Kind.source]-ofSource[g.Kind.source])
		size = math.Round(100*size) / 100
		ofKind[g.Kind] += size
		ofSource[g.Kind.source] += size
		g.Decibans = math.Copysign(size, g.Decibans)
		if g.Decibans > 0 && ofSource[g.Kind.source] >= substance {
			sources[g.Kind.source] = true
		}
		s.Decibans += g.Decibans
		s.Terms = append(s.Terms, g)
	}
	slices.SortStableFunc(s.Terms, func(a, b Ground) int { return cmp.Compare(math.Abs(b.Decibans), math.Abs(a.Decibans)) })
	s.Decibans = math.Round(100*s.Decibans) / 100
	s.Band = band(s.Decibans, len(sources))
	return s
}

// substance is what a source must bring to be one of two: the events are twice as
// likely under the hypothesis.
const substance = 3

// sourceCap bounds what all evidence of one source counts.
var sourceCap = map[string]float64{
	"shipment": 20, "receipt": 20, "inspection": 30, "report": 6, "scans": 15, "sale": 8, "end": 20, "orders": 10, "deal": 10, "quote": 10, "other": 20,
	"waiver": 30, "theft": 20,
}

func band(decibans float64, sources int) Band {
	switch {
	case decibans < 5:
		return SignalBand
	case decibans < 12:
		return WatchBand
	case decibans < 20 || sources < 2:
		return AlertBand
	}
	return CaseBand
}
