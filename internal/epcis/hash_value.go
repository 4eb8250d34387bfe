package epcis

import (
	"math"
	"strconv"
	"strings"

	"waymark/internal/gs1"
)

// canonical writes a value in the one spelling that an event hash knows: CURIEs
// expanded, words of the core business vocabulary as web URIs, numbers without
// trailing zeros, GS1 keys as canonical Digital Links.
func (h *hasher) canonical(b []byte, value string) []byte {
	value = h.expanded(value)
	if strings.Contains(value, urnCBV) {
		value = webVocabulary.Replace(value)
	}
	if n, ok := plainNumber(b, value); ok {
		return n
	}
	if strings.HasPrefix(value, "urn:epc:") || strings.HasPrefix(value, "http") {
		value, _ = gs1.CanonicalURI(value)
	}
	return append(b, value...)
}

// expanded replaces the prefix of a CURIE by its namespace.
func (h *hasher) expanded(value string) string {
	if strings.HasPrefix(value, "urn:epc") || strings.HasPrefix(value, "http") {
		return value // by far the most; no context declares these as prefixes
	}
	if namespace, local, ok := h.context.Expand(value); ok {
		return namespace + local
	}
	return value
}

// webVocabulary turns the URNs of CBV 1 into the web URIs of CBV 2.0.
var webVocabulary = func() *strings.Replacer {
	var pairs []string
	for urn, stem := range urnStems {
		pairs = append(pairs, urnCBV+urn, stem)
	}
	return strings.NewReplacer(pairs...)
}()

// plainNumber writes what reads as a decimal number as the nearest float64
// has it: in full where it is whole, else with the fewest digits that name it.
func plainNumber(b []byte, value string) ([]byte, bool) {
	if c := value[0]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' || strings.ContainsAny(value, "_xXpPnN") {
		return nil, false
	}
	f, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil:
		return nil, false
	case f == 0:
		return append(b, '0'), true
	case f == math.Trunc(f):
		return strconv.AppendFloat(b, f, 'f', 0, 64), true
	case math.Abs(f) < 1e-4:
		return strconv.AppendFloat(b, f, 'e', -1, 64), true
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64), true
}
