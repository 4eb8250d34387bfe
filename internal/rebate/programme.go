package rebate

import (
	"fmt"
	"slices"
	"time"

	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Programme says what rebate is earned by what sales. The last version recorded
// under an id is what holds; postings name the version that they were made by.
type Programme struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Currency money.Currency `json:"currency"`
	Partners []partner.ID   `json:"partners,omitempty"` // none: every partner
	Products []string       `json:"products,omitempty"` // GTINs or product lines; none: all
	From     partner.Date   `json:"from"`
	To       partner.Date   `json:"to,omitzero"` // last day; open where empty
	Period   Period         `json:"period"`

	Condition Condition `json:"condition"`
	Measure   Measure   `json:"measure"`
	Form      Form      `json:"form"`
	Pay       Pay       `json:"pay"`
	// OnGrowth pays on what the sales grew by and not on all of them.
	OnGrowth bool   `json:"on_growth,omitzero"`
	Tiers    []Tier `json:"tiers"`
	// Increment is how much each further step takes, in the measure.
	Increment *Threshold `json:"increment,omitempty"`
	Mix       []Part     `json:"mix,omitempty"`
	// SellOut is the share of the rebate that is earned only as far as sales were
	// verified: by activations, not by shipments.
	SellOut money.Ratio `json:"sell_out,omitzero"`
}

// A Period is how long sales are counted together.
type Period string

// A Condition is what has to be reached.
type Condition string

// A Measure is what sales are measured in.
type Measure string

// A Form says how tiers are applied.
type Form string

// A Pay is what a tier gives.
type Pay string

const (
	Month   Period = "month"
	Quarter Period = "quarter"
	Year    Period = "year"

	Volume Condition = "volume" // sales of the period
	Growth Condition = "growth" // sales above those of the period before
	Target Condition = "target" // sales against the targets of one partner
	Mix    Condition = "mix"    // sales, where product groups have their shares
	Fixed  Condition = "fixed"  // nothing

	ByAmount  Measure = "amount"
	ByUnits   Measure = "units"
	ByPercent Measure = "percent" // of growth only

	Retrospective Form = "retrospective" // the tier reached holds for all sales
	Incremental   Form = "incremental"   // each tier holds for the sales within it
	Linear        Form = "linear"        // between two tiers the rate grows evenly
	ByIncrement   Form = "increment"     // each whole step above the tier gives once more

	Percentage Pay = "percent"  // a share of the sales
	Lump       Pay = "amount"   // an amount
	PerUnit    Pay = "per_unit" // an amount for each unit
)

// A Threshold is a quantity in the measure of a programme: one of the three.
type Threshold struct {
	Amount money.Amount `json:"amount,omitzero"`
	Units  int64        `json:"units,omitzero"`
	Ratio  money.Ratio  `json:"ratio,omitzero"`
}

// A Tier is what is given from a threshold on.
type Tier struct {
	From   Threshold    `json:"from,omitzero"`
	Rate   money.Ratio  `json:"rate,omitzero"`
	Amount money.Amount `json:"amount,omitzero"`
}

// A Part is the least share that a group of products has in the sales.
type Part struct {
	Group string      `json:"group"`
	Least money.Ratio `json:"least"`
}

// ProgrammeRecorded records a programme as it is from now on.
var ProgrammeRecorded = event.Define[Programme]("rebate.programme-recorded")

// maxTiers bounds the tiers of a programme.
const maxTiers = 100

// Validate returns everything that is wrong with p by itself.
func (p Programme) Validate() []partner.Fault {
	var f partner.Checker
	f.ID("/id", p.ID)
	f.Text("/name", p.Name)
	f.Currency("/currency", string(p.Currency))
	for i, id := range p.Partners {
		f.ID(fmt.Sprintf("/partners/%d", i), string(id))
	}
	f.Products("/products", p.Products)
	f.Period("/from", p.From, "/to", p.To)
	f.OneOf("/period", string(p.Period), string(Month), string(Quarter), string(Year))
	f.OneOf("/condition", string(p.Condition), string(Volume), string(Growth), string(Target), string(Mix), string(Fixed))
	f.OneOf("/measure", string(p.Measure), string(ByAmount), string(ByUnits), string(ByPercent))
	f.OneOf("/form", string(p.Form), string(Retrospective), string(Incremental), string(Linear), string(ByIncrement))
	f.OneOf("/pay", string(p.Pay), string(Percentage), string(Lump), string(PerUnit))
	p.checkShape(&f)
	p.checkTiers(&f)
	f.Require(0 <= p.SellOut && p.SellOut <= money.One, "/sell_out", "%s, want 0 to 1", p.SellOut)
	return f.Faults
}

