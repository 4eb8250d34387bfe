package rebate

import (
	"fmt"
	"math/big"

	"waymark/internal/account"
	"waymark/internal/compliance"
	"waymark/internal/money"
)

// Sales are what a partner bought in a period, as far as a programme covers it.
type Sales struct {
	Amount money.Amount `json:"amount"`
	Units  int64        `json:"units"`
	// Verified is the part whose sale to an end customer was verified.
	VerifiedAmount money.Amount `json:"verified_amount,omitzero"`
	VerifiedUnits  int64        `json:"verified_units,omitzero"`
	// Prior is what the period before had, for growth.
	PriorAmount money.Amount            `json:"prior_amount,omitzero"`
	PriorUnits  int64                   `json:"prior_units,omitzero"`
	Groups      map[string]money.Amount `json:"groups,omitempty"` // for the mix
}

// Without returns the sales less goods that left their territory, as a final
// decision has it. The goods that a flow inside the EEA took stay (G3).
func (s Sales) Without(d Decision, amount money.Amount, units int64) (Sales, error) {
	if d.Regime == compliance.EEAInternal {
		return s, refuse("G3", "sales stay qualifying whatever state of the EEA the goods go to")
	}
	return s.Less(account.Goods{Amount: amount, Units: units})
}

// Less returns the sales less goods that count no longer.
func (s Sales) Less(g account.Goods) (Sales, error) {
	amount, units := g.Amount, g.Units
	if amount.Minor < 0 || units < 0 || amount.Minor > s.Amount.Minor || units > s.Units {
		return s, fmt.Errorf("take %s and %d units from sales of %s and %d: more than there is: %w", amount, units, s.Amount, s.Units, ErrTerms)
	}
	var err error
	s.Amount, err = s.Amount.Minus(amount)
	s.Units -= units
	s.VerifiedAmount = s.VerifiedAmount.Least(s.Amount)
	s.VerifiedUnits = min(s.VerifiedUnits, s.Units)
	return s, err
}

// An Earning is the rebate of one partner in one period, and how it comes about.
type Earning struct {
	Amount money.Amount `json:"amount"`
	Tier   int          `json:"tier"` // counted from 1; 0: none reached
	// Reached is where the sales stand in the programme's measure: minor units,
	// units of goods, or millionths of growth.
	Reached    int64       `json:"reached"`
	Multiplier money.Ratio `json:"multiplier"`
	// Verified is the share of the sales that was verified, where the programme
	// asks for it.
	Verified money.Ratio `json:"verified,omitzero"`
}

// Earn returns what sales earn under the programme. The multiplier is that of
// the partner's scorecard; it and all rates are applied exactly, and the result
// is rounded once.
func (p Programme) Earn(s Sales, multiplier money.Ratio) (Earning, error) {
	e := Earning{Amount: money.Of(0, p.Currency), Multiplier: multiplier}
	if s.Amount.Currency != p.Currency && !s.Amount.IsZero() {
		return e, fmt.Errorf("earn under programme %s by sales in %s: %w", p.ID, s.Amount.Currency, money.ErrCurrency)
	}
	reached, known := p.reached(s)
	e.Reached = reached
	for _, t := range p.Tiers {
		if known && reached >= p.in(t.From) && (p.Condition != Growth || reached > 0) {
			e.Tier++
		}
	}
	if e.Tier == 0 || !p.mixed(s) {
		e.Tier = 0
		return e, nil
	}
	exact := p.given(e.Tier, reached, s)
	exact.Mul(exact, multiplier.Rat())
	if p.SellOut > 0 {
		share := p.verified(s)
		e.Verified = share
		open := new(big.Rat).Sub(big.NewRat(1, 1), p.SellOut.Rat())
		exact.Mul(exact, open.Add(open, new(big.Rat).Mul(p.SellOut.Rat(), p.exactlyVerified(s))))
	}
	minor, ok := money.Round(exact)
	if !ok {
		return e, fmt.Errorf("earn under programme %s: %w", p.ID, money.ErrRange)
	}
	e.Amount = money.Of(minor, p.Currency)
	return e, nil
}

