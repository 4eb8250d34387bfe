package money

import "strings"

// A Currency is named by its code of ISO 4217, such as "EUR".
type Currency string

// Codes of ISO 4217 by the digits of their minor unit, where these are not two.
const (
	withoutDigits = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
	threeDigits   = " BHD IQD JOD KWD LYD OMR TND "
	fourDigits    = " CLF UYW "
)

// Digits returns how many digits after the point the minor unit has.
func (c Currency) Digits() int {
	code := " " + string(c) + " "
	switch {
	case len(c) != 3:
		return 2
	case strings.Contains(withoutDigits, code):
		return 0
	case strings.Contains(threeDigits, code):
		return 3
	case strings.Contains(fourDigits, code):
		return 4
	}
	return 2
}

// Valid tells whether c has the form of a code: three capital letters.
func (c Currency) Valid() bool {
	for i := range len(c) {
		if c[i] < 'A' || c[i] > 'Z' {
			return false
		}
	}
	return len(c) == 3
}
