package sim

import (
	"fmt"
	"math"
	"slices"
	"time"

	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/internal/quote"
)

// Master is the master data of a world.
type Master struct {
	Partners []partner.Partner   `json:"partners"`
	Sites    []partner.Site      `json:"sites"`
	Products []partner.Product   `json:"products"`
	Grants   []partner.Grant     `json:"grants"`
	Waivers  []partner.Waiver    `json:"waivers,omitempty"`
	Deals    []deal.Registration `json:"deals,omitempty"`
	Policy   *diversion.Policy   `json:"policy,omitempty"`
	Prices   []quote.PriceList   `json:"price_lists,omitempty"`
	Quotes   []Issued            `json:"quotes,omitempty"`
}

// An Issued is a quote that was made, and issued at once.
type Issued struct {
	Request quote.Request `json:"request"`
	At      time.Time     `json:"at"`
	Command string        `json:"command"` // that issued it
}

// Directory returns the master data as it is looked up, known since before the
// quarter.
func (m Master) Directory() *partner.Directory {
	d := partner.NewDirectory()
	for _, p := range m.Partners {
		d.SetPartner(p, time.Time{})
	}
	for _, s := range m.Sites {
		d.SetSite(s)
	}
	for _, p := range m.Products {
		d.SetProduct(p)
	}
	for _, g := range m.Grants {
		d.SetGrant(g)
	}
	for _, w := range m.Waivers {
		d.SetWaiver(w)
	}
	return d
}

// Book returns the deals as they are looked up.
func (m Master) Book() *deal.Book {
	b := &deal.Book{}
	for _, d := range m.Deals {
		b.Set(d)
	}
	return b
}

// A site is a place in Master.Sites.
type site uint16

// A member is a distributor with all that belongs to it.
type member struct {
	*Profile
	dc      site
	dealers []site // the warehouses of its sub-dealers
	shops   []site
	last    moment // when its retail ends
	begins  map[geo.Region]moment
	plots   map[*Plot]int // parts of each plot carried out so far
}

// near returns those of a member's sites that lie in a region.
func (m *member) near(w *World, list []site, r geo.Region) (in []site) {
	for _, s := range list {
		if r.Contains(w.site(s).Region()) {
			in = append(in, s)
		}
	}
	return in
}

// build makes the master data.
func (w *World) build() {
	w.Products = slices.Clone(w.Setting.Products)
	w.maker()
	for i := range w.Setting.Distributors {
		w.join(&w.Setting.Distributors[i])
	}
	for i, o := range w.Setting.Outsiders {
		p, _ := w.Setting.place(o.Region)
		w.Partners = append(w.Partners, partner.Partner{ID: o.ID(), Name: o.Name, Country: o.Region.Country(),
			Currency: "USD", TimeZone: p.TimeZone, Status: partner.Prospect})
		w.outsiders[o.Region] = w.addSite(o.ID(), partner.DC, o.Region, gln(w.Setting.PartnerPrefix+outsiders, i+1), o.Name)
	}
	w.Policy = w.policy()
	w.skews = make([]moment, len(w.Sites))
	for i := range w.Sites {
		r := newStream(w.Seed, "clock/"+w.Sites[i].GLN.String())
		w.skews[i] = moment(math.Round(r.NormFloat64()*300*w.Noise)) * 1e9
	}
}

// outsiders is what the location numbers of outsiders have instead of a number.
const outsiders = 990

func (w *World) maker() {
	m := w.Setting.Maker
	w.Partners = append(w.Partners, partner.Partner{ID: m.ID, Name: m.Name, PGLN: gln(m.Prefix, 0), Country: m.Country,
		Currency: m.Currency, TimeZone: m.TimeZone, Languages: m.Languages, Status: partner.Active})
	for i, s := range m.Sites {
		at := w.addSite(m.ID, s.Role, s.Region, gln(m.Prefix, i+1), s.Name)
		w.own[s.Name] = at
		if s.Role == partner.Factory {
			w.factory = at
		}
	}
}

