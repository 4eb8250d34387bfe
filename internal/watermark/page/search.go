package page

import (
	"cmp"
	"math"
	"slices"
)

// The search runs over pictures of tiles from shortest to longest pixels a side,
// at every angle.
const (
	shortest  = 85.0
	longest   = 760.0
	searchAt  = 1000 // pixels that the longer side has at most in the search
	perPeriod = 0.004
	angles    = 600 // in the half circle; the other half looks the same
)

// guess is a place in the spectrum where the template's waves may lie.
type guess struct {
	score         float64
	period, angle float64
	affine        [4]float64 // from turns a tile to turns a picture of n pixels
}

// spectrum is the power of a picture's waves up to reach turns in either
// direction.
type spectrum struct {
	n, reach, side int
	power          *raster
	loud           *raster // logarithm of the power over what is usual around, at most 4
}

func (s *spectrum) index(x, y int) int { return (y+s.reach)*s.side + x + s.reach }

func (s *spectrum) holds(x, y int) bool {
	return x > -s.reach && x < s.reach && y > -s.reach && y < s.reach
}

// spectrumOf transforms a residue. The picture is real: two of its rows are
// transformed as one, and half of the plane is the other half's mirror.
func (r *reader) spectrumOf(v *raster) *spectrum {
	n := 512
	for n < max(v.w, v.h) {
		n *= 2
	}
	f := r.fourier(n)
	a := r.plane(n * n)
	clear(a)
	for y := 0; y < v.h; y += 2 {
		row := a[y*n:]
		for x, s := range v.p[y*v.w : (y+1)*v.w] {
			row[x] = complex(s, 0)
		}
		if y+1 < v.h {
			for x, s := range v.p[(y+1)*v.w : (y+2)*v.w] {
				row[x] += complex(0, s)
			}
		}
		f.line(row[:n])
		unpack(row[:n], a[(y+1)*n:(y+2)*n])
	}
	reach := min(int(float64(n)*rMax/shortest*1.1), n/2-4)
	f.columns(a, 0, reach+1)
	s := &spectrum{n: n, reach: reach, side: 2*reach + 1}
	s.power = newRaster(s.side, s.side)
	for y := -reach; y <= reach; y++ {
		for x := 0; x <= reach; x++ {
			c := a[(y+n)%n*n+x]
			p := real(c)*real(c) + imag(c)*imag(c)
			s.power.p[s.index(x, y)] = p
			s.power.p[s.index(-x, -y)] = p
		}
	}
	s.loudness(3 * n / max(v.w, v.h))
	return s
}

// unpack parts the transforms of two real rows that were transformed as one.
func unpack(a, b []complex64) {
	n := len(a)
	for k := 0; k <= n/2; k++ {
		j := (n - k) % n
		p, q := a[k], a[j]
		cq, cp := complex(real(q), -imag(q)), complex(real(p), -imag(p))
		a[k], a[j] = (p+cq)/2, (q+cp)/2
		b[k], b[j] = (p-cq)*complex(0, -0.5), (q-cp)*complex(0, -0.5)
	}
}

// loudness compares each wave with those around; waves along the axes are the
// table's and the text's.
func (s *spectrum) loudness(axis int) {
	usual := s.power.blurred(7)
	s.loud = newRaster(s.side, s.side)
	for y := -s.reach; y <= s.reach; y++ {
		for x := -s.reach; x <= s.reach; x++ {
			if max(x, -x) <= axis || max(y, -y) <= axis {
				continue
			}
			i := s.index(x, y)
			if v := float64(s.power.p[i] / (usual.p[i] + 1e-9)); v > 1 {
				s.loud.p[i] = float32(math.Min(math.Log(v), 4))
			}
		}
	}
}

// spread is the loudest within r points.
func (s *spectrum) spread(r int) *raster {
	out := newRaster(s.side, s.side)
	for y := r; y < s.side-r; y++ {
		for x := r; x < s.side-r; x++ {
			m := float32(0)
			for j := -r; j <= r; j++ {
				for _, v := range s.loud.p[(y+j)*s.side+x-r : (y+j)*s.side+x+r+1] {
					m = max(m, v)
				}
			}
			out.p[y*s.side+x] = m
		}
	}
	return out
}

