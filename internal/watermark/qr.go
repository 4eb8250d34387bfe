package watermark

import (
	"fmt"
	"image"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"golang.org/x/image/draw"
)

// QRModule is how large, in millimetres, a module of the QR code must be printed
// to be read from a scan or a photo of the page; with four modules of white
// around.
const QRModule = 0.55

// QRCode draws a text as a QR code, a pixel a module, without white around.
func QRCode(text string) (*image.Gray, error) {
	hints := map[gozxing.EncodeHintType]any{
		gozxing.EncodeHintType_ERROR_CORRECTION: decoder.ErrorCorrectionLevel_M,
		gozxing.EncodeHintType_MARGIN:           0,
	}
	bits, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, hints)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code of %d letters: %w", len(text), err)
	}
	m := image.NewGray(image.Rect(0, 0, bits.GetWidth(), bits.GetHeight()))
	for y := range bits.GetHeight() {
		for x := range bits.GetWidth() {
			if !bits.Get(x, y) {
				m.Pix[y*m.Stride+x] = 255
			}
		}
	}
	return m, nil
}

// qr looks for a claim in a QR code of a picture.
func (r *Ring) qr(m image.Image, found *findings) {
	const side = 2000
	b := m.Bounds()
	if size := max(b.Dx(), b.Dy()); size > side {
		small := image.NewGray(image.Rect(0, 0, b.Dx()*side/size, b.Dy()*side/size))
		if small.Rect.Empty() {
			return
		}
		draw.ApproxBiLinear.Scale(small, small.Rect, m, b, draw.Src, nil)
		m = small
	}
	if text := qrText(m); text != "" {
		r.claims(text, found)
		r.tokens(text, found)
	}
}

// qrText is the text of the picture's QR code, or nothing. The library may
// panic on pictures made for that.
func qrText(m image.Image) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	bits, err := gozxing.NewBinaryBitmapFromImage(m)
	if err != nil {
		return ""
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return ""
	}
	return result.GetText()
}
