package sim

import (
	"slices"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A plot is a way of goods that has an answer: a diversion that must be found,
// or a control that must not.
type plot struct {
	kind    string
	owner   partner.ID   // whose goods
	needs   []partner.ID // who else must be in the roster
	cartons int          // in preset M, or
	units   int          // in preset M, at most each to a carton
	each    int
	least   int  // cartons, however small the preset
	whole   bool // in whole pallets where there are enough
	run     func(s *scene, t moment)
}

// A scene is a plot's part of one lot, from the moment when the goods stand
// unpacked in the owner's warehouse.
type scene struct {
	*journey
	plot  *plot
	goods goods
	units int
	order int // how many scenes of the plot the owner had before
}

// plots lists every plot, in the order in which an owner's goods are shared
// out.
var plots = []plot{
	{kind: "D01", owner: "P09", cartons: 60, whole: true, run: shipAbroad},
	{kind: "D02", owner: "P11", cartons: 50, run: leak},
	{kind: "D04", owner: "P08", units: 25, each: 5, run: clone},
	{kind: "D06", owner: "P11", cartons: 40, run: reimport},
	{kind: "D07", owner: "P07", units: 40, each: 10, run: sellTwice},
	{kind: "D08", owner: "P10", units: 60, each: 10, run: destroyAndSell},
	{kind: "D14", owner: "P05", needs: []partner.ID{"P06"}, cartons: 16, run: handOver("P06", "US-NY")},
	{kind: "D14", owner: "P06", needs: []partner.ID{"P05"}, cartons: 16, run: handOver("P05", "US-CA")},
	{kind: "D14", owner: "P08", needs: []partner.ID{"P09"}, cartons: 16, run: handOver("P09", "TH")},
	{kind: "D14", owner: "P11", needs: []partner.ID{"P12"}, cartons: 8, run: handOver("P12", "KE")},
	{kind: "D14", owner: "P12", needs: []partner.ID{"P11"}, cartons: 8, run: handOver("P11", "KE")},
	{kind: "C01", owner: "P03", cartons: 20, run: sellTo("DE")},
	{kind: "C02", owner: "P01", needs: []partner.ID{"P02"}, cartons: 20, run: transfer},
	{kind: "C03", owner: "P08", cartons: 50, run: sellTo("AU")},
	{kind: "C04", owner: "P04", cartons: 20, run: shopIn("PT", 46*day)},
	{kind: "C07", owner: "P11", cartons: 10, least: 2, run: lapse},
	{kind: "C10", owner: "P11", cartons: 20, run: shopIn("KE", 0)},
	{kind: "C10", owner: "P12", cartons: 20, run: shopIn("KE", 0)},
	{kind: "C12", owner: "P05", needs: []partner.ID{"P10"}, cartons: 10, least: 2, run: giveBack},
	{kind: "C14", owner: "P01", cartons: 20, run: shopIn("CH", 0)},
}

func (w *World) member(id partner.ID) *member {
	i := slices.IndexFunc(w.members, func(m *member) bool { return m.ID() == id })
	if i < 0 {
		return nil
	}
	return w.members[i]
}

func (w *World) has(ids []partner.ID) bool {
	return !slices.ContainsFunc(ids, func(id partner.ID) bool { return w.member(id) == nil })
}

// plant records that goods of the scene are diverted, first at t.
func (s *scene) plant(who partner.ID, from, to geo.Region, t moment, g goods) *Truth {
	truth := s.w.plant(s.plot.kind, who, from, to, t)
	truth.Items = append(truth.Items, s.lot.items(g)...)
	truth.Units += s.lot.units(g)
	return truth
}

// clear records that cartons and the units in them must stay clean.
func (s *scene) clear(to geo.Region, t moment) {
	truth := s.plant("", s.w.site(s.m.dc).Country, to, t, s.goods)
	for c := s.goods.lo; c < s.goods.hi; c++ {
		truth.Items = append(truth.Items, s.lot.items(unitsIn(int(c)))...)
	}
}

// home returns the country of the partner whose warehouse or shop s is.
func (w *World) home(s site) geo.Region {
	owner := w.owner(s)
	i := slices.IndexFunc(w.Partners, func(p partner.Partner) bool { return p.ID == owner })
	return w.Partners[i].Country
}

func (s *scene) expectAll(t *Truth, rule string, p partner.ID, list []goods) {
	for _, g := range list {
		t.expect(rule, p, s.lot.items(g)...)
	}
}

// C11: every pallet through a transit site.
func (j *journey) transit() {
	hub := j.w.site(j.w.own[j.m.Hub])
	if hub.Role != partner.Transit {
		return
	}
	t := j.w.plant("C11", "", "", hub.Region(), 0)
	t.Items = append(t.Items, j.lot.items(j.lot.full())...)
	t.Units += j.lot.units(j.lot.full())
}

// counterfeit is D10: serials that no factory ever made, on buyers' phones.
func (w *World) counterfeit() {
	n := w.scaled(50, 3)
	l := newLot("X00-0001", &w.Products[0], (n+unitsPerCarton-1)/unitsPerCarton, 1, newStream(w.Seed, "counterfeit/codes"))
	j := w.journey(nil, l)
	j.keep = true
	s := &scene{journey: j, plot: &plot{kind: "D10"}}
	for i := range n {
		r := pick(j.stream, []geo.Region{"TH", "AE", "IN", "MX", "NG"})
		t := j.between(10*day, 80*day)
		b := j.buyer(r)
		for range 1 + j.IntN(2) {
			j.scans(unit(i), b, t)
			t += j.between(time.Hour, 2*day)
		}
		first := j.acts[len(j.acts)-1].at
		for _, a := range j.acts {
			if a.goods == unit(i) {
				first = min(first, a.at)
			}
		}
		s.plant("", "", "", first, unit(i)).expect("R01", "", l.item(unit(i)))
	}
	w.acts = append(w.acts, j.disturbed()...)
}
