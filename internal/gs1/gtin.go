package gs1

import "strings"

// A GTIN is a Global Trade Item Number as a number: its 14-digit form with
// leading zeros implied, check digit included, GenSpecs §3.3.2. Zero is no GTIN.
type GTIN uint64

// ParseGTIN reads a GTIN of 8, 12, 13 or 14 digits and verifies its check digit.
func ParseGTIN(s string) (GTIN, error) {
	n, err := parseDigits(s, "GTIN", 8, 12, 13, 14)
	return GTIN(n), err
}

// Valid reports whether g has at most 14 digits, closed by a check digit.
func (g GTIN) Valid() bool { return g != 0 && g < 1e14 && closed(uint64(g)) }

// String returns the 14 digits.
func (g GTIN) String() string { return string(appendDigits(nil, uint64(g), 14)) }

// MarshalText returns the 14 digits, or nothing for the zero GTIN.
func (g GTIN) MarshalText() ([]byte, error) {
	if g == 0 {
		return nil, nil
	}
	return appendDigits(nil, uint64(g), 14), nil
}

// UnmarshalText is the inverse of MarshalText; it reads what ParseGTIN reads.
func (g *GTIN) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*g = 0
		return nil
	}
	*g, err = ParseGTIN(string(text))
	return err
}

// An SSCC is a Serial Shipping Container Code, 18 digits, GenSpecs §3.3.1.
type SSCC uint64

// ParseSSCC reads 18 digits, or any spelling that [ParseItem] takes for an SSCC.
func ParseSSCC(s string) (SSCC, error) {
	if len(s) > 0 && !numeric.has(s[0]) || len(s) == 20 && strings.HasPrefix(s, "00") {
		it, err := ParseItem(s)
		if err != nil {
			return 0, err
		}
		if it.Kind() != KindSSCC {
			return 0, fault(s, 0, FaultSyntax, "it is a %s, not an SSCC", it.Kind())
		}
		return SSCC(it.number()), nil
	}
	n, err := parseDigits(s, "SSCC", 18)
	return SSCC(n), err
}

// Valid reports whether s has at most 18 digits, closed by a check digit.
func (s SSCC) Valid() bool { return s != 0 && s < 1e18 && closed(uint64(s)) }

// String returns the 18 digits.
func (s SSCC) String() string { return string(appendDigits(nil, uint64(s), 18)) }

// MarshalText returns the 18 digits, or nothing for the zero SSCC.
func (s SSCC) MarshalText() ([]byte, error) {
	if s == 0 {
		return nil, nil
	}
	return appendDigits(nil, uint64(s), 18), nil
}

// UnmarshalText is the inverse of MarshalText; it reads what ParseSSCC reads.
func (s *SSCC) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	*s, err = ParseSSCC(string(text))
	return err
}
