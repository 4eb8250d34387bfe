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
	{"least", 10, 1, 1e9, "items that left without a scan of their arrival, at least"},
	{"share", .10, 0, 1, "of the items that left, at least"},
	{"usual", .03, 1e-6, 1, "share that is usual where the peers' is lower"},
	{"chance", .001, 1e-12, .5, "chance of so many at the usual share, at most"},
}}

// MissingScans finds a partner that passes on goods which it never scanned on
// their arrival, far more often than its peers. Its records are incomplete; of
// diversion that says nothing.
var MissingScans = &Rule{
	ID: "R20", Version: 1, Strength: Medium, Subject: PerGroup, Window: hold, Quiet: true, Decibans: 3,
	Title:  Text{EN: "records incomplete", ZH: "扫码记录不完整", ES: "registros incompletos"},
	Params: missingParams,
	Count: func(s *Sighting) (Tally, bool) {
		if !s.unreceived() {
			return Tally{}, false
		}
		q, look := Weekly.Look(s.Now.At())
		return Tally{Sum{Rule: "R20", Quarter: q, Look: uint8(look), Out: true, Of: s.site.GLN.String()}, s.Now.Hash ^ hashOf(string(s.Way.Item))}, true
	},
	Check: func(s *Sighting) (Signal, bool) {
		if !s.unreceived() {
			return Signal{}, false
		}
		q, _ := Weekly.Look(s.Now.At())
		root := s.Way.Trade.Root(s.site.Partner)
		return Signal{Partner: root, From: s.belongs(root), To: s.belongs(root), Group: missingGroup(root, q), Evidence: []Term{{s.Before.Shipped, ShippedBefore}}}, true
	},
	Judge: judgeMissingScans, Looks: Weekly,
	Why: Text{
		EN: "{k} of {n} items that left the sites of {holder} had been shipped there but never scanned on arrival, where its peers' share lets expect {expected}: records incomplete",
		ZH: "从 {holder} 各站点发出的 {n} 件货物中，有 {k} 件到货时未被扫码，而按同行水平预期为 {expected} 件：记录不完整",
		ES: "{k} de {n} artículos que salieron de las instalaciones de {holder} nunca se leyeron a su llegada, cuando por sus pares cabía esperar {expected}: registros incompletos",
	},
}

// unreceived tells whether the item leaves a site of a partner to which it was
// shipped, and that never received it.
func (s *Sighting) unreceived() bool {
	to := s.Before.ShippedTo
	if to == 0 || !leaves(s.Now.Fact) || !s.atSite || s.site.Role == partner.Transit || s.Way.Trade.Manufacturer(s.site.Partner) {
		return false
	}
	consignee, ok := s.Way.Trade.Site(to)
	return ok && s.Way.Trade.SameFamily(consignee.Partner, s.site.Partner)
}

// leaves tells whether a fact is an item's leaving of a site.
func leaves(f *custody.Fact) bool {
	return f.Kind == custody.Handled && (f.Step.Leaves() || f.Step == custody.RetailSelling) && f.Link == custody.Alone
}

// Departures names the sum that counts what leaves a site, and tells whether a
// fact is a leaving.
func Departures(f *custody.Fact) (Sum, bool) {
	if !leaves(f) || f.Site == 0 {
		return Sum{}, false
	}
	q, look := Weekly.Look(f.At())
	return Sum{Rule: "R20", Quarter: q, Look: uint8(look), Of: f.Site.String()}, true
}

func missingGroup(root partner.ID, q Quarter) string { return fmt.Sprintf("%s|%d", root, q) }

// left counts, by look and up to it, what left a family's sites, and of that what
// had not been received.
type left struct{ all, missing []int64 }

func judgeMissingScans(s *Season) (out []Verdict) {
	families := s.departures()
	for _, root := range slices.Sorted(maps.Keys(families)) {
		for look := range s.Looks {
			end := Weekly.End(s.Quarter, look)
			if v, ok := families.missing(s.Policies.At(end.Add(-1)), root, look); ok {
				v.Group, v.At = missingGroup(root, s.Quarter), end.UnixMilli()
				v.From = homeOf(s.Trade, root)
				v.To = v.From
				out = append(out, v)
				break
			}
		}
	}
	return out
}

type families map[partner.ID]*left

func (s *Season) departures() families {
	all := families{}
	for sum, n := range s.Sums("R20", s.Quarter) {
		gln, err := gs1.ParseGLN(sum.Of)
		site, ok := s.Trade.Site(gln)
		if err != nil || !ok || int(sum.Look) >= s.Looks || site.Role == partner.Transit || s.Trade.Manufacturer(site.Partner) {
			continue
		}
		root := s.Trade.Root(site.Partner)
		f := all[root]
		if f == nil {
			f = &left{make([]int64, s.Looks), make([]int64, s.Looks)}
			all[root] = f
		}
		into := f.all
		if sum.Out {
			into = f.missing
		}
		for i := int(sum.Look); i < s.Looks; i++ {
			into[i] += n
		}
	}
	return all
}

// missing judges a family against its peers.
func (all families) missing(p *Policy, root partner.ID, look int) (Verdict, bool) {
	k, n := all[root].missing[look], all[root].all[look]
	if float64(k) < p.Param(missingParams, "least") || float64(k) < p.Param(missingParams, "share")*float64(n) {
		return Verdict{}, false
	}
	var peers left
	peers.all, peers.missing = []int64{0}, []int64{0}
	for id, f := range all {
		if id != root {
			peers.all[0] += f.all[look]
			peers.missing[0] += f.missing[look]
		}
	}
	usual := p.Param(missingParams, "usual")
	if peers.all[0] > 0 {
		usual = max(usual, float64(peers.missing[0])/float64(peers.all[0]))
	}
	chance := binomialTail(k, max(k, n), usual)
	if chance > p.Param(missingParams, "chance") {
		return Verdict{}, false
	}
	return Verdict{Partner: root, K: k, N: n, Expected: rounded(usual * float64(n)), P: rounded(chance), Policy: p.Version}, true
}
