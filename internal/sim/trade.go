package sim

import (
	"fmt"
	"time"
)

// A part is what of a lot goes the way of a plot.
type part struct {
	plot  *plot
	goods goods
	units int // where the plot counts units
}

// trade lets a distributor do its business of the quarter.
func (w *World) trade(m *member) {
	n := int(float64(m.Units)/unitsPerCarton*w.Preset.scale() + .5)
	var sizes []int
	for ; n > 0; n -= cartonsPerPack {
		sizes = append(sizes, min(n, cartonsPerPack))
	}
	parts := w.assign(m, sizes)
	from := len(w.acts)
	for i, size := range sizes {
		name := fmt.Sprintf("%s-%04d", m.ID(), i+1)
		codes := newStream(w.Seed, name+"/codes")
		product := &w.Products[codes.IntN(len(w.Products))]
		j := w.journey(m, newLot(name, product, size, uint64(m.Number)*10_000_000+uint64(i+1), codes))
		j.live(parts[i])
		w.acts = append(w.acts, j.disturbed()...)
	}
	if m.ID() == backlogged {
		w.backlog(m, w.acts[from:])
	}
}

// assign shares out the lots among the plots of a member: whole pallets first,
// then cartons, spread so that most lots hold ordinary goods as well.
func (w *World) assign(m *member, sizes []int) [][]part {
	parts := make([][]part, len(sizes))
	var loose []part // of one carton each
	next := 0
	for i := range plots {
		p := &plots[i]
		if p.owner != m.ID() || !w.has(p.needs) {
			continue
		}
		n, count := w.scaled(p.cartons, max(p.least, 1)), 0
		if p.units > 0 {
			count = w.scaled(p.units, 3)
			n = (count + p.each - 1) / p.each
		}
		for p.whole && n >= cartonsPerPack && next < len(sizes) && sizes[next] == cartonsPerPack {
			parts[next] = []part{{p, goods{pallet, 0, 1}, 0}}
			next, n = next+1, n-cartonsPerPack
		}
		for range n {
			u := min(count, p.each)
			loose = append(loose, part{p, goods{}, u})
			count -= u
		}
	}
	if left := len(sizes) - next; left > 0 {
		most := max(10, (len(loose)+left-1)/left)
		for i := next; i < len(sizes) && len(loose) > 0; i++ {
			for c := 0; c < min(most, sizes[i]) && len(loose) > 0; c++ {
				loose[0].goods = carton(c)
				parts[i], loose = append(parts[i], loose[0]), loose[1:]
			}
		}
	}
	return parts
}

// live makes the lot and lets each of its cartons go its way.
func (j *journey) live(parts []part) {
	latest := 40 * day
	if len(parts) > 0 || j.m.Last != "" {
		latest = 18 * day
	}
	j.keep = len(parts) > 0
	t := j.supply(latest)
	if len(parts) == 1 && parts[0].goods.level == pallet {
		j.follow(parts[0], t)
		return
	}
	j.transit()
	t = j.between(t+2*time.Hour, t+8*time.Hour)
	j.unpack(j.lot.boxes(), j.m.dc, t)
	for _, p := range parts {
		j.follow(p, t)
	}
	j.keep = false
	for c := len(parts); c < j.lot.cartons; c++ {
		j.distribute(c, t)
	}
}

// follow lets goods go the way of a plot.
func (j *journey) follow(p part, t moment) {
	order := j.m.plots[p.plot.kind]
	j.m.plots[p.plot.kind]++
	p.plot.run(&scene{j, p.plot, p.goods, p.units, order}, t)
}
