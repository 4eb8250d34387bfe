package gs1

// A charset is a set of characters an AI may hold, a bit of the table.
type charset uint8

const (
	set82    charset = 1 << iota // GS1 AI encodable character set 82, GenSpecs figure 7.11-1
	set39                        // GS1 AI encodable character set 39, GenSpecs figure 7.11-2
	numeric                      // digits
	linkSafe                     // left as it is in a Digital Link, as the reference hash does
	urnSafe                      // left as it is in an EPC URN, TDS table A-1
	uriSafe                      // may stand in a URI, RFC 3986 §2
)

var characters = func() (t [256]charset) {
	mark := func(s string, c charset) {
		for i := range len(s) {
			t[s[i]] |= c
		}
	}
	const digits, upper, lower = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
	mark(digits, set82|set39|numeric|linkSafe|urnSafe|uriSafe)
	mark(upper, set82|set39|linkSafe|urnSafe|uriSafe)
	mark(lower, set82|linkSafe|urnSafe|uriSafe)
	mark(`!"%&'()*+,-./:;<=>?_`, set82)
	mark(`#-/`, set39)
	mark(`'-.;=_`, linkSafe)
	mark(`!'()*+,-.:;=_`, urnSafe)
	mark(`-._~:/?#[]@!$&'()*+,;=%`, uriSafe)
	return t
}()

func (c charset) has(b byte) bool { return characters[b]&c != 0 }

func (c charset) String() string {
	switch c {
	case numeric:
		return "a digit"
	case set39:
		return "in GS1 character set 39"
	case uriSafe:
		return "a URI character"
	}
	return "in GS1 character set 82"
}

// all reports whether s is made of characters of c only.
func (c charset) all(s string) bool {
	for i := range len(s) {
		if characters[s[i]]&c == 0 {
			return false
		}
	}
	return true
}

const hexDigits = "0123456789ABCDEF"

// appendEscaped appends s to b, percent-encoding what is not in safe.
func appendEscaped(b []byte, s string, safe charset) []byte {
	for i := range len(s) {
		if c := s[i]; safe.has(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return b
}
