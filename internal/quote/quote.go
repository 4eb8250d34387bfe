// Package quote holds price lists and the quotes that are made from them.
//
// A quote is for one partner, for delivery in named regions, and each person who
// is to have it gets a copy of its own. The copy's id says nothing by itself; who
// has it is known here. Where a copy turns up outside the regions of its quote,
// that proves which copy it is, and not who passed it on.
//
// Amounts are integers in the currency's minor units. A unit's price is the list
// price less its discount, rounded to the nearest minor unit, halves up; a line is
// that times the quantity, and the total the sum of the lines: both are exact.
package quote

import (
	"fmt"
	"slices"

	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Status says how a quote stands.
type Status string

const (
	Made     Status = "quoted"
	Approved Status = "approved"
	Issued   Status = "issued"
	Accepted Status = "accepted"
	Expired  Status = "expired"
	Revoked  Status = "revoked"
)

// A Line is a product at its price.
type Line struct {
	GTIN     gs1.GTIN `json:"gtin"`
	Quantity int64    `json:"quantity"`
	List     int64    `json:"list"`                 // list price of a unit
	Discount int      `json:"discount_bp,omitzero"` // hundredths of a percent
	Unit     int64    `json:"unit"`                 // price of a unit
	Amount   int64    `json:"amount"`
}

// A Copy is a quote as one recipient has it.
type Copy struct {
	ID        CopyID `json:"id"`
	Recipient string `json:"recipient"` // a person by an opaque id, resolved elsewhere
}

// A Quote is how a quote stands: what its events, in their order, make of it.
type Quote struct {
	ID         string        `json:"id"`
	Partner    partner.ID    `json:"partner"`
	Recipients []string      `json:"recipients"` // persons by opaque ids, resolved elsewhere
	Deal       string        `json:"deal,omitzero"`
	PriceList  string        `json:"price_list"`
	Version    int           `json:"price_list_version"` // counted from 1
	Currency   string        `json:"currency"`
	Regions    geo.Territory `json:"regions"` // where delivery is allowed
	Lines      []Line        `json:"lines"`
	Total      int64         `json:"total"`
	From       partner.Date  `json:"from"`
	Until      partner.Date  `json:"until"` // last day on which it may be accepted
	// Limit is the total up to which nobody but its maker need answer for it.
	Limit    int64     `json:"limit"`
	Status   Status    `json:"status"`
	Made     deal.Act  `json:"made"`
	Approval *deal.Act `json:"approval,omitempty"`
	Issue    *deal.Act `json:"issue,omitempty"`
	Copies   []Copy    `json:"copies,omitempty"`
	Accepted *deal.Act `json:"acceptance,omitempty"`
	Ended    *Ending   `json:"ended,omitempty"`

	done deal.Done
}

// NeedsApproval tells whether somebody beside its maker must answer for the quote.
func (q *Quote) NeedsApproval() bool { return q.Total > q.Limit }

// Approver returns who answers for the quote: who approved it or, where nobody
// had to, who made it. "" where that is open.
func (q *Quote) Approver() string {
	switch {
	case q.Approval != nil:
		return q.Approval.By
	case q.NeedsApproval():
		return ""
	}
	return q.Made.By
}

// Copy returns a copy of the quote.
func (q *Quote) Copy(id CopyID) (Copy, bool) {
	if i := slices.IndexFunc(q.Copies, func(c Copy) bool { return c.ID == id }); i >= 0 {
		return q.Copies[i], true
	}
	return Copy{}, false
}

// Outside tells whether a place lies outside the regions of the quote. A country
// of which the quote names a part does not.
func (q *Quote) Outside(place geo.Region) bool {
	return !slices.ContainsFunc(q.Regions, func(r geo.Region) bool { return r.Contains(place) || place.Contains(r) })
}

// Apply takes note of an event. It must be called with each, in order.
func (q *Quote) Apply(payload any) error {
	var a deal.Act
	switch e := payload.(type) {
	case Making:
		a = e.Act
		*q = Quote{ID: e.Request.ID, Partner: e.Request.Partner, Recipients: e.Request.Recipients, Deal: e.Request.Deal, PriceList: e.Request.PriceList,
			Version: e.Version, Currency: e.Request.Currency, Regions: e.Request.Regions, Lines: e.Lines, Total: e.Total, From: e.Request.From,
			Until: e.Request.Until, Limit: e.Limit, Status: Made, Made: a}
	case Approving:
		a = e.Act
		q.Status, q.Approval = Approved, &a
	case Issuing:
		a = e.Act
		q.Status, q.Issue, q.Copies = Issued, &a, e.Copies
	case Downloading:
		a = e.Act
	case Accepting:
		a = e.Act
		q.Status, q.Accepted = Accepted, &a
	case Ending:
		a = e.Act
		q.Status, q.Ended = e.Status, &e
	default:
		return fmt.Errorf("a %T is nothing that happens to a quote", payload)
	}
	q.done = q.done.With(a)
	return nil
}
