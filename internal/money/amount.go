// Package money counts exact amounts: whole minor units of a currency, shares of
// them that lose nothing, and exchange at dated rates.
package money

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// Errors of amounts.
var (
	// ErrCurrency: amounts of different currencies were taken together.
	ErrCurrency = errors.New("currencies differ")
	// ErrRange: an amount is beyond what whole minor units of 64 bits hold.
	ErrRange = errors.New("amount out of range")
)

// An Amount is a number of whole minor units, such as cents, of a currency. The
// zero value is nothing, in no currency, and goes with every other.
type Amount struct {
	Minor    int64    `json:"amount"` // in documents a decimal
	Currency Currency `json:"currency"`
}

// Of returns an amount of minor units.
func Of(minor int64, c Currency) Amount { return Amount{minor, c} }

// Parse reads a decimal such as "500.00", with at most the digits that the
// currency has, as an amount.
func Parse(decimal string, c Currency) (Amount, error) {
	whole, fraction, dotted := strings.Cut(decimal, ".")
	digits := c.Digits()
	bare := strings.TrimPrefix(whole, "-")
	if !isDigits(bare) || dotted && !isDigits(fraction) || len(fraction) > digits {
		return Amount{}, fmt.Errorf("parse amount %q: want a decimal with at most %d digits after the point, as %s has", decimal, digits, c)
	}
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	if err != nil || minor == math.MinInt64 {
		return Amount{}, fmt.Errorf("parse amount %q: %w", decimal, ErrRange)
	}
	return Amount{minor, c}, nil
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Decimal returns the amount as a decimal with all digits of its currency.
func (a Amount) Decimal() string {
	digits := a.Currency.Digits()
	sign, n := "", new(big.Int).SetInt64(a.Minor)
	if a.Minor < 0 {
		sign = "-"
	}
	s := n.Abs(n).String()
	if digits == 0 {
		return sign + s
	}
	if short := digits + 1 - len(s); short > 0 {
		s = strings.Repeat("0", short) + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}

func (a Amount) String() string { return strings.TrimSpace(a.Decimal() + " " + string(a.Currency)) }

// IsZero tells whether the amount is nothing.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// Neg returns the amount with the other sign.
func (a Amount) Neg() Amount { return Amount{-a.Minor, a.Currency} }

// Plus returns the sum. It fails with [ErrCurrency] or [ErrRange].
func (a Amount) Plus(b Amount) (Amount, error) {
	c, err := common(a, b)
	if err != nil {
		return Amount{}, fmt.Errorf("add %s to %s: %w", b, a, err)
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) || sum == math.MinInt64 {
		return Amount{}, fmt.Errorf("add %s to %s: %w", b, a, ErrRange)
	}
	return Amount{sum, c}, nil
}

// Minus returns the difference. It fails as [Amount.Plus] does.
func (a Amount) Minus(b Amount) (Amount, error) { return a.Plus(b.Neg()) }

// Least returns the smaller of two amounts of one currency.
func (a Amount) Least(b Amount) Amount {
	if b.Minor < a.Minor {
		return b
	}
	return a
}

// Times returns n times the amount.
func (a Amount) Times(n int64) (Amount, error) {
	return a.rounded(new(big.Rat).SetInt64(n))
}

// Scale returns the amount multiplied by all ratios, rounded once, at the end, to
// a whole minor unit; halves go away from zero.
func (a Amount) Scale(ratios ...Ratio) (Amount, error) {
	by := big.NewRat(1, 1)
	for _, r := range ratios {
		by.Mul(by, r.Rat())
	}
	return a.rounded(by)
}

// Part returns the amount multiplied by numerator and divided by denominator,
// rounded as by [Amount.Scale]. A denominator of zero gives nothing.
func (a Amount) Part(numerator, denominator int64, ratios ...Ratio) (Amount, error) {
	if denominator == 0 {
		return Amount{0, a.Currency}, nil
	}
	by := big.NewRat(numerator, denominator)
	for _, r := range ratios {
		by.Mul(by, r.Rat())
	}
	return a.rounded(by)
}

func (a Amount) rounded(by *big.Rat) (Amount, error) {
	exact := new(big.Rat).Mul(new(big.Rat).SetInt64(a.Minor), by)
	minor, ok := Round(exact)
	if !ok {
		return Amount{}, fmt.Errorf("multiply %s by %s: %w", a, by.FloatString(6), ErrRange)
	}
	return Amount{minor, a.Currency}, nil
}

// Round returns the whole number nearest to r, halves away from zero, and false
// where it does not fit.
func Round(r *big.Rat) (int64, bool) {
	num := new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1)
	den := r.Denom()
	n := num.Add(num, den).Div(num, new(big.Int).Lsh(den, 1))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return n.Int64(), n.IsInt64() && n.Int64() != math.MinInt64
}

func common(a, b Amount) (Currency, error) {
	switch {
	case a.Currency == b.Currency, b.Currency == "" && b.Minor == 0:
		return a.Currency, nil
	case a.Currency == "" && a.Minor == 0:
		return b.Currency, nil
	}
	return "", ErrCurrency
}

// form is an amount as documents have it.
type form struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"500.00","currency":"USD"}.
func (a Amount) MarshalJSON() ([]byte, error) {
	return json.Marshal(form{a.Decimal(), a.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes, and fewer digits after the point.
func (a *Amount) UnmarshalJSON(data []byte) error {
	var f form
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if !f.Currency.Valid() {
		return fmt.Errorf("currency %q, want the ISO 4217 code of a currency, such as EUR", f.Currency)
	}
	got, err := Parse(f.Amount, f.Currency)
	if err != nil {
		return err
	}
	*a = got
	return nil
}
