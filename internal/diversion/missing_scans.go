package diversion

import (
	"fmt"
	"maps"
	"slices"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

var missingParams = Params{"R20", []Param{
	{"least", 10, 1, 1e9, Text{EN: "consignments passed on without a scan of their arrival, at least", ZH: "未做到货扫码即转出的货批数下限", ES: "remesas reenviadas sin lectura de llegada, como mínimo"}},
	{"share", .10, 0, 1, Text{EN: "of the consignments that arrived, at least", ZH: "占到货货批的比例下限", ES: "parte de las remesas llegadas, como mínimo"}},
	{"usual", .03, 1e-6, 1, Text{EN: "share that is usual where the peers' is lower", ZH: "同行比例更低时采用的正常比例", ES: "proporción habitual cuando la de los pares es menor"}},
	{"chance", .001, 1e-12, .5, Text{EN: "chance of so many at the usual share, at most", ZH: "按正常比例出现如此多的概率上限", ES: "probabilidad de tantas con la proporción habitual, como máximo"}},
}}

// MissingScans finds a partner that passes on goods which it never scanned on
// their arrival, far more often than its peers. Its records are incomplete; of
// diversion that says nothing. What is counted is consignments: one scan that got
// lost is one, whatever was in the carton.
var MissingScans = &Rule{
	ID: "R20", Version: 1, Strength: Medium, Subject: PerGroup, Window: hold, Quiet: true,
	Title:  Text{EN: "records incomplete", ZH: "扫码记录不完整", ES: "registros incompletos"},
	Params: missingParams,
	Count: func(s *Sighting) (Tally, bool) {
		if !s.unreceived() {
			return Tally{}, false
		}
		shipped := s.Before.Shipped
		q, look := Weekly.Look(shipped.At())
		return Tally{Sum{Rule: "R20", Quarter: q, Look: uint8(look), Out: true, Of: s.Before.ShippedTo.String()}, shipped.Hash}, true
	},
	Check: func(s *Sighting) (Signal, bool) {
		if !s.unreceived() {
			return Signal{}, false
		}
		q, _ := Weekly.Look(s.Before.Shipped.At())
		root := s.Way.Trade.Root(s.site.Partner)
		return Signal{Partner: root, From: s.belongs(root), To: s.belongs(root), Group: missingGroup(root, q), Evidence: []Term{{s.Before.Shipped, ShippedBefore}}}, true
	},
	Judge: judgeMissingScans, Looks: Weekly,
	Why: Text{
		EN: "{k} of {n} consignments to {holder} were passed on but never scanned on arrival, where its peers' share lets expect {expected}: records incomplete",
		ZH: "发往 {holder} 的 {n} 批货物中，有 {k} 批到货时未被扫码即转出，而按同行水平预期为 {expected} 批：记录不完整",
		ES: "{k} de {n} envíos a {holder} se despacharon sin haberse leído a su llegada, cuando por sus pares cabía esperar {expected}: registros incompletos",
	},
}

// skew is how far the clocks of two scanners may be apart.
const skew = day

// unreceived tells whether the item leaves a site of a partner to which it was
// shipped, and that never received it.
func (s *Sighting) unreceived() bool {
	to := s.Before.ShippedTo
	if to == 0 || !leaves(s.Now.Fact) || !s.atSite || s.site.Role == partner.Transit || s.Way.Trade.Manufacturer(s.site.Partner) {
		return false
	}
	b := s.Before
	if b.Site == to && b.Shipped.At().Sub(b.Since.At()) <= skew {
		return false // received, by a clock that is not the shipper's
	}
	consignee, ok := s.Way.Trade.Site(to)
	return ok && s.Way.Trade.SameFamily(consignee.Partner, s.site.Partner)
}

// leaves tells whether a fact is an item's leaving of a site.
func leaves(f *custody.Fact) bool {
	return f.Kind == custody.Handled && (f.Step.Leaves() || f.Step == custody.RetailSelling) && f.Link == custody.Alone
}

// Arrivals names the sum that counts what arrives at a site, and tells whether a
// fact is of an arrival.
func Arrivals(f *custody.Fact) (Sum, bool) {
	if f.Kind != custody.Handled || !f.Step.Arrives() || f.Site == 0 {
		return Sum{}, false
	}
	q, look := Weekly.Look(f.At())
	return Sum{Rule: "R20", Quarter: q, Look: uint8(look), Of: f.Site.String()}, true
}

func missingGroup(root partner.ID, q Quarter) string { return fmt.Sprintf("%s|%d", root, q) }

// consigned counts, by look and up to it, what arrived at a family's sites by
// scan, and what did without.
type consigned struct{ scanned, missing []int64 }

func judgeMissingScans(s *Season) (out []Verdict) {
	families := s.consignments()
	for _, root := range slices.Sorted(maps.Keys(families)) {
		var found *Verdict
		for look := range s.Looks {
			end := Weekly.End(s.Quarter, look)
			v, ok := families.judge(s.Policies.At(end.Add(-1)), root, look)
			switch {
			case !ok:
			case found == nil:
				v.Group, v.At = missingGroup(root, s.Quarter), end.UnixMilli()
				v.From = homeOf(s.Trade, root)
				v.To = v.From
				found = &v
			case v.P <= found.P:
				found.K, found.N, found.Expected, found.P = v.K, v.N, v.Expected, v.P
			}
		}
		if found != nil {
			out = append(out, *found)
		}
	}
	return out
}

type families map[partner.ID]*consigned

func (s *Season) consignments() families {
	all := families{}
	for sum, n := range s.Sums("R20", s.Quarter) {
		gln, err := gs1.ParseGLN(sum.Of)
		site, ok := s.Trade.Site(gln)
		if err != nil || !ok || int(sum.Look) >= s.Looks || site.Role == partner.Transit || s.Trade.Manufacturer(site.Partner) {
			continue
		}
		root := s.Trade.Root(site.Partner)
		c := all[root]
		if c == nil {
			c = &consigned{make([]int64, s.Looks), make([]int64, s.Looks)}
			all[root] = c
		}
		into := c.scanned
		if sum.Out {
			into = c.missing
		}
		for i := int(sum.Look); i < s.Looks; i++ {
			into[i] += n
		}
	}
	return all
}

// judge compares a family with its peers at a look.
func (all families) judge(p *Policy, root partner.ID, look int) (Verdict, bool) {
	if p.Rules["R20"].Off {
		return Verdict{}, false
	}
	k := all[root].missing[look]
	n := k + all[root].scanned[look]
	if float64(k) < p.Param(missingParams, "least") || float64(k) < p.Param(missingParams, "share")*float64(n) {
		return Verdict{}, false
	}
	var missing, peers int64
	for id, c := range all {
		if id != root {
			missing += c.missing[look]
			peers += c.missing[look] + c.scanned[look]
		}
	}
	usual := p.Param(missingParams, "usual")
	if peers > 0 {
		usual = max(usual, float64(missing)/float64(peers))
	}
	chance := binomialTail(k, n, usual)
	if chance > p.Param(missingParams, "chance") {
		return Verdict{}, false
	}
	return Verdict{Partner: root, K: k, N: n, Expected: rounded(usual * float64(n)), P: rounded(chance), Policy: p.Version}, true
}
