package diversion

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

var concentrationParams = Params{"R06", []Param{
	{"threshold", .05, 1e-9, .5, Text{EN: "rate of false discoveries that is allowed", ZH: "允许的错误发现率", ES: "tasa admitida de hallazgos falsos"}},
	{"least", 3, 1, 1e6, Text{EN: "devices a day that a finding needs", ZH: "形成预警所需的最少设备日数", ES: "días-dispositivo que necesita un hallazgo"}},
	{"prior", 200, 1, 1e6, Text{EN: "scans that the rate of the class of a place weighs", ZH: "地点类别基准率所占的扫码数权重", ES: "lecturas que pesa la tasa de la clase de un lugar"}},
	{"weight", .5, .01, 1, Text{EN: "of the quarter before; .25 where seasons change much", ZH: "上一季度的权重；季节变化大时取 .25", ES: "peso del trimestre anterior; .25 donde la temporada cambia mucho"}},
	{"hub_rate", .010, 1e-6, .5, Text{EN: "of scans in a hub, or of a hub's goods elsewhere, with nothing wrong", ZH: "无异常时，枢纽地或枢纽货物在外地的扫码占比", ES: "parte de las lecturas en un nudo, o de mercancía de un nudo en otro lugar, sin nada anormal"}},
	{"far_rate", .002, 1e-6, .5, Text{EN: "of scans anywhere else, with nothing wrong", ZH: "无异常时，其他各地的扫码占比", ES: "parte de las lecturas en cualquier otro lugar, sin nada anormal"}},
	{"node", .01, 1e-9, .5, Text{EN: "chance below which one branch of a holder's tree answers for it", ZH: "偶然概率低于此值时，归于分销树的一个分支", ES: "probabilidad por debajo de la cual responde una rama del árbol del titular"}},
}}

// Concentration finds more scans of a holder's goods in a place outside its
// territory than chance and travellers explain.
//
// Buyers play with codes, and travel in company, so what is counted is devices,
// once a day, and of each unit only its first scan. The rate to compare with is
// not known exactly either: it is a Beta distribution, drawn from the quarter
// before, and so the count is beta-binomial. All places of all holders are tested
// together, at a bounded rate of false discoveries.
var Concentration = &Rule{
	ID: "R06", Version: 1, Strength: High, Subject: PerGroup, Window: hold,
	ByPlace: true,
	Title:   Text{EN: "scans outside the territory concentrate", ZH: "区域外扫码异常集中", ES: "concentración de lecturas fuera del territorio"},
	Params:  concentrationParams,
	Count: func(s *Sighting) (Tally, bool) {
		holder, ok := s.firstScan()
		if !ok {
			return Tally{}, false
		}
		q, look := Weekly.Look(s.Now.At())
		out := s.found(OutOfTerritoryScan)
		t := Tally{Sum: Sum{Rule: "R06", Quarter: q, Look: uint8(look), Out: out, Of: string(holder)}, Once: s.deviceDay()}
		if out {
			t.Sum.To = string(s.destination(holder))
		}
		return t, true
	},
	Check: func(s *Sighting) (Signal, bool) {
		holder, ok := s.firstScan()
		if !ok || !s.found(OutOfTerritoryScan) {
			return Signal{}, false
		}
		q, _ := Weekly.Look(s.Now.At())
		top, to := grantee(s.Way.Trade, holder), s.destination(holder)
		return Signal{Partner: top, From: s.belongs(top), To: to, Group: concentrationGroup(top, to, q), Evidence: []Term{{s.Before.Bound.By, Bound}}}, true
	},
	Judge: judgeConcentration, Looks: Weekly,
	Why: Text{
		EN: "{k} devices a day scanned goods in {to} that were sold under one grant, of {n} in all, where {expected} were to be expected (chance {p}); they went through {holder}: possible out-of-territory sales",
		ZH: "同一授权下售出的货物在 {to} 有 {k} 个设备日的扫码（同一设备同一天只计一次），各地合计 {n} 个，正常预期 {expected} 个（偶然发生的概率 {p}）；货物经由 {holder}：疑似窜货",
		ES: "mercancía vendida bajo una misma autorización se leyó en {to} en {k} días-dispositivo, de {n} en total, cuando cabía esperar {expected} (probabilidad por azar: {p}); pasó por {holder}: posibles ventas fuera del territorio",
	},
}

// firstScan returns who the unit was bound to when a buyer first scanned it.
func (s *Sighting) firstScan() (partner.ID, bool) {
	first := s.Now.Kind == custody.Sighted && s.Now.Sight == custody.Consumer && !s.past.scanned
	b := s.Before.Bound.Partner
	return b, first && b != "" && s.Now.Region != "" && !s.Before.Stolen && !s.found(SelfDealing)
}