// reached returns where sales stand in the measure, and false where nobody can
// say since there is nothing to grow from.
func (p Programme) reached(s Sales) (int64, bool) {
	now, before := s.Amount.Minor, s.PriorAmount.Minor
	if p.Measure == ByUnits {
		now, before = s.Units, s.PriorUnits
	}
	switch {
	case p.Condition != Growth:
		return now, true
	case p.Measure != ByPercent:
		return now - before, true
	case before <= 0:
		return 0, false
	}
	grown := new(big.Int).Mul(big.NewInt(now-before), big.NewInt(int64(money.One)))
	grown.Quo(grown, big.NewInt(before))
	return grown.Int64(), grown.IsInt64()
}

// mixed tells whether each group has the share that the programme asks for.
func (p Programme) mixed(s Sales) bool {
	for _, m := range p.Mix {
		have := new(big.Rat).SetInt64(s.Groups[m.Group].Minor)
		want := new(big.Rat).Mul(new(big.Rat).SetInt64(s.Amount.Minor), m.Least.Rat())
		if have.Cmp(want) < 0 {
			return false
		}
	}
	return true
}

// given returns what the tiers give, in minor units, exactly.
func (p Programme) given(tier int, reached int64, s Sales) *big.Rat {
	top := p.Tiers[tier-1]
	switch p.Form {
	case Incremental:
		sum := new(big.Rat)
		for i := range tier {
			upper := reached
			if i+1 < tier {
				upper = p.in(p.Tiers[i+1].From)
			}
			sum.Add(sum, p.slice(p.Tiers[i], upper-p.in(p.Tiers[i].From)))
		}
		return sum
	case Linear:
		return p.between(p.Tiers[0], p.Tiers[1], reached, s)
	case ByIncrement:
		steps := (reached - p.in(top.From)) / p.in(*p.Increment)
		return new(big.Rat).Mul(big.NewRat(steps, 1), new(big.Rat).SetInt64(top.Amount.Minor))
	}
	return p.whole(top.Rate.Rat(), new(big.Rat).SetInt64(top.Amount.Minor), s)
}

// whole returns what a rate or an amount gives on all sales.
func (p Programme) whole(rate, amount *big.Rat, s Sales) *big.Rat {
	base, units := s.Amount.Minor, s.Units
	if p.OnGrowth {
		base, units = max(0, base-s.PriorAmount.Minor), max(0, units-s.PriorUnits)
	}
	switch p.Pay {
	case Percentage:
		return new(big.Rat).Mul(new(big.Rat).SetInt64(base), rate)
	case PerUnit:
		return new(big.Rat).Mul(new(big.Rat).SetInt64(units), amount)
	}
	return new(big.Rat).Set(amount)
}

// slice returns what a tier gives on the sales within it.
func (p Programme) slice(t Tier, within int64) *big.Rat {
	switch p.Pay {
	case Percentage:
		return new(big.Rat).Mul(new(big.Rat).SetInt64(within), t.Rate.Rat())
	case PerUnit:
		return new(big.Rat).Mul(new(big.Rat).SetInt64(within), new(big.Rat).SetInt64(t.Amount.Minor))
	}
	return new(big.Rat).SetInt64(t.Amount.Minor)
}

// between returns what a point on the line from one tier to the other gives.
func (p Programme) between(low, high Tier, reached int64, s Sales) *big.Rat {
	at := big.NewRat(min(reached, p.in(high.From))-p.in(low.From), p.in(high.From)-p.in(low.From))
	point := func(a, b *big.Rat) *big.Rat {
		d := new(big.Rat).Sub(b, a)
		return d.Add(a, d.Mul(d, at))
	}
	return p.whole(point(low.Rate.Rat(), high.Rate.Rat()),
		point(new(big.Rat).SetInt64(low.Amount.Minor), new(big.Rat).SetInt64(high.Amount.Minor)), s)
}

func (p Programme) exactlyVerified(s Sales) *big.Rat {
	part, all := s.VerifiedAmount.Minor, s.Amount.Minor
	if p.Measure == ByUnits || s.VerifiedAmount.IsZero() {
		part, all = s.VerifiedUnits, s.Units
	}
	if all <= 0 {
		return new(big.Rat)
	}
	return big.NewRat(min(max(part, 0), all), all)
}

// verified returns the verified share for people to read, in millionths.
func (p Programme) verified(s Sales) money.Ratio {
	n, _ := money.Round(new(big.Rat).Mul(p.exactlyVerified(s), big.NewRat(int64(money.One), 1)))
	return money.Ratio(n)
}
