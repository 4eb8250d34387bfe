package benchmarks

import (
	"math"
	"math/rand/v2"
	"sync"
)

// halftone prints at 600 dpi: a clustered dot at 45°, 106 lines an inch.
func (g *grey) halftone(dpi float64) *grey {
	big := g.size(int(float64(g.w)*600/dpi), int(float64(g.h)*600/dpi))
	spot := spots()
	for y := range big.h {
		for x := range big.w {
			u, v := float64(x+y)/8, float64(x-y)/8
			t := (math.Cos(2*math.Pi*u) + math.Cos(2*math.Pi*v)) / 4
			threshold := spot[int((t+0.5)*1000+0.5)]
			if 1-float64(big.p[y*big.w+x])/255 > 1-threshold {
				big.p[y*big.w+x] = 0
			} else {
				big.p[y*big.w+x] = 255
			}
		}
	}
	return big
}

// spots is the share of the screen's cell below each height of its spot.
var spots = sync.OnceValue(func() []float64 {
	const n = 512
	var count [1001]int
	for i := range n {
		for j := range n {
			t := (math.Cos(2*math.Pi*float64(i)/n) + math.Cos(2*math.Pi*float64(j)/n)) / 4
			count[int((t+0.5)*1000+0.5)]++
		}
	}
	out, sum := make([]float64, len(count)), 0
	for i, c := range count {
		sum += c
		out[i] = float64(sum) / (n * n)
	}
	return out
})

// printScan prints with a laser printer that drops tints below a density, and
// scans: dot gain, optics, a slightly turned sheet, an uneven feed, noise.
func (g *grey) printScan(dpi, scan, drops float64, r *rand.Rand) *grey {
	ink := g.each(func(v float32) float32 {
		if 1-float64(v)/255 < drops {
			return 255
		}
		return v
	})
	dots := ink.halftone(dpi)
	dots = box(dots).each(func(v float32) float32 { return 250 - (255-v)*0.92 })
	s := dots.scale(scan/600).blur(0.6).rotate(either(r), 250)
	s = s.size(int(float64(s.w)*(1+0.004*either(r))), int(float64(s.h)*(1+0.006*either(r))))
	return s.noise(3, r)
}

// box is the mean of three by three.
func box(g *grey) *grey {
	o := newGrey(g.w, g.h)
	for i := range o.p {
		x, y := i%g.w, i/g.w
		var v float32
		for j := -1; j <= 1; j++ {
			v += g.at(x-1, y+j) + g.at(x, y+j) + g.at(x+1, y+j)
		}
		o.p[i] = v / 9
	}
	return o
}

// corners are where a tilted page's corners lie in a photo of w × h.
func corners(g *grey, w, h, margin, tilt float64, r *rand.Rand) [4][2]float64 {
	ph := h * (1 - 2*margin)
	pw := ph * float64(g.w) / float64(g.h)
	if pw > w*(1-2*margin) {
		pw = w * (1 - 2*margin)
		ph = pw * float64(g.h) / float64(g.w)
	}
	x, y := (w-pw)/2, (h-ph)/2
	in := func() float64 { return math.Abs(either(r)) * tilt }
	return [4][2]float64{{x + pw*in(), y + ph*in()}, {x + pw*(1-in()), y + ph*in()}, {x + pw*(1-in()), y + ph*(1-in())}, {x + pw*in(), y + ph*(1-in())}}
}

