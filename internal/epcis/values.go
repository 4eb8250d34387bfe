package epcis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark/internal/gs1"
)

const (
	wantTime = "a date and time with a zone, RFC 3339"
	wantURI  = "a URI"
)

// time reads an instant.
func (r *reader) time() time.Time {
	s, at, ok := r.text(wantTime)
	if !ok {
		return time.Time{}
	}
	t, reason := parseTime(s)
	if reason != "" {
		r.fault(at, shown(s), reason)
	}
	return t
}

// uri reads a URI, which is not the empty string.
func (r *reader) uri() string {
	s, at, ok := r.text(wantURI)
	if ok && !isURI(s) {
		r.fault(at, shown(s), wantURI)
		return ""
	}
	return s
}

// epc reads a URI that may be a GS1 key, whose check digit must then close it.
func (r *reader) epc() string {
	s, at, ok := r.text(wantURI)
	if !ok {
		return ""
	}
	if reason := checkEPC(s); reason != "" {
		r.fault(at, shown(s), reason)
		return ""
	}
	return s
}

// id reads a URI like epc, of a place, a party or a document: of these, few
// are named again and again.
func (r *reader) id() string {
	s, at, ok := r.text(wantURI)
	if !ok || r.sound[s] {
		return s
	}
	if reason := checkEPC(s); reason != "" {
		r.fault(at, shown(s), reason)
		return ""
	}
	const most = 256
	if r.sound == nil || len(r.sound) == most {
		r.sound = map[string]bool{}
	}
	r.sound[s] = true
	return s
}

// checkEPC says what an identifier should be, or nothing where it is sound.
func checkEPC(s string) string {
	if !isURI(s) {
		return wantURI
	}
	_, err := gs1.ParseItem(s)
	if err == nil {
		return ""
	}
	if e, ok := err.(*gs1.Error); ok {
		return "a sound GS1 key: " + e.Reason
	}
	return "a sound GS1 key: " + err.Error()
}

// list reads a list of identifiers, each by read.
func (r *reader) list(read func() string) []string {
	out := []string{}
	r.array("an array of URIs", func(int) {
		if s := read(); s != "" {
			out = append(out, s)
		}
	})
	return out
}

// word reads a value of a vocabulary: a bare word of the standard, or the URI
// of a value that somebody else defined.
func (r *reader) word(v *vocabulary) string {
	s, at, ok := r.text(v.want)
	if !ok {
		return ""
	}
	if w, ok := v.words[s]; ok {
		return w
	}
	if word, ok := v.word(s); ok {
		if strings.HasPrefix(s, v.curie+":") {
			return word
		}
		r.fault(at, shown(s), fmt.Sprintf("the bare word %q", word))
		return ""
	}
	if standard(s) || !isURI(s) {
		r.fault(at, shown(s), v.want)
		return ""
	}
	return s
}

// number reads a number as it is written.
func (r *reader) number() Number {
	if r.dec.PeekKind() != '0' {
		r.wrong("a number")
		return ""
	}
	v := r.value()
	if v == nil || !r.count() {
		return ""
	}
	end := int(r.dec.InputOffset())
	n := Number(r.src[end-len(v) : end])
	if !n.finite() {
		r.fault(r.back(len(v)), shown(string(n)), "a number that a 64-bit float can hold")
		return ""
	}
	return n
}

// boolean reads true or false.
func (r *reader) boolean() string {
	switch r.dec.PeekKind() {
	case 't', 'f':
		v := r.value()
		r.count()
		return string(v)
	}
	r.wrong("true or false")
	return ""
}

// isURI reports whether s is a URI, RFC 3986: a scheme, a colon, and at least
// one more character, none but those that a URI may hold.
func isURI(s string) bool {
	colon := strings.IndexByte(s, ':')
	if colon <= 0 || colon == len(s)-1 || uriCharacters[s[0]]&alpha == 0 {
		return false
	}
	for i := 1; i < colon; i++ {
		if uriCharacters[s[i]]&inScheme == 0 {
			return false
		}
	}
	for i := colon + 1; i < len(s); i++ {
		switch c := uriCharacters[s[i]]; {
		case c == 0:
			return false
		case c&percent != 0 && (i+2 >= len(s) || uriCharacters[s[i+1]]&uriCharacters[s[i+2]]&hexadecimal == 0):
			return false
		}
	}
	return true
}

const (
	inURI uint8 = 1 << iota
	inScheme
	alpha
	hexadecimal
	percent
)

// uriCharacters classes the bytes that a URI may hold.
var uriCharacters = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		digit := b >= '0' && b <= '9'
		switch {
		case letter:
			t[c] = inURI | inScheme | alpha
			if b|0x20 <= 'f' {
				t[c] |= hexadecimal
			}
		case digit:
			t[c] = inURI | inScheme | hexadecimal
		case strings.IndexByte("+-.", b) >= 0:
			t[c] = inURI | inScheme
		case b == '%':
			t[c] = inURI | percent
		case strings.IndexByte("_~!$&'()*,;=:@/?#[]", b) >= 0:
			t[c] = inURI
		}
	}
	return t
}()

// unitOfMeasure reports whether s has the form of a code of UN/ECE
// Recommendation 20.
func unitOfMeasure(s string) bool {
	if len(s) < 2 || len(s) > 3 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// isHex reports whether s is one or more hexadecimal digits.
func isHex(s string) bool {
	for _, c := range []byte(s) {
		if uriCharacters[c]&hexadecimal == 0 {
			return false
		}
	}
	return s != ""
}

// repeated returns a value that stands in list twice, or "".
func repeated(list []string) string {
	const few = 16
	if len(list) <= few {
		for i, s := range list {
			if slices.Contains(list[:i], s) {
				return s
			}
		}
		return ""
	}
	seen := make(map[string]struct{}, len(list))
	for _, s := range list {
		n := len(seen)
		if seen[s] = struct{}{}; len(seen) == n {
			return s
		}
	}
	return ""
}
