package sim

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
)

// shipAbroad is D01: goods go to a dealer outside the territory, who is no
// partner of anybody. The buyers' scans there add up.
func shipAbroad(s *scene, t moment) {
	dealer, to := s.outsider(), s.plot.To
	t = s.between(t+day, t+4*day)
	truth := s.plant(s.m.ID, s.w.home(s.m.dc), to, t, s.goods)
	truth.expect("R02", s.m.ID, s.lot.items(s.goods)...)
	truth.expect("R03", s.m.ID, s.lot.items(s.goods)...)
	s.proof = true
	t = s.move(s.goods, s.m.dc, dealer, t, s.between(3*day, 8*day), papers{})
	s.proof = false
	boxes := s.goods
	if s.goods.level == pallet {
		boxes = s.lot.boxes()
		t += 6 * time.Hour
		s.unpack(boxes, dealer, t)
	}
	for c := boxes.lo; c < boxes.hi; c++ {
		opened := s.takeOut(int(c), dealer, t)
		observed := s.sell(s.lot.unitsIn(int(c)), dealer, opened, s.w.quarter-2*day)
		truth.expect("R05", s.m.ID, s.all(observed)...)
		s.concentrate(truth, to, observed)
	}
}

// concentrate records that buyers' scans of units in one place add up. Those
// that no buyer scanned do not count.
func (s *scene) concentrate(t *Truth, to geo.Region, observed []goods) {
	for _, g := range observed {
		for _, a := range s.acts {
			if a.consumer && a.goods == g {
				t.expectSum("R06", s.m.ID, to, s.lot.item(g))
				break
			}
		}
	}
}

// leak is D02: a sub-dealer lets a tenth of its units go to another country,
// where only buyers' scans show them.
func leak(s *scene, t moment) {
	dealer, c, to := s.m.dealers[1], int(s.goods.lo), s.plot.To
	who := s.w.owner(dealer)
	t = s.consign(s.goods, s.m.dc, dealer, s.later(t))
	t = s.takeOut(c, dealer, t)
	g := s.lot.unitsIn(c)
	lost := goods{units, g.hi - 1, g.hi}
	g.hi--
	s.sell(g, dealer, t, s.m.last)
	t = s.between(t+5*day, t+25*day)
	truth := s.plant(who, s.w.home(dealer), to, t, lost)
	truth.expect("R05", who, s.lot.items(lost)...)
	e := truth.expectSum("R06", who, to, s.lot.items(lost)...)
	if s.w.small() {
		e.allow(s.m.ID)
	}
	s.scans(lost, s.buyer(to), t)
}

// seep is D03: a few units of many cartons go to another country, where some of
// their buyers scan them.
func seep(s *scene, t moment) {
	const few = 3
	c, to := int(s.goods.lo), s.plot.To
	t = s.takeOut(c, s.m.dc, t)
	g := s.lot.unitsIn(c)
	gone := goods{units, g.lo, g.lo + few}
	g.lo = gone.hi
	s.sell(g, s.m.dc, t, s.m.last)
	first := s.between(t+4*day, t+10*day)
	truth := s.plant(s.m.ID, s.w.home(s.m.dc), to, first, gone)
	for i := gone.lo; i < gone.hi; i++ {
		u := unit(int(i))
		if !s.chance(scanned * sold) {
			continue
		}
		truth.expect("R05", s.m.ID, s.lot.item(u))
		truth.expectSum("R06", s.m.ID, to, s.lot.item(u))
		s.scans(u, s.buyer(to), s.between(first, s.w.quarter-2*day))
	}
}

// clone is D04: copies of one code are scanned all over the world.
func clone(s *scene, t moment) {
	c := int(s.goods.lo)
	shop := pick(s.stream, s.m.shops)
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	t = s.takeOut(c, shop, t)
	s.sell(s.lot.unitsIn(c), shop, t, s.m.last)
	places := s.plot.Regions
	for i := range s.units {
		u := unit(c*s.lot.each() + i)
		at := s.between(t+day, t+8*day)
		truth := s.plant("", s.w.home(shop), "", at, u)
		truth.expect("R07", "", s.lot.items(u)...)
		truth.expect("R08", "", s.lot.items(u)...)
		truth.expect("R05", s.w.owner(shop), s.lot.items(u)...)
		first := s.IntN(len(places))
		for k := range 5 + s.IntN(36) {
			b := s.buyer(places[(first+k)%len(places)])
			b.source, b.accuracy = custody.GPS, 30
			s.scans(u, b, at)
			at += s.between(20*time.Minute, 90*time.Minute)
			if k%len(places) == len(places)-1 {
				at += s.between(day, 4*day)
			}
		}
	}
}

