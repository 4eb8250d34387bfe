package watermark

import (
	"strings"
	"unicode"
)

// A token is the mark as people read, type and dictate it: "WM-" and 26 letters
// and digits, the last two of which check the others. It holds 56 bits of code.
const (
	tokenPrefix  = "WM"
	tokenCode    = 7
	tokenSymbols = (8+tokenCode)*8/5 + checkSymbols
)

// Token is the token of a mark.
func (r *Ring) Token(m Mark) (string, error) {
	sealed, err := r.sealed(carrierToken, m, tokenCode)
	if err != nil {
		return "", err
	}
	values := symbols(sealed)
	check := checks(values)
	letters := written(append(values, check[:]...))
	groups := []string{tokenPrefix, letters[:5], letters[5:10], letters[10:15], letters[15:20], letters[20:]}
	return strings.Join(groups, "-"), nil
}

// tokenWritten is how many bytes a token may take as it is written, with what
// separates its groups.
const tokenWritten = 512

// tokens finds the tokens in a text. Without the prefix, a text is a token from
// its beginning to its end, or has none.
func (r *Ring) tokens(text string, found *findings) {
	bare := len(text) <= tokenWritten
	for i := 0; i+len(tokenPrefix) < len(text); i++ {
		if !strings.EqualFold(text[i:i+len(tokenPrefix)], tokenPrefix) {
			continue
		}
		rest := text[i+len(tokenPrefix):]
		if values, _ := collect([]rune(rest[:min(len(rest), tokenWritten)])); len(values) == tokenSymbols {
			r.token(values, true, found)
			bare = false
		}
	}
	if bare {
		runes := []rune(text)
		if values, end := collect(runes); len(values) == tokenSymbols && strings.TrimSpace(string(runes[end:])) == "" {
			r.token(values, false, found)
		}
	}
}

// collect reads the letters of one token, over what separates its groups, and
// returns where it ends. A letter that follows at once makes it something else.
func collect(runes []rune) (values []byte, end int) {
	for i, c := range runes {
		v := symbolOf(c)
		switch {
		case v >= 0 && len(values) == tokenSymbols:
			if separates(runes[i-1]) {
				return values, end
			}
			return nil, 0
		case v >= 0:
			values, end = append(values, byte(v)), i+1
		case !separates(c) || len(values) == tokenSymbols:
			return values, end
		}
	}
	return values, end
}

// separates says that a character may stand between groups.
func separates(c rune) bool {
	return unicode.Is(unicode.Pd, c) || unicode.Is(unicode.Cf, c) || unicode.IsSpace(c) || c == 0
}

// token judges the letters of a token. Without the prefix, letters that do not
// check each other are a sentence.
func (r *Ring) token(values []byte, prefixed bool, found *findings) {
	data := values[:tokenSymbols-checkSymbols]
	if check := checks(data); string(check[:]) != string(values[len(data):]) {
		if !prefixed {
			return
		}
		found.add(Finding{Carrier: Token, Verdict: Tampered, Note: "the check characters do not fit: misread, mistyped or altered"})
		return
	}
	sealed, _ := octets(data)
	found.tries++
	m, j := r.judge(carrierToken, sealed)
	switch j {
	case trueMark:
		found.add(Finding{Carrier: Token, Verdict: Proved, Mark: m, Chance: chance(found.tries, 3+8*tokenCode)})
	default:
		found.add(Finding{Carrier: Token, Verdict: Tampered, Note: note(m, j)})
	}
}

// note says why bytes of the form of a mark are none.
func note(m Mark, j judgement) string {
	switch j {
	case unknownKey:
		return "it names key " + decimal(m.Key) + ", which is not known here"
	case falseCode:
		return "its code is wrong: altered or forged"
	}
	return "it is of a version that is not known here"
}
