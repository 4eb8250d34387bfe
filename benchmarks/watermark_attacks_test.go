package benchmarks

import (
	"math"
	"math/rand/v2"
)

// attack is what becomes of a marked page of 150 dpi before it is traced.
type attack struct {
	name string
	must bool // 38 of 40 must come back
	do   func(g *grey, r *rand.Rand) *grey
}

// screen is the page as a screen of 96 dpi shows it.
func screen(g *grey) *grey { return g.scale(96.0 / pageDPI) }

// either is a number from −1 to 1.
func either(r *rand.Rand) float64 { return r.Float64()*2 - 1 }

// attacks is the list; most begin with a screenshot.
var attacks = []attack{
	{"none, 150 dpi", true, func(g *grey, r *rand.Rand) *grey { return g }},
	{"screenshot, 96 dpi", true, func(g *grey, r *rand.Rand) *grey { return screen(g) }},
	{"JPEG q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).jpeg(75) }},
	{"JPEG q50", true, func(g *grey, r *rand.Rand) *grey { return screen(g).jpeg(50) }},
	{"JPEG q30", true, func(g *grey, r *rand.Rand) *grey { return screen(g).jpeg(30) }},
	{"33 %, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).scale(0.33).jpeg(75) }},
	{"50 %, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).scale(0.5).jpeg(75) }},
	{"50 %, q50", true, func(g *grey, r *rand.Rand) *grey { return screen(g).scale(0.5).jpeg(50) }},
	{"75 %, q50", true, func(g *grey, r *rand.Rand) *grey { return screen(g).scale(0.75).jpeg(50) }},
	{"150 %, q50", true, func(g *grey, r *rand.Rand) *grey { return screen(g).scale(1.5).jpeg(50) }},
	{"200 %, q50", true, func(g *grey, r *rand.Rand) *grey { return screen(g).scale(2).jpeg(50) }},
	{"turned ±5°, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).rotate(5*either(r), 255).jpeg(75) }},
	{"turned ±5°, 50–200 %, q50", true, func(g *grey, r *rand.Rand) *grey {
		return screen(g).rotate(5*either(r), 255).scale(math.Exp2(either(r))).jpeg(50)
	}},
	{"turned 90, 180 or 270°, q75", true, func(g *grey, r *rand.Rand) *grey {
		return screen(g).rotate(float64(90*(1+r.IntN(3))), 255).jpeg(75)
	}},
	{"cropped to 60 %, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).keep(0.6, r).jpeg(75) }},
	{"cropped to 40 %, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).keep(0.4, r).jpeg(75) }},
	{"cropped to 25 %, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).keep(0.25, r).jpeg(75) }},
	{"cropped to 12 %, q75", false, func(g *grey, r *rand.Rand) *grey { return screen(g).keep(0.12, r).jpeg(75) }},
	{"cropped to 60 %, 50 %, q50", true, func(g *grey, r *rand.Rand) *grey { return screen(g).keep(0.6, r).scale(0.5).jpeg(50) }},
	{"cropped to 40 %, turned ±5°, 50–100 %, q60", true, func(g *grey, r *rand.Rand) *grey {
		return screen(g).keep(0.4, r).rotate(5*either(r), 255).scale(0.5 + 0.5*r.Float64()).jpeg(60)
	}},
	{"chat: cropped to 60 %, q60, 80 %, q60", true, func(g *grey, r *rand.Rand) *grey {
		return screen(g).keep(0.6, r).jpeg(60).scale(0.8).jpeg(60)
	}},
	{"noise sd 8, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).noise(8, r).jpeg(75) }},
	{"blur sd 1.5, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).blur(1.5).jpeg(75) }},
	{"median 5 × 5, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).median(2).jpeg(75) }},
	{"contrast × 0.6 + 60, q75", true, func(g *grey, r *rand.Rand) *grey {
		return screen(g).each(func(v float32) float32 { return v*0.6 + 60 }).jpeg(75)
	}},
	{"gamma 1.4, q75", true, func(g *grey, r *rand.Rand) *grey {
		return screen(g).each(func(v float32) float32 { return float32(255 * math.Pow(float64(v)/255, 1/1.4)) }).jpeg(75)
	}},
	{"white point 250, q75", true, func(g *grey, r *rand.Rand) *grey { return screen(g).white(250).jpeg(75) }},
	{"white point 240, q75", false, func(g *grey, r *rand.Rand) *grey { return screen(g).white(240).jpeg(75) }},
	{"binarised", false, func(g *grey, r *rand.Rand) *grey {
		return screen(g).each(func(v float32) float32 {
			if v > 128 {
				return 255
			}
			return 0
		})
	}},
	{"print, scan 150 dpi, q80", true, func(g *grey, r *rand.Rand) *grey { return g.printScan(150, 150, 0, r).jpeg(80) }},
	{"print, scan 300 dpi, q80", true, func(g *grey, r *rand.Rand) *grey { return g.printScan(150, 300, 0, r).jpeg(80) }},
	{"print without tints under 2 %, scan 200 dpi", true, func(g *grey, r *rand.Rand) *grey { return g.printScan(150, 200, 0.02, r).jpeg(80) }},
	{"print at 70 %, scan 200 dpi", true, func(g *grey, r *rand.Rand) *grey {
		return g.scale(0.707).printScan(150, 200, 0, r).jpeg(80)
	}},
	{"print, scan 300 dpi, white point 245", true, func(g *grey, r *rand.Rand) *grey {
		return g.printScan(150, 300, 0, r).white(245).jpeg(80)
	}},
	{"photo, tilt 3 %, 2000 px, q80", true, func(g *grey, r *rand.Rand) *grey { return g.photo(2000, 0.03, 80, r) }},
	{"photo, tilt 8 %, 2000 px, q80", true, func(g *grey, r *rand.Rand) *grey { return g.photo(2000, 0.08, 80, r) }},
	{"photo, tilt 5 %, 1440 px, q60", true, func(g *grey, r *rand.Rand) *grey { return g.photo(1440, 0.05, 60, r) }},
	{"print and photo, tilt 5 %, 2400 px, q80", true, func(g *grey, r *rand.Rand) *grey {
		return g.printScan(150, 200, 0, r).photo(2400, 0.05, 80, r)
	}},
	{"photo of a screen, moiré, tilt 5 %, 2400 px", true, func(g *grey, r *rand.Rand) *grey { return screen(g).screenPhoto(2400, 0.05, 75, r) }},
	{"photocopy of a photocopy, 200 dpi", false, func(g *grey, r *rand.Rand) *grey {
		return g.printScan(150, 200, 0, r).printScan(200, 200, 0, r).jpeg(80)
	}},
	{"tile averaged and subtracted by who knows how", false, func(g *grey, r *rand.Rand) *grey { return screen(g).unmarked(256) }},
}

// unmarked averages the tiles of the page, whose period is known, and takes the
// average off.
func (g *grey) unmarked(period int) *grey {
	sum, n := make([]float32, period*period), make([]float32, period*period)
	for i, v := range g.p {
		if v > 235 {
			k := i/g.w%period*period + i%g.w%period
			sum[k] += v
			n[k]++
		}
	}
	o := newGrey(g.w, g.h)
	for i, v := range g.p {
		if k := i/g.w%period*period + i%g.w%period; n[k] > 0 {
			v += 255 - sum[k]/n[k]
		}
		o.p[i] = float32(level(v))
	}
	return o
}