// deviceDay returns a number for the device and the day of the sighting.
func (s *Sighting) deviceDay() uint64 {
	if s.Now.Device == 0 {
		return s.Now.Hash
	}
	return hashOf(fmt.Sprint(s.Now.Device), s.Now.At().Format("2006-01-02"))
}

// destination returns the place of the sighting as finely as the holder's
// territory is drawn there.
func (s *Sighting) destination(holder partner.ID) geo.Region {
	country := s.Now.Region.Country()
	for _, r := range s.Way.Trade.TerritoryOf(holder, s.Way.Product) {
		if r != country && r.Country() == country {
			return s.Now.Region
		}
	}
	return country
}

// grantee returns the partner under whose grants another sells, or that partner
// itself.
func grantee(t custody.Trade, id partner.ID) partner.ID {
	if top, ok := t.Grantee(id); ok {
		return top
	}
	return id
}

func concentrationGroup(holder partner.ID, to geo.Region, q Quarter) string {
	return fmt.Sprintf("%s|%s|%d", holder, to, q)
}

// A pair is a holder and a place outside its territory.
type pair struct {
	holder partner.ID
	to     string
}

// scans counts, by look and up to it, the scans of a holder's goods, in all and
// by place outside its territory.
type scans struct {
	all map[partner.ID][]int64
	out map[pair][]int64
}

func (s *Season) scans(q Quarter, looks int, of func(partner.ID) partner.ID) scans {
	c := scans{map[partner.ID][]int64{}, map[pair][]int64{}}
	for sum, n := range s.Sums("R06", q) {
		if int(sum.Look) >= looks {
			continue
		}
		h := of(partner.ID(sum.Of))
		count(c.all, h, looks, sum.Look, n)
		if sum.Out {
			count(c.out, pair{h, sum.To}, looks, sum.Look, n)
		}
	}
	return c
}

func count[K comparable](m map[K][]int64, k K, looks int, from uint8, n int64) {
	if m[k] == nil {
		m[k] = make([]int64, looks)
	}
	for i := int(from); i < looks; i++ {
		m[k][i] += n
	}
}

// pairs returns the pairs in order.
func (c scans) pairs() []pair {
	return slices.SortedFunc(maps.Keys(c.out), func(a, b pair) int {
		return cmp.Or(strings.Compare(string(a.holder), string(b.holder)), strings.Compare(a.to, b.to))
	})
}

func judgeConcentration(s *Season) []Verdict {
	holder := func(id partner.ID) partner.ID { return grantee(s.Trade, id) }
	now := s.scans(s.Quarter, s.Looks, holder)
	if len(now.out) == 0 {
		return nil
	}
	whole := Weekly.Looks(s.Quarter-1, s.Quarter.Start())
	before := s.scans(s.Quarter-1, whole, holder)
	best := map[pair]*Verdict{}
	looks := map[pair]int{}
	for look := range s.Looks {
		end := Weekly.End(s.Quarter, look)
		p := s.Policies.At(end.Add(-1))
		if p.Rules["R06"].Off {
			continue
		}
		base := newBaseline(s, p, before, whole, now, look)
		tested, chances := s.test(p, now, base, look)
		tests := tested.tests
		for i, found := range discoveries(chances, tests, p.Param(concentrationParams, "threshold")) {
			if !found {
				continue
			}
			at := tested.pairs[i]
			v := best[at]
			if v == nil {
				v = &Verdict{Group: concentrationGroup(at.holder, geo.Region(at.to), s.Quarter), From: homeOf(s.Trade, at.holder), To: geo.Region(at.to), At: end.UnixMilli(), P: 2, Policy: p.Version}
				best[at] = v
			}
			if chances[i] <= v.P {
				a, b := base.of(at)
				v.K, v.N, v.P = now.out[at][look], now.all[at.holder][look], chances[i]
				v.Expected = float64(v.N) * a / (a + b)
				looks[at] = look
			}
		}
	}
	var out []Verdict
	for _, at := range now.pairs() {
		if v := best[at]; v != nil {
			v.P, v.Expected = rounded(v.P), rounded(v.Expected)
			s.attribute(v, at, looks[at])
			out = append(out, *v)
		}
	}
	return out
}

// tested are the pairs of which enough is known at a look to test them, and how
// many there were in all.
type tested struct {
	pairs []pair
	tests int
}

func (s *Season) test(p *Policy, now scans, base *baseline, look int) (t tested, chances []float64) {
	holders, places := 0, map[string]bool{}
	for _, n := range now.all {
		if n[look] > 0 {
			holders++
		}
	}
	least := int64(p.Param(concentrationParams, "least"))
	for _, at := range now.pairs() {
		k := now.out[at][look]
		if k > 0 {
			places[at.to] = true
		}
		if k < least {
			continue
		}
		a, b := base.of(at)
		t.pairs = append(t.pairs, at)
		chances = append(chances, s.chance(Tail{k, now.all[at.holder][look], a, b}))
	}
	t.tests = max(1, holders*len(places))
	return t, chances
}
