package sim

import (
	"fmt"

	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A lot is what one pallet leaves the factory with. Its codes follow from its
// name, so that they need not be kept.
type lot struct {
	name    string // "P09-0007"
	product *partner.Product
	cartons int
	serial  string // begins every serial of the lot, and tells nothing
	sscc    gs1.SSCC
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func (w *World) lot(name string, product *partner.Product, cartons int, pallet uint64, s stream) *lot {
	b := make([]byte, 8)
	for i := range b {
		b[i] = crockford[s.IntN(len(crockford))]
	}
	stem := w.Setting.Maker.Prefix*1_000_000_000 + pallet
	return &lot{name, product, cartons, string(b), gs1.SSCC(stem*10 + uint64(gs1.CheckDigit(stem)))}
}

// A level is a step of packing.
type level uint8

const (
	nothing level = iota
	units
	cartons
	pallet
)

// goods is a run of a lot's units or cartons, numbered from 0, or its pallet.
type goods struct {
	level  level
	lo, hi uint16
}

func unit(i int) goods      { return goods{units, uint16(i), uint16(i + 1)} }
func carton(i int) goods    { return goods{cartons, uint16(i), uint16(i + 1)} }
func (l *lot) full() goods  { return goods{pallet, 0, 1} }
func (l *lot) boxes() goods { return goods{cartons, 0, uint16(l.cartons)} }

// each returns how many units a carton holds.
func (l *lot) each() int { return l.product.UnitsPerCarton }

// unitsIn returns the units of a carton.
func (l *lot) unitsIn(c int) goods {
	return goods{units, uint16(c * l.each()), uint16((c + 1) * l.each())}
}

// units returns how many units the goods are.
func (l *lot) units(g goods) int {
	switch g.level {
	case units:
		return int(g.hi - g.lo)
	case cartons:
		return int(g.hi-g.lo) * l.each()
	}
	return l.cartons * l.each()
}

// items returns the codes of goods.
func (l *lot) items(g goods) []gs1.Item {
	if g.level == pallet {
		return []gs1.Item{gs1.SSCCItem(l.sscc)}
	}
	out := make([]gs1.Item, 0, g.hi-g.lo)
	for i := g.lo; i < g.hi; i++ {
		gtin, form := l.product.GTIN, "%s%03d"
		if g.level == cartons {
			gtin, form = l.product.CartonGTIN, "%s%02d"
		}
		it, err := gs1.SGTIN(gtin, fmt.Sprintf(form, l.serial, i))
		if err != nil {
			panic(err) // unreachable: digits and capitals are a serial
		}
		out = append(out, it)
	}
	return out
}

// item returns the code of the first of goods.
func (l *lot) item(g goods) gs1.Item { g.hi = g.lo + 1; return l.items(g)[0] }

// parent returns the code of what goods are packed in.
func (l *lot) parent(g goods) gs1.Item {
	if g.level == units {
		return l.item(carton(int(g.lo) / l.each()))
	}
	return gs1.SSCCItem(l.sscc)
}
