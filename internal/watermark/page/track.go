package page

import "math"

// correlate is how well a tile agrees with the template, for every shift.
func (r *reader) correlate(tile []float32) []complex64 {
	a := r.tile
	for i, v := range tile {
		a[i] = complex(v, 0)
	}
	f := r.fourier(sample)
	f.forward(a)
	for i, t := range r.pattern.spectrum {
		v := a[i] * t
		a[i] = complex(real(v), -imag(v))
	}
	f.forward(a) // of the conjugate: the inverse, whose scale does not matter
	return a
}

// agreement is the correlation at a shift.
func agreement(a []complex64, x, y int) float64 {
	return float64(real(a[y&(sample-1)*sample+x&(sample-1)]))
}

// usual is the root mean square of the correlation.
func usual(a []complex64) float64 {
	var s float64
	for _, v := range a {
		s += float64(real(v)) * float64(real(v))
	}
	return math.Sqrt(s/float64(len(a))) + 1e-12
}

// drift is how far a part of the canvas is off the template, in tiles.
type drift struct {
	terms  [6]float64
	off    [2]float64
	weight float64
}

// track measures how far each part of the canvas is off the template, looking up
// to radius samples around, and corrects the warp. It fails where too few parts
// agree with the template at all.
func (r *reader) track(c *canvas, w *warp, radius int, bent bool) bool {
	var seen []drift
	for y := 0; y+sample/2 <= c.h; y += sample / 2 {
		for x := 0; x+sample/2 <= c.w; x += sample / 2 {
			if d, ok := r.drift(c, x, y, radius); ok {
				d.terms = w.terms((float64(c.x+x)+sample/2)/sample, (float64(c.y+y)+sample/2)/sample)
				seen = append(seen, d)
			}
		}
	}
	if len(seen) < 3 {
		return false
	}
	terms := 1
	switch {
	case len(seen) >= 12 && bent:
		terms = 6
	case len(seen) >= 5:
		terms = 3
	}
	fit := robust(seen, terms)
	for i := range terms {
		w.correct[0][i] -= fit[0][i]
		w.correct[1][i] -= fit[1][i]
	}
	return true
}

// drift measures the part of the canvas, one tile large, that begins at x, y.
func (r *reader) drift(c *canvas, x, y, radius int) (d drift, ok bool) {
	tile := make([]float32, sample*sample)
	var weight float32
	for j := y; j < min(y+sample, c.h); j++ {
		for i := x; i < min(x+sample, c.w); i++ {
			tile[c.place(i, j)] = c.value.p[j*c.w+i]
			weight += c.weight.p[j*c.w+i]
		}
	}
	if weight < 0.15*sample*sample {
		return d, false
	}
	a := r.correlate(tile)
	px, py := -radius, -radius
	for j := -radius; j <= radius; j++ {
		for i := -radius; i <= radius; i++ {
			if agreement(a, i, j) > agreement(a, px, py) {
				px, py = i, j
			}
		}
	}
	peak := agreement(a, px, py)
	lock := peak / usual(a)
	if lock < 3.6 {
		return d, false
	}
	d.off[0] = (float64(px) + vertex(agreement(a, px-1, py), peak, agreement(a, px+1, py))) / sample
	d.off[1] = (float64(py) + vertex(agreement(a, px, py-1), peak, agreement(a, px, py+1))) / sample
	d.weight = (lock - 3) * (lock - 3)
	return d, true
}

// robust fits the drifts, in four rounds that trust outliers less and less.
func robust(seen []drift, terms int) (fit [2][6]float64) {
	weight := make([]float64, len(seen))
	for i, d := range seen {
		weight[i] = d.weight
	}
	for range 4 {
		for axis := range fit {
			var m normal
			for i, d := range seen {
				for p := range terms {
					for q := range terms {
						m[p][q] += weight[i] * d.terms[p] * d.terms[q]
					}
					m[p][6] += weight[i] * d.terms[p] * d.off[axis]
				}
			}
			for p := range terms {
				m[p][p] += 0.02
			}
			fit[axis] = m.solve(terms)
		}
		for i, d := range seen {
			ex, ey := -d.off[0], -d.off[1]
			for p := range terms {
				ex += fit[0][p] * d.terms[p]
				ey += fit[1][p] * d.terms[p]
			}
			e := math.Hypot(ex, ey) * sample
			weight[i] = d.weight / (1 + e*e/2)
		}
	}
	return fit
}
