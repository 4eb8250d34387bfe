package epcis

import (
	"strings"

	"waymark/internal/gs1"
)

// A Pattern is an identifier to look for: a URI in any spelling, or a pattern
// in which a component * stands for any, such as
// urn:epc:idpat:sgtin:9521234.010001.* or https://id.gs1.org/01/09521234100010/21/*.
type Pattern struct {
	text      string
	canonical string   // where the text names one key
	urn       []string // components behind the scheme of an EPC pattern
	scheme    string   // of an EPC pattern: "sgtin"
	link      []string // segments of a Digital Link pattern
}

// ParsePattern reads a pattern. It reports false for what is no URI.
func ParsePattern(s string) (Pattern, bool) {
	if !isURI(s) {
		return Pattern{}, false
	}
	p := Pattern{text: s}
	p.canonical, _ = gs1.CanonicalURI(s)
	if !strings.Contains(s, "*") {
		return p, true
	}
	if parts := strings.SplitN(s, ":", 5); len(parts) == 5 && strings.HasPrefix(s, "urn:epc:") {
		p.scheme, p.urn = parts[3], strings.Split(parts[4], ".")
		return p, true
	}
	if i := strings.Index(s, "://"); i > 0 {
		p.link = strings.Split(s[i+len("://"):], "/")
		return p, true
	}
	return p, true
}

// Exact returns the canonical URI of the one key that the pattern names, and
// false where it names many.
func (p Pattern) Exact() (string, bool) { return p.canonical, p.urn == nil && p.link == nil }

// Matches reports whether an identifier is one that the pattern means,
// whatever its spelling.
func (p Pattern) Matches(epc string) bool {
	if epc == "" {
		return false
	}
	if epc == p.text {
		return true
	}
	canonical, key := gs1.CanonicalURI(epc)
	switch {
	case canonical == p.canonical:
		return true
	case p.urn != nil:
		return p.matchesURN(epc)
	case p.link != nil && key:
		return p.matchesLink(canonical)
	case p.link != nil:
		return p.matchesLink(epc)
	}
	return false
}

// matchesURN compares components. A Digital Link does not tell how long its
// company prefix is; the pattern's first component does.
func (p Pattern) matchesURN(epc string) bool {
	if !strings.HasPrefix(epc, "urn:epc:") {
		it, err := gs1.ParseItem(epc)
		if err != nil {
			return false
		}
		prefix := len(p.urn[0])
		if p.urn[0] == "*" {
			prefix = 7 // any will do
		}
		urn, ok := it.URN(prefix)
		if !ok {
			return false
		}
		epc = urn
	}
	parts := strings.SplitN(epc, ":", 5)
	if len(parts) != 5 || parts[3] != p.scheme {
		return false
	}
	return samePieces(p.urn, strings.Split(parts[4], "."))
}

func (p Pattern) matchesLink(uri string) bool {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return false
	}
	segments := strings.Split(rest, "/")
	if segments[0] == "id.gs1.org" {
		return len(p.link) >= len(segments) && samePieces(p.link[len(p.link)-len(segments)+1:], segments[1:])
	}
	return samePieces(p.link, segments)
}

// samePieces compares piece by piece. The last piece of a pattern also takes
// what holds a separator itself, as a serial number may.
func samePieces(pattern, pieces []string) bool {
	if len(pieces) < len(pattern) {
		return false
	}
	last := len(pattern) - 1
	for i, want := range pattern {
		if want != "*" && (want != pieces[i] || i == last && len(pieces) != len(pattern)) {
			return false
		}
	}
	return len(pieces) == len(pattern) || pattern[last] == "*"
}

// identifier builds a test of fields with an identifier.
func identifier(get func(*Event) []string) func([]string) (test, string) {
	return matching(func(e *Event) [][]string { return [][]string{get(e)} })
}

// matching builds a test of lists of identifiers.
func matching(get func(*Event) [][]string) func([]string) (test, string) {
	return func(values []string) (test, string) {
		patterns, expected := parsePatterns(values)
		return func(e *Event) bool {
			for _, list := range get(e) {
				for _, epc := range list {
					if patterns.match(epc) {
						return true
					}
				}
			}
			return false
		}, expected
	}
}

// matchingClass builds a test of quantity lists.
func matchingClass(get func(*Event) [][]QuantityElement) func([]string) (test, string) {
	return func(values []string) (test, string) {
		patterns, expected := parsePatterns(values)
		return func(e *Event) bool {
			for _, list := range get(e) {
				for _, q := range list {
					if patterns.match(q.EPCClass) {
						return true
					}
				}
			}
			return false
		}, expected
	}
}

type patterns []Pattern

func parsePatterns(values []string) (list patterns, expected string) {
	for _, v := range values {
		p, ok := ParsePattern(v)
		if !ok {
			return nil, wantURI
		}
		list = append(list, p)
	}
	return list, ""
}

func (list patterns) match(epc string) bool {
	for _, p := range list {
		if p.Matches(epc) {
			return true
		}
	}
	return false
}
