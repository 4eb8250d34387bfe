package gs1

import "strings"

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
	if colon <= 0 || colon+1 == len(s) || !schemeName(s[:colon]) {
		return "", r.fault(0, FaultSyntax, "not a GS1 key in any spelling, nor an absolute URI")
	}
	return s, r.uri(0)
}

func schemeName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if c >= 'a' && c <= 'z' || i > 0 && (numeric.has(s[i]) || strings.IndexByte("+-.", s[i]) >= 0) {
			continue
		}
		return false
	}
	return true
}
