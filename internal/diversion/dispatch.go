package diversion

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// barriers are the rules that a shipment is held to before it leaves.
var barriers = []*Rule{RestrictedDestination, OutOfTerritoryShipment, LapsedAuthorisation, Quotas}

// A Dispatch is a shipment that is being made ready.
type Dispatch struct {
	From, To gs1.GLN
	Order    string
	At       time.Time
	Policy   *Policy
}

// Ask returns what the rules would say of an item's shipment once it had left,
// by the very functions that then judge it.
func (d Dispatch) Ask(w *custody.Way) []Signal {
	f := custody.Fact{Key: custody.KeyOf(d.At, ""), Kind: custody.Handled, Step: custody.Shipping, Site: d.From, To: d.To, Order: d.Order}
	before := w.Walk(nil)
	s := Sighting{Way: w, Now: &custody.Entry{Fact: &f}, Before: &before, Index: len(w.Entries), Policy: d.Policy, past: &past{}}
	s.site, s.atSite = w.Trade.Site(d.From)
	var out []Signal
	for _, r := range barriers {
		if !d.Policy.on(r) {
			continue
		}
		if sig, ok := r.Check(&s); ok {
			sig.Rule, sig.Policy, sig.Strength = r, d.Policy, r.Strength
			out = append(out, sig)
		}
	}
	return out
}

// Blocks tells whether what a rule says of a shipment forbids it to leave. What
// it does not forbid it warns of.
func (r *Rule) Blocks() bool { return r != Quotas }

// Blocked is a shipment that was not let go. It names no goods: what counts is
// who tried to send how much where, and what stood against it.
type Blocked struct {
	ID      string       `json:"id"` // follows from the question and the day
	Day     partner.Date `json:"day"`
	From    gs1.GLN      `json:"from"`
	To      gs1.GLN      `json:"to"`
	Shipper partner.ID   `json:"shipper"`
	Rules   []string     `json:"rules"` // in order; UnknownItem beside their ids
	Units   int64        `json:"units"`
	Policy  string       `json:"policy"` // version of the pack
}

// UnknownItem stands among the rules of a Blocked for items of which nothing is
// recorded.
const UnknownItem = "unknown-item"

// ShipmentBlocked records a shipment that was not let go.
var ShipmentBlocked = event.Define[Blocked]("shipment.blocked")
