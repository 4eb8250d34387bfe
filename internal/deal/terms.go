package deal

import (
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// Terms say how long things about deals take. They are data: the last version
// recorded is what holds for what happens from then on.
type Terms struct {
	ID string `json:"id"`
	// Decision is how many working days the owner has to decide, on the partner's
	// calendar.
	Decision int `json:"decision_days"`
	// Protection is how many days an approved deal is the partner's alone.
	Protection int `json:"protection_days"`
	// Extension is how many days one extension adds at most, and Extensions how
	// often there may be one.
	Extension  int `json:"extension_days"`
	Extensions int `json:"extensions"`
	// Delivery is how many days after a sale its goods may go to the customer,
	// where that is outside the partner's territory.
	Delivery int `json:"delivery_days"`
}

// TermsSet records the terms that hold from now on.
var TermsSet = event.Define[Terms]("deal.terms-set")

// Standard are the terms that hold where none were set.
var Standard = Terms{ID: "standard", Decision: 2, Protection: 90, Extension: 60, Extensions: 2, Delivery: 180}

// Validate returns everything that is wrong with t by itself.
func (t Terms) Validate() []partner.Fault {
	var c partner.Checker
	c.ID("/id", t.ID)
	for _, f := range []struct {
		field       string
		n, from, to int
	}{
		{"/decision_days", t.Decision, 1, 60}, {"/protection_days", t.Protection, 1, 730}, {"/extension_days", t.Extension, 1, 730},
		{"/extensions", t.Extensions, 0, 20}, {"/delivery_days", t.Delivery, 0, 1825},
	} {
		c.Require(f.from <= f.n && f.n <= f.to, f.field, "%d, want %d to %d", f.n, f.from, f.to)
	}
	return c.Faults
}
