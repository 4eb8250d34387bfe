package diversion_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waymark/internal/diversion"
)

// near tells whether two chances are the same but for rounding.
func near(got, want float64) bool {
	return math.Abs(got-want) <= 1e-9*want+1e-300
}

// rising returns x (x+1) … (x+k-1).
func rising(x *big.Rat, k int64) *big.Rat {
	p, f := big.NewRat(1, 1), new(big.Rat)
	for i := range k {
		p.Mul(p, f.Add(x, big.NewRat(i, 1)))
	}
	return p
}

func binomial(n, k int64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).Binomial(n, k)) }

func sumOf(from, to int64, term func(x int64) *big.Rat) float64 {
	sum := new(big.Rat)
	for x := max(0, from); x <= to; x++ {
		sum.Add(sum, term(x))
	}
	f, _ := sum.Float64()
	return f
}

func TestBetaBinomialTailIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 60).Draw(t, "n")
		k := rapid.Int64Range(-1, n+2).Draw(t, "k")
		a := big.NewRat(rapid.Int64Range(1, 400).Draw(t, "a"), 8)
		b := big.NewRat(rapid.Int64Range(1, 40_000).Draw(t, "b"), 8)
		whole := rising(new(big.Rat).Add(a, b), n)
		want := sumOf(k, n, func(x int64) *big.Rat {
			p := binomial(n, x)
			p.Mul(p, rising(a, x)).Mul(p, rising(b, n-x))
			return p.Quo(p, whole)
		})
		af, _ := a.Float64()
		bf, _ := b.Float64()
		if got := (diversion.Tail{K: k, N: n, A: af, B: bf}).Chance(); !near(got, want) {
			t.Fatalf("P(X ≥ %d) of %d at Beta(%v, %v) is %v, want %v", k, n, af, bf, got, want)
		}
	})
}

func TestBinomialTailIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 80).Draw(t, "n")
		k := rapid.Int64Range(-1, n+2).Draw(t, "k")
		rate := big.NewRat(rapid.Int64Range(0, 256).Draw(t, "rate"), 256)
		rest := new(big.Rat).Sub(big.NewRat(1, 1), rate)
		want := sumOf(k, n, func(x int64) *big.Rat {
			p := binomial(n, x)
			for range x {
				p.Mul(p, rate)
			}
			for range n - x {
				p.Mul(p, rest)
			}
			return p
		})
		f, _ := rate.Float64()
		if got := diversion.BinomialTail(k, n, f); !near(got, want) {
			t.Fatalf("P(X ≥ %d) of %d at %v is %v, want %v", k, n, f, got, want)
		}
	})
}

func TestHypergeometricTailIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.Int64Range(0, 90).Draw(t, "all")
		k := rapid.Int64Range(0, all).Draw(t, "k")
		n := rapid.Int64Range(0, all).Draw(t, "n")
		x := rapid.Int64Range(-1, n+2).Draw(t, "x")
		want := sumOf(x, min(n, k), func(i int64) *big.Rat {
			p := binomial(k, i)
			if n-i > all-k {
				return new(big.Rat)
			}
			p.Mul(p, binomial(all-k, n-i))
			return p.Quo(p, binomial(all, n))
		})
		if got := diversion.HypergeometricTail(x, all, k, n); !near(got, want) {
			t.Fatalf("P(X ≥ %d), %d drawn of %d with %d marked, is %v, want %v", x, n, all, k, got, want)
		}
	})
}

