package page

import (
	"cmp"
	"context"
	"image"
	"math"
	"slices"
)

// Limits bound a search. Zero values take the defaults.
type Limits struct {
	Side    int     // pixels that the longer side is reduced to; 1700
	Windows int     // parts of the picture that are searched beside the whole, up to five; negative for none
	Score   float64 // how like the template a spectrum must be for a closer look; 38 of at most 128
}

func (l Limits) withDefaults() Limits {
	if l.Side == 0 {
		l.Side = 1700
	}
	if l.Windows == 0 {
		l.Windows = 5
	}
	if l.Score == 0 {
		l.Score = 38
	}
	return l
}

// Reading is what a picture says.
type Reading struct {
	Words []Word  // that accept took; more than one if copies were mixed
	Lock  float64 // how well the picture agrees with the template: below 4.5 by chance, from about 6 on if there is a mark
	Tries int     // words that accept was asked about
	Wrong float64 // share of the first word's symbols that were read wrongly
}

// Locks are the readings at which a picture is looked at more closely, and at
// which it certainly holds a mark of this pattern.
const (
	lockFirst   = 3.8
	lockTracked = 4.4 // after one round of tracking
	lockDecode  = 5.5
	LockSure    = 6.5
)

// Read looks for words in a picture of a page and returns those that accept
// takes; nothing else is ever reported. It asks accept at most 24 times. ctx
// ends it early, with what was found.
func (p *Pattern) Read(ctx context.Context, m image.Image, limits Limits, accept func(Word) bool) Reading {
	limits = limits.withDefaults()
	return p.read(ctx, luminance(m, limits.Side), limits, accept)
}

func (p *Pattern) read(ctx context.Context, g *raster, limits Limits, accept func(Word) bool) Reading {
	const smallest = 64
	r := &reader{pattern: p, limits: limits, accept: accept, tile: make([]complex64, sample*sample)}
	if min(g.w, g.h) < smallest || g.bilevel() {
		return r.Reading
	}
	res := residueOf(g)
	if r.look(ctx, res); len(r.Words) > 0 || min(g.w, g.h) <= 400 {
		return r.Reading
	}
	const part = 0.6
	w, h := int(part*float64(g.w)), int(part*float64(g.h))
	for i, at := range [][2]float64{{0.2, 0.2}, {0, 0}, {0.4, 0}, {0, 0.4}, {0.4, 0.4}} {
		if i >= limits.Windows || len(r.Words) > 0 || ctx.Err() != nil {
			break
		}
		r.look(ctx, res.window(int(at[0]*float64(g.w)), int(at[1]*float64(g.h)), w, h))
	}
	return r.Reading
}

// reader is one reading of a picture, with the memory that it needs again and
// again.
type reader struct {
	Reading
	pattern  *Pattern
	limits   Limits
	accept   func(Word) bool
	tile     []complex64
	memory   []complex64
	fouriers map[int]*fourier
}

// fourier is the transform of n × n.
func (r *reader) fourier(n int) *fourier {
	if r.fouriers == nil {
		r.fouriers = map[int]*fourier{}
	}
	if r.fouriers[n] == nil {
		r.fouriers[n] = newFourier(n)
	}
	return r.fouriers[n]
}

// plane is memory for n numbers, with what was left there.
func (r *reader) plane(n int) []complex64 {
	if len(r.memory) < n {
		r.memory = make([]complex64, n)
	}
	return r.memory[:n]
}

// look searches one picture.
func (r *reader) look(ctx context.Context, res residue) {
	small, scale := res.value, 1.0
	if size := max(small.w, small.h); size > 1024 {
		scale = searchAt / float64(size)
		small = small.resized(int(float64(small.w)*scale), int(float64(small.h)*scale))
	}
	s := r.spectrumOf(small)
	var leads []lead
	for _, g := range r.pattern.search(s, max(small.w, small.h)) {
		if g.score >= r.limits.Score && ctx.Err() == nil {
			leads = r.leads(leads, res, g, float64(s.n)/scale)
		}
	}
	slices.SortStableFunc(leads, func(a, b lead) int { return cmp.Compare(b.lock, a.lock) })
	for _, l := range leads[:min(len(leads), mostLeads)] {
		if r.follow(l); len(r.Words) > 0 || ctx.Err() != nil {
			return
		}
	}
}

// mostLeads is how many leads are followed in one look.
const mostLeads = 3

