package diversion

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// A Tail names the chance of at least K of N, where the rate itself is known only
// as a Beta(A, B) distribution.
type Tail struct {
	K, N int64
	A, B float64
}

// chance returns the tail of the beta-binomial distribution, P(X ≥ K).
func (t Tail) chance() float64 {
	if t.K <= 0 {
		return 1
	}
	if t.K > t.N {
		return 0
	}
	k, n := float64(t.K), float64(t.N)
	first := math.Exp(choose(n, k) + beta(k+t.A, n-k+t.B) - beta(t.A, t.B))
	return upper(first, 0, t.K, t.N, func(x float64) float64 {
		return (n - x) / (x + 1) * (x + t.A) / (n - x - 1 + t.B)
	})
}

// Chance returns the chance of a tail, which is worked out once.
func (s *Season) chance(t Tail) float64 {
	if p, ok := s.Known[t]; ok {
		return p
	}
	p := t.chance()
	if s.Known != nil {
		s.Known[t] = p
	}
	return p
}

// binomialTail returns P(X ≥ k) of n draws at a rate.
func binomialTail(k, n int64, rate float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || rate <= 0:
		return 0
	case rate >= 1:
		return 1
	}
	kf, nf := float64(k), float64(n)
	first := math.Exp(choose(nf, kf) + kf*math.Log(rate) + (nf-kf)*math.Log1p(-rate))
	return upper(first, 0, k, n, func(x float64) float64 { return (nf - x) / (x + 1) * rate / (1 - rate) })
}

// hypergeometricTail returns P(X ≥ x) where n are drawn of all, of which k are
// of the kind that is counted.
func hypergeometricTail(x, all, k, n int64) float64 {
	least, most := max(0, n+k-all), min(n, k)
	if x <= least {
		return 1
	}
	if x > most {
		return 0
	}
	a, kf, nf, xf := float64(all), float64(k), float64(n), float64(x)
	first := math.Exp(choose(kf, xf) + choose(a-kf, nf-xf) - choose(a, nf))
	return upper(first, least, x, most, func(i float64) float64 {
		return (kf - i) / (i + 1) * (nf - i) / (a - kf - nf + i + 1)
	})
}

// upper sums a distribution from k to most: first is its value at k, and ratio
// how the value after x compares with that at x. Where the distribution still
// rises at k, what is below is summed instead, down to least: first may be too
// small there to be told from none.
func upper(first float64, least, k, most int64, ratio func(x float64) float64) float64 {
	if k < most && ratio(float64(k)) > 1 {
		return 1 - below(first/ratio(float64(k-1)), least, k-1, ratio)
	}
	sum, term := first, first
	for x := k; x < most && term > sum*1e-17; x++ {
		term *= ratio(float64(x))
		sum += term
	}
	return min(sum, 1)
}

// below sums a distribution from k down to least.
func below(first float64, least, k int64, ratio func(x float64) float64) float64 {
	sum, term := first, first
	for x := k; x > least && term > sum*1e-17; x-- {
		term /= ratio(float64(x - 1))
		sum += term
	}
	return min(sum, 1)
}

func beta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

func choose(n, k float64) float64 {
	a, _ := math.Lgamma(n + 1)
	b, _ := math.Lgamma(k + 1)
	c, _ := math.Lgamma(n - k + 1)
	return a - b - c
}

// discoveries tells which chances stand out, where there were tests of them in
// all and the others' chances were 1: the procedure of Benjamini and Hochberg,
// J. R. Statist. Soc. B 57 (1995), at a rate of false discoveries.
func discoveries(chances []float64, tests int, rate float64) []bool {
	order := make([]int, len(chances))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chances[a], chances[b]) })
	last := -1
	for i, at := range order {
		if chances[at] <= rate*float64(i+1)/float64(tests) {
			last = i
		}
	}
	out := make([]bool, len(chances))
	for _, at := range order[:last+1] {
		out[at] = true
	}
	return out
}

// rounded returns x to three digits: what is beyond them may differ between
// processors.
func rounded(x float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 2, 64), 64)
	return r
}
