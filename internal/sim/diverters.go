package sim

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// shipAbroad is D01: goods go to a dealer outside the territory, who is no
// partner of anybody.
func shipAbroad(s *scene, t moment) {
	dealer := s.w.traders["AE"]
	t = s.between(t+day, t+4*day)
	truth := s.plant(s.m.ID(), s.w.home(s.m.dc), "AE", t, s.goods)
	truth.expect("R02", s.m.ID(), s.lot.items(s.goods)...)
	truth.expect("R03", s.m.ID(), s.lot.items(s.goods)...)
	t = s.move(s.goods, s.m.dc, dealer, t, s.between(3*day, 8*day), 0)
	boxes := s.goods
	if s.goods.level == pallet {
		boxes = s.lot.boxes()
		t += 6 * time.Hour
		s.unpack(boxes, dealer, t)
	}
	for c := boxes.lo; c < boxes.hi; c++ {
		opened := s.takeOut(int(c), dealer, t)
		sold := s.sell(unitsIn(int(c)), dealer, opened, quarter-2*day)
		s.expectAll(truth, "R05", s.m.ID(), sold)
		for _, u := range sold {
			truth.expectSum("R06", s.m.ID(), "AE", s.lot.items(u)...).Optional = s.w.Preset == S
		}
	}
}

// leak is D02: a sub-dealer lets a tenth of its units go to another country,
// where only buyers' scans show them.
func leak(s *scene, t moment) {
	dealer, c := s.m.dealers[1], int(s.goods.lo)
	who := s.w.owner(dealer)
	t = s.consign(s.goods, s.m.dc, dealer, s.later(t))
	t = s.takeOut(c, dealer, t)
	g := unitsIn(c)
	lost := goods{units, g.hi - 1, g.hi}
	g.hi--
	s.sell(g, dealer, t, s.m.last)
	t = s.between(t+5*day, t+25*day)
	truth := s.plant(who, s.w.home(dealer), "IN", t, lost)
	truth.expect("R05", who, s.lot.items(lost)...)
	e := truth.expectSum("R06", who, "IN", s.lot.items(lost)...)
	if s.w.Preset == S { // too few scans to tell, and to tell branches apart
		e.Optional, e.Or = true, []partner.ID{s.m.ID()}
	}
	s.scans(lost, s.buyer("IN"), t)
}

// clone is D04: copies of one code are scanned all over the world.
func clone(s *scene, t moment) {
	c := int(s.goods.lo)
	shop := pick(s.stream, s.m.shops)
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	t = s.takeOut(c, shop, t)
	s.sell(unitsIn(c), shop, t, s.m.last)
	for i := range s.units {
		u := unit(c*unitsPerCarton + i)
		at := s.between(t+day, t+8*day)
		truth := s.plant("", s.w.home(shop), "", at, u)
		truth.expect("R07", "", s.lot.items(u)...)
		truth.expect("R08", "", s.lot.items(u)...)
		truth.expect("R05", s.w.owner(shop), s.lot.items(u)...)
		for k := range 5 + s.IntN(36) {
			b := s.buyer(cloned[k%len(cloned)])
			b.source, b.accuracy = custody.GPS, 30
			s.scans(u, b, at)
			at += s.between(20*time.Minute, 90*time.Minute)
			if k%len(cloned) == len(cloned)-1 {
				at += s.between(day, 4*day)
			}
		}
	}
}

// reimport is D06: goods sold for export are received by a dealer in the
// country that made them, and sold there.
func reimport(s *scene, t moment) {
	dealer, who := s.w.traders["CN-ZJ"], s.m.ID()
	t = s.between(t+10*day, t+20*day)
	truth := s.plant(who, s.w.home(s.m.dc), "CN-ZJ", t, s.goods)
	truth.expect("R13", who, s.lot.items(s.goods)...)
	s.hop(receiving, s.goods, dealer, t)
	for c := s.goods.lo; c < s.goods.hi; c++ {
		opened := s.takeOut(int(c), dealer, t)
		s.expectAll(truth, "R13", who, s.sell(unitsIn(int(c)), dealer, opened, quarter-2*day))
	}
}

// sellTwice is D07: two dealers activate the same serials.
func sellTwice(s *scene, t moment) {
	c, first, second := int(s.goods.lo), s.m.shops[0], s.m.shops[1]
	t = s.consign(s.goods, s.m.dc, first, s.later(t))
	t = s.takeOut(c, first, t)
	for i := range s.units {
		u := unit(c*unitsPerCarton + i)
		at := s.between(t, t+10*day)
		s.activate(u, first, at)
		at = s.between(at+3*day, at+15*day)
		s.activate(u, second, at)
		who := s.w.owner(first)
		s.plant(who, s.w.home(first), s.w.site(second).Region(), at, u).expect("R09", who, s.lot.items(u)...)
	}
	g := unitsIn(c)
	g.lo += uint16(s.units)
	s.sell(g, first, t, s.m.last)
}

// destroyAndSell is D08: units are reported destroyed and sold all the same.
func destroyAndSell(s *scene, t moment) {
	c, shop, other := int(s.goods.lo), s.m.shops[0], s.m.shops[2]
	who := s.w.owner(shop)
	t = s.consign(s.goods, s.m.dc, shop, s.later(t))
	t = s.takeOut(c, shop, t)
	g := unitsIn(c)
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
func handOver(to partner.ID, r geo.Region) func(*scene, moment) {
	return func(s *scene, t moment) {
		taker, holder := s.w.member(to), s.m.dc
		if s.order%2 == 1 {
			holder = s.m.dealers[0]
			t = s.consign(s.goods, s.m.dc, holder, s.later(t))
		}
		at := taker.near(s.w, append(append([]site{}, taker.dealers...), taker.shops...), r)[0]
		t = s.later(t)
		who := s.w.owner(holder)
		s.plant(who, s.w.home(holder), r, t, s.goods).expect("R04", who, s.lot.items(s.goods)...)
		s.hop(receiving, s.goods, at, t)
		t = s.takeOut(int(s.goods.lo), at, t)
		s.sell(unitsIn(int(s.goods.lo)), at, t, taker.last)
	}
}
