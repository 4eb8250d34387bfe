package deal

import (
	"slices"
	"time"

	"waymark/internal/partner"
)

// Submit returns the events by which a partner asks for a deal, and the deal's
// id. Where the customer is another's already, the request is recorded and
// rejected at once; where another waits for a decision, it waits behind.
func (k *Desk) Submit(a Act, r Request, t *Trade) (id string, events []any, err error) {
	if a, err = a.Ask("submit", r); err != nil {
		return "", nil, err
	}
	id = NewID(r.Country, a, r.Partner)
	if err := a.Validate(); err != nil {
		return id, nil, err
	}
	if again, err := k.done.Again(a); again || err != nil {
		return id, nil, err
	}
	if a, err = k.now(a); err != nil {
		return id, nil, err
	}
	if _, taken := k.deals[id]; taken {
		return id, nil, Refuse(Conflict, "/command", "%q was given before to another command", a.Command)
	}
	if !t.own(a, r.Partner) {
		return id, nil, Refuse(Invalid, "/partner", "%q is not registered as a partner", r.Partner)
	}
	p, _ := t.Directory.Partner(r.Partner)
	day := dateOf(a.At, t.zone(r.Partner))
	if r.Close < day {
		return id, nil, Refuse(Invalid, "/close", "%s is past, want a day from %s on", r.Close, day)
	}
	s := Submission{Deal: id, Act: a, Request: r, Due: t.Calendars.Due(p, a.At, t.Terms.Decision), Outside: t.outside(&r, a.At)}
	for _, c := range k.claims(t, &r, "", day) {
		if !c.pending || t.Directory.SameFamily(r.Partner, c.partner) {
			return id, []any{s, lost(a, id, t, r.Partner, c)}, nil
		}
		s.Behind = append(s.Behind, c.id)
	}
	return id, []any{s}, nil
}

// An Answer is what the owner says to a deal.
type Answer struct {
	Reason string `json:"reason,omitzero"`
	// Outside takes a deal outside the partner's territory, which is a waiver.
	Outside bool `json:"out_of_territory,omitzero"`
}

// Approve returns the events by which the owner takes a deal. What else waits for
// the same customer is rejected with it.
func (k *Desk) Approve(a Act, id string, w Answer, t *Trade) ([]any, error) {
	a, d, again, err := k.asked(a, "approve "+id, w, id, t)
	if again || err != nil {
		return nil, err
	}
	if err := decides(a, &d); err != nil {
		return nil, err
	}
	if err := words(w.Reason); err != nil {
		return nil, err
	}
	day := dateOf(a.At, t.zone(d.Partner))
	if first := k.claims(t, &d.Request, id, day); len(first) > 0 {
		c := first[0]
		if c.pending {
			return nil, Refuse(Conflict, "", "deal %s for this customer was submitted before, on %s: decide on that first", c.id, c.since)
		}
		return nil, Refuse(Conflict, "", "deal %s for this customer is protected: it was submitted before, on %s", c.id, c.since)
	}
	outside := t.outside(&d.Request, a.At)
	if outside && !w.Outside {
		return nil, Refuse(Invalid, "/out_of_territory", "false, want true: %s may not sell all of this in %s, and taking the deal waives that", d.Partner, d.Region())
	}
	out := []any{Approval{Deal: id, Act: a, From: min(day, dateOf(a.At, time.UTC)), Until: plus(day, t.Terms.Protection), Outside: outside, Reason: w.Reason}}
	for _, o := range k.behind(t, &d) {
		c := claim{id, d.Partner, d.Registered, o.Request.SameCustomer(&d.Request), false}
		out = append(out, lost(a, o.ID, t, o.Partner, c))
	}
	return out, nil
}

// A No is what the owner says to a deal that it does not take.
type No struct {
	Code   Code   `json:"code"`
	Reason string `json:"reason,omitzero"`
}

// Reject returns the events by which the owner does not take a deal.
func (k *Desk) Reject(a Act, id string, n No, t *Trade) ([]any, error) {
	a, d, again, err := k.asked(a, "reject "+id, n, id, t)
	if again || err != nil {
		return nil, err
	}
	if !slices.Contains(Codes, n.Code) {
		return nil, Refuse(Invalid, "/code", "%q, want one of %q", n.Code, Codes)
	}
	if err := decides(a, &d); err != nil {
		return nil, err
	}
	if err := words(n.Reason); err != nil {
		return nil, err
	}
	return []any{Rejection{Deal: id, Act: a, Code: n.Code, Reason: n.Reason}}, nil
}

// decides tells whether an asker may decide on a deal, and the deal is to be
// decided on.
func decides(a Act, d *Deal) error {
	if err := another(a, d, "decides on it"); err != nil {
		return err
	}
	if d.Status != Pending {
		return Refuse(Conflict, "", "the deal is %s: it was decided on", d.Status)
	}
	return nil
}

