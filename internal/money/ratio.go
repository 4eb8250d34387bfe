package money

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// A Ratio is a share or a factor in millionths: 30,000 is 3 %. In documents it
// is a decimal in a string, such as "0.03".
type Ratio int64

// One is the ratio that changes nothing.
const One Ratio = 1_000_000

// ratioDigits are the digits after the point that a ratio has.
const ratioDigits = 6

// Percent returns n hundredths.
func Percent(n int64) Ratio { return Ratio(n) * One / 100 }

// ParseRatio reads a decimal with at most six digits after the point.
func ParseRatio(s string) (Ratio, error) {
	whole, fraction, dotted := strings.Cut(s, ".")
	if !isDigits(strings.TrimPrefix(whole, "-")) || dotted && !isDigits(fraction) || len(fraction) > ratioDigits {
		return 0, fmt.Errorf("parse ratio %q: want a decimal with at most %d digits after the point, such as 0.03", s, ratioDigits)
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", ratioDigits-len(fraction)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("parse ratio %q: %w", s, ErrRange)
	}
	return Ratio(n), nil
}

// String returns the ratio as a decimal, as short as it can be.
func (r Ratio) String() string {
	s := r.Rat().FloatString(ratioDigits)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Rat returns the ratio exactly.
func (r Ratio) Rat() *big.Rat { return big.NewRat(int64(r), int64(One)) }

// MarshalText writes the decimal.
func (r Ratio) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what [ParseRatio] takes.
func (r *Ratio) UnmarshalText(text []byte) error {
	got, err := ParseRatio(string(text))
	if err != nil {
		return err
	}
	*r = got
	return nil
}