func (w *World) addSite(owner partner.ID, role partner.Role, r geo.Region, g gs1.GLN, name string) site {
	p, _ := w.Setting.place(r)
	at := newStream(w.Seed, "site/"+g.String())
	lat, lon := hundredth(p.Lat+at.Float64()*.1), hundredth(p.Lon+at.Float64()*.1)
	s := partner.Site{GLN: g, Name: name, Partner: owner, Role: role, Country: r.Country(), Lat: &lat, Lon: &lon, TimeZone: p.TimeZone}
	if r != r.Country() {
		s.Subdivision = r
	}
	w.Sites = append(w.Sites, s)
	return site(len(w.Sites) - 1)
}

func hundredth(x float64) float64 { return math.Round(x*100) / 100 }

// join registers a distributor, its sub-dealers, sites and grants.
func (w *World) join(p *Profile) {
	id, seat := p.ID, p.Regions[0]
	m := &member{Profile: p, last: w.quarter - 2*day, begins: map[geo.Region]moment{}, plots: map[*Plot]int{}}
	if t, ok := p.Last.Start(); ok {
		m.last = t.Sub(w.Start) - day
	}
	at := func(r geo.Region) Place { p, _ := w.Setting.place(r); return p }
	draw := newStream(w.Seed, string(id)+"/network")
	prefix := w.Setting.PartnerPrefix + uint64(p.Number)
	w.Partners = append(w.Partners, partner.Partner{ID: id, Name: p.Name, PGLN: gln(prefix, 0), Tier: p.Tier, Country: seat.Country(),
		Currency: p.Currency, TimeZone: at(seat).TimeZone, Languages: []string{p.Language}, Status: partner.Active})
	n := 1
	add := func(owner partner.ID, role partner.Role, r geo.Region, name string) site {
		s := w.addSite(owner, role, r, gln(prefix, n), name)
		n++
		return s
	}
	dealers, shops := 2+draw.IntN(4), 3+draw.IntN(6)
	if p.Dealers > 0 {
		dealers = p.Dealers
	}
	if p.Shops > 0 {
		shops = p.Shops
	}
	m.dc = add(id, partner.DC, seat, fmt.Sprintf("%s warehouse, %s", id, at(seat).City))
	for i := range dealers {
		sub, r := partner.ID(fmt.Sprintf("%s-S%d", id, i+1)), p.Regions[i%len(p.Regions)]
		w.Partners = append(w.Partners, partner.Partner{ID: sub, Name: fmt.Sprintf("%s dealer %d", p.Name, i+1), Country: r.Country(),
			Currency: p.Currency, TimeZone: at(r).TimeZone, Languages: []string{p.Language}, Parent: id, Status: partner.Active})
		m.dealers = append(m.dealers, add(sub, partner.DC, r, fmt.Sprintf("%s warehouse, %s", sub, at(r).City)))
	}
	for i := range shops {
		owner, r := id, p.Regions[i%len(p.Regions)]
		if i%2 == 1 {
			owner = w.owner(m.dealers[i/2%len(m.dealers)])
		}
		m.shops = append(m.shops, add(owner, partner.Store, r, fmt.Sprintf("%s shop %d, %s", id, i+1, at(r).City)))
	}
	w.grant(m)
	w.members = append(w.members, m)
}

// grant records the rights of a distributor.
func (w *World) grant(m *member) {
	var lines []string
	for _, p := range w.Products {
		if !slices.Contains(lines, p.Line) {
			lines = append(lines, p.Line)
		}
	}
	for _, r := range m.Rights {
		w.Grants = append(w.Grants, partner.Grant{ID: r.ID, Partner: m.ID, Products: lines, Regions: r.Regions,
			Exclusive: r.Exclusive, From: r.From, To: r.To, SellOffDays: r.SellOff})
		if t, ok := r.From.Start(); ok {
			for _, region := range r.Regions {
				m.begins[region] = t.Sub(w.Start)
			}
		}
	}
}
