package gs1

import "strings"

const (
	urnStem      = "urn:epc:"
	prefixMin    = 6 // digits of a GS1 Company Prefix in an EPC, TDS §6.3
	prefixMax    = 12
	patternSpace = "idpat"
	classSpace   = "class"
)

// URN returns the EPC URN of the item, given how many digits (6 to 12) its GS1
// Company Prefix has, which the key itself does not tell. Classes have the form of
// an EPC class or of an ID pattern. It reports false where there is no such form.
func (it Item) URN(prefixLen int) (string, bool) {
	s, ok := it.scheme()
	if !ok || prefixLen < prefixMin || prefixLen > prefixMax {
		return "", false
	}
	k := it.Kind()
	name, space := strings.ToLower(s.name), "id"
	switch {
	case k == KindLITIP:
		return "", false
	case k == KindLGTIN:
		space = classSpace
	case k == KindGTIN:
		name, space = "sgtin", patternSpace
	case it.Class():
		space = patternSpace
	}
	b := append(make([]byte, 0, 64), urnStem+space+":"+name+":"...)
	if s.digits == 0 {
		b, ok = it.appendTextURN(b, prefixLen)
	} else {
		b = it.appendNumberURN(b, s, prefixLen)
	}
	if !ok {
		return "", false
	}
	return string(b), true
}

// appendNumberURN appends prefix, reference and extension of a key with a number:
// the digit before the prefix, if any, moves behind it; the check digit is implied.
func (it Item) appendNumberURN(b []byte, s *scheme, prefixLen int) []byte {
	d := string(appendDigits(nil, it.number(), s.digits))
	if s.zero {
		d = d[1:]
	}
	check := s.check - 1
	if s.zero {
		check--
	}
	b = append(b, d[s.lead:s.lead+prefixLen]...)
	b = append(append(b, '.'), d[:s.lead]...)
	b = append(b, d[s.lead+prefixLen:check]...)
	if it.Kind() == KindITIP {
		b = append(append(append(b, '.'), d[14:16]...), '.')
		b = append(b, d[16:18]...)
	}
	ext := it.extension()
	switch {
	case ext != "":
		return appendEscaped(append(b, '.'), ext, urnSafe)
	case it.Class():
		return append(b, ".*"...)
	case it.Kind() == KindSGLN:
		return append(b, "."+noExtension...)
	}
	return b
}

func (it Item) appendTextURN(b []byte, prefixLen int) ([]byte, bool) {
	ref, serial, _ := strings.Cut(it.extension(), string(cpiSeparator))
	if len(ref) <= prefixLen || !numeric.all(ref[:prefixLen]) {
		return nil, false
	}
	b = append(append(b, ref[:prefixLen]...), '.')
	b = appendEscaped(b, ref[prefixLen:], urnSafe)
	switch {
	case it.Kind() != KindCPI:
	case serial == "":
		b = append(b, ".*"...)
	default:
		b = append(append(b, '.'), serial...)
	}
	return b, true
}
