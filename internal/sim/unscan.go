package sim

import (
	"slices"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// unscan is D16: the owner, its dealers and shops leave out so many scans of
// arriving goods that a fifth of what leaves their sites was never received.
// What comes back, and what nobody sent them, they do scan.
func (w *World) unscan(m *member, journeys []*journey) {
	const left, most = .20, .30
	s := newStream(w.Seed, string(m.ID)+"/unscanned")
	type receipt struct {
		journey *journey
		act     int
	}
	var receipts []receipt
	gone, missing := 0, map[*journey]int{}
	for _, j := range journeys {
		t := newTally(w, m, j)
		gone += t.left
		for i := range j.acts {
			if a := &j.acts[i]; a.deed == handling && a.step == receiving && a.doc != 0 && w.rootOf(a.site) == m.ID {
				receipts = append(receipts, receipt{j, i})
			}
		}
	}
	s.Shuffle(len(receipts), func(i, k int) { receipts[i], receipts[k] = receipts[k], receipts[i] })
	sum := 0
	for _, r := range receipts {
		if float64(sum) >= left*float64(gone) {
			break
		}
		a := &r.journey.acts[r.act]
		a.unscanned = true
		n := len(newTally(w, m, r.journey).missing)
		if more := sum + n - missing[r.journey]; float64(more) <= most*float64(gone) {
			sum, missing[r.journey] = more, n
			continue
		}
		a.unscanned = false
	}
	home := w.home(m.dc)
	for _, j := range journeys {
		t := newTally(w, m, j)
		if len(t.missing) > 0 {
			truth := w.plant(unscanning, m.ID, home, home, t.first)
			truth.Items, truth.Units = append(truth.Items, t.missing...), truth.Units+len(t.missing)
			truth.expectSum("R20", m.ID, home, t.missing...)
		}
		j.acts = slices.DeleteFunc(j.acts, func(a act) bool { return a.unscanned })
	}
}

// A tally follows a lot through its acts as custody would, and counts what
// leaves the sites of one family: in all, and without a scan of its arrival.
type tally struct {
	w    *World
	m    *member
	lot  *lot
	left int

	missing []gs1.Item
	first   moment // when the first of those left

	pallet  bool          // is under way to the family
	cartons []whereabouts //
	units   []whereabouts //
}

// whereabouts is what is known of one carton or unit.
type whereabouts struct {
	inside bool // what it was packed in
	sent   bool // to the family, and not received there
}

func newTally(w *World, m *member, j *journey) *tally {
	t := &tally{w: w, m: m, lot: j.lot, cartons: make([]whereabouts, j.lot.cartons), units: make([]whereabouts, j.lot.cartons*j.lot.each())}
	order := make([]*act, 0, len(j.acts))
	for i := range j.acts {
		if !j.acts[i].unscanned {
			order = append(order, &j.acts[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *act) int { return int(max(-1, min(1, a.at-b.at))) })
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
		t.send(a.goods, t.family(a.to))
	case a.step == receiving || a.step == arriving:
		t.send(a.goods, false)
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
	count := func(sent bool, it func() gs1.Item) {
		t.left++
		if sent {
			if len(t.missing) == 0 {
				t.first = a.at
			}
			t.missing = append(t.missing, it())
		}
	}
	if a.goods.level == pallet {
		count(t.pallet, func() gs1.Item { return t.lot.item(a.goods) })
		return
	}
	t.each(a.goods, func(x *whereabouts, i int) {
		count(x.sent, func() gs1.Item { return t.lot.item(goods{a.goods.level, uint16(i), uint16(i + 1)}) })
	})
}

// send puts goods, with what is packed in them, under way to the family, or
// ends that.
func (t *tally) send(g goods, on bool) {
	if g.level == pallet {
		t.pallet = on
		for c := range t.cartons {
			if t.cartons[c].inside {
				t.carton(c, on)
			}
		}
		return
	}
	t.each(g, func(x *whereabouts, i int) {
		x.inside = false
		if g.level == cartons {
			t.carton(i, on)
		} else {
			x.sent = on
		}
	})
}

func (t *tally) carton(c int, on bool) {
	t.cartons[c].sent = on
	in := t.lot.unitsIn(c)
	for i := in.lo; i < in.hi; i++ {
		if t.units[i].inside {
			t.units[i].sent = on
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
