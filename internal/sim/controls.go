package sim

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// sellTo is C01 and C03: goods go, with order and notice, to a buyer in
// another country, lawfully within the EEA or under a grant of its own.
func sellTo(s *scene, t moment) {
	buyer := s.outsider()
	t = s.consign(s.goods, s.m.dc, buyer, s.later(t))
	s.clear(s.plot.To, t)
	t = s.takeOut(int(s.goods.lo), buyer, t)
	s.sell(s.lot.unitsIn(int(s.goods.lo)), buyer, t, s.w.quarter-2*day)
}

// transfer is C02: goods go to another distributor, as both were allowed.
func transfer(s *scene, t moment) {
	to, c := s.with(), int(s.goods.lo)
	t = s.consign(s.goods, s.m.dc, to.dc, s.later(t))
	s.clear(s.w.site(to.dc).Region(), t)
	t = s.consign(s.goods, to.dc, to.shops[0], s.later(t))
	t = s.takeOut(c, to.shops[0], t)
	s.sell(s.lot.unitsIn(c), to.shops[0], t, to.last)
}

// shopIn is C04, C10 and C14: goods go to the owner's shops in one region, not
// before a moment.
func shopIn(s *scene, t moment) {
	if from, ok := s.plot.NotTill.Start(); ok {
		t = max(t, from.Sub(s.w.Start))
	}
	t = s.later(t)
	s.clear(s.plot.To, t)
	s.retail(int(s.goods.lo), s.m.dc, pick(s.stream, s.m.near(s.w, s.m.shops, s.plot.To)), t)
}

// lapse is C07: shipments, and sales in a shop, go on after the last day of
// the grant. That is a lapsed authorisation and nothing else.
func lapse(s *scene, t moment) {
	c, end := int(s.goods.lo), s.m.last+2*day
	home := s.w.home(s.m.dc)
	if s.order%2 == 0 {
		t = s.between(end+3*day, end+9*day)
		s.plant(s.m.ID, home, s.plot.To, t, s.goods).expect("R17", s.m.ID, s.lot.items(s.goods)...)
		s.proof = true
		s.consign(s.goods, s.m.dc, s.outsider(), t)
		s.proof = false
		return
	}
	shop := s.m.shops[0]
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	s.takeOut(c, shop, t)
	for i := range 3 {
		u := unit(c*s.lot.each() + i)
		t := s.between(end+day, end+15*day)
		who := s.w.owner(shop)
		s.plant(who, home, s.w.site(shop).Region(), t, u).expect("R17", who, s.lot.items(u)...)
		s.hop(selling, u, shop, t)
	}
}

// plantEvidence is C08: somebody buys goods in the territory and reports to have
// found them outside it, for the reward.
func plantEvidence(s *scene, t moment) {
	c, shop, to := int(s.goods.lo), s.m.shops[0], s.plot.To
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	t = s.takeOut(c, shop, t)
	g := s.lot.unitsIn(c)
	bought := goods{units, g.lo, g.lo + uint16(s.units)}
	g.lo = bought.hi
	s.sell(g, shop, t, s.m.last)
	informant := newStream(s.w.Seed, "informant/"+string(s.m.ID)).Uint64()
	t = s.between(t+day, t+3*day)
	s.hop(selling, bought, shop, t)
	at, found := s.buyer(s.w.site(shop).Region()), s.buyer(to)
	at.device = informant
	for i := bought.lo; i < bought.hi; i++ {
		u := unit(int(i))
		t += s.between(time.Minute, 5*time.Minute)
		s.scans(u, at, t)
		later := t + s.between(10*day, 11*day)
		s.plant("", s.w.home(s.m.dc), to, later, u).expect("R21", "", s.lot.item(u))
		s.add(act{deed: sight, goods: u, at: later, consumer: true, seen: &seen{kind: custody.Inspection, source: custody.GPS, region: to,
			lat: found.lat, lon: found.lon, accuracy: 30, device: informant, reporter: "informant-17"}})
	}
}

// lose is C09: cartons are reported stolen before their units surface.
func lose(s *scene, t moment) {
	t = s.between(t+day, t+5*day)
	s.hop(missing, s.goods, s.m.dc, t)
	g := s.lot.unitsIn(int(s.goods.lo))
	first := s.between(t+8*day, t+14*day)
	truth := s.plant("", s.w.home(s.m.dc), s.plot.To, first, s.goods)
	for i := g.lo; i < g.hi; i++ {
		if u := unit(int(i)); i == g.lo || s.chance(.5) {
			truth.Items = append(truth.Items, s.lot.item(u))
			truth.expect("R10", "", s.lot.item(u))
			s.scans(u, s.buyer(s.plot.To), s.between(first, first+20*day))
		}
	}
}

