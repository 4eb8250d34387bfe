package page

import "math"

// residue is what a picture holds beside paper, print and shade: the tint and
// noise, with a weight for each point. The values are already weighted.
type residue struct {
	value, weight *raster
}

const (
	block      = 16 // pixels a side, over which the paper's brightness is measured
	printed    = 28 // grey levels from paper on: text, rules, pictures
	loudest    = 15 // the residue is cut here
	nearRadius = 36 // pixels, for the local mean
)

// residueOf takes paper, print and shade off a picture.
func residueOf(g *raster) residue {
	weight := unprinted(g, paper(g))
	masked := newRaster(g.w, g.h)
	for i, w := range weight.p {
		masked.p[i] = g.p[i] * w
	}
	mean, seen := masked.blurred(nearRadius), weight.blurred(nearRadius)
	value, square := masked, newRaster(g.w, g.h) // masked is used up
	for i, w := range weight.p {
		value.p[i] = 0
		if w > 0 && seen.p[i] > 0.02 {
			v := max(-loudest, min(loudest, g.p[i]-mean.p[i]/seen.p[i]))
			value.p[i], square.p[i] = v, v*v
		}
	}
	weigh(value, weight, square.blurred(10), weight.blurred(10))
	return residue{value, weight}
}

// weigh gives points in loud surroundings less weight, and applies the weights.
func weigh(value, weight, variance, seen *raster) {
	var sum, n float64
	for i, s := range seen.p {
		if s > 0.1 {
			variance.p[i] /= s
			sum += float64(variance.p[i])
			n++
		} else {
			variance.p[i] = 1e6
		}
	}
	usual := float32(sum/math.Max(n, 1)) + 0.05
	for i, w := range weight.p {
		if w > 0 {
			weight.p[i] = usual / (variance.p[i] + 0.5*usual)
			value.p[i] *= weight.p[i]
		}
	}
}

// paper is the brightness of the paper, a point a block: the level that three
// in ten pixels around reach.
func paper(g *raster) *raster {
	bw, bh := (g.w+block-1)/block, (g.h+block-1)/block
	out := newRaster(bw, bh)
	for by := range bh {
		for bx := range bw {
			var hist [256]int
			n := 0
			for y := max(0, by*block-block); y < min(g.h, by*block+2*block); y += 2 {
				for x := max(0, bx*block-block); x < min(g.w, bx*block+2*block); x += 2 {
					hist[max(0, min(255, int(g.p[y*g.w+x]+0.5)))]++
					n++
				}
			}
			level := 255
			for seen := hist[level]; level > 0 && seen < n*30/100; seen += hist[level] {
				level--
			}
			out.p[by*bw+bx] = float32(level)
		}
	}
	return out
}

// unprinted is 1 where there is paper two pixels around, and else 0.
func unprinted(g, paper *raster) *raster {
	print := newRaster(g.w, g.h)
	for y := range g.h {
		py := (float32(y)+0.5)/block - 0.5
		for x := range g.w {
			if d := g.p[y*g.w+x] - paper.between((float32(x)+0.5)/block-0.5, py); d < -printed || d > printed {
				print.p[y*g.w+x] = 1
			}
		}
	}
	around := print.blurred(2)
	for i, v := range around.p {
		print.p[i] = 0
		if v < 0.01 {
			print.p[i] = 1
		}
	}
	return print
}

// window is a part of the residue.
func (r residue) window(x, y, w, h int) residue {
	return residue{r.value.window(x, y, w, h), r.weight.window(x, y, w, h)}
}
