package quote

import (
	"fmt"
	"slices"
	"time"

	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Request is what a quote is to hold.
type Request struct {
	ID         string        `json:"id"`
	Partner    partner.ID    `json:"partner"`
	Recipients []string      `json:"recipients"` // persons by opaque ids, resolved elsewhere; each gets a copy
	Deal       string        `json:"deal,omitzero"`
	PriceList  string        `json:"price_list"`
	Currency   string        `json:"currency"`
	Regions    geo.Territory `json:"regions"` // where delivery is to be allowed
	Lines      []Asked       `json:"lines"`
	From       partner.Date  `json:"from"`
	Until      partner.Date  `json:"until"`
}

// An Asked is a line of a quote before it has a price.
type Asked struct {
	GTIN     gs1.GTIN `json:"gtin"`
	Quantity int64    `json:"quantity"`
	Discount int      `json:"discount_bp,omitzero"` // hundredths of a percent
}

// Validate returns everything that is wrong with r by itself.
func (r Request) Validate() []partner.Fault {
	var c partner.Checker
	c.ID("/id", r.ID)
	c.ID("/partner", string(r.Partner))
	c.Require(0 < len(r.Recipients) && len(r.Recipients) <= 50, "/recipients", "%d, want 1 to 50", len(r.Recipients))
	for i, p := range r.Recipients {
		at := fmt.Sprintf("/recipients/%d", i)
		c.ID(at, p)
		c.Require(slices.Index(r.Recipients, p) == i, at, "%q is named already", p)
	}
	c.OptionalID("/deal", r.Deal)
	c.ID("/price_list", r.PriceList)
	c.Currency("/currency", r.Currency)
	c.Require(len(r.Regions) > 0, "/regions", "missing, want ISO 3166 codes such as DE or US-CA")
	c.Require(0 < len(r.Lines) && len(r.Lines) <= maxLines, "/lines", "%d, want 1 to %d", len(r.Lines), maxLines)
	for i, l := range r.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		c.Require(l.GTIN != 0, at+"/gtin", "missing, want a GTIN of 14 digits")
		c.Require(0 < l.Quantity && l.Quantity <= maxQuantity, at+"/quantity", "%d, want 1 to %d", l.Quantity, maxQuantity)
		c.Require(0 <= l.Discount && l.Discount < wholeBP, at+"/discount_bp", "%d, want 0 to 9999 hundredths of a percent", l.Discount)
	}
	c.Require(r.Until != "", "/until", "missing, want a date such as 2026-01-31")
	c.Period("/from", r.From, "/until", r.Until)
	return c.Faults
}

// A Trade is what a quote is judged by.
type Trade struct {
	Directory *partner.Directory
	Lists     *Book
	Deals     *deal.Book
}

// Make returns the event by which the owner makes a quote, or why it may not be
// made: the list does not give it, or its partner may not sell it there.
func (q *Quote) Make(a deal.Act, r Request, t *Trade) ([]any, error) {
	a, again, err := q.asked(a, "make "+r.ID, r)
	if again || err != nil {
		return nil, err
	}
	if q.ID != "" {
		return nil, deal.Refuse(deal.Conflict, "/id", "there is a quote %s already", r.ID)
	}
	if !a.Owner() {
		return nil, deal.Refuse(deal.Forbidden, "", "the owner makes quotes, not a partner")
	}
	list, version, ok := t.Lists.Get(r.PriceList)
	if !ok {
		return nil, invalid("/price_list", "there is no price list %q", r.PriceList)
	}
	if err := r.listed(&list, t.day(r.Partner, a.At)); err != nil {
		return nil, err
	}
	if err := t.granted(r.Partner, r.Regions, products(r.Lines), r.day(a.At)); err != nil {
		return nil, err
	}
	if err := t.dealt(&r); err != nil {
		return nil, err
	}
	e := Making{Act: a, Request: r, Version: version, Limit: list.Limit}
	if e.Lines, err = priced(&list, r.Lines); err != nil {
		return nil, err
	}
	for _, l := range e.Lines {
		e.Total += l.Amount
	}
	return []any{e}, nil
}

// day returns the moment by which the right to sell is judged: when the quote
// begins, if that is to come.
func (r *Request) day(at time.Time) time.Time {
	if from, ok := r.From.Start(); ok && from.After(at) {
		return from
	}
	return at
}

