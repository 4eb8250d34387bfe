package page_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"waymark/internal/watermark/page"
)

// laid is a page of tiles, with noise.
func laid(tile *image.Gray, w, h int, noise float64, r *rand.Rand) *image.Gray {
	n := tile.Rect.Dx()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		v := float64(tile.Pix[i/w%n*n+i%w%n]) + noise*r.NormFloat64()
		m.Pix[i] = uint8(max(0, min(255, v)))
	}
	return m
}

var word = page.Word{0x24, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}

func is(want page.Word) func(page.Word) bool { return func(w page.Word) bool { return w == want } }

func TestRead(t *testing.T) {
	p, other := page.NewPattern([]byte("key")), page.NewPattern([]byte("other key"))
	r := rand.New(rand.NewPCG(1, 1))
	tile := p.Tile(word, 256, page.DepthScreen)
	for _, tt := range []struct {
		name    string
		pattern *page.Pattern
		picture image.Image
		accept  func(page.Word) bool
		words   int
	}{
		{"as it is", p, laid(tile, 500, 600, 0, r), is(word), 1},
		{"with noise", p, laid(tile, 500, 600, 10, r), is(word), 1},
		{"part of a tile more than one", p, laid(tile, 300, 340, 0, r), is(word), 1},
		{"another word is sought", p, laid(tile, 500, 500, 0, r), is(page.Word{1}), 0},
		{"another key", other, laid(tile, 500, 500, 0, r), is(word), 0},
		{"noise alone", p, laid(image.NewGray(image.Rect(0, 0, 1, 1)), 500, 500, 10, r), func(page.Word) bool { return true }, 0},
		{"too small", p, laid(tile, 60, 60, 0, r), is(word), 0},
		{"empty", p, image.NewGray(image.Rectangle{}), is(word), 0},
		{"one row", p, image.NewGray(image.Rect(0, 0, 5000, 1)), is(word), 0},
		{"black and white", p, image.NewGray(image.Rect(0, 0, 500, 500)), is(word), 0},
	} {
		got := tt.pattern.Read(context.Background(), tt.picture, page.Limits{Windows: -1}, tt.accept)
		if len(got.Words) != tt.words || tt.words > 0 && (got.Words[0] != word || got.Lock < page.LockSure) {
			t.Errorf("%s: %+v, want %d words", tt.name, got, tt.words)
		}
		if tt.words == 0 && tt.pattern == other && got.Lock >= 5 {
			t.Errorf("%s: the lock is %.1f", tt.name, got.Lock)
		}
	}
}

// TestCancelled ends at once when it is told to.
func TestCancelled(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	p := page.NewPattern([]byte("key"))
	if got := p.Read(ctx, laid(p.Tile(word, 256, 8), 700, 900, 0, rand.New(rand.NewPCG(1, 1))), page.Limits{}, is(word)); got.Tries > 0 {
		t.Errorf("%d words were tried after the end", got.Tries)
	}
}

// TestTile holds the tile to what was printed: another tile could not be read by
// older patterns.
func TestTile(t *testing.T) {
	p := page.NewPattern([]byte("key"))
	sum := sha256.Sum256(p.Tile(word, 64, 32).Pix)
	if got, want := fmt.Sprintf("%x", sum[:8]), "2d30b2c0ca194018"; got != want {
		t.Errorf("the tile's hash is %s, want %s", got, want)
	}
}
