package sim

import (
	"cmp"
	"slices"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// sellTo is C01 and C03: goods go, with order and notice, to a buyer in
// another country, lawfully within the EEA or under a grant of its own.
func sellTo(r geo.Region) func(*scene, moment) {
	return func(s *scene, t moment) {
		buyer := s.w.traders[r]
		t = s.consign(s.goods, s.m.dc, buyer, s.later(t))
		s.clear(r, t)
		t = s.takeOut(int(s.goods.lo), buyer, t)
		s.sell(unitsIn(int(s.goods.lo)), buyer, t, quarter-2*day)
	}
}

// transfer is C02: goods go to another distributor, as both were allowed.
func transfer(s *scene, t moment) {
	to, c := s.w.member("P02"), int(s.goods.lo)
	t = s.consign(s.goods, s.m.dc, to.dc, s.later(t))
	s.clear("FR", t)
	t = s.consign(s.goods, to.dc, to.shops[0], s.later(t))
	t = s.takeOut(c, to.shops[0], t)
	s.sell(unitsIn(c), to.shops[0], t, to.last)
}

// shopIn is C04, C10 and C14: goods go to the owner's shops in one region, not
// before a moment.
func shopIn(r geo.Region, from moment) func(*scene, moment) {
	return func(s *scene, t moment) {
		t = s.later(max(t, from))
		s.clear(r, t)
		s.retail(int(s.goods.lo), s.m.dc, pick(s.stream, s.m.near(s.w, s.m.shops, r)), t)
	}
}

// lapse is C07: shipments, and sales in a shop, go on after the last day of
// the grant. That is a lapsed authorisation and nothing else.
func lapse(s *scene, t moment) {
	c, end := int(s.goods.lo), s.m.last+2*day
	home := s.w.home(s.m.dc)
	if s.order%2 == 0 {
		buyer := s.w.traders["NG"]
		t = s.between(end+3*day, end+9*day)
		s.plant(s.m.ID(), home, "NG", t, s.goods).expect("R17", s.m.ID(), s.lot.items(s.goods)...)
		s.consign(s.goods, s.m.dc, buyer, t)
		return
	}
	shop := s.m.shops[0]
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	s.takeOut(c, shop, t)
	for i := range 3 {
		u := unit(c*unitsPerCarton + i)
		t := s.between(end+day, end+15*day)
		who := s.w.owner(shop)
		s.plant(who, home, s.w.site(shop).Region(), t, u).expect("R17", who, s.lot.items(u)...)
		s.hop(selling, u, shop, t)
	}
}

// giveBack is C12: goods return to the manufacturer, unsold cartons or sold
// units, and another distributor gets them.
func giveBack(s *scene, t moment) {
	c, hub, to := int(s.goods.lo), s.w.own["HUB-SZ"], s.w.member("P10")
	shop := to.shops[0]
	if s.order%2 == 0 {
		s.clear("AE", t)
		t = s.move(s.goods, s.m.dc, hub, s.later(t), s.between(4*day, 8*day), 0)
		t = s.consign(s.goods, hub, to.dc, s.later(t))
		t = s.consign(s.goods, to.dc, shop, s.later(t))
		t = s.takeOut(c, shop, t)
		s.sell(unitsIn(c), shop, t, to.last)
		return
	}
	first := s.m.shops[0]
	t = s.consign(s.goods, s.m.dc, first, s.later(t))
	t = s.takeOut(c, first, t)
	g := unitsIn(c)
	back := goods{units, g.lo, g.lo + 3}
	g.lo = back.hi
	s.sell(g, first, t, s.m.last)
	s.clear("AE", t)
	for i := back.lo; i < back.hi; i++ {
		s.hop(selling, unit(int(i)), first, s.between(t, t+3*day))
	}
	t += 4 * day
	s.hop(receiving, back, first, t)
	t = s.move(back, first, hub, t+day, s.between(4*day, 8*day), 0)
	t = s.consign(back, hub, to.dc, s.later(t))
	t = s.consign(back, to.dc, shop, s.later(t))
	for i := back.lo; i < back.hi; i++ {
		s.activate(unit(int(i)), shop, s.between(t+time.Hour, t+4*day))
	}
}

// backlogged is the distributor whose scanners were off line: C06.
const backlogged partner.ID = "P06"

// backlog delays a run of a member's scans by at least nine days and lets them
// arrive all at once, the last one first.
func (w *World) backlog(m *member, acts []act) {
	id := m.ID()
	var late []*act
	for i := range acts {
		a := &acts[i]
		inside := (a.deed == handling || a.deed == sight && !a.consumer) && w.rootOf(a.site) == id
		if inside && !a.kept && !a.misread && a.at >= 35*day {
			late = append(late, a)
		}
	}
	slices.SortStableFunc(late, func(a, b *act) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.lot.name, b.lot.name), cmp.Compare(a.seq, b.seq), cmp.Compare(a.arrival, b.arrival))
	})
	late = late[:min(len(late), w.scaled(5000, 10))]
	if len(late) == 0 {
		return
	}
	last := late[len(late)-1].at
	truth := w.plant("C06", "", "", "", late[0].at)
	for i, a := range late {
		a.arrival = last + 9*day + time.Duration(len(late)-i)*time.Second
		if a.goods.level == cartons {
			truth.Items = append(truth.Items, a.lot.items(a.goods)...)
			truth.Units += a.lot.units(a.goods)
		}
	}
}

// rootOf returns the distributor whose tree a site belongs to.
func (w *World) rootOf(s site) partner.ID {
	id := w.owner(s)
	for _, p := range w.Partners {
		if p.ID == id && p.Parent != "" {
			return p.Parent
		}
	}
	return id
}
