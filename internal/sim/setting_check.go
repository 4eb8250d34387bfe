package sim

import (
	"fmt"
	"slices"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A settingCheck gathers what is wrong with a setting, by JSON Pointer.
type settingCheck struct {
	partner.Checker
	*Setting
	at string // where the part that is checked stands
}

func (c *settingCheck) want(ok bool, field, format string, args ...any) {
	c.Require(ok, c.at+field, format, args...)
}

// in adds the faults that a document by itself has, at its place.
func (c *settingCheck) in(list []partner.Fault) {
	for _, f := range list {
		c.Faults = append(c.Faults, partner.Fault{Field: c.at + f.Field, Detail: f.Detail})
	}
}

// Validate returns everything that is wrong with a setting.
func (s *Setting) Validate() []partner.Fault {
	c := &settingCheck{Setting: s}
	start, ok := s.Start.Start()
	c.want(s.Name != "", "/name", "missing, want a name")
	c.want(ok && start.Day() == 1 && start.Month()%3 == 1, "/start", "%q, want the first day of a calendar quarter such as 2026-04-01", s.Start)
	c.want(prefix(s.PartnerPrefix) && s.PartnerPrefix%1000 == 0, "/partner_prefix", "%d, want 7 digits of which the last three are 000", s.PartnerPrefix)
	c.want(1 <= s.Pallet && s.Pallet <= 40, "/cartons_per_pallet", "%d, want 1 to 40", s.Pallet)
	c.ID("/policy_version", s.Policy)
	for i, r := range s.Embargoes {
		c.Country(fmt.Sprintf("/embargoes/%d", i), r)
	}
	for i, l := range s.Listed {
		c.Text(fmt.Sprintf("/listed/%d/name", i), l.Name)
		c.Country(fmt.Sprintf("/listed/%d/country", i), l.Country)
	}
	c.maker()
	c.products()
	c.places()
	c.field()
	c.distributors()
	c.outsiders()
	if len(c.Faults) > 0 {
		return c.Faults // plots rest on the rest
	}
	for i := range s.Plots {
		c.plot(i, &s.Plots[i])
	}
	if len(c.Faults) > 0 {
		return c.Faults
	}
	for i := range s.Distributors {
		c.at = fmt.Sprintf("/distributors/%d", i)
		c.goods(&s.Distributors[i])
	}
	return c.Faults
}

func prefix(n uint64) bool { return 1_000_000 <= n && n <= 9_999_999 }

func (c *settingCheck) maker() {
	m := c.Maker
	c.at = "/maker"
	c.in(partner.Partner{ID: m.ID, Name: m.Name, Country: m.Country, Currency: m.Currency, TimeZone: m.TimeZone}.Validate())
	c.want(prefix(m.Prefix) && m.Prefix/1000 != c.PartnerPrefix/1000, "/prefix", "%d, want a prefix of 7 digits that is not among the partners'", m.Prefix)
	factories := 0
	for i, s := range m.Sites {
		c.at = fmt.Sprintf("/maker/sites/%d", i)
		c.Text(c.at+"/name", s.Name)
		c.OneOf(c.at+"/role", string(s.Role), string(partner.Factory), string(partner.Hub), string(partner.Transit))
		c.region("/region", s.Region)
		if s.Role == partner.Factory {
			factories++
			c.want(s.Region.Country() == m.Country, "/region", "%q, want the factory in %s", s.Region, m.Country)
		}
		c.want(slices.IndexFunc(m.Sites, func(o OwnSite) bool { return o.Name == s.Name }) == i, "/name", "%q stands there already", s.Name)
	}
	c.at = "/maker/sites"
	c.want(factories == 1, "", "%d factories, want one", factories)
	c.want(len(m.Sites) > 0 && m.Sites[0].Role == partner.Factory, "/0/role", "want the factory first")
}

// region asks for a region that has a place.
func (c *settingCheck) region(field string, r geo.Region) {
	_, ok := c.place(r)
	c.want(ok, field, "%q has no place, want one under /places", r)
}

func (c *settingCheck) products() {
	c.at = "/products"
	c.want(len(c.Setting.Products) > 0, "", "missing, want a product")
	for i, p := range c.Setting.Products {
		c.at = fmt.Sprintf("/products/%d", i)
		c.in(p.Validate())
		c.want(p.CartonGTIN != 0, "/carton_gtin", "missing, want the GTIN of a carton")
		c.want(4 <= p.UnitsPerCarton && p.UnitsPerCarton*c.Pallet <= 1000, "/units_per_carton", "%d, want 4 to %d", p.UnitsPerCarton, 1000/max(1, c.Pallet))
	}
}

func (c *settingCheck) places() {
	for r, p := range c.Places {
		c.at = "/places/" + string(r)
		known, err := geo.ParseRegion(string(r))
		c.want(err == nil && known == r, "", "want an ISO 3166 code such as DE or US-CA")
		c.Text(c.at+"/city", p.City)
		c.want(geo.Point{Lat: p.Lat, Lon: p.Lon}.Valid(), "/lat", "%v, %v is no place on Earth", p.Lat, p.Lon)
		c.Zone(c.at+"/timezone", p.TimeZone)
	}
}

func (c *settingCheck) field() {
	f := c.Field
	if f == nil {
		return
	}
	c.at = "/noise"
	for name, p := range map[string]float64{"receipt_lost": f.ReceiptLost, "shipment_lost": f.ShipmentLost, "notice_missing": f.NoticeMissing,
		"resent": f.Resent, "misread": f.Misread, "wrong_country": f.WrongCountry, "through_vpn": f.ThroughVPN, "carried_away": f.CarriedAway,
		"visitors": f.Visitors, "over_border": f.OverBorder, "parcels": f.Parcels} {
		c.want(0 <= p && p <= 1, "/"+name, "%v, want a share from 0 to 1", p)
	}
	c.want(len(f.Abroad) > 0, "/abroad", "missing, want regions")
	c.regions("/abroad", f.Abroad)
	c.regions("/visited", f.Visited)
	c.want(f.Parcels == 0 || len(f.ParcelRegions) > 0, "/parcel_regions", "missing, want regions, or no parcels")
	c.regions("/parcel_regions", f.ParcelRegions)
	for i, b := range f.Borders {
		c.want(len(b) == 2, fmt.Sprintf("/borders/%d", i), "%d regions, want two", len(b))
		c.regions(fmt.Sprintf("/borders/%d", i), b)
	}
}

func (c *settingCheck) regions(field string, list []geo.Region) {
	for i, r := range list {
		c.region(fmt.Sprintf("%s/%d", field, i), r)
	}
}

func (c *settingCheck) outsiders() {
	for i, o := range c.Outsiders {
		c.at = fmt.Sprintf("/outsiders/%d", i)
		c.Text(c.at+"/name", o.Name)
		c.region("/region", o.Region)
		c.want(slices.IndexFunc(c.Outsiders, func(x Outsider) bool { return x.Region == o.Region }) == i, "/region", "%s has an outsider already", o.Region)
	}
}

func (c *settingCheck) distributors() {
	c.at = "/distributors"
	c.want(len(c.Distributors) > 0, "", "missing, want a distributor")
	for i := range c.Distributors {
		p := &c.Distributors[i]
		c.at = fmt.Sprintf("/distributors/%d", i)
		c.distributor(p)
		c.want(slices.IndexFunc(c.Distributors, func(o Profile) bool { return o.ID == p.ID }) == i, "/id", "%q stands there already", p.ID)
		c.want(slices.IndexFunc(c.Distributors, func(o Profile) bool { return o.Number == p.Number }) == i, "/number", "%d stands there already", p.Number)
		for k, r := range p.Rights {
			c.at = fmt.Sprintf("/distributors/%d/rights/%d", i, k)
			c.in(partner.Grant{ID: r.ID, Partner: p.ID, Products: []string{"x"}, Regions: r.Regions, From: r.From, To: r.To, SellOffDays: r.SellOff}.Validate())
			c.lasting(p, r)
		}
	}
}

// distributor checks a distributor by itself.
func (c *settingCheck) distributor(p *Profile) {
	c.in(partner.Partner{ID: p.ID, Name: p.Name, Tier: p.Tier, Country: "DE", Currency: p.Currency, TimeZone: "UTC"}.Validate())
	c.want(len(p.ID) <= 16, "/id", "%d characters, want at most 16", len(p.ID))
	c.want(1 <= p.Number && p.Number <= 89, "/number", "%d, want 1 to 89", p.Number)
	c.want(p.Units > 0 && p.Units <= 1_000_000, "/units", "%d, want 1 to 1000000", p.Units)
	c.want(len(p.Regions) > 0, "/regions", "missing, want the regions of dealers and shops, the seat first")
	for i, r := range p.Regions {
		at := fmt.Sprintf("/regions/%d", i)
		c.region(at, r)
		c.want(p.holds(r), at, "%q, want a region that a right of the distributor covers", r)
	}
	hub := slices.IndexFunc(c.Maker.Sites, func(s OwnSite) bool { return s.Name == p.Hub && s.Role != partner.Factory })
	c.want(hub >= 0, "/hub", "%q, want the name of a hub or transit site of the manufacturer", p.Hub)
	c.want(p.Dealers == 0 || 2 <= p.Dealers && p.Dealers <= 20, "/dealers", "%d, want 2 to 20, or 0 to draw", p.Dealers)
	c.want(p.Shops == 0 || 3 <= p.Shops && p.Shops <= 40, "/shops", "%d, want 3 to 40, or 0 to draw", p.Shops)
	if p.Last != "" {
		last, ok := p.Last.Start()
		start, end := c.quarter()
		c.want(ok && last.After(start.AddDate(0, 0, 60)) && last.Before(end), "/last", "%q, want a day of the quarter after its first 60", p.Last)
	}
}

// lasting asks that shops never sell under a right that has ended: that is a
// case, and none was planted.
func (c *settingCheck) lasting(p *Profile, r Right) {
	_, end := c.quarter()
	to, ok := r.To.Start()
	if !ok || !to.AddDate(0, 0, r.SellOff+1).Before(end) {
		return
	}
	last, stops := p.Last.Start()
	c.want(stops && !last.After(to.AddDate(0, 0, r.SellOff)), "/to", "%s, want a right that lasts the quarter with its sell-off, or a last day of trade", r.To)
}

// since is the age of the quarter at a date.
func (c *settingCheck) since(d partner.Date) (time.Duration, bool) {
	t, ok := d.Start()
	start, _ := c.quarter()
	return t.Sub(start), ok
}
