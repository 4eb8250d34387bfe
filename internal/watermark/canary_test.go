package watermark_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"waymark/internal/watermark"
)

// TestShade: every price is within the band, and so is a total that is reckoned
// from them; a band of nothing changes nothing; the same copy has the same prices.
func TestShade(t *testing.T) {
	r := ring(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		band := watermark.Band(rapid.Int64Range(0, 10_000).Draw(t, "band"))
		prices := rapid.SliceOf(rapid.Int64Range(0, 1e13)).Draw(t, "prices")
		shaded, err := r.Shade(r.Mark(anID), "Q-1", prices, band)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := r.Shade(r.Mark(anID), "Q-1", prices, band)
		var total, was float64
		for i, p := range prices {
			d := max(shaded[i]-p, p-shaded[i])
			if float64(d) > float64(p)*float64(band)/1e6 || band == 0 && d > 0 || again[i] != shaded[i] {
				t.Fatalf("%d is shaded to %d, and again to %d, within %d millionths", p, shaded[i], again[i], band)
			}
			n := float64(1 + i*7%90)
			total, was = total+n*float64(shaded[i]), was+n*float64(p)
		}
		if d := max(total-was, was-total); d > was*float64(band)/1e6*(1+1e-9) {
			t.Fatalf("the total moves by %g of %g, over %d millionths", d, was, band)
		}
	})
	if _, err := r.Shade(r.Mark(anID), "Q", nil, 10_001); err == nil {
		t.Error("prices are shaded by more than a hundredth")
	}
}

// TestUnshade leaks parts of one of a thousand copies, some lines of it misread.
func TestUnshade(t *testing.T) {
	r := ring(t, 1)
	var copies []watermark.Mark
	for i := range 1000 {
		copies = append(copies, r.Mark(watermark.ID(i*7919+1)))
	}
	for _, tt := range []struct {
		name           string
		lines, misread int
		other          bool // the prices are another copy's, which is not on the list
		least          int  // of 20, how many are named
	}{
		{"16 lines", 16, 0, false, 20},
		{"16 lines, 3 misread", 16, 3, false, 19},
		{"8 lines", 8, 0, false, 16},
		{"4 lines", 4, 0, false, 0},
		{"no copy of ours", 16, 0, true, 0},
	} {
		named := 0
		for seed := range uint64(20) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			prices := make([]int64, 16)
			for i := range prices {
				prices[i] = 5000 + rnd.Int64N(400_000)
			}
			leaker := copies[rnd.IntN(len(copies))]
			if tt.other {
				leaker = r.Mark(watermark.ID(5 + seed))
			}
			seen, err := r.Shade(leaker, "Q-7", prices, 500)
			if err != nil {
				t.Fatal(err)
			}
			for i := range seen {
				if i >= tt.lines {
					seen[i] = 0
				} else if i < tt.misread {
					seen[i] += 1 + rnd.Int64N(9)
				}
			}
			got, ok := r.Unshade("Q-7", prices, seen, 500, copies)
			if ok && (got.Mark != leaker || tt.other) {
				t.Fatalf("%s: %v is named, who is not %v", tt.name, got, leaker)
			}
			if ok {
				named++
			}
		}
		if named < tt.least {
			t.Errorf("%s: %d of 20 are named, want %d", tt.name, named, tt.least)
		}
	}
}
