package watermark_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"waymark/internal/watermark"
	"waymark/internal/watermark/page"
)

// small are limits within which a fuzzer is quick.
var small = watermark.Limits{Bytes: 1 << 16, Unpacked: 1 << 18, Pixels: 1 << 14, Pictures: 1, Page: page.Limits{Side: 128, Windows: -1}}

// safe traces what a fuzzer made: nothing may panic, and nothing be proved but
// the mark that the seeds carry.
func safe(t *testing.T, r *watermark.Ring, data []byte) {
	t.Helper()
	trace, err := r.Trace(context.Background(), data, small)
	if err != nil {
		return
	}
	for _, f := range trace.Findings {
		if f.Verdict == watermark.Proved && f.Mark.ID != anID {
			t.Errorf("%q proves %+v", data, f)
		}
	}
}

// workbookOf is a marked workbook.
func workbookOf(t testing.TB, r *watermark.Ring) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	format, err := r.NumberFormat(r.Mark(anID), "#,##0.00")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	line, _ := r.MarkText(r.Mark(anID), "LED panel P4")
	var out bytes.Buffer
	if err := errors.Join(f.SetCellValue("Sheet1", "A1", 12.5), f.SetCellStyle("Sheet1", "A1", "A1", style), f.SetCellValue("Sheet1", "B1", line), r.MarkWorkbook(r.Mark(anID), f), f.Write(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// packed is what zlib makes of bytes.
func packed(b []byte) string {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.String()
}

// pdfOf is a PDF file, more or less, that shows a text.
func pdfOf(token string) []byte {
	var wide []byte
	for _, c := range token {
		wide = binary.BigEndian.AppendUint16(wide, uint16(c))
	}
	content := packed([]byte("BT (" + string(wide) + ") Tj ET"))
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream\nendobj\n2 0 obj\n<</Title (%s)>>\nendobj\n", len(content), content, token)
}

func TestWorkbook(t *testing.T) {
	r := ring(t, 1)
	trace, err := r.Trace(context.Background(), workbookOf(t, r), watermark.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []watermark.Carrier{watermark.Property, watermark.Name, watermark.NumberFormat, watermark.Text} {
		if proved(trace.Findings)[c] != r.Mark(anID) {
			t.Errorf("nothing in the %s: %+v", c, trace.Findings)
		}
	}
}

func TestPDF(t *testing.T) {
	r := ring(t, 1)
	token, _ := r.Token(r.Mark(anID))
	trace, err := r.Trace(context.Background(), pdfOf(token), watermark.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []watermark.Carrier{watermark.Property, watermark.Token} {
		if proved(trace.Findings)[c] != r.Mark(anID) {
			t.Errorf("nothing in the %s: %+v", c, trace.Findings)
		}
	}
}

// TestBombs declares, or unpacks to, more than may be read.
func TestBombs(t *testing.T) {
	r := ring(t, 1)
	limits := watermark.Limits{Bytes: 1 << 20, Unpacked: 4 << 20}
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	bomb := wide.Bytes()
	binary.BigEndian.PutUint32(bomb[16:], 60_000) // width and height, and their checksum
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))

	var book bytes.Buffer
	z := zip.NewWriter(&book)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml"} {
		w, _ := z.Create(name)
		w.Write(bytes.Repeat([]byte(" "), 3<<20))
	}
	z.Close()

	for _, tt := range []struct {
		name string
		file []byte
	}{{"picture", bomb}, {"workbook", book.Bytes()}, {"file", make([]byte, 2<<20)}} {
		if _, err := r.Trace(context.Background(), tt.file, limits); !errors.Is(err, watermark.ErrTooLarge) {
			t.Errorf("%s: %v, want %v", tt.name, err, watermark.ErrTooLarge)
		}
	}
	page := "<html><img src='data:image/png;base64," + base64.StdEncoding.EncodeToString(bomb) + "'>"
	stream := packed(bytes.Repeat([]byte(" "), 5<<20))
	for name, file := range map[string]string{
		"web page": page,
		"PDF":      "%PDF-1.4\n1 0 obj\n<</Length " + fmt.Sprint(len(stream)) + " /Filter /FlateDecode>>\nstream\n" + stream + "\nendstream\n",
	} {
		trace, err := r.Trace(context.Background(), []byte(file), limits)
		if err != nil || len(trace.Unread) != 1 {
			t.Errorf("%s: %v, %v, want one part that was not read", name, trace, err)
		}
	}
	if _, err := r.Trace(context.Background(), []byte{0xff, 0xfd, 1}, limits); !errors.Is(err, watermark.ErrUnknownForm) {
		t.Errorf("bytes of no form: %v, want %v", err, watermark.ErrUnknownForm)
	}
}

func FuzzToken(f *testing.F) {
	r := ring(f, 1)
	token, _ := r.Token(r.Mark(anID))
	for _, s := range []string{token, strings.ToLower(token), "WM", "wm-0000", "ＷＭ" + token[2:], "\xff\xfe" + token} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { safe(t, r, []byte(s)) })
}

func FuzzText(f *testing.F) {
	r := ring(f, 1)
	line, _ := r.MarkText(r.Mark(anID), "LED panel P4")
	f.Add(line)
	f.Add("x" + strings.Repeat("\U000E0100", 40))
	f.Fuzz(func(t *testing.T, s string) {
		safe(t, r, []byte(s))
		marked, err := r.MarkText(r.Mark(anID), s)
		if err != nil {
			t.Fatal(err)
		}
		if visible(marked) != visible(s) {
			t.Errorf("%q is marked as %q", s, marked)
		}
	})
}

func FuzzWorkbook(f *testing.F) {
	r := ring(f, 1)
	f.Add(workbookOf(f, r))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		safe(t, r, append([]byte("PK\x03\x04"), bytes.TrimPrefix(b, []byte("PK\x03\x04"))...))
	})
}

func FuzzPDF(f *testing.F) {
	r := ring(f, 1)
	token, _ := r.Token(r.Mark(anID))
	f.Add(pdfOf(token))
	f.Add([]byte("1 0 obj <</Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8>> stream\n" + strings.Repeat("x", 81) + "endstream"))
	f.Add([]byte("<< <FEFF0041> (a\\053\\(b) /Length 99999999999999999999 stream\r\n endstream (("))
	f.Fuzz(func(t *testing.T, b []byte) { safe(t, r, append([]byte("%PDF-1.4\n"), b...)) })
}

func FuzzPicture(f *testing.F) {
	r := ring(f, 1)
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 80, 80))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(jpegOf(f, image.NewGray(image.Rect(0, 0, 80, 80)), 50))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) { safe(t, r, b) })
}
