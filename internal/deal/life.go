package deal

import (
	"fmt"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A Deal is how a deal that is kept here stands: what its events, in their order,
// make of it.
type Deal struct {
	Registration           // what rules ask of it
	Request      Request   `json:"request"`
	Submitted    Act       `json:"submitted"`
	Due          time.Time `json:"due"` // by when the owner is to decide
	Outside      bool      `json:"outside"`
	Behind       []string  `json:"behind,omitempty"`

	Decided    *Act         `json:"decided,omitempty"`
	Approved   partner.Date `json:"approved,omitzero"`
	Rejection  *Rejection   `json:"rejection,omitempty"`
	Extensions int          `json:"extensions"`
	Closing    *Closing     `json:"closing,omitempty"`
}

// Subject returns the id of the deal that an event is about, "" where it is about
// none.
func Subject(payload any) string {
	switch e := payload.(type) {
	case Submission:
		return e.Deal
	case Approval:
		return e.Deal
	case Rejection:
		return e.Deal
	case Extension:
		return e.Deal
	case Closing:
		return e.Deal
	}
	return ""
}

// ActOf returns who did what an event tells of.
func ActOf(payload any) (Act, bool) {
	switch e := payload.(type) {
	case Submission:
		return e.Act, true
	case Approval:
		return e.Act, true
	case Rejection:
		return e.Act, true
	case Extension:
		return e.Act, true
	case Closing:
		return e.Act, true
	}
	return Act{}, false
}

// After returns how the deal stands after an event about it.
func (d Deal) After(payload any) (Deal, error) {
	switch e := payload.(type) {
	case Submission:
		r := e.Request
		return Deal{Request: r, Submitted: e.Act, Due: e.Due, Outside: e.Outside, Behind: e.Behind, Registration: Registration{
			ID: e.Deal, Partner: r.Partner, Customer: r.Customer, Country: r.Country, Subdivision: r.Subdivision, Lat: r.Lat, Lon: r.Lon,
			Products: r.Products, Quantity: r.Quantity, Status: Pending, Registered: dateOf(e.Act.At, time.UTC),
		}}, nil
	case Approval:
		d.Status, d.Decided, d.Approved, d.Until, d.Outside = Open, &e.Act, e.From, e.Until, e.Outside
	case Rejection:
		d.Status, d.Decided, d.Rejection = Rejected, &e.Act, &e
	case Extension:
		d.Until = e.Until
		d.Extensions++
	case Closing:
		d.Status, d.Closing = e.Status, &e
	default:
		return d, fmt.Errorf("a %T is nothing that happens to a deal", payload)
	}
	return d, nil
}

// Waiver returns what an approved deal outside its partner's territory waives,
// and false where that is nothing: sales at the customer's place while the deal
// is protected and, once it is won, while it is delivered.
func (d *Deal) Waiver() (partner.Waiver, bool) {
	if !d.Outside || d.Approved == "" {
		return partner.Waiver{}, false
	}
	w := partner.Waiver{ID: d.ID, Reason: partner.AsDeal, Partner: d.Partner, Products: d.Products, Regions: geo.Territory{d.Region()}, From: d.Approved, To: d.Until}
	switch d.Status {
	case Won:
		w.To = max(d.Closing.Deliver, d.Approved)
	case Lost, Expired:
		w.To = max(d.Closing.On, d.Approved)
	}
	return w, true
}

// Protected tells whether, on a day, the customer is the partner's alone: the
// deal is open and its time not over, or it was won and is being delivered.
func (d *Deal) Protected(day partner.Date) bool {
	switch d.Status {
	case Open:
		return day <= d.Until
	case Won:
		return day <= d.Closing.Deliver
	}
	return false
}

func dateOf(t time.Time, zone *time.Location) partner.Date {
	return partner.Date(t.In(zone).Format(time.DateOnly))
}

// plus returns the day so many days after d.
func plus(d partner.Date, days int) partner.Date {
	t, _ := d.Start()
	return dateOf(t.AddDate(0, 0, days), time.UTC)
}
