package diversion

import (
	"waymark/internal/geo"
	"waymark/internal/partner"
)

func (t Tail) Chance() float64 { return t.chance() }

func BinomialTail(k, n int64, rate float64) float64 { return binomialTail(k, n, rate) }

func HypergeometricTail(x, all, k, n int64) float64 { return hypergeometricTail(x, all, k, n) }

func Discoveries(chances []float64, tests int, rate float64) []bool {
	return discoveries(chances, tests, rate)
}

func Alike(a, b string) float64 { return alike(a, b) }

// Blame says who answers for scans of a holder's goods in a place.
func Blame(s *Season, holder partner.ID, to geo.Region, look int) Verdict {
	var v Verdict
	s.attribute(&v, pair{holder, string(to)}, look)
	return v
}

// LeastLeak returns the smallest leak that brings k of n scans to a place nine
// times of ten.
func LeastLeak(k, n int64, usual float64) float64 { return leastLeak(k, n, usual) }
