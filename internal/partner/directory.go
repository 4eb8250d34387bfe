package partner

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/gs1"
)

// A Directory answers questions about the master data as it is known at one
// moment. It is not safe for concurrent changes; readers share one that nobody
// changes any more (see [Directory.Clone]).
type Directory struct {
	partners map[ID]Partner
	sites    map[gs1.GLN]*Site
	products map[gs1.GTIN]*Product // by the unit's GTIN and by the carton's
	grants   map[ID][]right        // by partner, ordered by id
	makers   map[ID]int            // how many factories a partner has
	homes    map[geo.Region]int    // how many factories a country has
	stops    map[ID][]stop         // when a partner's right to use its grants changed
	waivers  waivers
}

// A right is a grant, made ready to be asked.
type right struct {
	Grant
	gtins       []gs1.GTIN
	from, until time.Time // [from, until); until is zero where it is open
}

func newRight(g Grant) right {
	r := right{Grant: g, gtins: gtinsOf(g.Products)}
	r.from, _ = g.From.Start()
	if to, ok := g.To.Start(); ok {
		r.until = to.Add(day * time.Duration(1+g.SellOffDays))
	}
	return r
}

// standing returns how r stands at t by its dates alone.
func (r *right) standing(t time.Time) Standing {
	if t.Before(r.from) || !r.until.IsZero() && !t.Before(r.until) {
		return Lapsed
	}
	return Held
}

// covers tells whether r names the product, by GTIN or by line.
func (r *right) covers(p *Product) bool {
	return slices.Contains(r.gtins, p.GTIN) || slices.Contains(r.Products, p.Line)
}

// A stop is a change of a partner's right to use its grants.
type stop struct {
	at   time.Time
	sell bool
}

// NewDirectory returns an empty directory.
func NewDirectory() *Directory {
	return &Directory{map[ID]Partner{}, map[gs1.GLN]*Site{}, map[gs1.GTIN]*Product{}, map[ID][]right{}, map[ID]int{}, map[geo.Region]int{}, map[ID][]stop{}, newWaivers()}
}

// Clone returns a copy that may be changed apart from d.
func (d *Directory) Clone() *Directory {
	return &Directory{maps.Clone(d.partners), maps.Clone(d.sites), maps.Clone(d.products), maps.Clone(d.grants), maps.Clone(d.makers), maps.Clone(d.homes), maps.Clone(d.stops), d.waivers.clone()}
}

// SetPartner makes p known, recorded at a time from which its status holds.
func (d *Directory) SetPartner(p Partner, at time.Time) {
	before, known := d.partners[p.ID]
	if sell := p.Status.maySell(); known && before.Status.maySell() != sell || !known && !sell {
		d.stops[p.ID] = append(slices.Clone(d.stops[p.ID]), stop{at, sell})
	}
	d.partners[p.ID] = p
}

// SetSite makes s known.
func (d *Directory) SetSite(s Site) {
	if old := d.sites[s.GLN]; old != nil && old.Role == Factory {
		d.makers[old.Partner]--
		d.homes[old.Country]--
	}
	d.sites[s.GLN] = &s
	if s.Role == Factory {
		d.makers[s.Partner]++
		d.homes[s.Country]++
	}
}

// SetProduct makes p known, by its own GTIN and by its carton's.
func (d *Directory) SetProduct(p Product) {
	d.products[p.GTIN] = &p
	if p.CartonGTIN != 0 {
		d.products[p.CartonGTIN] = &p
	}
}

// SetGrant makes g the version that holds of its id. The version before it, if
// any, is returned: it may have been another partner's.
func (d *Directory) SetGrant(g Grant) (before Grant, found bool) {
	for p, gs := range d.grants {
		if i := slices.IndexFunc(gs, func(o right) bool { return o.ID == g.ID }); i >= 0 {
			before, found = gs[i].Grant, true
			d.grants[p] = slices.Delete(slices.Clone(gs), i, i+1)
		}
	}
	gs := append(slices.Clone(d.grants[g.Partner]), newRight(g))
	slices.SortFunc(gs, func(a, b right) int { return strings.Compare(a.ID, b.ID) })
	d.grants[g.Partner] = gs
	return before, found
}

// Partner returns the partner called id.
func (d *Directory) Partner(id ID) (Partner, bool) { p, ok := d.partners[id]; return p, ok }

// Site returns the site at a GLN, or an empty one. It must not be changed.
func (d *Directory) Site(g gs1.GLN) (*Site, bool) {
	if s, ok := d.sites[g]; ok {
		return s, true
	}
	return &Site{}, false
}