func (p Programme) checkShape(f *partner.Checker) {
	f.Require(p.Measure != ByPercent || p.Condition == Growth, "/measure", "percent measures growth only")
	f.Require(!p.OnGrowth || p.Condition == Growth, "/on_growth", "want the condition growth")
	f.Require((p.Condition == Mix) == (len(p.Mix) > 0), "/mix", "shares of groups and the condition mix go together")
	sum := money.Ratio(0)
	for i, m := range p.Mix {
		at := fmt.Sprintf("/mix/%d", i)
		f.ID(at+"/group", m.Group)
		f.Require(0 < m.Least && m.Least <= money.One, at+"/least", "%s, want a share up to 1", m.Least)
		sum += m.Least
	}
	f.Require(sum <= money.One, "/mix", "the shares sum to %s, want at most 1", sum)
	f.Require((p.Form == ByIncrement) == (p.Increment != nil), "/increment", "a step and the form increment go together")
	if p.Increment != nil {
		p.checkThreshold(f, "/increment", *p.Increment)
		f.Require(p.in(*p.Increment) > 0, "/increment", "want more than nothing")
		f.Require(p.Pay == Lump, "/pay", "%q, want amount: each step gives one", p.Pay)
	}
	// A slice of sales has the measure that it is paid by, or none.
	f.Require(p.Form != Incremental || p.Pay == Lump || p.Pay == Percentage && p.Measure == ByAmount || p.Pay == PerUnit && p.Measure == ByUnits,
		"/pay", "%q does not fit tiers of %s: slices are paid in the measure they are cut by", p.Pay, p.Measure)
}

func (p Programme) checkTiers(f *partner.Checker) {
	f.Require(0 < len(p.Tiers) && len(p.Tiers) <= maxTiers, "/tiers", "%d, want 1 to %d", len(p.Tiers), maxTiers)
	f.Require(p.Form != Linear || len(p.Tiers) == 2, "/tiers", "%d, want 2 to draw a line between", len(p.Tiers))
	f.Require(p.Form != ByIncrement || len(p.Tiers) == 1, "/tiers", "%d, want 1 from which steps are counted", len(p.Tiers))
	f.Require(p.Condition != Fixed || len(p.Tiers) == 1 && p.in(p.Tiers[0].From) == 0, "/tiers", "want one, from nothing on")
	for i, t := range p.Tiers {
		at := fmt.Sprintf("/tiers/%d", i)
		p.checkThreshold(f, at+"/from", t.From)
		f.Require(p.in(t.From) >= 0, at+"/from", "below nothing")
		f.Require(i == 0 || p.in(t.From) > p.in(p.Tiers[i-1].From), at+"/from", "want more than the tier before")
		if p.Pay == Percentage {
			f.Require(0 <= t.Rate && t.Rate <= money.One, at+"/rate", "%s, want 0 to 1", t.Rate)
			f.Require(t.Amount == money.Amount{}, at+"/amount", "want a rate: percent is paid")
			continue
		}
		f.Require(t.Rate == 0, at+"/rate", "want an amount: %s is paid", p.Pay)
		f.Require(t.Amount.Minor >= 0 && (t.Amount.IsZero() || t.Amount.Currency == p.Currency), at+"/amount", "%s, want an amount in %s", t.Amount, p.Currency)
	}
}

func (p Programme) checkThreshold(f *partner.Checker, at string, t Threshold) {
	other := Threshold{Amount: t.Amount, Units: t.Units, Ratio: t.Ratio}
	switch p.Measure {
	case ByAmount:
		f.Require(t.Amount.IsZero() || t.Amount.Currency == p.Currency, at+"/amount", "%s, want an amount in %s", t.Amount, p.Currency)
		other.Amount = money.Amount{}
	case ByUnits:
		other.Units = 0
	case ByPercent:
		other.Ratio = 0
	}
	f.Require(other == Threshold{}, at, "want it in the measure %s", p.Measure)
}

// in returns a threshold as a whole number in the programme's measure: minor
// units, units of goods, or millionths.
func (p Programme) in(t Threshold) int64 {
	switch p.Measure {
	case ByUnits:
		return t.Units
	case ByPercent:
		return int64(t.Ratio)
	}
	return t.Amount.Minor
}

// Covers tells whether sales of a product to a partner on a day count.
func (p Programme) Covers(id partner.ID, product *partner.Product, day partner.Date) bool {
	return p.Concerns(id, day) && (len(p.Products) == 0 || product.Among(p.Products))
}

// Concerns tells whether a partner takes part in the programme on a day.
func (p Programme) Concerns(id partner.ID, day partner.Date) bool {
	return p.From <= day && (p.To == "" || day <= p.To) && (len(p.Partners) == 0 || slices.Contains(p.Partners, id))
}

// Days returns the first and last day of the period in which a day lies, and
// false where d is no date.
func (p Period) Days(d partner.Date) (first, last partner.Date, ok bool) {
	t, ok := d.Start()
	if !ok {
		return "", "", false
	}
	months := 1
	switch p {
	case Quarter:
		months = 3
	case Year:
		months = 12
	}
	m := (int(t.Month())-1)/months*months + 1
	begin := time.Date(t.Year(), time.Month(m), 1, 0, 0, 0, 0, time.UTC)
	end := begin.AddDate(0, months, -1)
	return partner.Date(begin.Format(time.DateOnly)), partner.Date(end.Format(time.DateOnly)), true
}
