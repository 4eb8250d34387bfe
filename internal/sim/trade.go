package sim

import (
	"fmt"
)

// A part is what of a lot goes the way of a plot.
type part struct {
	plot  *Plot
	goods goods
	units int // where the plot counts units
}

func (p part) kind() *kind { return kindOf(p.plot.Kind) }

// mostLots bounds the lots of a distributor, by the digits of a pallet's code.
const mostLots = 10_000_000

// trade lets a distributor do its business of the quarter.
func (w *World) trade(m *member) {
	lots := w.lots(m)
	parts := w.assign(m, lots)
	journeys := make([]*journey, len(lots))
	for i, l := range lots {
		journeys[i] = w.journey(m, l)
		journeys[i].live(parts[i])
	}
	for i := range w.Setting.Plots {
		p := &w.Setting.Plots[i]
		if p.Owner != m.ID || !w.complete(p) {
			continue
		}
		switch p.Kind {
		case overordering:
			journeys = append(journeys, w.overorder(m, journeys))
		case unscanning:
			w.unscan(m, journeys)
		}
	}
	from := len(w.acts)
	for _, j := range journeys {
		w.acts = append(w.acts, j.disturbed()...)
	}
	for i := range w.Setting.Plots {
		if p := &w.Setting.Plots[i]; p.Owner == m.ID && p.Kind == backlogging {
			w.backlog(m, p.Units, w.acts[from:])
		}
	}
}

// lots returns what a distributor gets in the quarter, a pallet each.
func (w *World) lots(m *member) (lots []*lot) {
	left := int(float64(m.Units)*w.Preset.scale() + .5)
	for i := 1; left > 0; i++ {
		name := fmt.Sprintf("%s-%04d", m.ID, i)
		codes := newStream(w.Seed, name+"/codes")
		product := &w.Products[codes.IntN(len(w.Products))]
		n := min(max(1, (left+product.UnitsPerCarton/2)/product.UnitsPerCarton), w.Setting.Pallet)
		left -= n * product.UnitsPerCarton
		lots = append(lots, w.lot(name, product, n, uint64(m.Number)*mostLots+uint64(i), codes))
		if left < product.UnitsPerCarton/2 {
			break
		}
	}
	return lots
}

// smallest returns how many units every carton holds at least.
func (w *World) smallest() int {
	n := w.Products[0].UnitsPerCarton
	for _, p := range w.Products {
		n = min(n, p.UnitsPerCarton)
	}
	return n
}

// assign shares out the lots among the plots of a member: whole pallets first,
// then cartons, spread so that most lots hold ordinary goods as well.
func (w *World) assign(m *member, lots []*lot) [][]part {
	parts := make([][]part, len(lots))
	var loose []part // of one carton each
	next := 0
	smallest := w.smallest()
	for i := range w.Setting.Plots {
		p := &w.Setting.Plots[i]
		k := kindOf(p.Kind)
		if p.Owner != m.ID || !w.complete(p) || k.run == nil {
			continue
		}
		n, count, each := k.boxes(p, w.Preset, smallest), 0, min(k.each, smallest)
		if p.Units > 0 {
			count = w.scaled(p.Units, 3)
		}
		for k.whole && n >= w.Setting.Pallet && next < len(lots) && lots[next].cartons == w.Setting.Pallet {
			parts[next] = []part{{p, goods{pallet, 0, 1}, 0}}
			next, n = next+1, n-w.Setting.Pallet
		}
		for range n {
			u := min(count, each)
			loose = append(loose, part{p, goods{}, u})
			count -= u
		}
	}
	left := len(lots) - next
	if left == 0 {
		return parts
	}
	most := max(10, (len(loose)+left-1)/left)
	for i := next; i < len(lots) && len(loose) > 0; i++ {
		for c := 0; c < min(most, lots[i].cartons) && len(loose) > 0; c++ {
			loose[0].goods = carton(c)
			parts[i], loose = append(parts[i], loose[0]), loose[1:]
		}
		parts[i] = consolidated(parts[i])
	}
	return parts
}

// consolidated puts together what leaves a hub for one place.
func consolidated(parts []part) (out []part) {
	for _, p := range parts {
		if n := len(out); n > 0 && p.kind().hub && out[n-1].plot == p.plot {
			out[n-1].goods.hi = p.goods.hi
			continue
		}
		out = append(out, p)
	}
	return out
}

// live makes the lot and lets each of its cartons go its way.
func (j *journey) live(parts []part) {
	latest := 40 * day
	if len(parts) > 0 || j.m.Last != "" {
		latest = 18 * day
	}
	j.keep = len(parts) > 0
	t := j.supply(latest, parts)
	if len(parts) == 1 && parts[0].goods.level == pallet {
		j.follow(parts[0], t)
		return
	}
	j.transit()
	left := j.lot.boxes()
	for _, p := range parts {
		if p.kind().hub {
			left.lo = p.goods.hi
		}
	}
	if left.lo == left.hi {
		return
	}
	t = j.between(t+2*hour, t+8*hour)
	j.unpack(left, j.m.dc, t)
	for _, p := range parts {
		left.lo = p.goods.hi
		if !p.kind().hub {
			j.follow(p, t)
		}
	}
	j.keep = false
	for c := left.lo; c < left.hi; c++ {
		j.distribute(int(c), t)
	}
}

// follow lets goods go the way of a plot.
func (j *journey) follow(p part, t moment) {
	order := j.m.plots[p.plot]
	j.m.plots[p.plot]++
	p.kind().run(&scene{j, p.plot, p.goods, p.units, order}, t)
}
