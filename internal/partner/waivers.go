package partner

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/gs1"
)

// waivers are the waivers that hold, by what they are asked for. Lists are
// never changed in place: directories share them.
type waivers struct {
	byID     map[string]*pass
	sales    map[ID][]*pass       // deals and transfers, by partner
	moved    map[gs1.Item][]*pass // relocations, by item
	reporter map[uint64][]*pass   // test purchases, by ReporterHash
	drops    []*pass
}

// A pass is a waiver, made ready to be asked.
type pass struct {
	Waiver
	gtins       []gs1.GTIN
	from, until time.Time // [from, until); until is zero where it is open
}

func newWaivers() waivers {
	return waivers{map[string]*pass{}, map[ID][]*pass{}, map[gs1.Item][]*pass{}, map[uint64][]*pass{}, nil}
}

func (w waivers) clone() waivers {
	return waivers{maps.Clone(w.byID), maps.Clone(w.sales), maps.Clone(w.moved), maps.Clone(w.reporter), w.drops}
}

func newPass(w Waiver) *pass {
	p := &pass{Waiver: w, gtins: gtinsOf(w.Products)}
	p.from, _ = w.From.Start()
	if to, ok := w.To.Start(); ok {
		p.until = to.Add(day)
	}
	return p
}

func (p *pass) holds(t time.Time) bool {
	return !t.Before(p.from) && (p.until.IsZero() || t.Before(p.until))
}

// covers tells whether p names the product, or none.
func (p *pass) covers(of *Product) bool {
	return len(p.Products) == 0 || slices.Contains(p.gtins, of.GTIN) || slices.Contains(p.Products, of.Line)
}

// SetWaiver makes w the version that holds of its id. The version before it, if
// any, is returned.
func (d *Directory) SetWaiver(w Waiver) (before Waiver, found bool) {
	if old, ok := d.waivers.byID[w.ID]; ok {
		d.waivers.file(old, without)
		before, found = old.Waiver, true
	}
	p := newPass(w)
	d.waivers.byID[w.ID] = p
	d.waivers.file(p, with)
	return before, found
}

func with(list []*pass, p *pass) []*pass { return append(slices.Clip(list), p) }

func without(list []*pass, p *pass) []*pass {
	return slices.DeleteFunc(slices.Clone(list), func(o *pass) bool { return o == p })
}

// file puts p into, or takes it out of, the lists that it belongs to.
func (w *waivers) file(p *pass, put func([]*pass, *pass) []*pass) {
	switch p.Reason {
	case AsDeal, AsTransfer:
		w.sales[p.Partner] = put(w.sales[p.Partner], p)
	case AsRelocation:
		for _, it := range p.Items {
			w.moved[it] = put(w.moved[it], p)
		}
	case AsTestPurchase:
		h := ReporterHash(p.Reporter)
		w.reporter[h] = put(w.reporter[h], p)
	case AsDropShip:
		w.drops = put(w.drops, p)
	}
}

// Waiver returns the waiver called id.
func (d *Directory) Waiver(id string) (Waiver, bool) {
	if p, ok := d.waivers.byID[id]; ok {
		return p.Waiver, true
	}
	return Waiver{}, false
}

// Waivers returns every waiver, ordered by id.
func (d *Directory) Waivers() []Waiver {
	out := make([]Waiver, 0, len(d.waivers.byID))
	for _, p := range d.waivers.byID {
		out = append(out, p.Waiver)
	}
	slices.SortFunc(out, func(a, b Waiver) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// waived says how a partner stands by waivers for deals and transfers alone,
// its own and those of the partners above it. The waiver is given as the grant
// that it is as good as: the first by id of those that say the same.
func (d *Directory) waived(id ID, p *Product, r geo.Region, at time.Time) (Standing, Grant) {
	if len(d.waivers.sales) == 0 {
		return Absent, Grant{}
	}
	best, by := Absent, Waiver{}
	for above, n := id, 0; above != "" && n < maxDepth; above, n = d.partners[above].Parent, n+1 {
		for _, w := range d.waivers.sales[above] {
			if !w.holds(at) || !w.covers(p) || !w.Regions.Contains(r) {
				continue
			}
			s := Held
			if d.stopped(id, at) || d.stopped(above, at) {
				s = Lapsed
			}
			if s > best || s == best && w.ID < by.ID {
				best, by = s, w.Waiver
			}
		}
	}
	if best == Absent {
		return Absent, Grant{}
	}
	return best, Grant{ID: by.ID, Partner: by.Partner, Products: by.Products, Regions: by.Regions, From: by.From, To: by.To}
}

// Relocated tells whether the owner declared that one of items was moved to a
// region by a time. Given a unit with every container that it was ever in, it
// tells so of the unit.
func (d *Directory) Relocated(items []gs1.Item, r geo.Region, at time.Time) bool {
	if len(d.waivers.moved) == 0 {
		return false
	}
	for _, it := range items {
		for _, w := range d.waivers.moved[it] {
			if w.holds(at) && w.Regions.Contains(r) {
				return true
			}
		}
	}
	return false
}

// Declared tells whether a reporter, known by its [ReporterHash], was declared
// to make test purchases at a time.
func (d *Directory) Declared(reporter uint64, at time.Time) bool {
	return reporter != 0 && slices.ContainsFunc(d.waivers.reporter[reporter], func(p *pass) bool { return p.holds(at) })
}

// DropShip tells whether it was declared that what one partner's family is
// billed for goes to another's family, at a time.
func (d *Directory) DropShip(billTo, consignee ID, at time.Time) bool {
	return slices.ContainsFunc(d.waivers.drops, func(p *pass) bool {
		return p.holds(at) && d.SameFamily(p.Partner, billTo) && d.SameFamily(p.Consignee, consignee)
	})
}

// ReporterHash returns the hash by which a reporter is known in facts, 0 for
// none.
func ReporterHash(reporter string) uint64 {
	if reporter == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(reporter))
	return max(1, binary.BigEndian.Uint64(sum[:]))
}

// gtinsOf returns those of names that are GTINs.
func gtinsOf(names []string) (out []gs1.GTIN) {
	for _, name := range names {
		if g, err := gs1.ParseGTIN(name); err == nil {
			out = append(out, g)
		}
	}
	return out
}
