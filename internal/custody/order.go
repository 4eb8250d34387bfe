package custody

import (
	"fmt"
	"time"

	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// An Order is a sale from one partner to another.
type Order struct {
	ID     string       `json:"id"`
	Seller partner.ID   `json:"seller"`
	Buyer  partner.ID   `json:"buyer"`
	ShipTo gs1.GLN      `json:"ship_to"`
	Lines  []OrderLine  `json:"lines"`
	Quote  string       `json:"quote,omitzero"`
	Deal   string       `json:"deal,omitzero"`
	Date   partner.Date `json:"date"`
}

// An OrderLine is a quantity of one product.
type OrderLine struct {
	GTIN     gs1.GTIN `json:"gtin"`
	Quantity int64    `json:"quantity"`
}

// maxQuantity bounds an order's line, so that sums of lines are exact.
const maxQuantity = 1_000_000_000

// OrderPlaced records an order.
var OrderPlaced = event.Define[Order]("order.placed")

// Validate returns everything that is wrong with o by itself, at the time now.
func (o Order) Validate(now time.Time) []partner.Fault {
	var f checker
	f.ID("/id", o.ID)
	f.Require(partner.ValidID(string(o.Seller)), "/seller", "%q, want a partner's id", o.Seller)
	f.Require(partner.ValidID(string(o.Buyer)), "/buyer", "%q, want a partner's id", o.Buyer)
	f.Require(o.Buyer == "" || o.Buyer != o.Seller, "/buyer", "%q is the seller: want another partner", o.Buyer)
	f.Require(o.ShipTo != 0, "/ship_to", "missing, want the GLN of a site")
	f.Require(0 < len(o.Lines) && len(o.Lines) <= 1000, "/lines", "%d lines, want 1 to 1000", len(o.Lines))
	for i, l := range o.Lines {
		f.Require(l.GTIN != 0, fmt.Sprintf("/lines/%d/gtin", i), "missing, want a GTIN of 14 digits")
		f.Require(0 < l.Quantity && l.Quantity <= maxQuantity, fmt.Sprintf("/lines/%d/quantity", i), "%d, want 1 to %d", l.Quantity, maxQuantity)
	}
	f.date("/date", o.Date, now)
	return f.Faults
}

// An ASN is an advance shipping notice: what is on its way, from where, to
// where.
type ASN struct {
	ID    string       `json:"id"`
	Order string       `json:"order,omitzero"`
	From  gs1.GLN      `json:"from"`
	To    gs1.GLN      `json:"to"`
	Items []gs1.Item   `json:"items"`
	Date  partner.Date `json:"date"`
}

// ASNAnnounced records an advance shipping notice.
var ASNAnnounced = event.Define[ASN]("asn.announced")

// Validate returns everything that is wrong with a by itself, at the time now.
func (a ASN) Validate(now time.Time) []partner.Fault {
	var f checker
	f.ID("/id", a.ID)
	f.OptionalID("/order", a.Order)
	f.Require(a.From != 0, "/from", "missing, want the GLN of a site")
	f.Require(a.To != 0, "/to", "missing, want the GLN of a site")
	f.Require(a.To == 0 || a.To != a.From, "/to", "%s is where it comes from: want another site", a.To)
	f.items("/items", a.Items, false)
	f.date("/date", a.Date, now)
	return f.Faults
}

// The days that a document may bear. What lies beyond is a slip of the keyboard.
const (
	firstDay   = "2000-01-01"
	yearsAhead = 10
)

func (f *checker) date(field string, d partner.Date, now time.Time) {
	t, ok := d.Start()
	last := now.UTC().AddDate(yearsAhead, 0, 0)
	f.Require(ok, field, "%q, want a date such as 2026-01-31", d)
	f.Require(!ok || d >= firstDay && !t.After(last), field, "%s, want a date from %s to %s", d, firstDay, last.Format(time.DateOnly))
}
