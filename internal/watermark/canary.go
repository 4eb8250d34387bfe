package watermark

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// Band is how far a price may be moved, in millionths of it: 500 is 0.05 %.
type Band int64

// MostBand is the widest band.
const MostBand Band = 10_000

// The price canary moves unit prices within a band, each copy's in its own way,
// so that prices that were typed off still tell the copy. Nothing here applies
// it: who quotes decides, and what a copy says is what binds. It needs eight
// lines or so, and two copies laid side by side give it away.

// Shade returns the unit prices, in minor units, that a copy of a quote shows.
// Each is within the band of the one given, and one that the band does not reach
// a minor unit of stays. Amounts and totals are to be reckoned from what it
// returns.
func (r *Ring) Shade(m Mark, quote string, prices []int64, band Band) ([]int64, error) {
	if band < 0 || band > MostBand {
		return nil, fmt.Errorf("shade prices by %d millionths: 0 to %d were expected", band, MostBand)
	}
	if m.Key >= keyIDs || r.canary[m.Key] == nil {
		return nil, fmt.Errorf("shade prices by key %d: %w", m.Key, ErrNoKey)
	}
	out := make([]int64, len(prices))
	for i, p := range prices {
		out[i] = p + r.shift(m, quote, i, reach(p, band))
	}
	return out, nil
}

// reach is by how many minor units a price may be moved, up or down.
func reach(price int64, band Band) int64 {
	if price <= 0 {
		return 0
	}
	return price/1_000_000*int64(band) + price%1_000_000*int64(band)/1_000_000
}

// shift is by how much the price of a line is moved, from −reach to reach.
func (r *Ring) shift(m Mark, quote string, line int, reach int64) int64 {
	mac := hmac.New(sha256.New, r.canary[m.Key])
	b := m.body()
	mac.Write(b[:])
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(line)))
	mac.Write([]byte(quote))
	v := binary.BigEndian.Uint64(mac.Sum(nil)) >> 1
	return int64(v%uint64(2*reach+1)) - reach
}

// Shades is what prices that surfaced say about the copies of a quote.
type Shades struct {
	Mark   Mark
	Lines  int     // whose price is the copy's own
	Chance float64 // bounds the probability that another copy than the one the prices are from, or none, is named
}

// Unshade names the copy whose prices were seen, if it stands out. prices are
// the quote's own; seen are those that surfaced, line by line, 0 for a line that
// was not seen; copies are all that were issued. Each line counts as evidence
// for and against a copy as if one line in ten were misread. It names a copy only
// if the chance of naming a wrong one is below one in a million, and no other is
// within a thousandth of its likelihood: where lines of several copies were mixed,
// it may name none.
func (r *Ring) Unshade(quote string, prices, seen []int64, band Band, copies []Mark) (Shades, bool) {
	if len(prices) != len(seen) || band < 0 || band > MostBand {
		return Shades{}, false
	}
	const misread = 0.1
	best, second := Shades{Chance: 1}, math.Inf(-1)
	bits := math.Inf(-1)
	for _, m := range copies {
		if m.Key >= keyIDs || r.canary[m.Key] == nil {
			continue
		}
		sum, lines := 0.0, 0
		for i, s := range seen {
			reach := reach(prices[i], band)
			if reach == 0 || s < prices[i]-reach || s > prices[i]+reach {
				continue // it could not have been moved there
			}
			if s == prices[i]+r.shift(m, quote, i, reach) {
				sum += math.Log2((1-misread)*float64(2*reach+1) + misread)
				lines++
			} else {
				sum += math.Log2(misread)
			}
		}
		if sum > bits {
			best, bits, second = Shades{Mark: m, Lines: lines}, sum, bits
		} else {
			second = math.Max(second, sum)
		}
	}
	const sure, ahead = 20, 10
	best.Chance = math.Exp2(math.Log2(float64(max(1, len(copies)))) - bits)
	return best, best.Chance <= math.Exp2(-sure) && bits-second >= ahead
}
