package gs1

import "strings"

// ParseItem reads an item in any of its spellings:
//
//	https://id.gs1.org/01/09521234100010/21/A1          Digital Link, of any domain
//	urn:epc:id:sgtin:9521234.010001.A1                  EPC URN, class or ID pattern
//	(01)09521234100010(21)A1                            element string; ( in a value is \(
//	]d2010952123410001021A1                             scanner data, with or without identifier
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
		return r.elements(es, err)
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

// schemeEnd returns the length of a leading http:// or https://, in any case.
func schemeEnd(s string) int {
	for _, p := range [...]string{"https://", "http://"} {
		if len(s) > len(p) && strings.EqualFold(s[:len(p)], p) {
			return len(p)
		}
	}
	return 0
}

func (r *reader) web(start, stem int) (Kind, uint64, string, *Error) {
	key, quals, found, err := r.link(stem)
	if err != nil {
		return 0, 0, "", err
	}
	if !found {
		return KindOther, 0, r.in[start:], nil
	}
	return r.key(key, quals)
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

// key reads a primary key and the most specific of its qualifiers.
func (r *reader) key(key element, quals []element) (Kind, uint64, string, *Error) {
	kinds := kindsOf[key.ai]
	k, qual := kinds[len(kinds)-1], element{}
pick:
	for _, kind := range kinds {
		for _, q := range quals {
			if q.ai == schemes[kind].qual {
				k, qual = kind, q
				break pick
			}
		}
	}
	s := &schemes[k]
	n, ext, err := r.primary(s, key)
	if err != nil {
		return 0, 0, "", err
	}
	switch {
	case qual.ai != "":
		if ext, err = r.value(qual, s.max, s.set); err != nil {
			return 0, 0, "", err
		}
		if k == KindSGLN && ext == noExtension {
			ext = ""
		}
	case k == KindCPI:
		for _, q := range quals {
			if q.ai == cpiSerialAI {
				serial, err := r.value(q, cpiSerialMax, numeric)
				return k, n, ext + string(cpiSeparator) + serial, err
			}
		}
	}
	return k, n, ext, nil
}

// value reads the value of a qualifier, which is never empty.
func (r *reader) value(e element, max int, set charset) (string, *Error) {
	if e.to == e.from {
		return "", r.fault(e.from, FaultLength, "(%s) is empty", e.ai)
	}
	return r.text(e.ai, e.from, e.to, max, set)
}

// primary reads the number of a key and the extension that directly follows it.
func (r *reader) primary(s *scheme, e element) (uint64, string, *Error) {
	what := e.ai
	if s.digits == 0 {
		ext, err := r.value(e, s.max, s.set)
		return 0, ext, err
	}
	width := e.to - e.from
	short := s.ai == "01" && r.escape == '%' && (width == 8 || width == 12 || width == 13)
	if !short && (width < s.digits || width > s.digits && !s.attached()) {
		return 0, "", r.fault(e.from, FaultLength, "(%s) has %d characters, want %d", what, width, s.digits)
	}
	end := min(e.from+s.digits, e.to)
	n, err := r.number(what, e.from, end)
	if err != nil {
		return 0, "", err
	}
	head, at := n, end-1
	for range s.digits - s.check {
		head, at = head/10, at-1
	}
	if err := r.check(what, head, at); err != nil {
		return 0, "", err
	}
	if head == 0 {
		return 0, "", r.fault(e.from, FaultSyntax, "(%s) is all zeros", what)
	}
	if s.zero && r.in[e.from] != '0' {
		return 0, "", r.fault(e.from, FaultCharacter, "(%s) begins with %s, want 0", what, character(r.in, e.from))
	}
	if end == e.to {
		return n, "", nil
	}
	ext, err := r.text(what, end, e.to, s.max, s.set)
	return n, ext, err
}

// uri refuses what RFC 3986 does not let stand in a URI.
func (r *reader) uri(from int) *Error {
	for i := from; i < len(r.in); i++ {
		if !uriSafe.has(r.in[i]) && r.in[i] != '"' && r.in[i] != '<' && r.in[i] != '>' {
			return r.fault(i, FaultCharacter, "URI has %s", character(r.in, i))
		}
	}
	return nil
}

// other checks that s is an absolute URI, RFC 3986 §4.3.
func other(s string) (string, *Error) {
	r := reader{in: s}
	if len(s) > maxInput {
		return "", r.fault(maxInput, FaultLength, "URI has %d bytes, more than %d", len(s), maxInput)
	}
	colon := strings.IndexByte(s, ':')
	if colon <= 0 || colon+1 == len(s) || !urnScheme(s[:colon]) {
		return "", r.fault(0, FaultSyntax, "not a GS1 key in any spelling, nor an absolute URI")
	}
	return s, r.uri(0)
}

func urnScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if c >= 'a' && c <= 'z' || i > 0 && (numeric.has(s[i]) || strings.IndexByte("+-.", s[i]) >= 0) {
			continue
		}
		return false
	}
	return true
}
