package watermark_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waymark/internal/watermark"
	"waymark/internal/watermark/page"
)

// secret is a secret for tests.
func secret(n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte("only for tests: "), n)
}

// ring is a ring with mark keys 4 and 5 and page key 1, from secrets that begin
// at a number.
func ring(t testing.TB, first uint64) *watermark.Ring {
	t.Helper()
	r, err := watermark.NewRing(watermark.Keys{
		Marks: []watermark.Key{{ID: 4, Secret: secret(first)}, {ID: 5, Secret: secret(first + 1)}},
		Pages: []watermark.Key{{ID: 1, Secret: secret(first + 2)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// proved are the marks that findings prove, by carrier.
func proved(found []watermark.Finding) map[watermark.Carrier]watermark.Mark {
	out := map[watermark.Carrier]watermark.Mark{}
	for _, f := range found {
		if f.Verdict == watermark.Proved {
			out[f.Carrier] = f.Mark
		}
	}
	return out
}

var anID = watermark.ID(0xabcdef12345678)

func TestKeys(t *testing.T) {
	good := watermark.Key{ID: 1, Secret: secret(1)}
	for _, tt := range []struct {
		name string
		keys watermark.Keys
		want string
	}{
		{"none", watermark.Keys{}, "lack"},
		{"no pages", watermark.Keys{Marks: []watermark.Key{good}}, "lack pages"},
		{"twice", watermark.Keys{Marks: []watermark.Key{good, good}, Pages: []watermark.Key{good}}, "twice"},
		{"short", watermark.Keys{Marks: []watermark.Key{{ID: 1, Secret: []byte("short")}}, Pages: []watermark.Key{good}}, "the secret has 5 bytes"},
		{"id", watermark.Keys{Marks: []watermark.Key{{ID: 32, Secret: secret(1)}}, Pages: []watermark.Key{good}}, "the id is over 31"},
	} {
		if _, err := watermark.NewRing(tt.keys); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: NewRing returns %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var random [8]byte
		copy(random[:], rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "random"))
		id := watermark.NewID(random)
		text, _ := id.MarshalText()
		var back watermark.ID
		if err := back.UnmarshalText(text); err != nil || back != id {
			t.Fatalf("%s is read as %s, %v", id, back, err)
		}
	})
	var id watermark.ID
	for _, s := range []string{"", "12", "00123456789abcde", "zz345678901234", "-2345678901234"} {
		if err := id.UnmarshalText([]byte(s)); err == nil {
			t.Errorf("the id %q is read as %s", s, id)
		}
	}
}

func TestToken(t *testing.T) {
	r, other := ring(t, 1), ring(t, 10)
	m := r.Mark(anID)
	if m.Key != 5 {
		t.Errorf("the newest key is %d, want 5", m.Key)
	}
	token, err := r.Token(m)
	if err != nil {
		t.Fatal(err)
	}
	old, _ := r.Token(watermark.Mark{ID: anID, Key: 4})
	swapped := []byte(token)
	swapped[4], swapped[5] = swapped[5], swapped[4]
	for _, tt := range []struct {
		name, text string
		ring       *watermark.Ring
		want       watermark.Verdict
	}{
		{"as written", token, r, watermark.Proved},
		{"by an older key", old, r, watermark.Proved},
		{"small letters, spaces", strings.ToLower(strings.ReplaceAll(token, "-", "  ")), r, watermark.Proved},
		{"without the prefix", strings.ReplaceAll(token, "-", "")[2:], r, watermark.Proved},
		{"in a sentence", "Angebot (" + token + "), gültig bis Mai", r, watermark.Proved},
		{"over two lines", token[:15] + "\n" + token[15:], r, watermark.Proved},
		{"two letters changed places", string(swapped), r, watermark.Tampered},
		{"other keys", token, other, watermark.Tampered},
		{"cut off", token[:len(token)-1], r, ""},
		{"longer", token + "7", r, ""},
		{"none", "WM-12345 and no more", r, ""},
		{"empty", "", r, ""},
	} {
		trace, err := tt.ring.Trace(context.Background(), []byte(tt.text), watermark.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var got watermark.Verdict
		for _, f := range trace.Findings {
			got = f.Verdict
			if f.Verdict == watermark.Proved && f.Mark.ID != anID {
				t.Errorf("%s: another mark: %v", tt.name, f)
			}
		}
		if got != tt.want && (tt.name != "two letters changed places" || token[4] != token[5]) {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

// TestCheckCharacters changes every letter of a token to every other: none may
// pass, and every one is called misread.
func TestCheckCharacters(t *testing.T) {
	r := ring(t, 1)
	token, _ := r.Token(r.Mark(anID))
	for i := 3; i < len(token); i++ {
		if token[i] == '-' {
			continue
		}
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if byte(c) == token[i] {
				continue
			}
			trace, err := r.Trace(context.Background(), []byte(token[:i]+string(c)+token[i+1:]), watermark.Limits{})
			if err != nil || len(trace.Findings) != 1 || trace.Findings[0].Verdict != watermark.Tampered || !strings.Contains(trace.Findings[0].Note, "misread") {
				t.Fatalf("letter %d as %c: %v, %v", i, c, trace, err)
			}
		}
	}
}

// visible is a text without what shows nothing.
func visible(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= 0xE0100 && c <= 0xE01EF {
			return -1
		}
		return c
	}, text)
}

func TestText(t *testing.T) {
	r := ring(t, 1)
	m := r.Mark(anID)
	for _, tt := range []struct {
		line  string
		marks bool
	}{{"Indoor LED panel P1.2", true}, {"室内显示屏 P1.2", true}, {"室内显示屏", false}, {"", false}, {"7", true}} {
		got, err := r.MarkText(m, tt.line)
		if err != nil {
			t.Fatal(err)
		}
		if visible(got) != tt.line {
			t.Errorf("%q shows as %q", tt.line, visible(got))
		}
		trace, err := r.Trace(context.Background(), []byte("before\n"+got+"\nafter"), watermark.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if found := proved(trace.Findings)[watermark.Text] == m; found != tt.marks {
			t.Errorf("%q is marked: %v, want %v", tt.line, found, tt.marks)
		}
		if got == tt.line {
			continue
		}
		// The same selectors, one of them changed.
		runes := []rune(got)
		for i, c := range runes {
			if c >= 0xE0100 {
				runes[i+3] ^= 1
				break
			}
		}
		trace, _ = r.Trace(context.Background(), []byte(string(runes)), watermark.Limits{})
		if len(trace.Findings) != 1 || trace.Findings[0].Verdict != watermark.Tampered {
			t.Errorf("%q with one selector changed: %v, want tampered", tt.line, trace.Findings)
		}
	}
}

func TestClaim(t *testing.T) {
	r := ring(t, 1)
	want := watermark.Claim{Mark: r.Mark(anID), Until: time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), Regions: []string{"MX", "CO"}, Digest: [16]byte{1, 2, 3}}
	text, err := r.Claim(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := watermark.ReadClaim(text, r.PublicKey)
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("the claim is read as %v, %v, want %v", got, err, want)
	}
	forged := strings.Replace(text, text[60:61], string("01"[bool2int(text[60] == '0')]), 1)
	if _, err := watermark.ReadClaim(forged, r.PublicKey); err == nil {
		t.Error("a changed claim is taken")
	}
	if _, err := watermark.ReadClaim(text, ring(t, 10).PublicKey); !errors.Is(err, watermark.ErrSignature) {
		t.Errorf("a claim by other keys: %v, want %v", err, watermark.ErrSignature)
	}
	noKey := func(uint8) (ed25519.PublicKey, error) { return nil, watermark.ErrNoKey }
	if _, err := watermark.ReadClaim(text, noKey); !errors.Is(err, watermark.ErrNoKey) {
		t.Errorf("a claim by an unknown key: %v, want %v", err, watermark.ErrNoKey)
	}
	if _, err := watermark.ReadClaim("https://example.com", r.PublicKey); !errors.Is(err, watermark.ErrNoClaim) {
		t.Errorf("an address: %v, want %v", err, watermark.ErrNoClaim)
	}
	if _, err := r.Claim(watermark.Claim{Mark: want.Mark, Regions: make([]string, 200)}); err == nil {
		t.Error("a claim for 200 regions is signed")
	}
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sheetOf is a page with rows of dark blocks for words, as large as A4 at 96 dpi.
func sheetOf() *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 794, 1123))
	draw.Draw(m, m.Rect, image.White, image.Point{}, draw.Src)
	for y := 60; y < 900; y += 22 {
		for x, n := 60, y; x < 700; n++ {
			w := 10 + (n*7919)%50
			draw.Draw(m, image.Rect(x, y, x+w, y+9), image.NewUniform(color.Gray{40}), image.Point{}, draw.Src)
			x += w + 8 + (n*31)%120
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBackground(t *testing.T) {
	r := ring(t, 1)
	m := r.Mark(anID)
	marked, err := r.MarkPage(m, sheetOf(), 96, 0)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := r.MarkPage(m, sheetOf(), 96, 0)
	if !bytes.Equal(marked.Pix, again.Pix) {
		t.Error("the same page is marked in two ways")
	}
	for _, tt := range []struct {
		name    string
		ring    *watermark.Ring
		picture image.Image
		want    watermark.Verdict
	}{
		{"as it is", r, marked, watermark.Proved},
		{"cropped", r, marked.SubImage(image.Rect(130, 250, 590, 800)), watermark.Proved},
		{"other keys", ring(t, 10), marked, ""},
		{"other mark keys", ring2(t), marked, watermark.Tampered},
		{"unmarked", r, sheetOf(), ""},
	} {
		trace, err := tt.ring.Trace(context.Background(), jpegOf(t, tt.picture, 60), watermark.Limits{Page: page.Limits{Windows: -1}})
		if err != nil {
			t.Fatal(err)
		}
		var got watermark.Verdict
		if len(trace.Findings) > 0 {
			got = trace.Findings[0].Verdict
		}
		if got != tt.want || got == watermark.Proved && trace.Findings[0].Mark != m {
			t.Errorf("%s: %+v, want %q", tt.name, trace.Findings, tt.want)
		}
	}
}

// ring2 has the page key of ring 1, and other mark keys.
func ring2(t testing.TB) *watermark.Ring {
	r, err := watermark.NewRing(watermark.Keys{Marks: []watermark.Key{{ID: 5, Secret: secret(99)}}, Pages: []watermark.Key{{ID: 1, Secret: secret(3)}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTwoCopies averages two copies of a page: both are named, or one, and never
// a third.
func TestTwoCopies(t *testing.T) {
	r := ring(t, 1)
	one, two := r.Mark(anID), r.Mark(anID+1)
	a, _ := r.MarkPage(one, sheetOf(), 96, 0)
	b, _ := r.MarkPage(two, sheetOf(), 96, 0)
	mix := image.NewRGBA(a.Rect)
	for i := range mix.Pix {
		mix.Pix[i] = uint8((int(a.Pix[i]) + int(b.Pix[i]) + 1) / 2)
	}
	named := map[watermark.Mark]bool{}
	for _, f := range r.TracePicture(context.Background(), mix, watermark.Limits{}) {
		if f.Verdict == watermark.Proved {
			named[f.Mark] = true
		}
	}
	if !cmp.Equal(named, map[watermark.Mark]bool{one: true, two: true}) {
		t.Errorf("the mixture names %v, want %v and %v", named, one, two)
	}
}

func TestTileOutOfRange(t *testing.T) {
	r := ring(t, 1)
	if _, err := r.Tile(watermark.Mark{ID: anID, Key: 9}, 256, 0); !errors.Is(err, watermark.ErrNoKey) {
		t.Errorf("a tile by an unknown key: %v, want %v", err, watermark.ErrNoKey)
	}
	if _, err := r.Tile(watermark.Mark{ID: 1 << 60, Key: 5}, 256, 0); err == nil {
		t.Error("a tile for an id of 61 bits is drawn")
	}
	for _, depth := range []float64{-1, 65} {
		if _, err := r.Tile(r.Mark(anID), 256, depth); err == nil {
			t.Errorf("a tile %g deep is drawn", depth)
		}
	}
}
