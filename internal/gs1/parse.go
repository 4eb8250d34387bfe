package gs1

import "strings"

// ParseItem reads an item in any of its spellings:
//
//	https://id.gs1.org/01/09521234100010/21/A1          Digital Link, of any domain
//	urn:epc:id:sgtin:9521234.010001.A1                  EPC URN, class or ID pattern
//	(01)09521234100010(21)A1                            element string; ( in a value is \(
//	]d2010952123410001021A1                             scanner data, with or without identifier
//	095212340000000013                                  the 18 digits of an SSCC, unless they are scanner data too
//	https://example.com/pallet/7, urn:uuid:…            any other absolute URI
//
// A lot or variant above a serial is no part of an identity and is dropped, like
// every other attribute. Errors are of type *Error.
func ParseItem(s string) (Item, error) {
	if it, ok := parseFast(s); ok {
		return it, nil
	}
	k, n, ext, err := parse(s, false)
	if err != nil {
		return "", err
	}
	if k == KindOther {
		return Item(string(rune(KindOther)) + ext), nil
	}
	return compose(k, n, ext), nil
}

// CanonicalURI returns the canonical Digital Link that an event hash uses for an
// EPC URN or a Digital Link of any domain, CBV §8.9. Check digits are taken as they
// are, since a hash speaks about what was said. Any other string is returned as
// it is, and false.
func CanonicalURI(s string) (string, bool) {
	if len(s) < 5 || s[3] != ':' && !strings.EqualFold(s[:4], "http") {
		return s, false
	}
	k, n, ext, err := parse(s, true)
	if err != nil || k == KindOther {
		return s, false
	}
	return compose(k, n, ext).DigitalLink(), true
}

// parse returns the kind, number and extension of what s names; for KindOther
// the extension is s.
func parse(s string, anyCheck bool) (Kind, uint64, string, error) {
	r := &reader{in: s, anyCheck: anyCheck}
	k, n, ext, err := r.parse()
	if err != nil {
		return 0, 0, "", err
	}
	return k, n, ext, nil
}

func (r *reader) parse() (Kind, uint64, string, *Error) {
	if len(r.in) > maxInput {
		return 0, 0, "", r.fault(maxInput, FaultLength, "input has %d bytes, more than %d", len(r.in), maxInput)
	}
	if r.in == "" {
		return 0, 0, "", r.fault(0, FaultLength, "input is empty")
	}
	start := symbology(r.in)
	stem := schemeEnd(r.in[start:])
	switch c := r.in[0]; {
	case c == '(':
		r.escape = '\\'
		es, err := r.bracketed()
		return r.elements(es, err)
	case stem > 0:
		if err := r.uri(start); err != nil {
			return 0, 0, "", err
		}
		r.escape = '%'
		return r.web(start, start+stem)
	case start > 0, c == groupSeparator, numeric.has(c):
		es, err := r.scanned(start)
		return r.bare(r.elements(es, err))
	case len(r.in) > len(urnStem) && strings.EqualFold(r.in[:len(urnStem)], urnStem):
		if err := r.uri(0); err != nil {
			return 0, 0, "", err
		}
		r.escape = '%'
		k, n, ext, found, err := r.urn()
		if err != nil || found {
			return k, n, ext, err
		}
		return KindOther, 0, r.in, nil
	}
	uri, err := other(r.in)
	return KindOther, 0, uri, err
}

// symbology returns the length of the symbology identifier of a symbol that
// carries GS1 data or a web address, ISO/IEC 15424: GS1-128, DataBar, GS1
// DataMatrix, GS1 QR, GS1 DotCode; plain QR and Data Matrix.
func symbology(s string) int {
	if len(s) > 3 && s[0] == ']' {
		switch s[:3] {
		case "]C1", "]e0", "]d2", "]Q3", "]J1", "]Q1", "]d1":
			return 3
		}
	}
	return 0
}

// ssccDigits is how many digits an SSCC has.
const ssccDigits = 18

// bare takes digits that stand alone for what they say; it is given what they
// are as scanner data. Digits that are both are refused rather than guessed at.
func (r *reader) bare(k Kind, n uint64, ext string, err *Error) (Kind, uint64, string, *Error) {
	if !numeric.all(r.in) {
		return k, n, ext, err
	}
	switch len(r.in) {
	case ssccDigits:
		sscc, _ := r.number("SSCC", 0, ssccDigits) // all are digits
		closes := r.check("SSCC", sscc, ssccDigits-1)
		switch {
		case closes != nil && err != nil:
			return 0, 0, "", closes
		case closes != nil, sscc == 0:
			return k, n, ext, err
		case err == nil:
			return 0, 0, "", r.fault(0, FaultAmbiguous, "these digits are an SSCC and also a %s; put its AI in brackets before it", k)
		}
		return KindSSCC, sscc, "", nil
	case 8, 12, 13, 14:
		if gtin, _ := r.number("GTIN", 0, len(r.in)); err != nil && r.check("GTIN", gtin, len(r.in)-1) == nil {
			return 0, 0, "", r.fault(0, FaultSyntax, "%d digits alone are no object; one is (01), a GTIN of 14 digits, (21) and a serial", len(r.in))
		}
	}
	return k, n, ext, err
}

func (r *reader) elements(es []element, err *Error) (Kind, uint64, string, *Error) {
	if err != nil {
		return 0, 0, "", err
	}
	key, quals, err := r.identify(es)
	if err != nil {
		return 0, 0, "", err
	}
	return r.key(key, quals)
}