// another asks for somebody of the owner's who did not register the deal.
func another(a Act, d *Deal, what string) error {
	switch {
	case !a.Owner():
		return Refuse(Forbidden, "", "the owner %s, not a partner", what)
	case a.By == d.Submitted.By:
		return Refuse(Forbidden, "", "who registered a deal is not who %s", what)
	}
	return nil
}

// A Longer is for how long a deal is to be protected now.
type Longer struct {
	Until    partner.Date `json:"until"`
	Progress string       `json:"progress"` // what was done for the deal
}

// Extend returns the events by which the owner protects a deal for longer.
func (k *Desk) Extend(a Act, id string, l Longer, t *Trade) ([]any, error) {
	a, d, again, err := k.asked(a, "extend "+id, l, id, t)
	if again || err != nil {
		return nil, err
	}
	if err := another(a, &d, "extends it"); err != nil {
		return nil, err
	}
	day := dateOf(a.At, t.zone(d.Partner))
	if err := d.runs(day); err != nil {
		return nil, err
	}
	if d.Extensions >= t.Terms.Extensions {
		return nil, Refuse(Conflict, "", "the deal was extended %d times, which is as often as the terms allow", d.Extensions)
	}
	var c partner.Checker
	c.Period("/until", l.Until, "/until", "")
	c.Text("/progress", l.Progress)
	last := plus(d.Until, t.Terms.Extension)
	c.Require(len(c.Faults) > 0 || d.Until < l.Until && l.Until <= last, "/until", "%s, want a day after %s and up to %s", l.Until, d.Until, last)
	if len(c.Faults) > 0 {
		return nil, Refuse(Invalid, c.Faults[0].Field, "%s", c.Faults[0].Detail)
	}
	return []any{Extension{Deal: id, Act: a, Until: l.Until, Progress: l.Progress}}, nil
}

// runs refuses a deal that is not open, or no longer protected on a day.
func (d *Deal) runs(day partner.Date) error {
	switch {
	case d.Status != Open:
		return Refuse(Conflict, "", "the deal is %s, not registered", d.Status)
	case day > d.Until:
		return Refuse(Conflict, "", "the protection of the deal ended on %s", d.Until)
	}
	return nil
}

// An Outcome is how a deal ended.
type Outcome struct {
	Status Status `json:"status"`
	Reason string `json:"reason,omitzero"`
}

// Close returns the events by which a deal ends: won or lost while it runs,
// withdrawn before it is decided, expired once its protection is over.
func (k *Desk) Close(a Act, id string, o Outcome, t *Trade) ([]any, error) {
	a, d, again, err := k.asked(a, "close "+id, o, id, t)
	if again || err != nil {
		return nil, err
	}
	day := dateOf(a.At, t.zone(d.Partner))
	if err := words(o.Reason); err != nil {
		return nil, err
	}
	e := Closing{Deal: id, Act: a, Status: o.Status, On: day, Reason: o.Reason}
	switch o.Status {
	case Won:
		e.Deliver = plus(day, t.Terms.Delivery)
		err = d.runs(day)
	case Lost:
		err = d.runs(day)
	case Withdrawn:
		if d.Status != Pending {
			err = Refuse(Conflict, "", "the deal is %s: only one that waits for a decision is withdrawn", d.Status)
		}
	case Expired:
		if d.Status != Open || day <= d.Until {
			err = Refuse(Conflict, "", "the deal is %s and protected until %s: it has not expired", d.Status, d.Until)
		}
		e.On = d.Until
	default:
		err = Refuse(Invalid, "/status", "%q, want one of %q", o.Status, []Status{Won, Lost, Withdrawn, Expired})
	}
	if err != nil {
		return nil, err
	}
	return []any{e}, nil
}

// asked returns the act with what it asks for, the deal that it is about, and
// whether it was carried out before. A deal that is not the asker's is unknown to
// it.
func (k *Desk) asked(a Act, verb string, what any, id string, t *Trade) (Act, Deal, bool, error) {
	a, err := a.Ask(verb, what)
	if err != nil {
		return a, Deal{}, false, err
	}
	if err := a.Validate(); err != nil {
		return a, Deal{}, false, err
	}
	d, ok := k.deals[id]
	if !ok || !t.own(a, d.Partner) {
		return a, Deal{}, false, Refuse(Unknown, "", "there is no deal %s", id)
	}
	again, err := k.done.Again(a)
	if !again && err == nil {
		a, err = k.now(a)
	}
	return a, d, again, err
}

// words refuses a reason that is too long, or cannot be read.
func words(reason string) error {
	var c partner.Checker
	c.Printable("/reason", reason, 500)
	if len(c.Faults) > 0 {
		return Refuse(Invalid, c.Faults[0].Field, "%s", c.Faults[0].Detail)
	}
	return nil
}