// pool is D05: goods are billed to a distributor of a better tier and sent from
// the hub to another, who sells them.
func pool(s *scene, t moment) {
	hub, to := s.w.own[s.m.Hub], s.with()
	t = s.between(t+6*time.Hour, t+day)
	doc := s.bill(s.goods, hub, to.dc, s.m.dc, t)
	region := s.w.site(to.dc).Country
	truth := s.plant(s.m.ID, s.w.home(s.m.dc), region, t, s.goods)
	truth.expectSum("R15", s.m.ID, region, s.lot.items(s.goods)...)
	t = s.move(s.goods, hub, to.dc, t, s.between(2*day, 6*day), doc)
	for c := s.goods.lo; c < s.goods.hi; c++ {
		shop := pick(s.stream, to.shops)
		at := s.consign(carton(int(c)), to.dc, shop, s.later(t))
		s.sell(s.lot.unitsIn(int(c)), shop, s.takeOut(int(c), shop, at), to.last)
	}
}

// reimport is D06: goods sold for export are received by a dealer in the
// country that made them, and sold there.
func reimport(s *scene, t moment) {
	dealer, who, to := s.outsider(), s.m.ID, s.plot.To
	t = s.between(t+10*day, t+20*day)
	truth := s.plant(who, s.w.home(s.m.dc), to, t, s.goods)
	truth.expect("R13", who, s.lot.items(s.goods)...)
	s.proof = true
	s.hop(receiving, s.goods, dealer, t)
	s.proof = false
	for c := s.goods.lo; c < s.goods.hi; c++ {
		opened := s.takeOut(int(c), dealer, t)
		truth.expect("R13", who, s.all(s.sell(s.lot.unitsIn(int(c)), dealer, opened, s.w.quarter-2*day))...)
	}
}

// sellTwice is D07: two dealers activate the same serials.
func sellTwice(s *scene, t moment) {
	c, first, second := int(s.goods.lo), s.m.shops[0], s.m.shops[1]
	t = s.consign(s.goods, s.m.dc, first, s.later(t))
	t = s.takeOut(c, first, t)
	for i := range s.units {
		u := unit(c*s.lot.each() + i)
		at := s.between(t, t+10*day)
		s.activate(u, first, at)
		at = s.between(at+3*day, at+15*day)
		s.activate(u, second, at)
		who := s.w.owner(first)
		s.plant(who, s.w.home(first), s.w.site(second).Region(), at, u).expect("R09", who, s.lot.items(u)...)
	}
	g := s.lot.unitsIn(c)
	g.lo += uint16(s.units)
	s.sell(g, first, t, s.m.last)
}

// destroyAndSell is D08: units are reported destroyed and sold all the same.
func destroyAndSell(s *scene, t moment) {
	c, shop, other := int(s.goods.lo), s.m.shops[0], s.m.shops[2]
	who := s.w.owner(shop)
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	t = s.takeOut(c, shop, t)
	g := s.lot.unitsIn(c)
	gone := goods{units, g.lo, g.lo + uint16(s.units)}
	g.lo = gone.hi
	s.sell(g, shop, t, s.m.last)
	t = s.between(t+day, t+4*day)
	s.hop(destroying, gone, shop, t)
	for i := gone.lo; i < gone.hi; i++ {
		u := unit(int(i))
		at := s.between(t+2*day, t+20*day)
		s.activate(u, other, at)
		if s.chance(.5) {
			s.scan(u, other, at)
		}
		s.plant(who, s.w.home(shop), s.w.site(other).Region(), at, u).expect("R10", who, s.lot.items(u)...)
	}
}

// handOver is D14: a dealer takes over goods of another distributor without
// any document, in a place where it may sell them itself.
func handOver(s *scene, t moment) {
	taker, holder, r := s.with(), s.m.dc, s.plot.To
	if s.order%2 == 1 {
		holder = s.m.dealers[0]
		t = s.consign(s.goods, s.m.dc, holder, s.later(t))
	}
	at := taker.near(s.w, append(append([]site{}, taker.dealers...), taker.shops...), r)[0]
	t = s.later(t)
	who := s.w.owner(holder)
	s.plant(who, s.w.home(holder), r, t, s.goods).expect("R04", who, s.lot.items(s.goods)...)
	s.proof = true
	s.hop(receiving, s.goods, at, t)
	s.proof = false
	t = s.takeOut(int(s.goods.lo), at, t)
	s.sell(s.lot.unitsIn(int(s.goods.lo)), at, t, taker.last)
}
