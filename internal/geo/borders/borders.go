//go:build ignore

// Command borders writes ../borders.bin: the outlines of the regions of
// ../regions.tsv, simplified. Run it as README.md says.
//
// Simplification keeps neighbours joined: rings are cut where three outlines meet,
// and a stretch between two cuts is simplified once for both its sides.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
)

const (
	tolerance = 50  // of simplification, in units: 0.005 degree, 550 m
	unit      = 1e4 // units a degree
)

type vertex struct{ x, y int32 }

// A ring is closed without repeating its first vertex; the area is on its left.
// It begins with its lowest vertex, where left is left even if it crosses itself
// elsewhere.
type ring []vertex

// A polygon is an outer ring and its holes.
type polygon []ring

func main() {
	known := known()
	outlines := map[string][]polygon{}
	before, skipped := 0, []string{}
	for _, f := range features(os.Args[1]) {
		code := f.region(known)
		if code == "" {
			skipped = append(skipped, f.Properties.Name)
			continue
		}
		for _, lines := range f.polygons() {
			var p polygon
			for i, line := range lines {
				if r := quantise(line, i > 0); r != nil && (i == 0 || p != nil) {
					p = append(p, r)
					before += len(r)
				}
			}
			if p != nil {
				outlines[code] = append(outlines[code], p)
			}
		}
	}
	simplify(outlines)
	data, after := encode(outlines)
	if err := os.WriteFile("../borders.bin", data, 0o644); err != nil {
		panic(err)
	}
	fmt.Printf("%d regions, %d vertices of %d, %d bytes; no region for %q\n", len(outlines), after, before, len(data), skipped)
}

// known returns whether a code has a row in regions.tsv.
func known() func(code string) bool {
	codes := map[string]bool{}
	for line := range strings.Lines(read("../regions.tsv")) {
		code, _, _ := strings.Cut(line, "\t")
		codes[code] = true
	}
	return func(code string) bool { return codes[code] }
}

// quantise returns the ring on the grid, turned so that the area is on its left,
// or nil when nothing is left of it.
func quantise(line [][2]float64, hole bool) ring {
	var r ring
	for _, q := range line {
		v := vertex{int32(math.Round(q[0] * unit)), int32(math.Round(q[1] * unit))}
		if len(r) == 0 || r[len(r)-1] != v {
			r = append(r, v)
		}
	}
	for len(r) > 1 && r[0] == r[len(r)-1] {
		r = r[:len(r)-1]
	}
	a := area(r)
	if len(r) < 3 || a == 0 {
		return nil
	}
	if a < 0 != hole {
		slices.Reverse(r)
	}
	return r
}

func area(r ring) (a int64) {
	for i, v := range r {
		w := r[(i+1)%len(r)]
		a += int64(v.x)*int64(w.y) - int64(w.x)*int64(v.y)
	}
	return a
}

// simplify replaces every ring by its simplified form.
func simplify(outlines map[string][]polygon) {
	near := map[vertex][]vertex{}
	link := func(v, w vertex) {
		if !slices.Contains(near[v], w) {
			near[v] = append(near[v], w)
		}
	}
	each(outlines, func(r ring) ring {
		for i, v := range r {
			w := r[(i+1)%len(r)]
			link(v, w)
			link(w, v)
		}
		return r
	})
	each(outlines, func(r ring) ring {
		r = simplifyRing(r, func(v vertex) bool { return len(near[v]) != 2 })
		at := lowest(r)
		return append(slices.Clone(r[at:]), r[:at]...)
	})
}

// each replaces every ring by what change makes of it.
func each(outlines map[string][]polygon, change func(ring) ring) {
	for _, polygons := range outlines {
		for _, p := range polygons {
			for i, r := range p {
				p[i] = change(r)
			}
		}
	}
}

func simplifyRing(r ring, cut func(vertex) bool) ring {
	start := slices.IndexFunc(r, cut)
	if start < 0 {
		start = lowest(r)
	}
	r = append(slices.Clone(r[start:]), r[:start]...)
	for eps := float64(tolerance); eps > 1; eps /= 3 {
		var out ring
		for from := 0; from < len(r); {
			to := from + 1
			for to < len(r) && !cut(r[to]) {
				to++
			}
			arc := append(slices.Clone(r[from:to]), r[to%len(r)])
			out = append(out, simplifyArc(arc, eps)...)
			from = to
		}
		if len(out) > 2 && turns(out, area(r) > 0) {
			return out
		}
	}
	return r
}

