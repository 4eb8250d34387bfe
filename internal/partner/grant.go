package partner

import (
	"time"

	"waymark/internal/geo"
	"waymark/ledger/event"
)

// A Date is a day in ISO 8601, "2026-02-15", without a zone: it begins and
// ends at midnight UTC.
type Date string

const day = 24 * time.Hour

// Start returns the first instant of the day, and false where d is no date.
func (d Date) Start() (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	return t, err == nil
}

// A Grant is a right to sell products in regions, for a time. The last version
// recorded under an id is what holds; earlier versions say what was known
// before.
type Grant struct {
	ID          string        `json:"id"`
	Partner     ID            `json:"partner"`
	Products    []string      `json:"products"` // GTINs of 14 digits, or product lines
	Regions     geo.Territory `json:"regions"`
	Exclusive   bool          `json:"exclusive,omitzero"`
	Channels    []string      `json:"channels,omitempty"`
	From        Date          `json:"from"`
	To          Date          `json:"to,omitzero"` // last day; open where empty
	SellOffDays int           `json:"sell_off_days,omitzero"`
}

// GrantRecorded records a grant as it is from now on.
var GrantRecorded = event.Define[Grant]("grant.recorded")

// Validate returns everything that is wrong with g by itself.
func (g Grant) Validate() []Fault {
	var c Checker
	c.ID("/id", g.ID)
	c.ID("/partner", string(g.Partner))
	c.Require(len(g.Products) > 0, "/products", "missing, want GTINs or product lines")
	c.Products("/products", g.Products)
	c.Require(len(g.Regions) > 0, "/regions", "missing, want ISO 3166 codes such as DE or US-CA")
	c.Period("/from", g.From, "/to", g.To)
	c.Require(g.SellOffDays >= 0 && g.SellOffDays <= 3660, "/sell_off_days", "%d, want 0 to 3660", g.SellOffDays)
	return c.Faults
}

// A Standing says how a grant stands at a time.
type Standing int

const (
	Absent Standing = iota // no grant of the partner ever covered this
	Lapsed                 // one did, or will, but not at this time
	Held                   // one does
)