// Values of many draws were computed with 60 digits.
func TestTailsOfManyDraws(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"beta-binomial 12 of 1800", diversion.Tail{K: 12, N: 1800, A: 2.7, B: 997.3}.Chance(), 0.0573475808836},
		{"beta-binomial 40 of 20000", diversion.Tail{K: 40, N: 20000, A: 8.5, B: 9991.5}.Chance(), 0.00562032968457},
		{"beta-binomial 31 of 500000", diversion.Tail{K: 31, N: 500000, A: 1.2, B: 98.8}.Chance(), 0.997990088176},
		{"beta-binomial 5300 of 1000000", diversion.Tail{K: 5300, N: 1000000, A: 5000, B: 995000}.Chance(), 0.0015188048129},
		{"beta-binomial 4700 of 1000000", diversion.Tail{K: 4700, N: 1000000, A: 5000, B: 995000}.Chance(), 0.998870467126},
		{"beta-binomial 3 of 40", diversion.Tail{K: 3, N: 40, A: .1, B: 99.9}.Chance(), 0.00106892664008},
		{"binomial 10 of 100", diversion.BinomialTail(10, 100, .03), 0.000874058473736},
		{"binomial 80 of 1000", diversion.BinomialTail(80, 1000, .03), 8.33724247917e-15},
		{"binomial 3200 of 100000", diversion.BinomialTail(3200, 100000, .03), 0.00012489726999},
		{"binomial 2900 of 100000", diversion.BinomialTail(2900, 100000, .03), 0.969281104915},
		{"binomial 40 of 1000000", diversion.BinomialTail(40, 1000000, .00001), 7.33840966945e-13},
		{"hypergeometric 9 of 200", diversion.HypergeometricTail(9, 1600, 16, 200), 3.26795497132e-5},
		{"hypergeometric 30 of 5000", diversion.HypergeometricTail(30, 20000, 60, 5000), 2.59198128661e-5},
		{"hypergeometric 5200 of 10000", diversion.HypergeometricTail(5200, 100000, 50000, 10000), 1.29790501875e-5},
		{"hypergeometric 4800 of 10000", diversion.HypergeometricTail(4800, 100000, 50000, 10000), 0.99998817929},
	} {
		if math.Abs(c.got-c.want) > 1e-6*c.want {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

// Few where many were to be expected is no surprise of this kind, however small
// the chance of exactly so few is.
func TestTailsFarBelowWhatIsExpectedAreCertain(t *testing.T) {
	for name, p := range map[string]float64{
		"beta-binomial":  diversion.Tail{K: 3, N: 1_000_000, A: 5_000, B: 495_000}.Chance(),
		"binomial":       diversion.BinomialTail(10, 1_000_000, .03),
		"hypergeometric": diversion.HypergeometricTail(1, 100_000, 50_000, 50_000),
	} {
		if !near(p, 1) {
			t.Errorf("%s: chance %v, want 1", name, p)
		}
	}
}

func TestTailsFallWithTheCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 100_000).Draw(t, "n")
		k := rapid.Int64Range(0, n-1).Draw(t, "k")
		a := rapid.Float64Range(.01, 1e4).Draw(t, "a")
		b := rapid.Float64Range(.01, 1e6).Draw(t, "b")
		p, q := diversion.Tail{K: k, N: n, A: a, B: b}.Chance(), diversion.Tail{K: k + 1, N: n, A: a, B: b}.Chance()
		if !(0 <= q && q <= p*(1+1e-6) && p <= 1) {
			t.Fatalf("of %d at Beta(%v, %v): P(X ≥ %d) is %v and P(X ≥ %d) is %v", n, a, b, k, p, k+1, q)
		}
	})
}

// A chance stands out if so many are at most as large that its share of the rate
// covers it: said of each chance alone, without an order.
func TestDiscoveriesAreAsDefined(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chances := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1e-12, 1e-6, .001, .004, .005, .01, .02, .03, .05, .2, 1}), 0, 12).Draw(t, "chances")
		tests := len(chances) + rapid.IntRange(0, 40).Draw(t, "others")
		rate := rapid.SampledFrom([]float64{.01, .05, .2}).Draw(t, "rate")
		want := make([]bool, len(chances))
		for i := range chances {
			for _, bound := range chances {
				upTo := 0
				for _, p := range chances {
					if p <= bound {
						upTo++
					}
				}
				if chances[i] <= bound && bound <= rate*float64(upTo)/float64(tests) {
					want[i] = true
				}
			}
		}
		if got := diversion.Discoveries(chances, tests, rate); !slices.Equal(got, want) {
			t.Fatalf("of %v in %d tests at %v: %v, want %v", chances, tests, rate, got, want)
		}
	})
}

func TestDiscoveriesOfKnownChances(t *testing.T) {
	chances := []float64{.04, .001, .012, .9}
	if got := diversion.Discoveries(chances, 4, .05); !slices.Equal(got, []bool{false, true, true, false}) {
		t.Errorf("of %v in 4 tests: %v", chances, got)
	}
	if got := diversion.Discoveries(chances, 40, .05); !slices.Equal(got, []bool{false, true, false, false}) {
		t.Errorf("of %v in 40 tests: %v", chances, got)
	}
}
