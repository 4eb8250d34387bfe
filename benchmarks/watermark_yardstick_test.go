package benchmarks

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The yardstick is the common blind watermark of pictures: in the approximation
// of a Haar wavelet, the largest singular value of each block of 4 × 4 cosine
// coefficients is moved to a quarter or three quarters of a step; the bits repeat
// over the blocks.
const (
	yardBits = 96
	yardStep = 36
)

// cosines is the orthonormal cosine transform of four values.
var cosines = func() (c [4][4]float64) {
	for k := range c {
		for n := range c[k] {
			c[k][n] = math.Sqrt(0.5) * math.Cos(math.Pi*(float64(n)+0.5)*float64(k)/4)
			if k == 0 {
				c[k][n] = 0.5
			}
		}
	}
	return c
}()

type square [4][4]float64

// through is c·b·cᵀ, or for the way back cᵀ·b·c.
func (b square) through(back bool) (out square) {
	at := func(i, j int) float64 {
		if back {
			return cosines[j][i]
		}
		return cosines[i][j]
	}
	for i := range 4 {
		for j := range 4 {
			for k := range 4 {
				for l := range 4 {
					out[i][j] += at(i, k) * b[k][l] * at(j, l)
				}
			}
		}
	}
	return out
}

// largest is the largest singular value and its vectors.
func (b square) largest() (s float64, u, v [4]float64) {
	v = [4]float64{1, 0.5, 0.25, 0.125}
	for range 30 {
		u = [4]float64{}
		for i := range 4 {
			for j := range 4 {
				u[i] += b[i][j] * v[j]
			}
		}
		unit(&u)
		v = [4]float64{}
		for i := range 4 {
			for j := range 4 {
				v[j] += b[i][j] * u[i]
			}
		}
		s = unit(&v)
	}
	return s, u, v
}

func unit(v *[4]float64) float64 {
	n := math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2] + v[3]*v[3])
	for i := range v {
		v[i] /= n + 1e-12
	}
	return n
}

// blocks calls f with each block of the wavelet's approximation and its place in
// pixels.
func (g *grey) blocks(f func(i, x, y int, b square)) {
	for y, i := 0, 0; y+8 <= g.h; y += 8 {
		for x := 0; x+8 <= g.w; x, i = x+8, i+1 {
			var b square
			for j := range 8 {
				for k := range 8 {
					b[j/2][k/2] += float64(g.p[(y+j)*g.w+x+k]) / 2
				}
			}
			f(i, x, y, b)
		}
	}
}

// yardMark marks a page as the yardstick does.
func (g *grey) yardMark(bits []bool) *grey {
	out := g.each(func(v float32) float32 { return v })
	g.blocks(func(i, x, y int, b square) {
		d := b.through(false)
		s, u, v := d.largest()
		to := 0.25
		if bits[i%yardBits] {
			to = 0.75
		}
		move := (math.Floor(s/yardStep)+to)*yardStep - s
		for j := range 4 {
			for k := range 4 {
				d[j][k] = move * u[j] * v[k]
			}
		}
		d = d.through(true)
		for j := range 8 {
			for k := range 8 {
				out.p[(y+j)*g.w+x+k] += float32(d[j/2][k/2] / 2)
			}
		}
	})
	return out.each(func(v float32) float32 { return float32(level(v)) })
}

// yardRead reads the bits.
func (g *grey) yardRead() []bool {
	var votes [yardBits]float64
	g.blocks(func(i, _, _ int, b square) {
		s, _, _ := b.through(false).largest()
		if math.Mod(s, yardStep) > yardStep/2 {
			votes[i%yardBits]++
		} else {
			votes[i%yardBits]--
		}
	})
	out := make([]bool, yardBits)
	for i, v := range votes {
		out[i] = v > 0
	}
	return out
}

// benchmarkYardstick applies an attack to screenshots that carry the yardstick's
// mark, without telling it what was done.
func benchmarkYardstick(b *testing.B, do func(g *grey, r *rand.Rand) *grey) {
	for b.Loop() {
		right, psnr := 0, 0.0
		for seed := range uint64(documents) {
			r := rand.New(rand.NewPCG(seed, 4))
			bits := make([]bool, yardBits)
			for i := range bits {
				bits[i] = r.IntN(2) == 1
			}
			plain := screen(greyOf(quotePage(seed)))
			g := plain.yardMark(bits)
			var square float64
			for i, v := range g.p {
				d := float64(v - plain.p[i])
				square += d * d
			}
			psnr += 10 * math.Log10(255*255/(square/float64(len(g.p)))) / documents
			same := true
			for i, bit := range do(g, r).yardRead() {
				same = same && bit == bits[i]
			}
			if same {
				right++
			}
		}
		b.ReportMetric(float64(right), "recovered")
		b.ReportMetric(psnr, "PSNR-dB")
		b.ReportMetric(0, "ns/op")
	}
}

// yardAttacks are the attacks that the yardstick is tried on.
var yardAttacks = []struct {
	name string
	do   func(g *grey, r *rand.Rand) *grey
}{
	{"none", func(g *grey, _ *rand.Rand) *grey { return g }},
	{"JPEG q75", func(g *grey, _ *rand.Rand) *grey { return g.jpeg(75) }},
	{"JPEG q50", func(g *grey, _ *rand.Rand) *grey { return g.jpeg(50) }},
	{"JPEG q30", func(g *grey, _ *rand.Rand) *grey { return g.jpeg(30) }},
	{"50 %, q75", func(g *grey, _ *rand.Rand) *grey { return g.scale(0.5).jpeg(75) }},
	{"150 %, q75", func(g *grey, _ *rand.Rand) *grey { return g.scale(1.5).jpeg(75) }},
	{"turned ±5°, q75", func(g *grey, r *rand.Rand) *grey { return g.rotate(5*either(r), 255).jpeg(75) }},
	{"cropped to 60 %, q75", func(g *grey, r *rand.Rand) *grey { return g.keep(0.6, r).jpeg(75) }},
	{"brightness × 0.9", func(g *grey, _ *rand.Rand) *grey { return g.each(func(v float32) float32 { return v * 0.9 }) }},
	{"photo, tilt 3 %, 2000 px, q80", func(g *grey, r *rand.Rand) *grey { return g.photo(2000, 0.03, 80, r) }},
}
