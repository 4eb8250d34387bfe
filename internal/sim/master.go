package sim

import (
	"fmt"
	"math"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Master is the master data of a world.
type Master struct {
	Partners []partner.Partner `json:"partners"`
	Sites    []partner.Site    `json:"sites"`
	Products []partner.Product `json:"products"`
	Grants   []partner.Grant   `json:"grants"`
}

// Directory returns the master data as it is looked up, known since before the
// quarter.
func (m Master) Directory() *partner.Directory {
	d := partner.NewDirectory()
	for _, p := range m.Partners {
		d.SetPartner(p, Start)
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
	return d
}

// Maker is the id of the manufacturer.
const Maker partner.ID = "LUMORA"

const (
	makerPrefix    = 9521234
	partnerPrefix  = 9522000 // and the number of the partner
	traderPrefix   = 9522990
	unitsPerCarton = 10
	cartonsPerPack = 20 // of a full pallet
)

// A site is a place in Master.Sites.
type site uint16

// A member is a distributor with all that belongs to it.
type member struct {
	Profile
	dc      site
	dealers []site // the warehouses of its sub-dealers
	shops   []site
	last    moment // when its retail ends
	begins  map[geo.Region]moment
	plots   map[string]int // units of each plot carried out so far
}

// near returns the member's dealers and shops in a region.
func (m *member) near(w *World, list []site, r geo.Region) (in []site) {
	for _, s := range list {
		if w.site(s).Region() == r {
			in = append(in, s)
		}
	}
	return in
}

// build makes the master data.
func (w *World) build() {
	w.Products = products()
	w.maker()
	for _, p := range w.Roster {
		w.join(p)
	}
	for i, t := range traders {
		id := partner.ID("IND-" + string(t.region.Country()))
		w.Partners = append(w.Partners, partner.Partner{ID: id, Name: t.name, Country: t.region.Country(),
			Currency: "USD", TimeZone: places[t.region].zone, Status: partner.Prospect})
		w.traders[t.region] = w.addSite(id, partner.DC, t.region, gln(traderPrefix, i+1), t.name)
	}
	w.skews = make([]moment, len(w.Sites))
	for i := range w.Sites {
		r := newStream(w.Seed, "clock/"+w.Sites[i].GLN.String())
		w.skews[i] = moment(math.Round(r.NormFloat64()*300*w.Noise)) * 1e9
	}
}

// traders are dealers without any contract.
var traders = []struct {
	region geo.Region
	name   string
}{
	{"AE", "Deira Trading LLC"},
	{"CN-ZJ", "Yiwu Guangdian Trading"},
	{"DE", "Elbe Bildtechnik OHG"},
	{"AU", "Harbour Stadium Works"},
	{"NG", "Ikeja Electronics Market"},
}

func products() []partner.Product {
	list := []struct{ name, line, value string }{
		{"LX-P125 indoor panel", "panel", "500.00"},
		{"LX-P39 outdoor panel", "panel", "620.00"},
		{"LX-RX7 receiver card", "control", "180.00"},
		{"LX-PSU5 power unit", "control", "95.00"},
	}
	var out []partner.Product
	for i, p := range list {
		stem := uint64(makerPrefix*100_000 + 10_001 + i)
		gtin := func(indicator uint64) gs1.GTIN {
			n := indicator*1_000_000_000_000 + stem
			return gs1.GTIN(n*10 + uint64(gs1.CheckDigit(n)))
		}
		out = append(out, partner.Product{GTIN: gtin(0), Name: p.name, Line: p.line,
			UnitValue:  partner.Amount{Amount: p.value, Currency: "USD"},
			CartonGTIN: gtin(1), UnitsPerCarton: unitsPerCarton})
	}
	return out
}

func (w *World) maker() {
	w.Partners = append(w.Partners, partner.Partner{ID: Maker, Name: "Lumora LED Co., Ltd.", PGLN: gln(makerPrefix, 0), Country: "CN",
		Currency: "CNY", TimeZone: "Asia/Shanghai", Languages: []string{"zh", "en"}, Status: partner.Active})
	for i, s := range []struct {
		name   string
		role   partner.Role
		region geo.Region
	}{
		{"FAC-SZ", partner.Factory, "CN-GD"},
		{"HUB-SZ", partner.Hub, "CN-GD"},
		{"HUB-RTM", partner.Hub, "NL"},
		{"HUB-SIN", partner.Transit, "SG"},
		{"HUB-PTY", partner.Transit, "PA"},
	} {
		w.own[s.name] = w.addSite(Maker, s.role, s.region, gln(makerPrefix, i+1), s.name)
	}
}

func (w *World) addSite(owner partner.ID, role partner.Role, r geo.Region, g gs1.GLN, name string) site {
	p := places[r]
	at := newStream(w.Seed, "site/"+g.String())
	lat, lon := hundredth(p.lat+at.Float64()*.1), hundredth(p.lon+at.Float64()*.1)
	s := partner.Site{GLN: g, Name: name, Partner: owner, Role: role, Country: r.Country(), Lat: &lat, Lon: &lon, TimeZone: p.zone}
	if r != r.Country() {
		s.Subdivision = r
	}
	w.Sites = append(w.Sites, s)
	return site(len(w.Sites) - 1)
}

func hundredth(x float64) float64 { return math.Round(x*100) / 100 }

// join registers a distributor, its sub-dealers, sites and grants.
func (w *World) join(p Profile) {
	id, seat := p.ID(), p.Regions[0]
	m := &member{Profile: p, last: quarter - 2*day, begins: map[geo.Region]moment{}, plots: map[string]int{}}
	if t, ok := p.Last.Start(); ok {
		m.last = t.Sub(Start) - day
	}
	draw := newStream(w.Seed, string(id)+"/network")
	prefix := uint64(partnerPrefix + p.Number)
	w.Partners = append(w.Partners, partner.Partner{ID: id, Name: p.Name, PGLN: gln(prefix, 0), Tier: p.Tier, Country: seat.Country(),
		Currency: p.Currency, TimeZone: places[seat].zone, Languages: []string{p.Language}, Status: partner.Active})
	n := 1
	add := func(owner partner.ID, role partner.Role, r geo.Region, name string) site {
		s := w.addSite(owner, role, r, gln(prefix, n), name)
		n++
		return s
	}
	m.dc = add(id, partner.DC, seat, fmt.Sprintf("%s warehouse, %s", id, places[seat].city))
	for i := range 2 + draw.IntN(4) {
		sub, r := partner.ID(fmt.Sprintf("%s-S%d", id, i+1)), p.Regions[i%len(p.Regions)]
		w.Partners = append(w.Partners, partner.Partner{ID: sub, Name: fmt.Sprintf("%s dealer %d", p.Name, i+1), Country: r.Country(),
			Currency: p.Currency, TimeZone: places[r].zone, Languages: []string{p.Language}, Parent: id, Status: partner.Active})
		m.dealers = append(m.dealers, add(sub, partner.DC, r, fmt.Sprintf("%s warehouse, %s", sub, places[r].city)))
	}
	for i := range 3 + draw.IntN(6) {
		owner, r := id, p.Regions[i%len(p.Regions)]
		if i%2 == 1 {
			owner = w.owner(m.dealers[i/2%len(m.dealers)])
		}
		m.shops = append(m.shops, add(owner, partner.Store, r, fmt.Sprintf("%s shop %d, %s", id, i+1, places[r].city)))
	}
	for _, r := range p.Rights {
		w.Grants = append(w.Grants, partner.Grant{ID: r.ID, Partner: id, Products: []string{"panel", "control"}, Regions: r.Regions,
			Exclusive: r.Exclusive, From: r.From, To: r.To, SellOffDays: r.SellOff})
		if t, ok := r.From.Start(); ok {
			for _, region := range r.Regions {
				m.begins[region] = t.Sub(Start)
			}
		}
	}
	w.members = append(w.members, m)
}