// relocate is C13: an end customer moves, and takes along what it bought. That
// is declared beforehand.
func relocate(s *scene, t moment) {
	c, shop, to := int(s.goods.lo), s.m.shops[0], s.plot.To
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	t = s.takeOut(c, shop, t)
	g := s.lot.unitsIn(c)
	moved := goods{units, g.lo, g.lo + uint16(s.units)}
	g.lo = moved.hi
	s.sell(g, shop, t, s.m.last)
	t = s.between(t+day, t+3*day)
	waiver := s.w.relocation(s.plot, t)
	waiver.Items = append(waiver.Items, s.lot.items(moved)...)
	b := s.buyer(to)
	s.plant("", s.w.home(s.m.dc), to, t, moved)
	for i := moved.lo; i < moved.hi; i++ {
		u := unit(int(i))
		s.activate(u, shop, t+s.between(0, hour))
		s.scans(u, b, s.between(t+15*day, t+25*day))
	}
}

// relocation returns the waiver of a plot, which holds from t at the latest.
func (w *World) relocation(p *Plot, t moment) *partner.Waiver {
	id := fmt.Sprintf("W-RELOCATION-%s-%s", p.Owner, p.To)
	i := slices.IndexFunc(w.Waivers, func(x partner.Waiver) bool { return x.ID == id })
	if i < 0 {
		i = len(w.Waivers)
		w.Waivers = append(w.Waivers, partner.Waiver{ID: id, Reason: partner.AsRelocation, Regions: geo.Territory{p.To}, From: w.dateOf(t)})
	}
	if x := &w.Waivers[i]; w.dateOf(t) < x.From {
		x.From = w.dateOf(t)
	}
	return &w.Waivers[i]
}

// giveBack is C12: goods return to the manufacturer, unsold cartons or sold
// units, and another distributor gets them.
func giveBack(s *scene, t moment) {
	c, hub, to := int(s.goods.lo), s.w.own[s.m.Hub], s.with()
	shop := to.shops[0]
	region := s.w.site(to.dc).Region()
	if s.order%2 == 0 {
		s.clear(region, t)
		t = s.move(s.goods, s.m.dc, hub, s.later(t), s.between(4*day, 8*day), papers{})
		t = s.exchange(s.goods, hub, to.dc, s.later(t))
		t = s.consign(s.goods, to.dc, shop, s.later(t))
		t = s.takeOut(c, shop, t)
		s.sell(s.lot.unitsIn(c), shop, t, to.last)
		return
	}
	first := s.m.shops[0]
	t = s.consign(s.goods, s.m.dc, first, s.later(t))
	t = s.takeOut(c, first, t)
	g := s.lot.unitsIn(c)
	back := goods{units, g.lo, g.lo + 3}
	g.lo = back.hi
	s.sell(g, first, t, s.m.last)
	s.clear(region, t)
	for i := back.lo; i < back.hi; i++ {
		s.hop(selling, unit(int(i)), first, s.between(t, t+3*day))
	}
	t += 4 * day
	s.hop(receiving, back, first, t)
	t = s.move(back, first, hub, t+day, s.between(4*day, 8*day), papers{})
	t = s.exchange(back, hub, to.dc, s.later(t))
	t = s.consign(back, to.dc, shop, s.later(t))
	for i := back.lo; i < back.hi; i++ {
		s.activate(unit(int(i)), shop, s.between(t+time.Hour, t+4*day))
	}
}

// backlog is C06: the scanners of a distributor were off line. It delays a run
// of their scans by at least nine days and lets them arrive all at once, the
// last one first.
func (w *World) backlog(m *member, n int, acts []act) {
	var late []*act
	for i := range acts {
		a := &acts[i]
		inside := (a.deed == handling || a.deed == sight && !a.consumer) && w.rootOf(a.site) == m.ID
		if inside && !a.kept && !a.planted && !a.misread && a.at >= 35*day {
			late = append(late, a)
		}
	}
	slices.SortStableFunc(late, func(a, b *act) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.lot.name, b.lot.name), cmp.Compare(a.seq, b.seq), cmp.Compare(a.arrival, b.arrival))
	})
	late = late[:min(len(late), w.scaled(n, 10))]
	if len(late) == 0 {
		return
	}
	last := late[len(late)-1].at
	truth := w.plant(backlogging, "", "", "", late[0].at)
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