// search returns the likeliest places of the template, the likeliest first.
func (p *Pattern) search(s *spectrum, size int) []guess {
	r := 1
	if float64(s.n) > 1.5*float64(size) {
		r = 2
	}
	spread := s.spread(r)
	var periods []float64
	top := math.Min(longest, 1.3*float64(size))
	for v := shortest; v <= top; v *= 1 + perPeriod {
		periods = append(periods, v)
	}
	best := make([]guess, len(periods))
	for k := range angles {
		angle := (float64(k)/angles - 0.5) * math.Pi
		sin, cos := math.Sincos(angle)
		var at [waves][2]float64
		for i, l := range p.waves {
			at[i] = [2]float64{cos*l.u - sin*l.v, sin*l.u + cos*l.v}
		}
		for j, period := range periods {
			f := float64(s.n) / period
			var score float32
			for _, w := range at {
				x, y := int(math.Floor(f*w[0]+0.5)), int(math.Floor(f*w[1]+0.5))
				if s.holds(x, y) {
					score += spread.p[s.index(x, y)]
				}
			}
			if float64(score) > best[j].score {
				best[j] = guess{score: float64(score), period: period, angle: angle}
			}
		}
	}
	slices.SortStableFunc(best, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	return p.refined(s, apart(best))
}

// apart keeps the eight best that are not neighbours of a better one.
func apart(sorted []guess) []guess {
	var out []guess
	for _, g := range sorted {
		if len(out) == 8 {
			break
		}
		near := func(o guess) bool {
			return math.Abs(math.Log(o.period/g.period)) < 0.02 && math.Abs(o.angle-g.angle) < 0.03
		}
		if !slices.ContainsFunc(out, near) {
			out = append(out, g)
		}
	}
	return out
}

// refined fits each guess to the waves that are there, and keeps the four best
// that differ.
func (p *Pattern) refined(s *spectrum, guesses []guess) []guess {
	var out []guess
	for _, g := range guesses {
		sin, cos := math.Sincos(g.angle)
		f := float64(s.n) / g.period
		g.affine = [4]float64{f * cos, -f * sin, f * sin, f * cos}
		for _, radius := range []int{3, 2, 2} {
			if !p.fit(s, &g, radius) {
				break
			}
		}
		same := func(o guess) bool {
			d := 0.0
			for j := range g.affine {
				d += math.Abs(g.affine[j] - o.affine[j])
			}
			return d < 0.01*(math.Abs(g.affine[0])+math.Abs(g.affine[1]))
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, g)
		}
		if len(out) == 4 {
			break
		}
	}
	return out
}

// fit moves a guess to the peaks within radius of where it expects the waves, by
// least squares. Too few peaks leave it as it is.
func (p *Pattern) fit(s *spectrum, g *guess, radius int) bool {
	var uu, uv, vv, xu, xv, yu, yv float64
	n := 0
	for _, l := range p.waves {
		px, py := g.affine[0]*l.u+g.affine[1]*l.v, g.affine[2]*l.u+g.affine[3]*l.v
		x, y, weight := s.peak(px, py, radius)
		if weight < 1 || math.Hypot(x-px, y-py) > float64(radius)+0.5 {
			continue
		}
		n++
		uu, uv, vv = uu+weight*l.u*l.u, uv+weight*l.u*l.v, vv+weight*l.v*l.v
		xu, xv = xu+weight*x*l.u, xv+weight*x*l.v
		yu, yv = yu+weight*y*l.u, yv+weight*y*l.v
	}
	det := uu*vv - uv*uv
	if n < 7 || det == 0 {
		return false
	}
	g.affine = [4]float64{(xu*vv - xv*uv) / det, (xv*uu - xu*uv) / det, (yu*vv - yv*uv) / det, (yv*uu - yu*uv) / det}
	return true
}

// peak is the strongest wave within radius of a place, between the points, and
// how loud it is.
func (s *spectrum) peak(px, py float64, radius int) (x, y, loud float64) {
	cx, cy := int(math.Round(px)), int(math.Round(py))
	best := -1
	for j := cy - radius; j <= cy+radius; j++ {
		for i := cx - radius; i <= cx+radius; i++ {
			if !s.holds(i-1, j-1) || !s.holds(i+1, j+1) {
				continue
			}
			if k := s.index(i, j); s.loud.p[k] > 0 && (best < 0 || s.power.p[k] > s.power.p[best]) {
				best = k
			}
		}
	}
	if best < 0 {
		return 0, 0, 0
	}
	log := func(i int) float64 { return math.Log(float64(s.power.p[i]) + 1e-9) }
	x = float64(best%s.side-s.reach) + vertex(log(best-1), log(best), log(best+1))
	y = float64(best/s.side-s.reach) + vertex(log(best-s.side), log(best), log(best+s.side))
	return x, y, float64(s.loud.p[best])
}

// vertex is where the parabola through three neighbouring values is highest, as
// seen from the middle one.
func vertex(left, mid, right float64) float64 {
	d := left - 2*mid + right
	if d >= 0 {
		return 0
	}
	return math.Max(-0.5, math.Min(0.5, 0.5*(left-right)/d))
}
