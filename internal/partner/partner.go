// Package partner holds the master data of the trade: who sells, from which
// sites, which products, and where each may sell them.
package partner

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/ledger/event"
)

// An ID names a partner, such as "P09". Letters, digits, '-', '_' and '.', at
// most 64 of them.
type ID string

// A Scale is the first axis of a partner's tier: how much business it does.
type Scale string

const (
	Strategic Scale = "strategic"
	Core      Scale = "core"
	Ordinary  Scale = "ordinary"
)

// A Capability is the second axis of a partner's tier: what it can do.
type Capability string

const (
	Technical Capability = "technical"
	Sales     Capability = "sales"
	Servicing Capability = "service"
)

// A Tier places a partner on both axes.
type Tier struct {
	Scale      Scale      `json:"scale"`
	Capability Capability `json:"capability"`
}

// A Status is a stage of a partner's life.
type Status string

const (
	Prospect     Status = "prospect"
	DueDiligence Status = "due_diligence"
	Trial        Status = "trial"
	Authorised   Status = "authorised"
	Active       Status = "active"
	Observation  Status = "observation"
	Suspended    Status = "suspended"
	SellOff      Status = "sell_off"
	Exited       Status = "exited"
)

// maySell tells whether a partner at this stage may use its grants.
func (s Status) maySell() bool {
	switch s {
	case Trial, Authorised, Active, Observation, SellOff, "":
		return true
	}
	return false
}

// A Partner is an economic operator: the manufacturer itself, a distributor, a
// sub-dealer (which has a Parent), or a shop's owner.
type Partner struct {
	ID        ID         `json:"id"`
	Name      string     `json:"name"`
	PGLN      gs1.GLN    `json:"pgln,omitzero"`
	Tier      Tier       `json:"tier,omitzero"`
	Country   geo.Region `json:"country"`
	Currency  string     `json:"currency"` // ISO 4217
	TimeZone  string     `json:"timezone"` // IANA
	Languages []string   `json:"languages,omitempty"`
	Parent    ID         `json:"parent,omitzero"` // whom it buys from; a sub-dealer sells under its parent's grants
	Status    Status     `json:"status,omitzero"`
}

// Registered records a partner as it is from now on.
var Registered = event.Define[Partner]("partner.registered")

// A Fault is one thing wrong with a document: where, and what was expected.
type Fault struct {
	Field  string // JSON Pointer (RFC 6901) into the document
	Detail string
}

func (f Fault) Error() string { return f.Field + ": " + f.Detail }

// Validate returns everything that is wrong with p by itself.
func (p Partner) Validate() []Fault {
	var c checker
	c.id("/id", string(p.ID))
	c.text("/name", p.Name)
	c.oneOf("/tier/scale", string(p.Tier.Scale), "", string(Strategic), string(Core), string(Ordinary))
	c.oneOf("/tier/capability", string(p.Tier.Capability), "", string(Technical), string(Sales), string(Servicing))
	c.country("/country", p.Country)
	c.currency("/currency", p.Currency)
	c.zone("/timezone", p.TimeZone)
	c.oneOf("/status", string(p.Status), "", string(Prospect), string(DueDiligence), string(Trial), string(Authorised),
		string(Active), string(Observation), string(Suspended), string(SellOff), string(Exited))
	if p.Parent != "" {
		c.id("/parent", string(p.Parent))
		c.require(p.Parent != p.ID, "/parent", "a partner cannot be its own parent")
	}
	return c.faults
}

// checker gathers faults.
type checker struct{ faults []Fault }

func (c *checker) require(ok bool, field, format string, args ...any) {
	if !ok {
		c.faults = append(c.faults, Fault{field, fmt.Sprintf(format, args...)})
	}
}

func (c *checker) id(field, s string) { c.require(ValidID(s), field, "%q, want "+idForm, s) }

const idForm = "1 to 64 letters, digits, '-', '_' or '.'"

// ValidID tells whether s may name a partner, a grant, an order or an ASN.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 64 || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_' || b == '.') {
			return false
		}
	}
	return true
}

func (c *checker) text(field, s string) {
	n := utf8.RuneCountInString(s)
	c.require(0 < n && n <= 200, field, "%d characters, want 1 to 200", n)
	c.require(strings.TrimSpace(s) == s, field, "begins or ends with a space")
	c.require(printable(s), field, "holds a character that cannot be seen")
}

// printable tells whether every character of s can be seen, or is a space: none
// controls the terminal or turns the writing round.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func (c *checker) oneOf(field, s string, allowed ...string) {
	for _, a := range allowed {
		if s == a {
			return
		}
	}
	if len(allowed) > 0 && allowed[0] == "" {
		allowed = allowed[1:]
	}
	c.require(false, field, "%q, want one of %q", s, allowed)
}

func (c *checker) country(field string, r geo.Region) {
	c.require(r != "" && r.Country() == r, field, "%q, want an ISO 3166-1 alpha-2 country code", r)
}

func (c *checker) currency(field, s string) {
	ok := len(s) == 3
	for i := range len(s) {
		ok = ok && 'A' <= s[i] && s[i] <= 'Z'
	}
	c.require(ok, field, "%q, want an ISO 4217 currency code", s)
}

func (c *checker) zone(field, s string) {
	_, err := time.LoadLocation(s)
	c.require(s != "" && s != "Local" && err == nil, field, "%q, want an IANA time zone such as Europe/Berlin", s)
}