// photo is a phone's photo: perspective, lens, shade, defocus, noise, JPEG.
func (g *grey) photo(long int, tilt float64, quality int, r *rand.Rand) *grey {
	w, h := long*3/4, long
	to := corners(g, float64(w), float64(h), 0.05, tilt, r)
	src := g
	if s := float64(h) * 0.9 / float64(g.h); s < 0.9 {
		src = g.scale(s * 1.05)
	}
	o := src.warped(w, h, to, 0.02*either(r), func(x, y int) float32 { return 70 + 12*float32(math.Sin(float64(x)/37)) + float32(r.IntN(9)) })
	o = o.blur(0.8 + 0.4*r.Float64())
	gx, gy, base := either(r)*0.2, either(r)*0.2, 0.82+0.1*r.Float64()
	for i := range o.p {
		f := base + gx*(float64(i%w)/float64(w)-0.5) + gy*(float64(i/w)/float64(h)-0.5)
		o.p[i] = float32(level(o.p[i]*float32(f) + 6))
	}
	return o.noise(3, r).jpeg(quality)
}

// screenPhoto is a photo of a display, whose grid of pixels beats with the
// camera's.
func (g *grey) screenPhoto(long int, tilt float64, quality int, r *rand.Rand) *grey {
	const up = 4
	grid := newGrey(g.w*up, g.h*up)
	for i := range grid.p {
		x, y := i%grid.w, i/grid.w
		grid.p[i] = g.p[y/up*g.w+x/up]
		if x%up == up-1 || y%up == up-1 {
			grid.p[i] *= 0.72
		}
	}
	w, h := long*3/4, long
	src := grid.blur(0.45 * float64(grid.h) / (float64(long) * 0.9))
	o := src.warped(w, h, corners(grid, float64(w), float64(h), 0.05, tilt, r), 0.02*either(r), func(x, y int) float32 { return 30 }).blur(0.6)
	brightest := float32(0)
	for _, v := range o.p {
		brightest = max(brightest, v)
	}
	gx, gy := float32(either(r))*0.1, float32(either(r))*0.1
	for i := range o.p {
		o.p[i] = float32(level(o.p[i] * 225 / brightest * (1 + gx*(float32(i%w)/float32(w)-0.5) + gy*(float32(i/w)/float32(h)-0.5))))
	}
	return o.noise(3, r).jpeg(quality)
}

// warped draws the page into a picture, its corners at to, through a lens.
func (g *grey) warped(w, h int, to [4][2]float64, lens float64, around func(x, y int) float32) *grey {
	m := homography(to, float64(g.w), float64(g.h))
	o := newGrey(w, h)
	radius := math.Hypot(float64(w), float64(h)) / 2
	for i := range o.p {
		dx, dy := (float64(i%w)-float64(w)/2)/radius, (float64(i/w)-float64(h)/2)/radius
		f := (1 + lens*(dx*dx+dy*dy)) * radius
		px, py := float64(w)/2+dx*f, float64(h)/2+dy*f
		d := m[6]*px + m[7]*py + m[8]
		x, y := (m[0]*px+m[1]*py+m[2])/d, (m[3]*px+m[4]*py+m[5])/d
		if x < 0 || y < 0 || x >= float64(g.w) || y >= float64(g.h) {
			o.p[i] = around(i%w, i/w)
		} else {
			o.p[i] = g.between(x-0.5, y-0.5)
		}
	}
	return o
}

// homography leads from four corners to those of a page of w × h.
func homography(from [4][2]float64, w, h float64) (m [9]float64) {
	to := [4][2]float64{{0, 0}, {w, 0}, {w, h}, {0, h}}
	var a [8][9]float64
	for i := range from {
		x, y, u, v := from[i][0], from[i][1], to[i][0], to[i][1]
		a[2*i] = [9]float64{x, y, 1, 0, 0, 0, -u * x, -u * y, u}
		a[2*i+1] = [9]float64{0, 0, 0, x, y, 1, -v * x, -v * y, v}
	}
	for i := range a {
		p := i
		for r := i; r < 8; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[p][i]) {
				p = r
			}
		}
		a[i], a[p] = a[p], a[i]
		for r := range a {
			if r != i {
				f := a[r][i] / a[i][i]
				for k := i; k < 9; k++ {
					a[r][k] -= f * a[i][k]
				}
			}
		}
	}
	for i := range a {
		m[i] = a[i][8] / a[i][i]
	}
	m[8] = 1
	return m
}