// listed refuses what the price list does not offer.
func (r *Request) listed(p *PriceList, day partner.Date) error {
	switch {
	case r.Currency != p.Currency:
		return invalid("/currency", "%s, but price list %s is in %s", r.Currency, p.ID, p.Currency)
	case r.Until < day:
		return invalid("/until", "%s is past, want a day from %s on", r.Until, day)
	case r.From < p.From:
		return invalid("/from", "%s is before price list %s holds, from %s on", r.From, p.ID, p.From)
	case p.To != "" && r.Until > p.To:
		return invalid("/until", "%s is after price list %s holds, up to %s", r.Until, p.ID, p.To)
	}
	for i, region := range r.Regions {
		if !p.Regions.Contains(region) {
			return invalid(fmt.Sprintf("/regions/%d", i), "price list %s gives no prices for %s, only for %s", p.ID, region, p.Regions)
		}
	}
	return nil
}

// granted refuses regions where a partner may not sell what the quote offers.
func (t *Trade) granted(id partner.ID, regions geo.Territory, products []gs1.GTIN, at time.Time) error {
	for i, r := range regions {
		for _, g := range products {
			field, day := fmt.Sprintf("/regions/%d", i), at.UTC().Format(time.DateOnly)
			switch s, by := t.Directory.Stands(id, g, r, at); {
			case s == partner.Held:
			case s == partner.Lapsed:
				return invalid(field, "the right of %s to sell %s in %s, by grant %s, is not in force on %s", id, g, r, by.ID, day)
			default:
				own := t.Directory.Territory(id, g, at).Compact()
				if len(own) == 0 {
					return invalid(field, "%s has no right to sell %s on %s", id, g, day)
				}
				return invalid(field, "%s may not sell %s in %s on %s, only in %s", id, g, r, day, own)
			}
		}
	}
	return nil
}

// dealt refuses a deal that is not one of the partner's that runs.
func (t *Trade) dealt(r *Request) error {
	if r.Deal == "" {
		return nil
	}
	d, ok := t.Deals.Get(r.Deal)
	switch {
	case !ok || !t.Directory.SameFamily(d.Partner, r.Partner):
		return invalid("/deal", "%s has no deal %q", r.Partner, r.Deal)
	case !d.Live():
		return invalid("/deal", "deal %s is %s: want one that is registered or won", d.ID, d.Status)
	}
	return nil
}

// priced returns lines with their prices.
func priced(p *PriceList, lines []Asked) ([]Line, error) {
	out := make([]Line, len(lines))
	for i, l := range lines {
		list, ok := p.price(l.GTIN)
		if !ok {
			return nil, invalid(fmt.Sprintf("/lines/%d/gtin", i), "price list %s has no price for %s", p.ID, l.GTIN)
		}
		if l.Discount > p.Discount {
			return nil, invalid(fmt.Sprintf("/lines/%d/discount_bp", i), "%d, price list %s allows %d", l.Discount, p.ID, p.Discount)
		}
		unit := discounted(list, l.Discount)
		out[i] = Line{l.GTIN, l.Quantity, list, l.Discount, unit, unit * l.Quantity}
	}
	return out, nil
}

func products(lines []Asked) (out []gs1.GTIN) {
	for _, l := range lines {
		out = append(out, l.GTIN)
	}
	return out
}

// Approve returns the event by which somebody beside its maker answers for the
// quote.
func (q *Quote) Approve(a deal.Act) ([]any, error) {
	a, again, err := q.known(a, "approve", nil, nil)
	switch {
	case again || err != nil:
		return nil, err
	case !a.Owner():
		return nil, deal.Refuse(deal.Forbidden, "", "the owner approves quotes, not a partner")
	case a.By == q.Made.By:
		return nil, deal.Refuse(deal.Forbidden, "", "who made a quote is not who approves it")
	case q.Status != Made:
		return nil, conflict("the quote is %s: it is past approval", q.Status)
	}
	return []any{Approving{q.ID, a}}, nil
}

// Give returns the event by which each recipient is given a copy.
func (q *Quote) Give(a deal.Act, t *Trade) ([]any, error) {
	a, again, err := q.known(a, "issue", nil, nil)
	switch {
	case again || err != nil:
		return nil, err
	case !a.Owner():
		return nil, deal.Refuse(deal.Forbidden, "", "the owner issues quotes, not a partner")
	case q.Status == Made && q.NeedsApproval():
		return nil, conflict("the quote is for %d %s, above %d: somebody beside its maker must approve it first", q.Total, q.Currency, q.Limit)
	case q.Status != Made && q.Status != Approved:
		return nil, conflict("the quote is %s: it cannot be issued", q.Status)
	}
	if err := q.runs(t.day(q.Partner, a.At)); err != nil {
		return nil, err
	}
	var of []gs1.GTIN
	for _, l := range q.Lines {
		of = append(of, l.GTIN)
	}
	if err := t.granted(q.Partner, q.Regions, of, (&Request{From: q.From}).day(a.At)); err != nil {
		return nil, err
	}
	e := Issuing{Quote: q.ID, Act: a}
	for _, r := range q.Recipients {
		e.Copies = append(e.Copies, Copy{NewCopyID(q.ID, r, a.Command), r})
	}
	return []any{e}, nil
}

