package sim

import (
	"fmt"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/geo"
)

// scrape is D09: units leave the territory with their own codes removed. Their
// cartons' codes are left, and inspectors find some of those.
func scrape(s *scene, t moment) {
	const inspected = 12 // cartons, however many there are
	to := s.plot.To
	t = s.between(t+5*day, t+15*day)
	truth := s.plant(s.m.ID, s.w.home(s.m.dc), to, t, s.goods)
	if s.order >= inspected {
		return
	}
	truth.expect("R05", s.m.ID, s.lot.items(s.goods)...)
	truth.expectSum("R14", s.m.ID, to, s.lot.items(s.goods)...)
	b := s.buyer(to)
	s.add(act{deed: sight, goods: s.goods, at: s.between(t+5*day, t+25*day), consumer: true,
		seen: &seen{kind: custody.Inspection, source: custody.GPS, region: to, lat: b.lat, lon: b.lon, accuracy: 20, device: b.device}})
}

// passOn is the lawful half of D12: part of what the owner orders beyond its
// needs goes to dealers of another distributor.
func passOn(s *scene, t moment) {
	to := s.with()
	dealer := to.near(s.w, to.dealers, s.plot.To)[0]
	t = s.consign(s.goods, s.m.dc, dealer, s.later(t))
	s.plant(s.m.ID, s.w.home(s.m.dc), s.plot.To, s.w.quarter, s.goods) // which begins with the orders
	s.sell(s.lot.unitsIn(int(s.goods.lo)), dealer, s.takeOut(int(s.goods.lo), dealer, t), to.last)
}

// overorder is the other half of D12: before prices rise the owner orders three
// times what it sells in four weeks, and little of it is ever shipped.
func (w *World) overorder(m *member, journeys []*journey) *journey {
	const window = 28
	from, to := 66*day, 72*day
	first, sum := to, 0
	for _, j := range journeys {
		for _, a := range j.acts {
			if a.deed == ordering && w.owner(a.site) == w.Setting.Maker.ID {
				first, sum = min(first, a.at), sum+j.lot.units(a.goods)
			}
		}
	}
	usual := float64(sum) * float64(window*day) / float64(to-(window-1)*day-first)
	name := string(m.ID) + "-OVER"
	j := w.journey(m, w.lot(name, &w.Products[0], w.Setting.Pallet, uint64(m.Number)*mostLots+mostLots-1, newStream(w.Seed, name+"/codes")))
	j.keep = true
	full := j.lot.units(j.lot.full())
	n := max(int(3.2*usual)/full, int(2.5*usual+200)/full) + 1
	for i := range n {
		j.docs++
		at := from + (to-from)*moment(i)/moment(n)
		j.add(act{deed: ordering, goods: j.lot.full(), site: w.factory, to: m.dc, at: j.between(at, at+6*time.Hour), papers: papers{doc: j.docs}})
	}
	home := w.home(m.dc)
	w.plant(overordering, m.ID, home, home, j.acts[0].at).expectSum("R11", m.ID, home)
	return j
}

// snatch is D13: another distributor registered a deal and lost it, and the
// owner's units are activated at that customer.
func snatch(s *scene, t moment) {
	d := s.w.deal(s.plot)
	registered, _ := d.Registered.Start()
	c, to := int(s.goods.lo), d.Region()
	t = max(s.takeOut(c, s.m.dc, t), registered.Sub(s.w.Start)+2*day)
	g := s.lot.unitsIn(c)
	taken := goods{units, g.lo, g.lo + uint16(s.units)}
	g.lo = taken.hi
	s.sell(g, s.m.dc, t, s.m.last)
	for i := taken.lo; i < taken.hi; i++ {
		u := unit(int(i))
		at := s.between(t+3*day, t+20*day)
		truth := s.plant(s.m.ID, s.w.home(s.m.dc), to, at, u)
		truth.expectSum("R16", s.m.ID, to, s.lot.item(u))
		if s.w.outside(s.m, to) {
			truth.expect("R05", s.m.ID, s.lot.item(u))
		}
		v := &seen{kind: custody.Activation, source: custody.GPS, region: to, lat: *d.Lat, lon: *d.Lon, accuracy: 50, device: s.Uint64(), at: d.Customer}
		if i%4 == 3 { // no name is given, only the place
			v.at = ""
		}
		s.add(act{deed: sight, goods: u, at: at, consumer: true, seen: v})
	}
}

// deal returns the deal of a plot, which is registered where it was not.
func (w *World) deal(p *Plot) deal.Registration {
	id := fmt.Sprintf("DR-%s-%s-%s", p.With, p.Owner, p.To)
	for _, d := range w.Deals {
		if d.ID == id {
			return d
		}
	}
	at := w.place(p.To)
	lat, lon := hundredth(at.Lat+.05), hundredth(at.Lon-.05)
	d := deal.Registration{ID: id, Partner: p.With, Customer: p.Customer, Country: p.To.Country(), Lat: &lat, Lon: &lon, Status: deal.Lost,
		Quantity: int64(w.scaled(p.Units, 3)), Registered: w.dateOf(10 * day), Until: w.dateOf(w.quarter - day), Products: w.lines()}
	if p.To != p.To.Country() {
		d.Subdivision = p.To
	}
	w.Deals = append(w.Deals, d)
	return d
}

// shipToRestricted is D15: goods go to a country, or to a party, that the policy
// forbids. In the own territory that is all there is to say.
func shipToRestricted(s *scene, t moment) {
	to := s.plot.To
	t = s.between(t+3*day, t+20*day)
	truth := s.plant(s.m.ID, s.w.home(s.m.dc), to, t, s.goods)
	truth.expect("R19", s.m.ID, s.lot.items(s.goods)...)
	s.proof = true
	defer func() { s.proof = false }()
	if s.w.outside(s.m, to) { // on its way
		truth.expect("R02", s.m.ID, s.lot.items(s.goods)...)
		s.add(act{step: shipping, goods: s.goods, site: s.m.dc, to: s.outsider(), at: t})
		return
	}
	s.move(s.goods, s.m.dc, s.outsider(), t, s.between(day, 3*day), papers{})
}

// outside tells whether a sale of a member's goods in a region would be out of
// its territory.
func (w *World) outside(m *member, to geo.Region) bool {
	return !m.holds(to) && !lawful(m.Regions[0].Country(), to, w.Start)
}

// lines returns every product line.
func (w *World) lines() (lines []string) {
	for _, p := range w.Products {
		if !slices.Contains(lines, p.Line) {
			lines = append(lines, p.Line)
		}
	}
	return lines
}

// counterfeit is D10: serials that no factory ever made, on buyers' phones.
func (w *World) counterfeit(p *Plot) {
	n := w.scaled(p.Units, 3)
	product := &w.Products[0]
	l := w.lot("X00-0001", product, (n+product.UnitsPerCarton-1)/product.UnitsPerCarton, 1, newStream(w.Seed, "counterfeit/codes"))
	j := w.journey(nil, l)
	j.keep = true
	s := &scene{journey: j, plot: p}
	for i := range n {
		r := pick(j.stream, p.Regions)
		t := j.between(10*day, 80*day)
		b, from := j.buyer(r), len(j.acts)
		for range 1 + j.IntN(2) {
			j.scans(unit(i), b, t)
			t += j.between(time.Hour, 2*day)
		}
		s.plant("", "", "", j.acts[from].at, unit(i)).expect("R01", "", l.item(unit(i)))
	}
	w.acts = append(w.acts, j.disturbed()...)
}
