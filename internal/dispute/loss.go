package dispute

import (
	"fmt"

	"waymark/internal/money"
	"waymark/internal/partner"
)

// A Loss estimates what was lost: units, times the margin lost on each, plus
// costs. It keeps the terms that it was made of.
type Loss struct {
	Units   int64        `json:"units"`
	PerUnit money.Amount `json:"per_unit"`
	Costs   money.Amount `json:"costs,omitzero"`
	Total   money.Amount `json:"total"`
	Basis   string       `json:"basis"` // where the terms come from, in words
}

// maxUnits bounds the units of a case, so that sums are exact.
const maxUnits = 1_000_000_000

// Sum returns units × per unit + costs. It fails where currencies differ or the
// sum is out of range.
func (l Loss) Sum() (money.Amount, error) {
	sum, err := l.PerUnit.Times(l.Units)
	if err != nil || l.Costs == (money.Amount{}) {
		return sum, err
	}
	return sum.Plus(l.Costs)
}

// Formula writes the estimate out.
func (l Loss) Formula() string {
	costs := l.Costs
	if costs.Currency == "" {
		costs.Currency = l.PerUnit.Currency
	}
	return fmt.Sprintf("%d units × %s + %s = %s", l.Units, l.PerUnit, costs, l.Total)
}

func (l Loss) check(c *partner.Checker, field string) {
	c.Require(0 <= l.Units && l.Units <= maxUnits, field+"/units", "%d, want 0 to %d", l.Units, maxUnits)
	c.Require(l.PerUnit.Currency.Valid(), field+"/per_unit/currency", "%q, want the ISO 4217 code of a currency in use", l.PerUnit.Currency)
	c.Require(l.PerUnit.Minor >= 0, field+"/per_unit", "%s, want no less than nothing", l.PerUnit)
	c.Require(l.Costs.Minor >= 0, field+"/costs", "%s, want no less than nothing", l.Costs)
	c.Require(words(l.Basis), field+"/basis", wordsForm)
	sum, err := l.Sum()
	if err != nil {
		c.Require(false, field, "the terms cannot be added: %v", err)
		return
	}
	c.Require(sum == l.Total, field+"/total", "%s, but the terms make %s", l.Total, sum)
}
