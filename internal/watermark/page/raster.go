package page

import (
	"image"
	"math"
)

// raster is a picture of one channel.
type raster struct {
	w, h int
	p    []float32
}

func newRaster(w, h int) *raster { return &raster{w, h, make([]float32, w*h)} }

// at is the value at a point, or at the nearest point of the edge.
func (g *raster) at(x, y int) float32 {
	return g.p[max(0, min(y, g.h-1))*g.w+max(0, min(x, g.w-1))]
}

// between is the value between the four points around x, y.
func (g *raster) between(x, y float32) float32 {
	xi, yi := int(x), int(y)
	if x < 0 || y < 0 {
		xi, yi = int(math.Floor(float64(x))), int(math.Floor(float64(y)))
	}
	fx, fy := x-float32(xi), y-float32(yi)
	if xi >= 0 && yi >= 0 && xi+1 < g.w && yi+1 < g.h {
		p, q := g.p[yi*g.w+xi:], g.p[(yi+1)*g.w+xi:]
		return (p[0]*(1-fx)+p[1]*fx)*(1-fy) + (q[0]*(1-fx)+q[1]*fx)*fy
	}
	return (g.at(xi, yi)*(1-fx)+g.at(xi+1, yi)*fx)*(1-fy) + (g.at(xi, yi+1)*(1-fx)+g.at(xi+1, yi+1)*fx)*fy
}

// bilevel says that the picture has no more than two levels, and so no tint.
func (g *raster) bilevel() bool {
	a, b := g.p[0], g.p[0]
	for _, v := range g.p {
		switch {
		case v == a || v == b:
		case a == b:
			b = v
		default:
			return false
		}
	}
	return true
}

// window copies a part of the picture.
func (g *raster) window(x, y, w, h int) *raster {
	o := newRaster(w, h)
	for j := range h {
		copy(o.p[j*w:(j+1)*w], g.p[(y+j)*g.w+x:])
	}
	return o
}

// luminance is the picture in grey, no side longer than most. Light that shines
// through is taken for white.
func luminance(m image.Image, most int) *raster {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	row := rows(m)
	if max(w, h) <= most {
		g := newRaster(w, h)
		for y := range h {
			row(y, g.p[y*w:(y+1)*w])
		}
		return g
	}
	scale := float64(most) / float64(max(w, h))
	return shrink(row, w, h, max(1, int(float64(w)*scale)), max(1, int(float64(h)*scale)))
}

// rows returns a function that reads a row of a picture in grey.
func rows(m image.Image) func(y int, into []float32) {
	b := m.Bounds()
	switch im := m.(type) {
	case *image.Gray:
		return func(y int, into []float32) {
			for x, v := range im.Pix[y*im.Stride : y*im.Stride+len(into)] {
				into[x] = float32(v)
			}
		}
	case *image.YCbCr:
		return func(y int, into []float32) {
			o := im.YOffset(b.Min.X, b.Min.Y+y)
			for x, v := range im.Y[o : o+len(into)] {
				into[x] = float32(v)
			}
		}
	case *image.RGBA:
		return func(y int, into []float32) { grey(im.Pix[y*im.Stride:], into, false) }
	case *image.NRGBA:
		return func(y int, into []float32) { grey(im.Pix[y*im.Stride:], into, true) }
	}
	return func(y int, into []float32) {
		for x := range into {
			r, g, bl, a := m.At(b.Min.X+x, b.Min.Y+y).RGBA()
			into[x] = (0.299*float32(r)+0.587*float32(g)+0.114*float32(bl))/257 + 255 - float32(a)/257
		}
	}
}

// grey reads four bytes a pixel; straight says that colours are not yet
// multiplied by the fourth.
func grey(pix []uint8, into []float32, straight bool) {
	for x := range into {
		p := pix[4*x : 4*x+4 : 4*x+4]
		v, a := 0.299*float32(p[0])+0.587*float32(p[1])+0.114*float32(p[2]), float32(p[3])
		if straight {
			v *= a / 255
		}
		into[x] = v + 255 - a
	}
}

// tap is the share of a pixel in a smaller picture's pixel.
type tap struct {
	first int
	share []float32
}

// taps are the shares for one axis: triangles as wide as the step.
func taps(from, to int) []tap {
	scale := float64(from) / float64(to)
	reach := math.Max(1, scale)
	out := make([]tap, to)
	for x := range out {
		c := (float64(x)+0.5)*scale - 0.5
		lo, hi := max(0, int(math.Ceil(c-reach))), min(from-1, int(math.Floor(c+reach)))
		var sum float32
		for i := lo; i <= hi; i++ {
			v := float32(math.Max(0, 1-math.Abs(float64(i)-c)/reach))
			out[x].share = append(out[x].share, v)
			sum += v
		}
		for i := range out[x].share {
			out[x].share[i] /= sum
		}
		out[x].first = lo
	}
	return out
}

// shrink reads a picture row by row into a smaller one, holding one row of the
// large one at a time.
func shrink(row func(int, []float32), w, h, tw, th int) *raster {
	across, down := taps(w, tw), taps(h, th)
	out := newRaster(tw, th)
	large, small := make([]float32, w), make([]float32, tw)
	first := 0 // the first row of the small picture that may still need rows
	for y := range h {
		row(y, large)
		for x, t := range across {
			var v float32
			for i, s := range t.share {
				v += large[t.first+i] * s
			}
			small[x] = v
		}
		for j := first; j < th && down[j].first <= y; j++ {
			i := y - down[j].first
			if i >= len(down[j].share) {
				if j == first {
					first++
				}
				continue
			}
			s := down[j].share[i]
			for x, v := range small {
				out.p[j*tw+x] += v * s
			}
		}
	}
	return out
}

// resized is the picture in another size.
func (g *raster) resized(w, h int) *raster {
	return shrink(func(y int, into []float32) { copy(into, g.p[y*g.w:]) }, g.w, g.h, w, h)
}

// blurred is the mean over a square of 2r+1 pixels a side, at the edge over what
// there is of it.
func (g *raster) blurred(r int) *raster {
	w, h := g.w, g.h
	mid, out := newRaster(w, h), newRaster(w, h)
	for y := range h {
		row, to := g.p[y*w:(y+1)*w], mid.p[y*w:(y+1)*w]
		var s float64
		n := 0
		for x := 0; x <= r && x < w; x++ {
			s += float64(row[x])
			n++
		}
		for x := range to {
			to[x] = float32(s / float64(n))
			if x+r+1 < w {
				s += float64(row[x+r+1])
				n++
			}
			if x-r >= 0 {
				s -= float64(row[x-r])
				n--
			}
		}
	}
	sum := make([]float64, w)
	add := func(y int, sign float64) {
		for x, v := range mid.p[y*w : (y+1)*w] {
			sum[x] += sign * float64(v)
		}
	}
	n := 0
	for y := 0; y <= r && y < h; y++ {
		add(y, 1)
		n++
	}
	for y := range h {
		inv := 1 / float64(n)
		for x, v := range sum {
			out.p[y*w+x] = float32(v * inv)
		}
		if y+r+1 < h {
			add(y+r+1, 1)
			n++
		}
		if y-r >= 0 {
			add(y-r, -1)
			n--
		}
	}
	return out
}
