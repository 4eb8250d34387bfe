package deal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark/internal/calendar"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Desk is where the deals of one country are decided: a fold of all that
// happened to them. Its events are one stream, so that what it decides it decides
// knowing all that came before, and "first" is the order of that stream. The zero
// value has seen nothing.
type Desk struct {
	deals map[string]Deal
	order []string // ids as they were submitted
	done  Done
	last  time.Time // of what happened last
}

// DeskID names the desk of a country, as the id of its stream.
func DeskID(country geo.Region) string { return string(country) }

// NewID returns the id of the deal that a command submits. It begins with the
// country, by which its desk is found.
func NewID(country geo.Region, a Act, p partner.ID) string {
	sum := sha256.Sum256([]byte(string(p) + "\x00" + string(a.For) + "\x00" + a.Command))
	return "DR-" + string(country) + "-" + hex.EncodeToString(sum[:8])
}

// CountryOf returns the country in the id of a deal that is kept here, and false
// for any other id.
func CountryOf(id string) (geo.Region, bool) {
	rest, ok := strings.CutPrefix(id, "DR-")
	if !ok || len(rest) != 2+1+16 || rest[2] != '-' {
		return "", false
	}
	if _, err := hex.DecodeString(rest[3:]); err != nil {
		return "", false
	}
	r, err := geo.ParseRegion(rest[:2])
	return r, err == nil && r.Country() == r && string(r) == rest[:2]
}

// Apply takes note of an event. It must be called with each, in order.
func (k *Desk) Apply(payload any) error {
	id := Subject(payload)
	act, ok := ActOf(payload)
	if !ok || id == "" {
		return fmt.Errorf("a %T is nothing that happens at a desk for deals", payload)
	}
	before, known := k.deals[id]
	if _, first := payload.(Submission); first == known {
		return fmt.Errorf("deal %s: a %T cannot follow what came before", id, payload)
	}
	after, err := before.After(payload)
	if err != nil {
		return err
	}
	if k.deals == nil {
		k.deals = map[string]Deal{}
	}
	if !known {
		k.order = append(k.order, id)
	}
	k.deals[id] = after
	k.done = k.done.With(act)
	if act.At.After(k.last) {
		k.last = act.At
	}
	return nil
}

// slack is how far the clocks of whoever asks may differ.
const slack = 5 * time.Minute

// now returns a moment as the desk takes it: what was decided is not decided
// before what came before it.
func (k *Desk) now(a Act) (Act, error) {
	if a.At.Before(k.last.Add(-slack)) {
		return a, Refuse(Invalid, "/at", "%s is before what happened last in the country, at %s", a.At.Format(time.RFC3339), k.last.Format(time.RFC3339))
	}
	if a.At.Before(k.last) {
		a.At = k.last
	}
	return a, nil
}

// Get returns a deal of the desk.
func (k *Desk) Get(id string) (Deal, bool) { d, ok := k.deals[id]; return d, ok }

// All returns the deals of the desk as they were submitted.
func (k *Desk) All() []Deal {
	out := make([]Deal, len(k.order))
	for i, id := range k.order {
		out[i] = k.deals[id]
	}
	return out
}

// A Trade is what a desk decides by, beside what it saw itself.
type Trade struct {
	Directory *partner.Directory
	Calendars *calendar.Book
	Terms     Terms
	Elsewhere *Book // deals that are not kept here count as they are known
}

// zone returns the time zone of a partner.
func (t *Trade) zone(id partner.ID) *time.Location {
	p, _ := t.Directory.Partner(id)
	z, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		return time.UTC
	}
	return z
}

// outside tells whether a partner may not sell all of what a request names where
// its customer is.
func (t *Trade) outside(r *Request, at time.Time) bool {
	where := (&Registration{Country: r.Country, Subdivision: r.Subdivision}).Region()
	for _, p := range t.named(r.Products) {
		if s, _ := t.Directory.Stands(r.Partner, p, where, at); s != partner.Held {
			return true
		}
	}
	return false
}

// named returns the products that a list of GTINs and lines names.
func (t *Trade) named(names []string) (out []gs1.GTIN) {
	for _, p := range t.Directory.Products() {
		if p.Among(names) {
			out = append(out, p.GTIN)
		}
	}
	return out
}

// own tells whether a deal of a partner is within what an asker speaks for.
func (t *Trade) own(a Act, p partner.ID) bool {
	return a.Owner() || a.For == p || t.Directory.Under(p, a.For)
}

// A claim is a deal that came before another for the same customer.
type claim struct {
	id      string
	partner partner.ID
	since   partner.Date
	matched []Match
	pending bool
}

// claims returns the deals for a request's customer and products that were
// submitted before a deal ("" for one to come), and are undecided or protected.
func (k *Desk) claims(t *Trade, r *Request, before string, day partner.Date) (out []claim) {
	for _, id := range k.order {
		if id == before {
			break
		}
		d := k.deals[id]
		if d.Status != Pending && !d.Protected(day) {
			continue
		}
		if by := r.SameCustomer(&d.Request); len(by) > 0 && overlap(t.Directory, r.Products, d.Products) {
			out = append(out, claim{id, d.Partner, d.Registered, by, d.Status == Pending})
		}
	}
	for _, d := range t.Elsewhere.In(r.Country) {
		_, here := CountryOf(d.ID)
		if here || !d.Live() || d.Until != "" && day > d.Until || d.CustomerHash() != CustomerHash(r.Customer) || !overlap(t.Directory, r.Products, d.Products) {
			continue
		}
		out = append(out, claim{d.ID, d.Partner, d.Registered, []Match{ByName}, false})
	}
	return out
}

// behind returns the undecided deals for the customer of one that was taken, of
// whatever partner.
func (k *Desk) behind(t *Trade, d *Deal) (out []Deal) {
	for _, id := range k.order {
		o := k.deals[id]
		if id == d.ID || o.Status != Pending {
			continue
		}
		if by := d.Request.SameCustomer(&o.Request); len(by) > 0 && overlap(t.Directory, d.Products, o.Products) {
			out = append(out, o)
		}
	}
	return out
}

// lost returns the rejection of a deal because another was first. It tells the
// partner by what the customers are one and since when the other stands; whose
// that is stays with the owner.
func lost(a Act, deal string, t *Trade, p partner.ID, c claim) Rejection {
	code := ChannelConflict
	if t.Directory.SameFamily(p, c.partner) {
		code = Duplicate
	}
	return Rejection{Deal: deal, Act: a, Code: code, Against: c.id, Matched: slices.Clone(c.matched), Since: c.since}
}
