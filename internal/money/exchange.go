package money

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// ErrNoRate: no exchange rate is known for two currencies on a day.
var ErrNoRate = errors.New("no exchange rate")

// A Rate says what one major unit of a currency was worth in another on a day.
// A posting that exchanges keeps the rate that it used.
type Rate struct {
	ID     string   `json:"id"`
	From   Currency `json:"from"`
	To     Currency `json:"to"`
	Value  string   `json:"value"` // a decimal: how many of To one of From is
	Date   string   `json:"date"`  // the day, such as 2026-01-31
	Source string   `json:"source,omitzero"`
}

// maxRateDigits bounds the length of a rate's value.
const maxRateDigits = 24

// Exact returns the value of the rate, and an error unless it is a positive decimal.
func (r Rate) Exact() (*big.Rat, error) {
	whole, fraction, dotted := strings.Cut(r.Value, ".")
	v, ok := new(big.Rat).SetString(r.Value)
	if !isDigits(whole) || dotted && !isDigits(fraction) || len(r.Value) > maxRateDigits || !ok || v.Sign() <= 0 {
		return nil, fmt.Errorf("read rate %s of %s to %s: want a positive decimal such as 1.0825", r.Value, r.From, r.To)
	}
	return v, nil
}

// Convert exchanges an amount at the rate, in either direction, and rounds to a
// whole minor unit, halves away from zero.
func (r Rate) Convert(a Amount) (Amount, error) {
	by, err := r.Exact()
	if err != nil {
		return Amount{}, err
	}
	to := r.To
	switch a.Currency {
	case r.From:
	case r.To:
		by.Inv(by)
		to = r.From
	default:
		return Amount{}, fmt.Errorf("exchange %s by a rate of %s to %s: %w", a, r.From, r.To, ErrCurrency)
	}
	by.Mul(by, power10(to.Digits()-a.Currency.Digits()))
	out, err := a.rounded(by)
	return Amount{out.Minor, to}, err
}

func power10(n int) *big.Rat {
	p := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
	if n < 0 {
		p.Inv(p)
	}
	return p
}

// RateOn returns, of rates, the latest for two currencies, in either direction,
// that is not of a later day. It fails with [ErrNoRate].
func RateOn(rates []Rate, a, b Currency, date string) (Rate, error) {
	best := Rate{}
	for _, r := range rates {
		pair := r.From == a && r.To == b || r.From == b && r.To == a
		if pair && r.Date <= date && (r.Date > best.Date || r.Date == best.Date && r.ID > best.ID) {
			best = r
		}
	}
	if best.Date == "" {
		return Rate{}, fmt.Errorf("exchange %s for %s on %s: %w", a, b, date, ErrNoRate)
	}
	return best, nil
}
