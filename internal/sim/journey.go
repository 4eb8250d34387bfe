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
	keep  bool // the acts that follow are part of the truth
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
	a.kept = a.kept || j.keep
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

// move ships goods that leave at t and returns when they are received, by
// default without documents.
func (j *journey) move(g goods, from, to site, t, takes moment, doc uint16) moment {
	j.add(act{step: shipping, goods: g, site: from, to: to, at: t, doc: doc})
	t += takes
	j.add(act{step: receiving, goods: g, site: to, at: t, doc: doc})
	return t
}

// document orders goods and gives notice of them. What moves between the sites
// of one partner is not sold: it has a notice alone.
func (j *journey) document(g goods, from, to site, t moment) uint16 {
	j.docs++
	doc, ordered := j.docs, t-j.between(6*time.Hour, day)
	if j.w.owner(from) == j.w.owner(to) {
		doc |= unsold
	} else {
		j.add(act{deed: ordering, goods: g, site: from, to: to, at: ordered, doc: doc})
	}
	j.add(act{deed: noticing, goods: g, site: from, to: to, at: t - j.between(30*time.Minute, 2*time.Hour), doc: doc})
	return doc
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
	factory := j.w.own["FAC-SZ"]
	for c := range j.lot.cartons {
		j.add(act{step: commissioning, goods: unitsIn(c), site: factory, at: t, kept: true})
		t += j.between(time.Minute, 3*time.Minute)
		j.pack(unitsIn(c), factory, t)
		t += j.between(time.Minute, 3*time.Minute)
	}
	t += time.Hour
	j.pack(j.lot.boxes(), factory, t)
	return t
}

// supply makes the lot and brings its pallet to the member's warehouse, by way
// of a hub.
func (j *journey) supply(latest moment) moment {
	w, p := j.w, j.lot.full()
	t := j.make(day + j.between(0, latest))
	factory, hub := w.own["FAC-SZ"], w.own[j.m.Hub]
	out, in := shipping, receiving
	if w.site(hub).Role == partner.Transit {
		out, in = departing, arriving
	}
	t = j.between(t+6*time.Hour, t+30*time.Hour)
	doc := j.document(p, factory, j.m.dc, t)
	j.add(act{step: shipping, goods: p, site: factory, to: hub, at: t, doc: doc})
	t = j.between(t+day, t+4*day)
	j.hop(in, p, hub, t)
	t = j.between(t+12*time.Hour, t+2*day)
	j.add(act{step: out, goods: p, site: hub, to: j.m.dc, at: t, doc: doc})
	t = j.between(t+2*day, t+8*day)
	j.add(act{step: receiving, goods: p, site: j.m.dc, at: t, doc: doc})
	return t
}

// distribute brings a carton from the warehouse to a shop, a third by way of a
// sub-dealer, and sells it.
func (j *journey) distribute(c int, t moment) {
	from := j.m.dc
	if j.chance(.35) {
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
	return j.sell(unitsIn(c), shop, t, j.m.last)
}

// open opens a carton: half the shops take its units out by scan, half only
// scan the code inside it.
func (j *journey) open(c int, at site, t moment) moment {
	t = j.between(t+12*time.Hour, t+5*day)
	if j.chance(.5) {
		j.unpack(unitsIn(c), at, t)
	} else {
		j.seenAt(carton(c), custody.CartonOpen, at, t)
	}
	return t + 30*time.Minute
}

// takeOut opens a carton by scan of its units.
func (j *journey) takeOut(c int, at site, t moment) moment {
	t = j.between(t+12*time.Hour, t+5*day)
	j.unpack(unitsIn(c), at, t)
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
	p := places[r]
	b := buyer{r, hundredth(p.lat + j.Float64()*.3 - .1), hundredth(p.lon + j.Float64()*.3 - .1), custody.GPS, 30, j.Uint64()}
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
	t = j.between(t+10*time.Minute, min(t+12*day, quarter-time.Hour))
	again := j.chance(twice)
	if !j.keep && j.w.Noise > 0 && j.astray(u, b, t) {
		return
	}
	j.scans(u, b, t)
	if again {
		j.scans(u, b, j.between(t+time.Minute, min(t+5*day, quarter-time.Minute)))
	}
}
