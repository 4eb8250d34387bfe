package benchmarks

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"waymark/internal/watermark"
)

// documents is how many quotes the attacks are tried on.
const documents = 40

// testRing is a ring of keys that a number gives.
func testRing(t testing.TB, n uint64) *watermark.Ring {
	t.Helper()
	secret := func(purpose string) []byte {
		return binary.BigEndian.AppendUint64([]byte("a secret for tests, "+purpose), n)
	}
	ring, err := watermark.NewRing(watermark.Keys{Marks: []watermark.Key{{ID: 3, Secret: secret("marks")}}, Pages: []watermark.Key{{ID: 1, Secret: secret("pages")}}})
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// markOf is the mark of a seed.
func markOf(ring *watermark.Ring, seed uint64) watermark.Mark {
	r := rand.New(rand.NewPCG(seed, 3))
	return ring.Mark(watermark.NewID([8]byte(binary.BigEndian.AppendUint64(nil, r.Uint64()))))
}

// marked is the page of a seed with its own mark.
func marked(t testing.TB, ring *watermark.Ring, seed uint64, depth float64) (*grey, watermark.Mark) {
	t.Helper()
	m := markOf(ring, seed)
	page, err := ring.MarkPage(m, quotePage(seed), pageDPI, depth)
	if err != nil {
		t.Fatal(err)
	}
	return greyOf(page), m
}

// outcome counts what came of traces.
type outcome struct {
	right, wrong, tampered int
	took                   time.Duration
}

// trace traces a picture of a page that was marked with one of marks.
func (o *outcome) trace(ring *watermark.Ring, m image.Image, marks ...watermark.Mark) {
	start := time.Now()
	found := ring.TracePicture(context.Background(), m, watermark.Limits{})
	o.took += time.Since(start)
	right := 0
	for _, f := range found {
		switch {
		case f.Verdict == watermark.Tampered:
			o.tampered++
		case len(marks) > 0 && f.Mark == marks[0], len(marks) > 1 && f.Mark == marks[1]:
			right = 1
		default:
			o.wrong++
		}
	}
	o.right += right
}

// TestWatermark is a small part of the benchmark: attacks of each kind on a page
// or two, one unmarked page, one by other keys.
func TestWatermark(t *testing.T) {
	ring := testRing(t, 1)
	for i, name := range []string{"JPEG q30", "33 %, q75", "turned ±5°, 50–200 %, q50", "cropped to 25 %, q75", "photo, tilt 8 %, 2000 px, q80"} {
		for _, a := range attacks {
			if a.name == name {
				var o outcome
				seed := uint64(1000 + i)
				g, m := marked(t, ring, seed, 0)
				o.trace(ring, a.do(g, rand.New(rand.NewPCG(seed, 4))).image(), m)
				if o.right != 1 || o.wrong > 0 {
					t.Errorf("%s: %+v, want the mark", name, o)
				}
			}
		}
	}
	var o outcome
	o.trace(ring, screen(greyOf(foreignPage(1001))).image())
	g, m := marked(t, ring, 1002, 0)
	o.trace(testRing(t, 2), screen(g).image(), m)
	if o.right+o.wrong+o.tampered > 0 {
		t.Errorf("on pages without our mark: %+v, want nothing", o)
	}
}

// BenchmarkWatermark runs everything once; see README.md.
func BenchmarkWatermark(b *testing.B) {
	ring := testRing(b, 1)
	for _, a := range attacks {
		b.Run("attack/"+a.name, func(b *testing.B) { benchmarkAttack(b, ring, a) })
	}
	for _, a := range yardAttacks {
		b.Run("yardstick/"+a.name, func(b *testing.B) { benchmarkYardstick(b, a.do) })
	}
	b.Run("unmarked", func(b *testing.B) {
		benchmarkUnmarked(b, func(seed uint64) image.Image { return unmarkedPage(seed) }, 500, ring)
	})
	b.Run("foreign", func(b *testing.B) {
		benchmarkUnmarked(b, func(seed uint64) image.Image { return screen(greyOf(foreignPage(seed))).jpeg(75).image() }, 200, ring)
	})
	b.Run("otherKeys", func(b *testing.B) {
		other := testRing(b, 2)
		benchmarkUnmarked(b, func(seed uint64) image.Image {
			g, _ := marked(b, other, seed, 0)
			return screen(g).jpeg(75).image()
		}, documents, ring)
	})
	b.Run("collusion", func(b *testing.B) { benchmarkCollusion(b, ring) })
	b.Run("visibility", func(b *testing.B) { benchmarkVisibility(b, ring) })
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			if _, err := ring.TilePNG(markOf(ring, 1), 256, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("page", func(b *testing.B) {
		p, m := quotePage(1), markOf(ring, 1)
		for b.Loop() {
			if _, err := ring.MarkPage(m, p, pageDPI, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("phone", func(b *testing.B) { benchmarkPhone(b, ring) })
}

func benchmarkAttack(b *testing.B, ring *watermark.Ring, a attack) {
	for b.Loop() {
		var o outcome
		for seed := range uint64(documents) {
			g, m := marked(b, ring, seed, 0)
			o.trace(ring, a.do(g, rand.New(rand.NewPCG(seed, 4))).image(), m)
		}
		b.ReportMetric(float64(o.right), "recovered")
		b.ReportMetric(float64(o.wrong), "wrong")
		b.ReportMetric(float64(o.took.Milliseconds())/documents, "trace-ms")
		b.ReportMetric(0, "ns/op")
		if a.must && o.right < documents-2 || o.wrong > 0 {
			b.Errorf("%s: %d of %d recovered, %d wrong", a.name, o.right, documents, o.wrong)
		}
	}
}

// unmarkedPage is an unmarked page as it is, compressed, cropped, or turned and
// made smaller.
func unmarkedPage(seed uint64) image.Image {
	g, r := screen(greyOf(quotePage(seed))), rand.New(rand.NewPCG(seed, 5))
	switch seed % 4 {
	case 1:
		g = g.jpeg(60)
	case 2:
		g = g.keep(0.5, r).jpeg(75)
	case 3:
		g = g.rotate(5*either(r), 255).scale(0.6 + 0.4*r.Float64()).jpeg(75)
	}
	return g.image()
}

func benchmarkUnmarked(b *testing.B, page func(seed uint64) image.Image, n int, ring *watermark.Ring) {
	for b.Loop() {
		var o outcome
		for seed := range n {
			o.trace(ring, page(uint64(100_000+seed)))
		}
		b.ReportMetric(float64(n), "pages")
		b.ReportMetric(float64(o.wrong), "accepted")
		b.ReportMetric(float64(o.tampered), "called-tampered")
		b.ReportMetric(float64(o.took.Milliseconds())/float64(n), "trace-ms")
		b.ReportMetric(0, "ns/op")
		if o.wrong+o.tampered > 0 {
			b.Errorf("%+v of %d pages without our mark", o, n)
		}
	}
}

// collusions mix two copies of one page.
var collusions = []struct {
	name string
	mix  func(a, b float32, x, y int, r *rand.Rand) float32
}{
	{"average", func(a, b float32, _, _ int, _ *rand.Rand) float32 { return float32(int(a+b+1) / 2) }},
	{"darker", func(a, b float32, _, _ int, _ *rand.Rand) float32 { return min(a, b) }},
	{"lines", func(a, b float32, _, y int, _ *rand.Rand) float32 {
		if y/35%2 == 0 {
			return a
		}
		return b
	}},
	{"differences drawn by lot", func(a, b float32, _, _ int, r *rand.Rand) float32 {
		if r.IntN(2) == 0 {
			return a
		}
		return b
	}},
	{"differences made white", func(a, b float32, _, _ int, _ *rand.Rand) float32 {
		if a != b && max(a, b) > 240 {
			return 255
		}
		return a
	}},
}

func benchmarkCollusion(b *testing.B, ring *watermark.Ring) {
	const pairs = 40
	for b.Loop() {
		for _, c := range collusions {
			var o outcome
			for seed := range uint64(pairs) {
				one, m := marked(b, ring, seed, 0)
				other := markOf(ring, seed+10_000)
				p, err := ring.MarkPage(other, quotePage(seed), pageDPI, 0)
				if err != nil {
					b.Fatal(err)
				}
				two, r := greyOf(p), rand.New(rand.NewPCG(seed, 6))
				for i := range one.p {
					one.p[i] = c.mix(one.p[i], two.p[i], i%one.w, i/one.w, r)
				}
				o.trace(ring, screen(one).jpeg(75).image(), m, other)
			}
			b.Logf("%s: %d of %d pairs named, %d called tampered, %d wrong", c.name, o.right, pairs, o.tampered, o.wrong)
			if o.wrong > 0 {
				b.Errorf("%s: %d marks of nobody", c.name, o.wrong)
			}
		}
	}
}

func benchmarkVisibility(b *testing.B, ring *watermark.Ring) {
	for b.Loop() {
		for _, depth := range []float64{5, 8, 12} {
			var psnr, contrast float64
			for seed := range uint64(10) {
				plain := greyOf(quotePage(seed))
				g, _ := marked(b, ring, seed, depth)
				var square, sum, white, n float64
				for i, v := range g.p {
					d := float64(v - plain.p[i])
					square += d * d
					if plain.p[i] == 255 {
						sum, white, n = sum+float64(v), white+float64(v)*float64(v), n+1
					}
				}
				psnr += 10 * math.Log10(255*255/(square/float64(len(g.p)))) / 10
				contrast += math.Sqrt(white/n-sum/n*sum/n) / (sum / n) * 100 / 10
			}
			b.Logf("depth %g: PSNR %.1f dB, rms contrast %.2f %%", depth, psnr, contrast)
		}
	}
}

// benchmarkPhone traces a photo of 12 megapixels, on one core, as a file.
func benchmarkPhone(b *testing.B, ring *watermark.Ring) {
	g, m := marked(b, ring, 7, 0)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, g.photo(4000, 0.05, 85, rand.New(rand.NewPCG(7, 4))).image(), nil); err != nil {
		b.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b.ReportAllocs()
	for b.Loop() {
		t, err := ring.Trace(context.Background(), file.Bytes(), watermark.Limits{})
		if err != nil || len(t.Findings) == 0 || t.Findings[0].Mark != m {
			b.Fatalf("%+v, %v", t, err)
		}
	}
}