// lead is a guess that agrees with the template somewhere.
type lead struct {
	residue
	*warp
	frame
	lock float64
}

// leads adds what a guess gives, for the page as it stands and on its head.
func (r *reader) leads(to []lead, res residue, g guess, n float64) []lead {
	w, f, ok := warpOf(g, n, res.value.w, res.value.h)
	if !ok {
		return to
	}
	if radius := int(w.period() / sample / 2); radius >= 1 {
		res = residue{res.value.blurred(radius), res.weight.blurred(radius)}
	}
	value, _ := drawn(res, w, f.middle(firstTiles)).fold()
	for _, turned := range []bool{false, true} {
		l := lead{res, w, f, 0}
		if turned {
			slices.Reverse(value)
			l.warp, l.frame = w.turned(), f.turned()
		}
		a := r.correlate(value)
		best := 0
		for i, v := range a {
			if real(v) > real(a[best]) {
				best = i
			}
		}
		l.lock = float64(real(a[best])) / usual(a)
		l.correct[0][0], l.correct[1][0] = -float64(best%sample)/sample, -float64(best/sample)/sample
		r.Lock = math.Max(r.Lock, l.lock)
		if l.lock >= lockFirst {
			to = append(to, l)
		}
	}
	return to
}

// follow tracks the template over the picture, and decodes what it leads to.
func (r *reader) follow(l lead) {
	for i, radius := range []int{14, 9, 6, 4} {
		part := l.middle(mostTiles)
		if i == 0 {
			part = l.middle(firstTiles)
		}
		c := drawn(l.residue, l.warp, part)
		if i == 1 {
			if value, _ := c.fold(); r.lock(value) < lockTracked {
				return
			}
		}
		if !r.track(c, l.warp, radius, i > 0) {
			break
		}
	}
	value, weight := drawn(l.residue, l.warp, l.middle(mostTiles)).fold()
	lock := r.lock(value)
	r.Lock = math.Max(r.Lock, lock)
	if lock >= lockDecode {
		r.words(r.pattern.soft(value, weight))
	}
}

// lock is how far the agreement with the template stands out, one sample around.
func (r *reader) lock(tile []float32) float64 {
	a := r.correlate(tile)
	peak := math.Inf(-1)
	for y := -1; y <= 1; y++ {
		for x := -1; x <= 1; x++ {
			peak = math.Max(peak, agreement(a, x, y))
		}
	}
	return peak / usual(a)
}

// words decodes soft values. Where copies were mixed, the sum of their symbols
// was read: with one word known, what is left of the sum is the other's.
func (r *reader) words(soft []float32) {
	const most = 3
	for range most {
		bits := decode(soft)
		r.Tries++
		word := wordOf(bits)
		if !r.accept(word) {
			return
		}
		for _, w := range r.Words {
			if w == word {
				return
			}
		}
		r.Words = append(r.Words, word)
		symbols := encode(bits)
		var along float32
		wrong := 0
		for i, s := range symbols {
			along += s * soft[i]
			if s*soft[i] <= 0 {
				wrong++
			}
		}
		if len(r.Words) == 1 {
			r.Wrong = float64(wrong) / codedBits
		}
		rest := make([]float32, codedBits)
		for i, s := range symbols {
			rest[i] = soft[i] - s*along/codedBits
		}
		soft = rest
	}
}

// soft reads the symbols from a folded picture, positive for 1, with a root mean
// square of one.
func (p *Pattern) soft(value, weight []float32) []float32 {
	var vt, tt float64
	for i, t := range p.template {
		vt += float64(value[i]) * float64(t)
		tt += float64(weight[i]) * float64(t) * float64(t)
	}
	along := float32(vt / (tt + 1e-12))
	out := make([]float32, codedBits)
	const side = sample / cells
	for c, s := range p.symbol {
		if s < 0 {
			continue
		}
		var sum float32
		for y := c / cells * side; y < c/cells*side+side; y++ {
			for x := c % cells * side; x < c%cells*side+side; x++ {
				i := y*sample + x
				sum += value[i] - along*p.template[i]*weight[i]
			}
		}
		out[s] += sum * p.signs[c]
	}
	var square float64
	for _, v := range out {
		square += float64(v) * float64(v)
	}
	norm := float32(1 / (math.Sqrt(square/codedBits) + 1e-12))
	for i := range out {
		out[i] *= norm
	}
	return out
}
