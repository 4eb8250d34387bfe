package page

import "math"

// canvas is a picture drawn anew in the coordinates of tiles, sample points a
// tile.
type canvas struct {
	frame
	value, weight *raster
}

// drawn draws a residue on a canvas.
func drawn(r residue, w *warp, f frame) *canvas {
	c := &canvas{f, newRaster(f.w, f.h), newRaster(f.w, f.h)}
	right, bottom := float64(r.value.w-1), float64(r.value.h-1)
	for y := range f.h {
		v := (float64(f.y+y) + 0.5) / sample
		for x := range f.w {
			px, py := w.pixel((float64(f.x+x)+0.5)/sample, v)
			if !(px >= 0 && py >= 0 && px <= right && py <= bottom) {
				continue
			}
			if weight := r.weight.between(float32(px), float32(py)); weight > 0 {
				c.weight.p[y*f.w+x] = weight
				c.value.p[y*f.w+x] = r.value.between(float32(px), float32(py))
			}
		}
	}
	c.flatten()
	return c
}

// flatten takes off what runs along the lines of a page, rules and shaded rows,
// and weighs anew.
func (c *canvas) flatten() {
	v := newRaster(c.w, c.h)
	for i, w := range c.weight.p {
		if w > 0 {
			v.p[i] = c.value.p[i] / w
		}
	}
	sum, weight := make([]float64, max(c.w, c.h)+1), make([]float64, max(c.w, c.h)+1)
	for y := range c.h {
		c.level(v, y*c.w, 1, c.w, sum, weight)
	}
	for x := range c.w {
		c.level(v, x, c.w, c.h, sum, weight)
	}
	square, seen := newRaster(c.w, c.h), newRaster(c.w, c.h)
	for i, w := range c.weight.p {
		if w > 0 {
			seen.p[i], square.p[i] = 1, v.p[i]*v.p[i]
		}
	}
	variance, around := square.blurred(4), seen.blurred(4)
	var total, n float64
	for i, s := range around.p {
		if s > 0.05 {
			variance.p[i] /= s
			if seen.p[i] > 0 {
				total += float64(variance.p[i])
				n++
			}
		}
	}
	usual := float32(total/math.Max(n, 1)) + 1e-6
	for i, s := range seen.p {
		c.weight.p[i], c.value.p[i] = 0, 0
		if s > 0 {
			c.weight.p[i] = usual / (variance.p[i] + 0.5*usual) * around.p[i]
			c.value.p[i] = v.p[i] * c.weight.p[i]
		}
	}
}

// level takes the running mean off one line of n points.
func (c *canvas) level(v *raster, first, step, n int, sum, weight []float64) {
	const radius = 40
	for i := range n {
		w := float64(c.weight.p[first+i*step])
		sum[i+1] = sum[i] + float64(v.p[first+i*step])*w
		weight[i+1] = weight[i] + w
	}
	for i := range n {
		a, b := max(0, i-radius), min(n, i+radius+1)
		if d := weight[b] - weight[a]; d > 4 {
			v.p[first+i*step] -= float32((sum[b] - sum[a]) / d)
		}
	}
}

// place is the index within a tile of a point of the canvas.
func (c *canvas) place(x, y int) int {
	return (y+c.y)&(sample-1)*sample + (x+c.x)&(sample-1)
}

// fold lays all tiles over one another.
func (c *canvas) fold() (value, weight []float32) {
	value, weight = make([]float32, sample*sample), make([]float32, sample*sample)
	for y := range c.h {
		for x := range c.w {
			i, at := y*c.w+x, c.place(x, y)
			value[at] += c.value.p[i]
			weight[at] += c.weight.p[i]
		}
	}
	return value, weight
}
