package projections

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/deal"
	"waymark/internal/partner"
)

// applyDeal keeps how the deals that are kept here stand: for the rules, as one
// of the deals that they know, and where one waives something, as a waiver.
func applyDeal(t *tx, e *entry) error {
	id := deal.Subject(e.value)
	if id == "" {
		return nil
	}
	var before deal.Deal
	if _, err := t.load(name(tableDeal, id), &before); err != nil {
		return err
	}
	after, err := before.After(e.value)
	if err != nil {
		return err
	}
	data, err := json.Marshal(after, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep deal %s: %w", id, err)
	}
	if err := t.set(name(tableDeal, id), data); err != nil {
		return err
	}
	was, _ := t.book().Set(after.Registration)
	if err := t.rejudgeDeals(&was, &after.Registration); err != nil {
		return err
	}
	if err := t.versionOf(e, masterDeal, id, after.Registration); err != nil {
		return err
	}
	return t.waive(e, &after)
}

// waive keeps what a deal waives, and has judged anew what it bears on.
func (t *tx) waive(e *entry, d *deal.Deal) error {
	w, ok := d.Waiver()
	if !ok {
		return nil
	}
	if before, known := t.directory().SetWaiver(w); known {
		if err := t.rejudgeWaiver(before); err != nil {
			return err
		}
	}
	if err := t.rejudgeWaiver(w); err != nil {
		return err
	}
	return t.versionOf(e, masterWaiver, w.ID, w)
}

// Deal is a deal, whoever keeps it. What is known only of deals that are kept
// here is left out of the others.
type Deal struct {
	deal.Registration
	Domain      string       `json:"domain,omitzero"`
	TaxID       string       `json:"tax_id,omitzero"`
	Site        string       `json:"site,omitzero"`
	Value       int64        `json:"value,omitzero"` // minor units
	Currency    string       `json:"currency,omitzero"`
	Close       partner.Date `json:"close,omitzero"`
	Submitted   time.Time    `json:"submitted_at,omitzero"`
	SubmittedBy string       `json:"submitted_by,omitzero"`
	Due         time.Time    `json:"due,omitzero"` // by when the owner is to decide
	Outside     bool         `json:"out_of_territory,omitzero"`
	Behind      []string     `json:"behind,omitempty"` // deals that were submitted before it; not told to partners
	Decided     time.Time    `json:"decided_at,omitzero"`
	DecidedBy   string       `json:"decided_by,omitzero"`
	Rejection   *Rejection   `json:"rejection,omitempty"`
	Extensions  int          `json:"extensions,omitzero"`
	Deliver     partner.Date `json:"deliver_until,omitzero"`
	Closed      partner.Date `json:"closed,omitzero"`
	Reason      string       `json:"reason,omitzero"` // of how it ended
	Waiver      string       `json:"waiver,omitzero"` // id of what it waives
}

// Rejection says why a deal was not taken.
type Rejection struct {
	Code    deal.Code    `json:"code"`
	Reason  string       `json:"reason,omitzero"`
	Matched []deal.Match `json:"matched,omitempty"` // fields by which the customer is another's
	Since   partner.Date `json:"since,omitzero"`    // day on which the other was submitted
	Against string       `json:"against,omitzero"`  // the other; told to whose it is and to the owner
}

func dealOf(r *deal.Registration, d *deal.Deal) Deal {
	out := Deal{Registration: *r}
	if d == nil {
		return out
	}
	out.Domain, out.TaxID, out.Site = d.Request.Domain, d.Request.TaxID, d.Request.Site
	out.Value, out.Currency, out.Close = d.Request.Value, d.Request.Currency, d.Request.Close
	out.Submitted, out.SubmittedBy, out.Due, out.Outside, out.Behind = d.Submitted.At, d.Submitted.By, d.Due, d.Outside, d.Behind
	if d.Decided != nil {
		out.Decided, out.DecidedBy = d.Decided.At, d.Decided.By
	}
	if r := d.Rejection; r != nil {
		out.Rejection = &Rejection{r.Code, r.Reason, r.Matched, r.Since, r.Against}
		if r.Against != "" { // the rule did, and nobody else
			out.DecidedBy = ""
		}
	}
	out.Extensions = d.Extensions
	if c := d.Closing; c != nil {
		out.Closed, out.Deliver, out.Reason = c.On, c.Deliver, c.Reason
	}
	if w, ok := d.Waiver(); ok {
		out.Waiver = w.ID
	}
	return out
}

// Deal returns the deal called id, as one who speaks for a partner may know it;
// "" is the owner. False where it is not that partner's, or there is none.
func (v *Views) Deal(id string, under partner.ID) (Deal, bool, error) {
	q, s, done := v.read()
	defer done()
	r, ok := s.deals.Get(id)
	if !ok || !s.shows(r.Partner, under) {
		return Deal{}, false, nil
	}
	d, err := q.deal(s, r, under)
	return d, err == nil, err
}

// shows tells whether what is a partner's is shown to one who speaks for another.
func (s *state) shows(id, under partner.ID) bool {
	return under == "" || id == under || s.dir.Under(id, under)
}

func (q rows) deal(s *state, r *deal.Registration, under partner.ID) (Deal, error) {
	var kept deal.Deal
	found, err := q.load(name(tableDeal, r.ID), &kept)
	if err != nil || !found {
		return dealOf(r, nil), err
	}
	d := dealOf(r, &kept)
	if under == "" {
		return d, nil
	}
	d.Behind = nil
	if d.Rejection != nil {
		if o, ok := s.deals.Get(d.Rejection.Against); !ok || !s.shows(o.Partner, under) {
			d.Rejection.Against = ""
		}
	}
	return d, nil
}

// A DealQuery selects deals; zero fields select all.
type DealQuery struct {
	Under   partner.ID // whom the asker speaks for
	Partner partner.ID
	Status  deal.Status
	Limit   int
	After   string // id
}

// Deals returns deals, ordered by id, and whether there are more.
func (v *Views) DealPage(dq DealQuery) (out []Deal, more bool, at AsOf, err error) {
	q, s, done := v.read()
	defer done()
	all := s.deals.All()
	i, found := slices.BinarySearchFunc(all, dq.After, func(r *deal.Registration, id string) int { return strings.Compare(r.ID, id) })
	if found {
		i++
	}
	out = []Deal{}
	for _, r := range all[i:] {
		if !s.shows(r.Partner, dq.Under) || dq.Partner != "" && !s.shows(r.Partner, dq.Partner) || dq.Status != "" && r.Status != dq.Status {
			continue
		}
		if len(out) == dq.Limit {
			return out, true, s.asOf(), nil
		}
		d, err := q.deal(s, r, dq.Under)
		if err != nil {
			return nil, false, s.asOf(), err
		}
		out = append(out, d)
	}
	return out, false, s.asOf(), nil
}
