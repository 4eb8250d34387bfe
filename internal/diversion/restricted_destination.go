package diversion

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"waymark/internal/custody"
	"waymark/internal/partner"
)

var restrictedParams = Params{"R19", []Param{
	{"match", .85, .5, 1, Text{EN: "likeness of two names, at least; 1: the same words", ZH: "两个名称的相似度下限；1 为用词相同", ES: "semejanza de dos nombres, como mínimo; 1: las mismas palabras"}},
}}

// RestrictedDestination finds a shipment to a country under embargo, or to a
// party with which no trade is allowed. Names are alike by chance too: a person
// compares them.
var RestrictedDestination = &Rule{
	ID: "R19", Version: 1, Strength: High,
	Worth:  Weight{20, shipmentRecord},
	Title:  Text{EN: "shipment to a restricted destination", ZH: "发往受限目的地", ES: "envío a un destino restringido"},
	Params: restrictedParams,
	Check: func(s *Sighting) (Signal, bool) {
		if s.Now.Kind != custody.Handled || !s.Now.Step.Leaves() || s.Now.To == 0 {
			return Signal{}, false
		}
		to, ok := s.Way.Trade.Site(s.Now.To)
		if !ok || !Restricted(s.Way.Trade, s.Policy, to).Any() {
			return Signal{}, false
		}
		shipper, _ := s.shipper()
		return Signal{Partner: shipper, From: s.belongs(shipper), To: to.Region()}, true
	},
	Why: Text{
		EN: "{units} of {holder} shipped on {day} to {to}, to a country or a party that the policy restricts: to be held until a person has compared it with the list",
		ZH: "{holder} 于 {day} 向 {to} 发出货物（{units}），目的国或收货方列入政策的受限名单：须暂扣，经人工核对名单后方可放行",
		ES: "{holder} envió {units} el {day} a {to}, a un país o a una parte que la política restringe: debe retenerse hasta que una persona lo coteje con la lista",
	},
}

// A Restriction is why nothing may be shipped to a site.
type Restriction struct {
	Embargo bool    // of its country
	Listed  *Listed // the party that its name, or its partner's, is like
	Match   float64 // how alike the names are, up to 1
}

// Any tells whether there is a restriction.
func (r Restriction) Any() bool { return r.Embargo || r.Listed != nil }

// Restricted compares a site, and the partner that keeps it, with a policy's
// lists.
func Restricted(t custody.Trade, p *Policy, to *partner.Site) (r Restriction) {
	r.Embargo = slices.Contains(p.Embargoes, to.Country)
	if len(p.Listed) == 0 {
		return r
	}
	names := []string{to.Name}
	country := to.Country
	if owner, ok := t.Partner(to.Partner); ok {
		names = append(names, owner.Name)
	}
	least := p.Param(restrictedParams, "match")
	for i := range p.Listed {
		l := &p.Listed[i]
		if l.Country != "" && l.Country != country {
			continue
		}
		for _, listed := range append([]string{l.Name}, l.Aliases...) {
			for _, name := range names {
				if m := alike(name, listed); m >= least && m > r.Match {
					r.Listed, r.Match = l, m
				}
			}
		}
	}
	return r
}

// alike says how alike two names are, from 0 to 1: the pairs of neighbouring
// letters that their words share (Dice's coefficient), in whatever order the
// words stand.
func alike(a, b string) float64 {
	x, y := nameWords(a), nameWords(b)
	if slices.Equal(x, y) && len(x) > 0 {
		return 1
	}
	p, q := letterPairs(x), letterPairs(y)
	if len(p) == 0 || len(q) == 0 {
		return 0
	}
	shared := 0
	rest := map[string]int{}
	for _, s := range q {
		rest[s]++
	}
	for _, s := range p {
		if rest[s] > 0 {
			rest[s]--
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(p)+len(q))
}

func letterPairs(words []string) (out []string) {
	for _, w := range words {
		r := []rune(" " + w + " ")
		for i := range len(r) - 1 {
			out = append(out, string(r[i:i+2]))
		}
	}
	return out
}

// legalForms are words that say nothing of who a company is.
var legalForms = []string{"ltd", "limited", "llc", "inc", "corp", "corporation", "co", "company", "gmbh", "ag", "kg", "sa", "sas", "sl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "plc", "pte", "pvt", "pt", "fze", "fzco", "trading", "general"}

// nameWords returns a name's words, sorted, without case, accents, punctuation
// and legal form.
func nameWords(name string) []string {
	folded := cases.Fold().String(norm.NFKD.String(name))
	words := strings.FieldsFunc(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '.' || r == '\'':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		}
		return ' '
	}, folded), unicode.IsSpace)
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(legalForms, w) })
	if len(kept) == 0 {
		kept = words
	}
	slices.Sort(kept)
	return kept
}
