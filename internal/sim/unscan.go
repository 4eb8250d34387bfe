package sim

import (
	"cmp"
	"slices"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// What D16 leaves out: of the consignments that arrive, and at least so many.
const (
	unscannedShare = .20
	unscannedLeast = 14
)

// unscan is D16: the owner, its dealers and shops leave out the scans of a fifth
// of the consignments that arrive, and pass the goods on all the same. What
// comes back, and what nobody sent them, they do scan.
func (w *World) unscan(m *member, journeys []*journey) {
	s := newStream(w.Seed, string(m.ID)+"/unscanned")
	type receipt struct {
		journey *journey
		act     int
	}
	var receipts []receipt
	scanned, missing := 0, map[*journey]int{}
	for _, j := range journeys {
		scanned += newTally(w, m, j).scanned
		for i := range j.acts {
			if a := &j.acts[i]; a.deed == handling && a.step == receiving && a.doc != 0 && w.rootOf(a.site) == m.ID {
				receipts = append(receipts, receipt{j, i})
			}
		}
	}
	s.Shuffle(len(receipts), func(i, k int) { receipts[i], receipts[k] = receipts[k], receipts[i] })
	sum := 0
	for _, r := range receipts {
		if sum >= unscannedLeast && float64(sum) >= unscannedShare*float64(sum+scanned) {
			break
		}
		a := &r.journey.acts[r.act]
		a.unscanned = true
		n := len(newTally(w, m, r.journey).consignments)
		if n == missing[r.journey] {
			a.unscanned = false // nobody passed it on
			continue
		}
		scanned--
		sum, missing[r.journey] = sum+n-missing[r.journey], n
	}
	home := w.home(m.dc)
	for _, j := range journeys {
		t := newTally(w, m, j)
		if len(t.missing) > 0 {
			truth := w.plant(unscanning, m.ID, home, home, t.first)
			truth.Items, truth.Units = append(truth.Items, t.missing...), truth.Units+len(t.missing)
			truth.expectSum("R20", m.ID, home, t.missing...).Optional = sum < unscannedLeast
		}
		j.acts = slices.DeleteFunc(j.acts, func(a act) bool { return a.unscanned })
	}
}

// A tally follows a lot through its acts as custody would: what was received at
// the sites of one family, and what left them without.
type tally struct {
	w       *World
	m       *member
	lot     *lot
	scanned int // consignments received

	missing      []gs1.Item
	consignments map[uint32]bool // that were passed on without; by the shipment
	first        moment          // when the first of those left

	cartons []whereabouts
	units   []whereabouts
}

// whereabouts is what is known of one carton or unit.
type whereabouts struct {
	inside bool   // what it was packed in
	sent   uint32 // the shipment by which it is under way to the family; 0: none
}

func newTally(w *World, m *member, j *journey) *tally {
	t := &tally{w: w, m: m, lot: j.lot, consignments: map[uint32]bool{},
		cartons: make([]whereabouts, j.lot.cartons), units: make([]whereabouts, j.lot.cartons*j.lot.each())}
	order := make([]*act, 0, len(j.acts))
	for i := range j.acts {
		if !j.acts[i].unscanned {
			order = append(order, &j.acts[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *act) int { return cmp.Compare(a.at, b.at) })
	for _, a := range order {
		t.apply(a)
	}
	return t
}

func (t *tally) apply(a *act) {
	switch {
	case a.deed == sight:
		if a.seen.kind == custody.Activation {
			t.each(a.goods, func(x *whereabouts, _ int) { x.inside = false })
		}
	case a.deed != handling:
	case a.packed:
		t.each(a.goods, func(x *whereabouts, _ int) { x.inside = a.step == packing })
	case a.step == shipping || a.step == departing:
		t.leave(a)
		by := a.seq
		if !t.family(a.to) {
			by = 0
		}
		t.send(a.goods, by)
	case a.step == receiving || a.step == arriving:
		if t.family(a.site) {
			t.scanned++
		}
		t.send(a.goods, 0)
	case a.step == selling:
		t.leave(a)
		t.each(a.goods, func(x *whereabouts, _ int) { x.inside = false })
	}
}

// leave counts goods that leave a site of the family.
func (t *tally) leave(a *act) {
	if !t.family(a.site) {
		return
	}
	t.each(a.goods, func(x *whereabouts, i int) {
		if x.sent == 0 {
			return
		}
		if len(t.missing) == 0 {
			t.first = a.at
		}
		t.consignments[x.sent] = true
		t.missing = append(t.missing, t.lot.item(goods{a.goods.level, uint16(i), uint16(i + 1)}))
	})
}

// send puts goods, with what is packed in them, under way to the family by a
// shipment, or ends that.
func (t *tally) send(g goods, by uint32) {
	if g.level == pallet {
		for c := range t.cartons {
			if t.cartons[c].inside {
				t.carton(c, by)
			}
		}
		return
	}
	t.each(g, func(x *whereabouts, i int) {
		x.inside = false
		if g.level == cartons {
			t.carton(i, by)
		} else {
			x.sent = by
		}
	})
}

func (t *tally) carton(c int, by uint32) {
	t.cartons[c].sent = by
	in := t.lot.unitsIn(c)
	for i := in.lo; i < in.hi; i++ {
		if t.units[i].inside {
			t.units[i].sent = by
		}
	}
}

// each calls f with each carton or unit of goods, and its number.
func (t *tally) each(g goods, f func(*whereabouts, int)) {
	list := t.units
	if g.level == cartons {
		list = t.cartons
	} else if g.level == pallet {
		return
	}
	for i := g.lo; i < g.hi; i++ {
		f(&list[i], int(i))
	}
}

// family tells whether a site belongs to the distributor or its sub-dealers,
// and goods do not only pass through it.
func (t *tally) family(s site) bool {
	return t.w.rootOf(s) == t.m.ID && t.w.site(s).Role != partner.Transit
}