// Fetch returns the event by which a copy is handed over in a format. It may be
// each time that it is asked for: commands that differ are different downloads.
func (q *Quote) Fetch(a deal.Act, id CopyID, format string, t *Trade) ([]any, error) {
	a, again, err := q.known(a, "download "+id.String(), format, t)
	if again || err != nil {
		return nil, err
	}
	if _, ok := q.Copy(id); !ok {
		return nil, deal.Refuse(deal.Unknown, "", "quote %s has no copy %s", q.ID, id)
	}
	switch q.Status {
	case Issued, Accepted:
	default:
		return nil, conflict("the quote is %s: its copies are no longer given out", q.Status)
	}
	return []any{Downloading{q.ID, a, id, format}}, nil
}

// Accept returns the event by which the partner takes the quote.
func (q *Quote) Accept(a deal.Act, t *Trade) ([]any, error) {
	a, again, err := q.known(a, "accept", nil, t)
	if again || err != nil {
		return nil, err
	}
	if q.Status != Issued {
		return nil, conflict("the quote is %s: only one that is issued is accepted", q.Status)
	}
	day := t.day(q.Partner, a.At)
	if day < q.From {
		return nil, conflict("the quote holds from %s on", q.From)
	}
	if err := q.runs(day); err != nil {
		return nil, err
	}
	return []any{Accepting{q.ID, a}}, nil
}

// A Reason says why a quote is to hold no longer.
type Reason struct {
	Status Status `json:"status"` // expired or revoked
	Reason string `json:"reason,omitzero"`
}

// End returns the event by which the owner ends a quote that was not accepted.
func (q *Quote) End(a deal.Act, why Reason, t *Trade) ([]any, error) {
	a, again, err := q.known(a, "end", why, t)
	switch {
	case again || err != nil:
		return nil, err
	case !a.Owner():
		return nil, deal.Refuse(deal.Forbidden, "", "the owner ends quotes, not a partner")
	case q.Status == Accepted || q.Status == Expired || q.Status == Revoked:
		return nil, conflict("the quote is %s: it has ended", q.Status)
	case why.Status == Expired && t.day(q.Partner, a.At) <= q.Until:
		return nil, conflict("the quote holds until %s: it has not expired", q.Until)
	case why.Status == Revoked && why.Reason == "":
		return nil, invalid("/reason", "missing, want why the quote is revoked")
	case why.Status != Expired && why.Status != Revoked:
		return nil, invalid("/status", "%q, want expired or revoked", why.Status)
	}
	return []any{Ending{q.ID, a, why.Status, why.Reason}}, nil
}

// runs refuses a quote that may no longer be accepted on a day.
func (q *Quote) runs(day partner.Date) error {
	if day > q.Until {
		return conflict("the quote held until %s", q.Until)
	}
	return nil
}

// known returns the act with what it asks of a quote that there is. One that is
// another partner's is unknown to a partner; t is nil where no partner may ask.
func (q *Quote) known(a deal.Act, verb string, what any, t *Trade) (deal.Act, bool, error) {
	if q.ID == "" || t != nil && !a.Owner() && a.For != q.Partner && !t.Directory.Under(q.Partner, a.For) {
		return a, false, deal.Refuse(deal.Unknown, "", "there is no such quote")
	}
	a, again, err := q.asked(a, verb+" "+q.ID, what)
	if !again && err == nil && a.At.Before(q.Made.At) {
		err = invalid("/at", "%s is before the quote was made", a.At.Format(time.RFC3339))
	}
	return a, again, err
}

func (q *Quote) asked(a deal.Act, verb string, what any) (deal.Act, bool, error) {
	a, err := a.Ask(verb, what)
	if err != nil {
		return a, false, err
	}
	if err := a.Validate(); err != nil {
		return a, false, err
	}
	again, err := q.done.Again(a)
	return a, again, err
}

// day returns the day of a moment where a partner is.
func (t *Trade) day(id partner.ID, at time.Time) partner.Date {
	p, _ := t.Directory.Partner(id)
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return partner.Date(at.In(zone).Format(time.DateOnly))
}

func invalid(field, format string, args ...any) error {
	return deal.Refuse(deal.Invalid, field, format, args...)
}

func conflict(format string, args ...any) error {
	return deal.Refuse(deal.Conflict, "", format, args...)
}
