package page

import (
	"image"
	"math"
)

// The measures of a tile.
const (
	Period = 192.0 // points that a tile is wide and high: 256 pixels of a style sheet

	cells  = 64   // a side
	waves  = 32   // of the template
	known  = 256  // cells that are the same for every word
	share  = 0.35 // of the power that is the template's waves
	rMin   = 7.0  // the slowest wave, in turns a tile
	rMax   = 18.0 // the fastest
	sample = 128  // points a side at which a reader looks at a tile
)

// Depth of the tint, in grey levels that it darkens white paper at most.
const (
	DepthScreen = 8.0  // looks like the grain of paper; the default
	DepthPrint  = 12.0 // seen by who looks for it; for printers that drop the lightest tints
)

// wave is a wave of the template: turns a tile across and down, and its phase.
type wave struct{ u, v, phase float64 }

// Pattern is what a key makes of a tile: where each symbol goes, with which
// signs, and which waves lead a reader there. Who holds the key can find marks
// and take them off; it does not authenticate them.
type Pattern struct {
	signs    []float32 // by cell
	symbol   []int     // the coded symbol that a cell carries; −1 for a known cell
	waves    []wave
	template []float32   // sample × sample, all that does not depend on the word
	spectrum []complex64 // conjugate of the template's Fourier transform
}

// NewPattern makes the pattern of a key.
func NewPattern(key []byte) *Pattern {
	p := &Pattern{signs: make([]float32, cells*cells), symbol: make([]int, cells*cells)}
	signs := newStream(key, "signs")
	for i := range p.signs {
		p.signs[i] = float32(2*int(signs.uint32()&1) - 1)
	}
	for i, c := range newStream(key, "places").permutation(cells * cells) {
		p.symbol[c] = -1
		if i >= known {
			p.symbol[c] = (i - known) % codedBits
		}
	}
	p.constellation(newStream(key, "waves"))
	p.template = p.render(sample, nil)
	p.spectrum = make([]complex64, sample*sample)
	for i, v := range p.template {
		p.spectrum[i] = complex(v, 0)
	}
	newFourier(sample).forward(p.spectrum)
	conjugate(p.spectrum)
	return p
}

// constellation draws the waves, one for each sector of the half circle so that
// they look in all directions, none along an axis, where tables have their
// lines.
func (p *Pattern) constellation(s *stream) {
	const offAxis = 3
	used := map[[2]int]bool{}
	for len(p.waves) < waves {
		angle := (float64(len(p.waves)) + s.unit()) / waves * math.Pi
		radius := rMin + (rMax-rMin)*math.Sqrt(s.unit())
		var at [2]int
		fits := false
		for _, turn := range []float64{0, 0.25} {
			at = [2]int{int(math.Round(radius * math.Cos(angle+turn))), int(math.Round(radius * math.Sin(angle+turn)))}
			if onAxis := max(at[0], -at[0]) < offAxis || max(at[1], -at[1]) < offAxis; !onAxis {
				fits = !used[at]
				break
			}
		}
		if fits {
			used[at] = true
			p.waves = append(p.waves, wave{float64(at[0]), float64(at[1]), 2 * math.Pi * s.unit()})
		}
	}
}

// render draws the signal of a tile at size × size points, with a root mean
// square of about one. Without symbols it draws the template: waves and known
// cells.
func (p *Pattern) render(size int, symbols []float32) []float32 {
	chips := make([]float32, cells*cells)
	for i, s := range p.symbol {
		switch {
		case s < 0:
			chips[i] = p.signs[i]
		case symbols != nil:
			chips[i] = p.signs[i] * symbols[s]
		}
	}
	out := drawChips(chips, size)
	gain := math.Sqrt(share * 2 / waves)
	across, down := make([]complex128, size), make([]complex128, size)
	for _, l := range p.waves {
		for i := range size {
			t := 2 * math.Pi * (float64(i) + 0.5) / float64(size)
			s, c := math.Sincos(t * l.u)
			across[i] = complex(c, s)
			s, c = math.Sincos(t*l.v + l.phase)
			down[i] = complex(gain*c, gain*s)
		}
		for y, d := range down {
			for x, a := range across {
				out[y*size+x] += float32(real(a)*real(d) - imag(a)*imag(d))
			}
		}
	}
	return out
}

// drawChips draws the cells, each fading into the next along half a cosine.
func drawChips(chips []float32, size int) []float32 {
	const rms = 0.75 // of the fading, over a cell
	gain := float32(math.Sqrt(1-share) / rms)
	at, near := make([]int, size), make([]float32, size)
	for x := range size {
		f := (float64(x)+0.5)/float64(size)*cells - 0.5
		i := math.Floor(f)
		at[x] = (int(i) + cells) % cells
		near[x] = float32(0.5 + 0.5*math.Cos(math.Pi*(f-i)))
	}
	out := make([]float32, size*size)
	for y := range size {
		top, bottom := chips[at[y]*cells:], chips[(at[y]+1)%cells*cells:]
		for x := range size {
			l, r := at[x], (at[x]+1)%cells
			a := top[l]*near[x] + top[r]*(1-near[x])
			b := bottom[l]*near[x] + bottom[r]*(1-near[x])
			out[y*size+x] = gain * (a*near[y] + b*(1-near[y]))
		}
	}
	return out
}

// Tile draws the tile of a word, size pixels a side: grey from 255−depth to 255,
// to be multiplied into a page every Period points from its upper left corner.
func (p *Pattern) Tile(w Word, size int, depth float64) *image.Gray {
	const clip = 1.5
	m := image.NewGray(image.Rect(0, 0, size, size))
	for i, v := range p.render(size, encode(w.bits())) {
		level := 0.5 - 0.5*math.Max(-1, math.Min(1, float64(v)/clip))
		m.Pix[i] = uint8(math.Round(255 - depth*level))
	}
	return m
}
