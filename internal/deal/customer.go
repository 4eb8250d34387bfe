package deal

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CustomerHash returns the hash by which the name of an organisation is known:
// the same for spellings that differ in case, accents, width, punctuation,
// spaces and legal form. 0 stands for no name.
func CustomerHash(name string) uint64 {
	n := normalise(name)
	if n == "" {
		if n = strings.TrimSpace(name); n == "" {
			return 0
		}
	}
	sum := sha256.Sum256([]byte(n))
	return max(1, binary.BigEndian.Uint64(sum[:]))
}

// normalise returns the words of a name, without its legal form where that is
// not all there is.
func normalise(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		switch {
		case r >= 0x300 && r <= 0x36F, strings.ContainsRune(".'’/", r): // accents, and what stands within a word
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for len(words) > 1 && slices.Contains(legalForms, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return withoutForm(strings.Join(words, " "))
}

// legalForms end names, as the words that they are written in.
var legalForms = strings.Fields(`
	ab ag as asa aps bhd bv co company corp corporation cv doo eg ev fze fzco fz fzllc gesmbh gmbh inc incorporated jsc
	kft kg kgaa kk lda limited ltda llc llp lp ltd mbh nv oao oo ooo oy oyj pjsc plc pte pty pvt sa sac sae sal sarl sas
	sdn sl slu sp spa srl sro tbk wll z zao zoo zrt`)

// closedForms end or begin names of languages that put no spaces.
var closedForms = []string{"股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "株式会社", "株式會社", "合同会社", "有限会社", "주식회사"}

func withoutForm(name string) string {
	for _, f := range closedForms {
		f = norm.NFKD.String(f)
		for _, cut := range []func(string, string) (string, bool){strings.CutSuffix, strings.CutPrefix} {
			if rest, ok := cut(name, f); ok && strings.TrimSpace(rest) != "" {
				return strings.TrimSpace(rest)
			}
		}
	}
	return name
}
