package benchmarks

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"slices"
)

// grey is a picture in grey, as attacks work on it.
type grey struct {
	w, h int
	p    []float32
}

func newGrey(w, h int) *grey { return &grey{w, h, make([]float32, w*h)} }

func greyOf(m image.Image) *grey {
	b := m.Bounds()
	g := newGrey(b.Dx(), b.Dy())
	switch m := m.(type) {
	case *image.RGBA:
		for i := range g.p {
			p := m.Pix[4*i:]
			g.p[i] = 0.299*float32(p[0]) + 0.587*float32(p[1]) + 0.114*float32(p[2])
		}
	case *image.YCbCr:
		for i := range g.p {
			g.p[i] = float32(m.Y[m.YOffset(i%g.w, i/g.w)])
		}
	case *image.Gray:
		for i := range g.p {
			g.p[i] = float32(m.Pix[i/g.w*m.Stride+i%g.w])
		}
	}
	return g
}

func (g *grey) image() *image.Gray {
	m := image.NewGray(image.Rect(0, 0, g.w, g.h))
	for i, v := range g.p {
		m.Pix[i] = level(v)
	}
	return m
}

func level(v float32) uint8 { return uint8(max(0, min(255, v)) + 0.5) }

func (g *grey) at(x, y int) float32 { return g.p[max(0, min(y, g.h-1))*g.w+max(0, min(x, g.w-1))] }

func (g *grey) between(x, y float64) float32 {
	xi, yi := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := float32(x)-float32(xi), float32(y)-float32(yi)
	return (g.at(xi, yi)*(1-fx)+g.at(xi+1, yi)*fx)*(1-fy) + (g.at(xi, yi+1)*(1-fx)+g.at(xi+1, yi+1)*fx)*fy
}

func (g *grey) each(f func(v float32) float32) *grey {
	o := newGrey(g.w, g.h)
	for i, v := range g.p {
		o.p[i] = f(v)
	}
	return o
}

func (g *grey) jpeg(quality int) *grey {
	m := image.NewRGBA(image.Rect(0, 0, g.w, g.h))
	for i, v := range g.p {
		l := level(v)
		copy(m.Pix[4*i:], []uint8{l, l, l, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	back, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return greyOf(back)
}

func (g *grey) crop(x, y, w, h int) *grey {
	o := newGrey(w, h)
	for j := range h {
		copy(o.p[j*w:(j+1)*w], g.p[(y+j)*g.w+x:])
	}
	return o
}

// keep keeps a random part of the area.
func (g *grey) keep(share float64, r *rand.Rand) *grey {
	kw := math.Min(1, math.Sqrt(share)*(0.75+r.Float64()*0.5))
	kh := math.Min(1, share/kw)
	w, h := int(share/kh*float64(g.w)), int(kh*float64(g.h))
	return g.crop(r.IntN(g.w-w+1), r.IntN(g.h-h+1), w, h)
}

func (g *grey) rotate(degrees float64, fill float32) *grey {
	s, c := math.Sincos(degrees * math.Pi / 180)
	fw, fh := float64(g.w), float64(g.h)
	o := newGrey(int(math.Abs(fw*c)+math.Abs(fh*s)), int(math.Abs(fw*s)+math.Abs(fh*c)))
	for i := range o.p {
		dx, dy := float64(i%o.w)-float64(o.w)/2+0.5, float64(i/o.w)-float64(o.h)/2+0.5
		x, y := c*dx+s*dy+fw/2-0.5, -s*dx+c*dy+fh/2-0.5
		o.p[i] = fill
		if x >= -0.5 && y >= -0.5 && x <= fw-0.5 && y <= fh-0.5 {
			o.p[i] = g.between(x, y)
		}
	}
	return o
}

func (g *grey) scale(f float64) *grey {
	return g.size(int(math.Round(float64(g.w)*f)), int(math.Round(float64(g.h)*f)))
}

// size resamples with triangles as wide as the step.
func (g *grey) size(w, h int) *grey { return g.across(w).turned().across(h).turned() }

func (g *grey) turned() *grey {
	o := newGrey(g.h, g.w)
	for i, v := range g.p {
		o.p[i%g.w*g.h+i/g.w] = v
	}
	return o
}

func (g *grey) across(w int) *grey {
	o := newGrey(w, g.h)
	step := float64(g.w) / float64(w)
	reach := math.Max(1, step)
	for x := range w {
		c := (float64(x)+0.5)*step - 0.5
		lo, hi := int(math.Ceil(c-reach)), int(math.Floor(c+reach))
		taps, sum := make([]float32, hi-lo+1), float32(0)
		for i := range taps {
			taps[i] = float32(math.Max(0, 1-math.Abs(float64(lo+i)-c)/reach))
			sum += taps[i]
		}
		for y := range g.h {
			var v float32
			for i, t := range taps {
				v += g.at(lo+i, y) * t
			}
			o.p[y*w+x] = v / sum
		}
	}
	return o
}

func (g *grey) noise(sd float64, r *rand.Rand) *grey {
	return g.each(func(v float32) float32 { return float32(level(v + float32(r.NormFloat64()*sd))) })
}

func (g *grey) blur(sigma float64) *grey {
	radius := int(math.Ceil(3 * sigma))
	kernel, sum := make([]float32, 2*radius+1), float32(0)
	for i := range kernel {
		kernel[i] = float32(math.Exp(-float64((i-radius)*(i-radius)) / (2 * sigma * sigma)))
		sum += kernel[i]
	}
	pass := func(a *grey) *grey {
		o := newGrey(a.w, a.h)
		for i := range o.p {
			x, y := i%a.w, i/a.w
			var v float32
			if x >= radius && x < a.w-radius {
				row := a.p[i-radius:]
				for j, k := range kernel {
					v += row[j] * k
				}
			} else {
				for j, k := range kernel {
					v += a.at(x+j-radius, y) * k
				}
			}
			o.p[i] = v / sum
		}
		return o
	}
	return pass(pass(g).turned()).turned()
}

func (g *grey) median(radius int) *grey {
	o := newGrey(g.w, g.h)
	var near []float32
	for i := range o.p {
		near = near[:0]
		for y := -radius; y <= radius; y++ {
			for x := -radius; x <= radius; x++ {
				near = append(near, g.at(i%g.w+x, i/g.w+y))
			}
		}
		slices.Sort(near)
		o.p[i] = near[len(near)/2]
	}
	return o
}

// white stretches the levels so that this one becomes white.
func (g *grey) white(point float32) *grey {
	return g.each(func(v float32) float32 { return min(255, v*255/point) })
}