// turns reports whether a ring still turns left, or right, as a whole and at its
// lowest vertex; a ring that crosses itself there would seem to hold the rest of
// the world.
func turns(r ring, left bool) bool {
	i := lowest(r)
	corner := area(ring{r[(i+len(r)-1)%len(r)], r[i], r[(i+1)%len(r)]})
	return area(r) != 0 && corner != 0 && (area(r) > 0) == left && (corner > 0) == left
}

func lowest(r ring) int {
	at := 0
	for i, v := range r {
		if v.y < r[at].y || v.y == r[at].y && v.x < r[at].x {
			at = i
		}
	}
	return at
}

// simplifyArc returns the arc without its last vertex, simplified the same way in
// either direction.
func simplifyArc(arc ring, eps float64) ring {
	a, b := arc[0], arc[len(arc)-1]
	if a == b && len(arc) > 2 {
		a, b = arc[1], arc[len(arc)-2]
	}
	turned := a.x > b.x || a.x == b.x && a.y > b.y
	if turned {
		slices.Reverse(arc)
	}
	keep := make([]bool, len(arc))
	keep[0], keep[len(arc)-1] = true, true
	peucker(arc, 0, len(arc)-1, eps, keep)
	var out ring
	for i, v := range arc {
		if keep[i] {
			out = append(out, v)
		}
	}
	if turned {
		slices.Reverse(out)
	}
	return out[:len(out)-1]
}

func peucker(arc ring, from, to int, eps float64, keep []bool) {
	worst, at := eps, -1
	for i := from + 1; i < to; i++ {
		if d := distance(arc[i], arc[from], arc[to]); d > worst {
			worst, at = d, i
		}
	}
	if at < 0 {
		return
	}
	keep[at] = true
	peucker(arc, from, at, eps, keep)
	peucker(arc, at, to, eps, keep)
}

// distance of v from the segment ab, in units of latitude.
func distance(v, a, b vertex) float64 {
	shrink := math.Cos(float64(v.y) / unit * math.Pi / 180)
	px, py := float64(v.x-a.x)*shrink, float64(v.y-a.y)
	dx, dy := float64(b.x-a.x)*shrink, float64(b.y-a.y)
	if l := dx*dx + dy*dy; l > 0 {
		t := math.Max(0, math.Min(1, (px*dx+py*dy)/l))
		px, py = px-t*dx, py-t*dy
	}
	return math.Hypot(px, py)
}

// encode writes the polygons, the smallest first: the code of the region and a NUL,
// the number of rings, of each the number of its vertices and their differences.
func encode(outlines map[string][]polygon) (data []byte, vertices int) {
	type coded struct {
		code    string
		polygon polygon
	}
	var all []coded
	for code, polygons := range outlines {
		for _, p := range polygons {
			all = append(all, coded{code, p})
		}
	}
	slices.SortFunc(all, func(a, b coded) int {
		return cmp.Or(cmp.Compare(area(a.polygon[0]), area(b.polygon[0])), cmp.Compare(a.code, b.code),
			cmp.Compare(a.polygon[0][0].x, b.polygon[0][0].x), cmp.Compare(a.polygon[0][0].y, b.polygon[0][0].y))
	})
	var b []byte
	for _, c := range all {
		b = append(append(b, c.code...), 0)
		b = binary.AppendUvarint(b, uint64(len(c.polygon)))
		for _, r := range c.polygon {
			b = appendRing(b, r)
			vertices += len(r)
		}
	}
	var w bytes.Buffer
	z, _ := gzip.NewWriterLevel(&w, gzip.BestCompression)
	if _, err := z.Write(b); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return w.Bytes(), vertices
}

func appendRing(b []byte, r ring) []byte {
	b = binary.AppendUvarint(b, uint64(len(r)))
	var last vertex
	for _, v := range r {
		b = binary.AppendVarint(b, int64(v.x-last.x))
		b = binary.AppendVarint(b, int64(v.y-last.y))
		last = v
	}
	return b
}
