package sim

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A journey is the way of one lot from the line to its buyers.
type journey struct {
	stream
	w     *World
	noise stream // of what is no part of the plan
	m     *member
	lot   *lot
	acts  []act
	docs  uint16
	keep  bool // the acts that follow belong to a plot
	proof bool // the truth rests on the very acts that follow
}

// How often units are sold in the quarter, sales are activations, and buyers
// scan.
const (
	sold      = .70
	activated = .55
	scanned   = .25 / sold
	twice     = .10
)

func (w *World) journey(m *member, l *lot) *journey {
	return &journey{stream: newStream(w.Seed, l.name), noise: newStream(w.Seed, l.name+"/noise"), w: w, m: m, lot: l}
}

func (j *journey) add(a act) {
	a.lot, a.seq = j.lot, uint32(len(j.acts)+1)
	a.planted, a.proof = j.keep, j.proof
	j.acts = append(j.acts, a)
}

func (j *journey) hop(s step, g goods, at site, t moment) {
	j.add(act{step: s, goods: g, site: at, at: t})
}

// pack puts goods into their parent, unpack takes them out.
func (j *journey) pack(g goods, at site, t moment) {
	j.add(act{step: packing, goods: g, packed: true, site: at, at: t, kept: true})
}

func (j *journey) unpack(g goods, at site, t moment) {
	j.add(act{step: unpacking, goods: g, packed: true, site: at, at: t})
}

// papers name the order and the notice of a shipment. The zero value names
// none.
type papers struct {
	doc       uint16
	unordered bool // there is only a notice
}

// move ships goods that leave at t and returns when they are received.
func (j *journey) move(g goods, from, to site, t, takes moment, p papers) moment {
	j.add(act{step: shipping, goods: g, site: from, to: to, at: t, papers: p})
	t += takes
	j.add(act{step: receiving, goods: g, site: to, at: t, papers: p})
	return t
}

// document orders goods and gives notice of them. What stays with one owner
// needs no order.
func (j *journey) document(g goods, from, to site, t moment) papers {
	if j.w.owner(from) == j.w.owner(to) {
		return j.notify(g, from, to, t)
	}
	return j.bill(g, from, to, 0, t)
}

// bill orders goods that one distributor pays for and another gets, and gives
// notice of them.
func (j *journey) bill(g goods, from, to, billed site, t moment) papers {
	j.docs++
	p := papers{doc: j.docs}
	j.add(act{deed: ordering, goods: g, site: from, to: to, billed: billed, at: t - j.between(6*time.Hour, day), papers: p})
	j.add(act{deed: noticing, goods: g, site: from, to: to, at: t - j.between(30*time.Minute, 2*time.Hour), papers: p})
	return p
}

// notify only gives notice of goods.
func (j *journey) notify(g goods, from, to site, t moment) papers {
	j.docs++
	p := papers{j.docs, true}
	j.add(act{deed: noticing, goods: g, site: from, to: to, at: t - j.between(30*time.Minute, 2*time.Hour), papers: p})
	return p
}

// exchange sends goods with a notice only, in place of others that came back.
func (j *journey) exchange(g goods, from, to site, t moment) moment {
	return j.move(g, from, to, t, j.between(6*time.Hour, 2*day), j.notify(g, from, to, t))
}

// consign sends goods with order and notice, not before the member may, and
// returns when they are received.
func (j *journey) consign(g goods, from, to site, t moment) moment {
	if b, ok := j.m.begins[j.w.site(to).Region()]; ok {
		t = max(t, b+2*day)
	}
	return j.move(g, from, to, t, j.between(6*time.Hour, 2*day), j.document(g, from, to, t))
}

// make commissions and packs the lot, from t on.
func (j *journey) make(t moment) moment {
	factory := j.w.factory
	for c := range j.lot.cartons {
		j.add(act{step: commissioning, goods: j.lot.unitsIn(c), site: factory, at: t, kept: true})
		t += j.between(time.Minute, 3*time.Minute)
		j.pack(j.lot.unitsIn(c), factory, t)
		t += j.between(time.Minute, 3*time.Minute)
	}
	t += time.Hour
	j.pack(j.lot.boxes(), factory, t)
	return t
}

// supply makes the lot and brings its pallet to the member's warehouse, by way
// of a hub. Parts of it that go another way from there are taken out.
func (j *journey) supply(latest moment, parts []part) moment {
	w, p := j.w, j.lot.full()
	t := j.make(day + j.between(0, latest))
	factory, hub := w.factory, w.own[j.m.Hub]
	out, in := shipping, receiving
	if w.site(hub).Role == partner.Transit {
		out, in = departing, arriving
	}
	t = j.between(t+6*time.Hour, t+30*time.Hour)
	doc := j.document(p, factory, j.m.dc, t)
	j.add(act{step: shipping, goods: p, site: factory, to: hub, at: t, papers: doc})
	t = j.between(t+day, t+4*day)
	j.hop(in, p, hub, t)
	for _, part := range parts {
		if part.kind().hub {
			t += time.Hour
			j.unpack(part.goods, hub, t)
			j.follow(part, t)
		}
	}
	if n := len(parts); n > 0 && parts[n-1].kind().hub && int(parts[n-1].goods.hi) == j.lot.cartons {
		return t // nothing is left on the pallet
	}
	t = j.between(t+12*time.Hour, t+2*day)
	j.add(act{step: out, goods: p, site: hub, to: j.m.dc, at: t, papers: doc})
	t = j.between(t+2*day, t+8*day)
	j.add(act{step: receiving, goods: p, site: j.m.dc, at: t, papers: doc})
	return t
}

