package gs1

// A GLN is a Global Location Number of a place or a party, 13 digits.
// Zero is no GLN.
type GLN uint64

// ParseGLN reads 13 digits, or an SGLN or PGLN as an EPC URN, a Digital Link
// (/414/…, /417/…) or an element string; an extension (254) is dropped.
func ParseGLN(s string) (GLN, error) {
	if len(s) == 0 || numeric.has(s[0]) {
		n, err := parseDigits(s, "GLN", 13)
		return GLN(n), err
	}
	it, err := ParseItem(s)
	if err != nil {
		return 0, err
	}
	if k := it.Kind(); k != KindSGLN && k != KindPGLN {
		return 0, fault(s, 0, FaultSyntax, "it is a %s, not a GLN", k)
	}
	return GLN(it.number()), nil
}

// Valid reports whether g has at most 13 digits, closed by a check digit.
func (g GLN) Valid() bool { return g != 0 && g < 1e13 && closed(uint64(g)) }

// String returns the 13 digits.
func (g GLN) String() string { return string(appendDigits(nil, uint64(g), 13)) }

// DigitalLink returns the canonical Digital Link of the place, https://id.gs1.org/414/….
func (g GLN) DigitalLink() string { return canonicalStem + "414/" + g.String() }

// PGLN returns the canonical Digital Link of the party, https://id.gs1.org/417/….
func (g GLN) PGLN() string { return canonicalStem + "417/" + g.String() }

// MarshalText returns the 13 digits, or nothing for the zero GLN.
func (g GLN) MarshalText() ([]byte, error) {
	if g == 0 {
		return nil, nil
	}
	return appendDigits(nil, uint64(g), 13), nil
}

// UnmarshalText is the inverse of MarshalText; it reads what ParseGLN reads.
func (g *GLN) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*g = 0
		return nil
	}
	*g, err = ParseGLN(string(text))
	return err
}
