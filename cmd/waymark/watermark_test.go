package main

import (
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatermark marks and traces as a person does.
func TestWatermark(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	step := func(want int, args ...string) string {
		t.Helper()
		var out, fault strings.Builder
		if code := run(append([]string{"watermark"}, args...), strings.NewReader(""), &out, &fault); code != want {
			t.Fatalf("%q ends with %d, want %d: %s%s", args, code, want, out.String(), fault.String())
		}
		return out.String() + fault.String()
	}
	wantIn := func(text, want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("it says %q, want %q in it", text, want)
		}
	}
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path(name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	keys := "--keys=" + path("keys")
	wantIn(step(exitUsage, "trace", keys, "x"), "does not exist; waymark watermark keys makes it")
	wantIn(step(exitFine, "keys", keys), "new marks are by key 0")
	if about, err := os.Stat(path("keys")); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("the keys' file: %v, %v, want mode 0600", about.Mode(), err)
	}

	page := image.NewGray(image.Rect(0, 0, 794, 1123))
	imagedraw.Draw(page, page.Rect, image.White, image.Point{}, imagedraw.Src)
	for y := 60; y < 900; y += 24 {
		imagedraw.Draw(page, image.Rect(60, y, 300+y%350, y+9), image.NewUniform(color.Black), image.Point{}, imagedraw.Src)
	}
	f, err := os.Create(path("page.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, page); err != nil {
		t.Fatal(err)
	}
	f.Close()
	write("lines.txt", []byte("LED panel P1.2\nPower supply\n"))
	write("keep.txt", nil)

	token := strings.TrimSpace(step(exitFine, "mark", keys, "--copy=0123456789abcd", "--dpi=96", path("page.png"), path("marked.png")))
	step(exitFine, "mark", keys, "--copy=0123456789abcd", path("lines.txt"), path("marked.txt"))
	wantIn(step(exitUsage, "mark", keys, "--copy=0123456789abcd", path("lines.txt"), path("keep.txt")), "nothing is ever written over")
	wantIn(step(exitUsage, "mark", keys, "--copy=12", path("lines.txt"), path("new.txt")), "14 hexadecimal digits")

	step(exitFine, "keys", keys) // rotation: the older key still reads
	wantIn(step(exitFine, "trace", keys, path("marked.png"), path("marked.txt")), "background: proved: copy 0123456789abcd, key 0")
	wantIn(step(exitFine, "trace", keys, "--json", path("marked.txt")), `"carrier":"text"`)
	wantIn(step(exitFine, "trace", keys, "--token="+token), "token: proved: copy 0123456789abcd")
	wantIn(step(exitNo, "trace", keys, "--token="+token[:len(token)-1]+"@"), "nothing found")
	wantIn(step(exitNo, "trace", keys, path("lines.txt")), "nothing found")
	wantIn(step(exitUsage, "trace", keys), "nothing to trace")
	wantIn(step(exitUsage, "trace", keys, path("missing")), "does not exist")

	if err := os.Chmod(path("keys"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantIn(step(exitUsage, "trace", keys, path("lines.txt")), "can be read by others")
}