// distribute brings a carton from the warehouse to a shop, half of them by way of a
// sub-dealer, and sells it.
func (j *journey) distribute(c int, t moment) {
	from := j.m.dc
	if j.chance(.5) {
		dealer := pick(j.stream, j.m.dealers)
		t = j.consign(carton(c), from, dealer, j.later(t))
		from = dealer
	}
	j.retail(c, from, pick(j.stream, j.m.shops), j.later(t))
}

// later returns a time some days after t.
func (j *journey) later(t moment) moment { return j.between(t+12*time.Hour, t+6*day) }

// retail sends a carton to a shop, where it is opened and sold. It returns the
// units that were observed.
func (j *journey) retail(c int, from, shop site, t moment) []goods {
	t = j.consign(carton(c), from, shop, t)
	t = j.open(c, shop, t)
	return j.sell(j.lot.unitsIn(c), shop, t, j.m.last)
}

// open opens a carton: half the shops take its units out by scan, half only
// scan the code inside it.
func (j *journey) open(c int, at site, t moment) moment {
	t = j.between(t+12*time.Hour, t+5*day)
	if j.chance(.5) {
		j.unpack(j.lot.unitsIn(c), at, t)
	} else {
		j.seenAt(carton(c), custody.CartonOpen, at, t)
	}
	return t + 30*time.Minute
}

// takeOut opens a carton by scan of its units.
func (j *journey) takeOut(c int, at site, t moment) moment {
	t = j.between(t+12*time.Hour, t+5*day)
	j.unpack(j.lot.unitsIn(c), at, t)
	return t + 30*time.Minute
}

// sell sells most of some units from a site and lets some buyers scan. It
// returns the units that were observed.
func (j *journey) sell(g goods, at site, from, until moment) (observed []goods) {
	for i := g.lo; i < g.hi; i++ {
		u := unit(int(i))
		if !j.chance(sold) {
			continue
		}
		t := j.between(from, max(until, from+time.Hour))
		saw := j.chance(activated)
		if saw {
			j.activate(u, at, t)
		} else {
			j.hop(selling, u, at, t)
		}
		if j.chance(scanned) {
			j.scan(u, at, t)
			saw = true
		}
		if saw {
			observed = append(observed, u)
		}
	}
	return observed
}

// activate records that a unit's warranty begins at a site.
func (j *journey) activate(u goods, at site, t moment) { j.seenAt(u, custody.Activation, at, t) }

// seenAt observes an item at a site, by the site's own device.
func (j *journey) seenAt(g goods, kind custody.Sight, at site, t moment) {
	s := j.w.site(at)
	j.add(act{deed: sight, goods: g, site: at, at: t, seen: &seen{kind: kind, source: custody.GPS, region: s.Region(),
		lat: *s.Lat, lon: *s.Lon, accuracy: 20, device: uint64(s.GLN), venue: true}})
}

// buyer is somebody with a phone at a place.
type buyer struct {
	region   geo.Region
	lat, lon float64
	source   custody.Source
	accuracy float64
	device   uint64
}

func (j *journey) buyer(r geo.Region) buyer {
	p := j.w.place(r)
	b := buyer{r, hundredth(p.Lat + j.Float64()*.3 - .1), hundredth(p.Lon + j.Float64()*.3 - .1), custody.GPS, 30, j.Uint64()}
	if !j.chance(.4) {
		b.source, b.accuracy = custody.IP, 25_000
	}
	return b
}

// scans records a buyer's scan.
func (j *journey) scans(u goods, b buyer, t moment) {
	j.add(act{deed: sight, goods: u, at: t, consumer: true, seen: &seen{kind: custody.Consumer, source: b.source, region: b.region,
		lat: b.lat, lon: b.lon, accuracy: b.accuracy, device: b.device}})
}

// scan lets the buyer of a unit scan it, near the shop unless noise moves it.
func (j *journey) scan(u goods, at site, t moment) {
	b := j.buyer(j.w.site(at).Region())
	t = j.between(t+10*time.Minute, min(t+12*day, j.w.quarter-time.Hour))
	again := j.chance(twice)
	if !j.keep && j.w.Noise > 0 && j.astray(u, b, t) {
		return
	}
	j.scans(u, b, t)
	if again {
		j.scans(u, b, j.between(t+time.Minute, min(t+5*day, j.w.quarter-time.Minute)))
	}
}
