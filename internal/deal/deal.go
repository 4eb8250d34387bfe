// Package deal holds the projects that partners registered: who is to sell what
// to which customer.
//
// A deal is recorded in one of two ways. Where another system keeps it, its
// versions are recorded as they come ([Registered]). Where it is kept here, a
// partner submits a [Request], the owner approves or rejects it, and it ends won,
// lost or expired. All deals of one country are one stream, a [Desk]: who was
// first is then settled by the ledger's order, and no customer is ever promised
// to two.
//
// Units of a deal that was lost and that turn up at its customer from another
// partner's stock are how order leakage is told. A deal that was approved outside
// its partner's territory is a waiver.
package deal

import (
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Status says how a deal stands.
type Status string

const (
	Pending   Status = "pending" // waits for the owner's decision
	Rejected  Status = "rejected"
	Withdrawn Status = "withdrawn" // by the partner, before it was decided
	Open      Status = "registered"
	Won       Status = "won"
	Lost      Status = "lost"
	Expired   Status = "expired" // its protection ran out
)

// A Registration is a deal as a partner registered it: a sale that it works on,
// to a customer that is an organisation. The last version recorded under an id
// is what holds.
type Registration struct {
	ID          string       `json:"id"`
	Partner     partner.ID   `json:"partner"`
	Customer    string       `json:"customer"` // the organisation's name, no person's
	Country     geo.Region   `json:"country"`
	Subdivision geo.Region   `json:"subdivision,omitzero"`
	Lat         *float64     `json:"lat,omitempty"` // degrees, WGS 84
	Lon         *float64     `json:"lon,omitempty"`
	Products    []string     `json:"products"` // GTINs of 14 digits, or product lines
	Quantity    int64        `json:"quantity"` // units
	Status      Status       `json:"status"`
	Registered  partner.Date `json:"registered"`
	Until       partner.Date `json:"until,omitzero"` // last day; open where empty

	customer uint64 // hash of Customer; 0: not made yet
}

// Registered records a deal as it is from now on.
var Registered = event.Define[Registration]("deal.registered")

// maxQuantity bounds the units of one deal, so that sums are exact.
const maxQuantity = 1_000_000_000

// Validate returns everything that is wrong with r by itself.
func (r Registration) Validate() []partner.Fault {
	var c partner.Checker
	c.ID("/id", r.ID)
	c.ID("/partner", string(r.Partner))
	c.Text("/customer", r.Customer)
	c.Country("/country", r.Country)
	c.Subdivision("/subdivision", r.Subdivision, r.Country)
	c.Place(r.Lat, r.Lon)
	c.Require(len(r.Products) > 0, "/products", "missing, want GTINs or product lines")
	c.Products("/products", r.Products)
	c.Require(0 < r.Quantity && r.Quantity <= maxQuantity, "/quantity", "%d, want 1 to %d", r.Quantity, maxQuantity)
	c.OneOf("/status", string(r.Status), string(Open), string(Won), string(Lost), string(Expired))
	c.Period("/registered", r.Registered, "/until", r.Until)
	return c.Faults
}

// Region returns where the customer is, as finely as it is known.
func (r *Registration) Region() geo.Region {
	if r.Subdivision != "" {
		return r.Subdivision
	}
	return r.Country
}

// Live tells whether orders may still name the deal: it is registered, or won.
func (r *Registration) Live() bool { return r.Status == Open || r.Status == Won }

// Over tells whether the deal was the partner's, and is no longer.
func (r *Registration) Over() bool { return r.Status == Lost || r.Status == Expired }

// CustomerHash returns the hash of the customer's name, as facts know it by
// their venue.
func (r *Registration) CustomerHash() uint64 {
	if r.customer != 0 {
		return r.customer
	}
	return CustomerHash(r.Customer)
}

// Covers tells whether the deal is about a product.
func (r *Registration) Covers(p *partner.Product) bool {
	return p.GTIN != 0 && p.Among(r.Products)
}

// Place returns where the customer is, if that is known to a point.
func (r *Registration) Place() (geo.Point, bool) {
	if r.Lat == nil || r.Lon == nil {
		return geo.Point{}, false
	}
	return geo.Point{Lat: *r.Lat, Lon: *r.Lon}, true
}