// Product returns the product of a unit's or a carton's GTIN, or an empty one.
// It must not be changed.
func (d *Directory) Product(g gs1.GTIN) (*Product, bool) {
	if p, ok := d.products[g]; ok {
		return p, true
	}
	return &Product{}, false
}

// Partners returns every partner, ordered by id.
func (d *Directory) Partners() []Partner {
	return slices.SortedFunc(maps.Values(d.partners), func(a, b Partner) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

// Sites returns every site, ordered by GLN.
func (d *Directory) Sites() []Site {
	out := make([]Site, 0, len(d.sites))
	for _, s := range d.sites {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Site) int { return cmp.Compare(a.GLN, b.GLN) })
	return out
}

// Grant returns the grant called id.
func (d *Directory) Grant(id string) (Grant, bool) {
	for _, gs := range d.grants {
		for _, g := range gs {
			if g.ID == id {
				return g.Grant, true
			}
		}
	}
	return Grant{}, false
}

// Manufacturer tells whether a partner makes the goods: it has a factory, and
// needs no grant.
func (d *Directory) Manufacturer(id ID) bool { return d.makers[id] > 0 }

// Stands says how the right of a partner to sell a product in a region stands
// at a time, and gives the grant that says so. A partner without grants of its
// own stands on those of the partner above it. A waiver for a deal or a transfer
// is as good as a grant while it holds, to its partner and those below it. The
// manufacturer always holds.
func (d *Directory) Stands(id ID, product gs1.GTIN, r geo.Region, at time.Time) (Standing, Grant) {
	if d.makers[id] > 0 {
		return Held, Grant{}
	}
	p, known := d.products[product]
	if !known {
		return Absent, Grant{}
	}
	best, by := d.waived(id, p, r, at)
	h, ok := d.Grantee(id)
	if !ok || best == Held {
		return best, by
	}
	for i := range d.grants[h] {
		g := &d.grants[h][i]
		if !g.covers(p) || !g.Regions.Contains(r) {
			continue
		}
		s := g.standing(at)
		if s == Held && (d.stopped(id, at) || d.stopped(h, at)) {
			s = Lapsed
		}
		if s > best {
			best, by = s, g.Grant
		}
	}
	return best, by
}

// stopped tells whether a partner's status kept it from using its grants.
func (d *Directory) stopped(id ID, at time.Time) bool {
	stopped := false
	for _, s := range d.stops[id] {
		if s.at.After(at) {
			break
		}
		stopped = !s.sell
	}
	return stopped
}

// Authorised tells whether a partner has, had or will have a right to sell a
// product anywhere: such a partner can be the holder that goods are bound to.
func (d *Directory) Authorised(id ID, product gs1.GTIN) bool {
	h, ok := d.Grantee(id)
	p, known := d.products[product]
	return ok && known && slices.ContainsFunc(d.grants[h], func(g right) bool { return g.covers(p) })
}

// Territory returns the regions where a partner's right to sell a product
// holds at a time.
func (d *Directory) Territory(id ID, product gs1.GTIN, at time.Time) geo.Territory {
	h, ok := d.Grantee(id)
	p, known := d.products[product]
	if !ok || !known {
		return nil
	}
	var out geo.Territory
	for _, g := range d.grants[h] {
		if g.covers(p) && g.standing(at) == Held {
			out = append(out, g.Regions...)
		}
	}
	return out
}

// TerritoryOf returns the regions where a partner ever had, has or will have a
// right to sell a product.
func (d *Directory) TerritoryOf(id ID, product gs1.GTIN) geo.Territory {
	h, ok := d.Grantee(id)
	p, known := d.products[product]
	if !ok || !known {
		return nil
	}
	var out geo.Territory
	for _, g := range d.grants[h] {
		if g.covers(p) {
			out = append(out, g.Regions...)
		}
	}
	return out.Compact()
}

// Grants returns every grant, ordered by id.
func (d *Directory) Grants() []Grant {
	var out []Grant
	for _, gs := range d.grants {
		for _, g := range gs {
			out = append(out, g.Grant)
		}
	}
	slices.SortFunc(out, func(a, b Grant) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Products returns every product, ordered by the unit's GTIN.
func (d *Directory) Products() []Product {
	var out []Product
	for g, p := range d.products {
		if g == p.GTIN {
			out = append(out, *p)
		}
	}
	slices.SortFunc(out, func(a, b Product) int { return cmp.Compare(a.GTIN, b.GTIN) })
	return out
}

// Home tells whether a country has a factory.
func (d *Directory) Home(country geo.Region) bool { return d.homes[country] > 0 }
