package watermark

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"waymark/internal/watermark/page"
)

// TilePoints is how wide and high the tile of a page's background is, in points
// of 1/72 inch.
const TilePoints = page.Period

// Depths of the background: how many of 255 grey levels it darkens white paper at
// most. Zero is DepthScreen.
const (
	DepthScreen = page.DepthScreen
	DepthPrint  = page.DepthPrint
)

// word is what a page carries: the mark with 32 bits of code.
func (r *Ring) word(m Mark) (page.Word, error) {
	sealed, err := r.sealed(carrierPage, m, 4)
	if err != nil {
		return page.Word{}, fmt.Errorf("mark a page: %w", err)
	}
	return page.Word(sealed), nil
}

// Tile draws the tile that is multiplied into a page, pixels wide and high: grey
// from white down by depth. It is laid from the page's upper left corner, once
// every TilePoints.
func (r *Ring) Tile(m Mark, pixels int, depth float64) (*image.Gray, error) {
	w, err := r.word(m)
	if err != nil {
		return nil, err
	}
	if pixels < 64 || pixels > 2048 {
		return nil, fmt.Errorf("draw a tile of %d pixels: 64 to 2048 were expected", pixels)
	}
	if depth == 0 {
		depth = DepthScreen
	}
	if !(depth > 0 && depth <= 64) {
		return nil, fmt.Errorf("draw a tile %g levels deep: up to 64 were expected", depth)
	}
	return r.patterns[0].Tile(w, pixels, depth), nil
}

// TilePNG is Tile as a PNG file.
func (r *Ring) TilePNG(m Mark, pixels int, depth float64) ([]byte, error) {
	tile, err := r.Tile(m, pixels, depth)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, tile); err != nil {
		return nil, fmt.Errorf("write a tile: %w", err)
	}
	return b.Bytes(), nil
}

// MarkPage multiplies the background into a picture of a page of dpi pixels an
// inch.
func (r *Ring) MarkPage(m Mark, picture image.Image, dpi, depth float64) (*image.RGBA, error) {
	const size = 512
	if !(dpi >= 36 && dpi <= 1200) {
		return nil, fmt.Errorf("mark a page at %g dpi: 36 to 1200 were expected", dpi)
	}
	tile, err := r.Tile(m, size, depth)
	if err != nil {
		return nil, err
	}
	period := page.Period * dpi / 72
	lay := func(n int) (at []int, next []float64) {
		at, next = make([]int, n), make([]float64, n)
		for i := range n {
			f := math.Mod(float64(i)+0.5, period)/period*size - 0.5 + size
			at[i], next[i] = int(f)%size, f-math.Floor(f)
		}
		return at, next
	}
	b := picture.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	xs, fxs := lay(b.Dx())
	ys, fys := lay(b.Dy())
	for y := range b.Dy() {
		top, bottom := tile.Pix[ys[y]*size:][:size], tile.Pix[(ys[y]+1)%size*size:][:size]
		for x := range b.Dx() {
			l, r, fx := xs[x], (xs[x]+1)%size, fxs[x]
			t := (float64(top[l])*(1-fx)+float64(top[r])*fx)*(1-fys[y]) + (float64(bottom[l])*(1-fx)+float64(bottom[r])*fx)*fys[y]
			c := color.RGBAModel.Convert(picture.At(b.Min.X+x, b.Min.Y+y)).(color.RGBA)
			p := out.Pix[y*out.Stride+4*x:][:4:4]
			p[0], p[1], p[2], p[3] = darkened(c.R, t), darkened(c.G, t), darkened(c.B, t), c.A
		}
	}
	return out, nil
}

func darkened(v uint8, tile float64) uint8 { return uint8(float64(v)*tile/255 + 0.5) }

// TracePicture looks for the background in a picture, under every page key of
// the ring.
func (r *Ring) TracePicture(ctx context.Context, picture image.Image, limits Limits) []Finding {
	var tries int
	for _, p := range r.patterns {
		var seen []Finding
		reading := p.Read(ctx, picture, limits.Page, func(w page.Word) bool {
			tries++
			m, j := r.judge(carrierPage, w[:])
			if j == trueMark {
				seen = append(seen, Finding{Carrier: Background, Verdict: Proved, Mark: m, Chance: chance(tries, 35)})
			}
			return j == trueMark
		})
		for i := range seen {
			seen[i].Lock, seen[i].Wrong = reading.Lock, reading.Wrong
		}
		switch {
		case len(seen) > 0:
			return seen
		case reading.Lock >= page.LockSure:
			return []Finding{{Carrier: Background, Verdict: Tampered, Lock: reading.Lock, Note: "our pattern is in the background, and no mark in it passes its check: damaged, altered, or by a key that is not known"}}
		}
	}
	return nil
}
