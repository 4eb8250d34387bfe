// Package partner holds the master data of the trade: who sells, from which
// sites, which products, and where each may sell them.
package partner

import (
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

// Validate returns everything that is wrong with p by itself.
func (p Partner) Validate() []Fault {
	var c Checker
	c.ID("/id", string(p.ID))
	c.Text("/name", p.Name)
	c.OneOf("/tier/scale", string(p.Tier.Scale), "", string(Strategic), string(Core), string(Ordinary))
	c.OneOf("/tier/capability", string(p.Tier.Capability), "", string(Technical), string(Sales), string(Servicing))
	c.Country("/country", p.Country)
	c.Currency("/currency", p.Currency)
	c.Zone("/timezone", p.TimeZone)
	c.OneOf("/status", string(p.Status), "", string(Prospect), string(DueDiligence), string(Trial), string(Authorised),
		string(Active), string(Observation), string(Suspended), string(SellOff), string(Exited))
	if p.Parent != "" {
		c.ID("/parent", string(p.Parent))
		c.Require(p.Parent != p.ID, "/parent", "a partner cannot be its own parent")
	}
	return c.Faults
}
