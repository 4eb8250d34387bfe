package watermark

import (
	"strconv"
	"strings"
)

// In text, a mark is 14 variation selectors (U+E0100 on), seven bits each, after
// a letter or digit, where they have no meaning and show nothing. They survive
// copying, mail, workbooks and what is printed to PDF by a browser; they do not
// survive encodings of one or two bytes, printing, or typing off.
const (
	firstSelector = 0xE0100
	selectorBits  = 7
	textSelectors = (8*8 + 4*8 + selectorBits - 1) / selectorBits
)

// MarkText puts the mark into a line of text, so that the line alone is enough
// to find it. A line without a Latin letter or digit stays as it is: after other
// letters, selectors may have a meaning. Do not mark what machines read: item
// numbers, prices, addresses.
func (r *Ring) MarkText(m Mark, line string) (string, error) {
	sealed, err := r.sealed(carrierText, m, 4)
	if err != nil {
		return "", err
	}
	at := -1
	for i := range len(line) {
		if c := line[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			at = i + 1
			if i >= len(line)/2 {
				break
			}
		}
	}
	if at < 0 {
		return line, nil
	}
	return line[:at] + selectors(sealed) + line[at:], nil
}

// selectors writes 96 bits as selectors.
func selectors(sealed []byte) string {
	var s strings.Builder
	var acc, n uint
	for _, b := range append(sealed, 0) {
		acc, n = acc<<8|uint(b), n+8
		for ; n >= selectorBits && s.Len() < 4*textSelectors; n -= selectorBits {
			s.WriteRune(rune(firstSelector + acc>>(n-selectorBits)&(1<<selectorBits-1)))
		}
	}
	return s.String()
}

// unselected is the reverse of selectors; the two bits over must be zero.
func unselected(run []rune) (sealed []byte, ok bool) {
	var acc, n uint
	for _, c := range run {
		acc, n = acc<<selectorBits|uint(c-firstSelector), n+selectorBits
		if n >= 8 {
			sealed = append(sealed, byte(acc>>(n-8)))
			n -= 8
		}
	}
	return sealed, acc&(1<<n-1) == 0
}

// hidden finds the marks that selectors make in a text.
func (r *Ring) hidden(text string, found *findings) {
	var run []rune
	for _, c := range text {
		switch {
		case c >= firstSelector && c < firstSelector+1<<selectorBits:
			run = append(run, c)
		case len(run) > 0:
			r.run(run, found)
			run = run[:0]
		}
	}
	r.run(run, found)
}

// run looks for marks in selectors that follow one another.
func (r *Ring) run(run []rune, found *findings) {
	const most = 64 // places; a line that was marked many times over needs no more
	for i := 0; i+textSelectors <= len(run) && i < most; i++ {
		sealed, ok := unselected(run[i : i+textSelectors])
		if !ok {
			continue
		}
		found.tries++
		switch m, j := r.judge(carrierText, sealed); {
		case j == trueMark:
			found.add(Finding{Carrier: Text, Verdict: Proved, Mark: m, Chance: chance(found.tries, 37)})
			i += textSelectors - 1
		case len(run) == textSelectors && j != noMark:
			found.add(Finding{Carrier: Text, Verdict: Tampered, Note: note(m, j)})
		}
	}
}

func decimal(v uint8) string { return strconv.Itoa(int(v)) }
