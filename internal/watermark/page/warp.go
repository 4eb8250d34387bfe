package page

import "math"

// warp leads from coordinates in tiles to pixels: an affine map, and before it a
// correction of second degree for tilt, lenses and the feed of scanners.
type warp struct {
	affine     [4]float64
	correct    [2][6]float64 // in tiles, of 1, u, v, u², uv, v²
	cu, cv, cs float64       // centre and scale of u and v
}

// terms are the terms of the correction at a place in tiles.
func (w *warp) terms(u, v float64) [6]float64 {
	u, v = (u-w.cu)/w.cs, (v-w.cv)/w.cs
	return [6]float64{1, u, v, u * u, u * v, v * v}
}

// pixel is the pixel at a place in tiles.
func (w *warp) pixel(u, v float64) (x, y float64) {
	t := w.terms(u, v)
	for i := range t {
		u -= w.correct[0][i] * t[i]
		v -= w.correct[1][i] * t[i]
	}
	return w.affine[0]*u + w.affine[1]*v, w.affine[2]*u + w.affine[3]*v
}

// frame is the part of the plane of tiles that a picture covers, in samples.
type frame struct{ x, y, w, h int }

// warpOf is the warp of a guess in a picture of w × h pixels, n pixels being a
// turn. It fails where the frame would be absurd.
func warpOf(g guess, n float64, w, h int) (*warp, frame, bool) {
	m := [4]float64{g.affine[0] / n, g.affine[2] / n, g.affine[1] / n, g.affine[3] / n}
	det := m[0]*m[3] - m[1]*m[2]
	if math.Abs(det) < 1e-9 || math.IsNaN(det) {
		return nil, frame{}, false
	}
	out := &warp{affine: [4]float64{m[3] / det, -m[1] / det, -m[2] / det, m[0] / det}}
	u0, u1, v0, v1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, c := range [][2]float64{{0, 0}, {float64(w), 0}, {0, float64(h)}, {float64(w), float64(h)}} {
		u, v := m[0]*c[0]+m[1]*c[1], m[2]*c[0]+m[3]*c[1]
		u0, u1, v0, v1 = math.Min(u0, u), math.Max(u1, u), math.Min(v0, v), math.Max(v1, v)
	}
	const least, most = 20, 10000
	if wide, high := (u1-u0)*sample, (v1-v0)*sample; !(wide >= least && wide < most && high >= least && high < most) {
		return nil, frame{}, false
	}
	fr := frame{x: int(math.Floor(u0 * sample)), y: int(math.Floor(v0 * sample))}
	fr.w, fr.h = int(math.Ceil(u1*sample))-fr.x, int(math.Ceil(v1*sample))-fr.y
	out.cu, out.cv, out.cs = (u0+u1)/2, (v0+v1)/2, math.Max(u1-u0, v1-v0)/2
	return out, fr, true
}

// turned is the warp of the page on its head.
func (w warp) turned() *warp {
	for i := range w.affine {
		w.affine[i] = -w.affine[i]
	}
	w.cu, w.cv = -w.cu, -w.cv
	return &w
}

// turned is the frame of the page on its head.
func (f frame) turned() frame { return frame{-f.x - f.w, -f.y - f.h, f.w, f.h} }

// How many tiles a side are looked at, in the middle of the picture: first, to
// see whether there is a template at all, and then to read it.
const (
	firstTiles = 5
	mostTiles  = 10
)

// middle is the middle of the frame, so many tiles a side at most.
func (f frame) middle(tiles int) frame {
	if most := tiles * sample; f.w > most {
		f.x, f.w = f.x+(f.w-most)/2, most
	}
	if most := tiles * sample; f.h > most {
		f.y, f.h = f.y+(f.h-most)/2, most
	}
	return f
}

// period is how many pixels a tile is wide.
func (w *warp) period() float64 {
	return math.Sqrt(math.Abs(w.affine[0]*w.affine[3] - w.affine[1]*w.affine[2]))
}

// normal are sums for a fit of up to six terms by least squares.
type normal [6][7]float64

// solve is the solution for the first n terms.
func (m normal) solve(n int) (x [6]float64) {
	for i := range n {
		p := i
		for r := i + 1; r < n; r++ {
			if math.Abs(m[r][i]) > math.Abs(m[p][i]) {
				p = r
			}
		}
		m[i], m[p] = m[p], m[i]
		if math.Abs(m[i][i]) < 1e-12 {
			continue
		}
		for r := i + 1; r < n; r++ {
			f := m[r][i] / m[i][i]
			for k := i; k < 7; k++ {
				m[r][k] -= f * m[i][k]
			}
		}
	}
	for i := n - 1; i >= 0; i-- {
		if math.Abs(m[i][i]) < 1e-12 {
			continue
		}
		s := m[i][6]
		for k := i + 1; k < n; k++ {
			s -= m[i][k] * x[k]
		}
		x[i] = s / m[i][i]
	}
	return x
}
