package partner

import (
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/ledger/event"
)

// A Role says what a site is for.
type Role string

const (
	Factory Role = "factory" // where units are made; its country is their home
	Hub     Role = "hub"     // the manufacturer's warehouse
	DC      Role = "dc"      // a partner's warehouse
	Store   Role = "store"
	Transit Role = "transit" // goods pass through: a carrier, a free zone; never accused
)

// A Site is a place where goods are handled.
type Site struct {
	GLN         gs1.GLN    `json:"gln"`
	Name        string     `json:"name"`
	Partner     ID         `json:"partner"`
	Role        Role       `json:"role"`
	Country     geo.Region `json:"country"`
	Subdivision geo.Region `json:"subdivision,omitzero"` // ISO 3166-2
	Lat         *float64   `json:"lat,omitempty"`        // degrees, WGS 84
	Lon         *float64   `json:"lon,omitempty"`
	TimeZone    string     `json:"timezone"`
}

// SiteRegistered records a site as it is from now on.
var SiteRegistered = event.Define[Site]("site.registered")

// Region returns where the site is, as finely as it is known.
func (s Site) Region() geo.Region {
	if s.Subdivision != "" {
		return s.Subdivision
	}
	return s.Country
}

// Validate returns everything that is wrong with s by itself.
func (s Site) Validate() []Fault {
	var c Checker
	c.Require(s.GLN != 0, "/gln", "missing, want a GLN of 13 digits")
	c.Text("/name", s.Name)
	c.ID("/partner", string(s.Partner))
	c.OneOf("/role", string(s.Role), string(Factory), string(Hub), string(DC), string(Store), string(Transit))
	c.Country("/country", s.Country)
	c.Subdivision("/subdivision", s.Subdivision, s.Country)
	c.Place(s.Lat, s.Lon)
	c.Zone("/timezone", s.TimeZone)
	return c.Faults
}
