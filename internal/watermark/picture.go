package watermark

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// Faults of files.
var (
	ErrTooLarge    = errors.New("too large")
	ErrUnknownForm = errors.New("not a form that marks are looked for in")
)

// form is a form of file.
type form string

const (
	formPNG   form = "png"
	formJPEG  form = "jpeg"
	formWebP  form = "webp"
	formPDF   form = "pdf"
	formXLSX  form = "xlsx"
	formHTML  form = "html"
	formText  form = "text"
	formOther form = ""
)

// decoders decode pictures: first what they declare, then all.
var decoders = map[form]struct {
	config func(*bytes.Reader) (image.Config, error)
	decode func(*bytes.Reader) (image.Image, error)
}{
	formPNG: {
		func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) },
	},
	formJPEG: {
		func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) },
	},
	formWebP: {
		func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) },
	},
}

// picture decodes a picture, if what it declares is within the limits.
func picture(data []byte, f form, limits Limits) (image.Image, error) {
	d, ok := decoders[f]
	if !ok {
		return nil, ErrUnknownForm
	}
	c, err := d.config(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the size of a %s picture: %w", f, err)
	}
	if err := fits(c.Width, c.Height, limits); err != nil {
		return nil, fmt.Errorf("a %s picture: %w", f, err)
	}
	m, err := d.decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read a %s picture: %w", f, err)
	}
	return m, nil
}

// fits checks what a picture declares.
func fits(w, h int, limits Limits) error {
	if w <= 0 || h <= 0 || w > limits.Pixels || h > limits.Pixels || w*h > limits.Pixels {
		return fmt.Errorf("%d × %d pixels, and %d are the most: %w", w, h, limits.Pixels, ErrTooLarge)
	}
	return nil
}

// tiled lays a picture that may be a bare tile over a page, so that it is read
// like one.
func tiled(m image.Image) image.Image {
	b := m.Bounds()
	const most, around = 640, 3
	if b.Dx() != b.Dy() || b.Dx() < 64 || b.Dx() > most {
		return m
	}
	size := b.Dx()
	out := image.NewGray(image.Rect(0, 0, around*size, around*size))
	for y := range size {
		for x := range size {
			r, g, bl, _ := m.At(b.Min.X+x, b.Min.Y+y).RGBA()
			out.Pix[y*out.Stride+x] = uint8((299*r + 587*g + 114*bl) / 1000 >> 8)
		}
	}
	for y := range around * size {
		row := out.Pix[y*out.Stride : (y+1)*out.Stride]
		copy(row, out.Pix[y%size*out.Stride:][:size])
		for k := 1; k < around; k++ {
			copy(row[k*size:], row[:size])
		}
	}
	return out
}

// look searches one picture for a QR code and a background.
func (t *tracing) look(m image.Image) {
	b := m.Bounds()
	if min(b.Dx(), b.Dy()) < 64 || t.ctx.Err() != nil {
		return
	}
	if t.pictures <= 0 {
		t.skip("a picture, after %d others", t.limits.Pictures)
		return
	}
	t.pictures--
	t.qr(m, &t.findings)
	for _, f := range t.TracePicture(t.ctx, tiled(m), t.limits) {
		t.add(f)
	}
}

// beside reads the text that a picture's file has beside the picture. Compressed
// parts and pixels are noise, in which no token's code holds.
func (t *tracing) beside(data []byte) {
	t.as = Property
	t.text(string(bytes.ToValidUTF8(data, nil)), &t.findings)
	t.as = ""
}

// skip notes what was not looked into.
func (t *tracing) skip(format string, args ...any) {
	const most = 16
	if len(t.unread) < most {
		t.unread = append(t.unread, fmt.Sprintf(format, args...))
	}
}
