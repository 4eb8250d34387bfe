package document

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"codeberg.org/go-pdf/fpdf"

	"waymark/internal/watermark"
)

// Measures of a page, in points.
const (
	pageWide, pageHigh = 595.28, 841.89 // A4
	margin             = 48.0
	textWide           = pageWide - 2*margin
	lineHigh           = 14.0
	footHigh           = 112.0 // code, token and page number
)

// ink is the colour of headings and rules.
var ink = [3]int{31, 58, 95}

// columns of the table: width, and on which side it is set.
var columns = []struct {
	wide  float64
	align string
}{{30, "L"}, {82, "L"}, {textWide - 30 - 82 - 52 - 84 - 92, "L"}, {52, "R"}, {84, "R"}, {92, "R"}}

// PDF writes a quote as a PDF file, with the mark in the background of every
// page, in the file's properties, as a token and as a QR code. Characters beyond
// GB 2312 and Latin are shown as 〓.
func PDF(q Quote, ring *watermark.Ring, m watermark.Mark) ([]byte, error) {
	s, err := sheetOf(q, ring, m)
	if err != nil {
		return nil, err
	}
	code, err := codePicture(s.claim)
	if err != nil {
		return nil, err
	}
	tile, err := tilePicture(s.tile)
	if err != nil {
		return nil, err
	}
	d := &pdf{Fpdf: fpdf.New("P", "pt", "A4", ""), sheet: s}
	d.AddUTF8FontFromBytes(fontName, "", Font())
	d.RegisterImageOptionsReader("tile", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(tile))
	d.RegisterImageOptionsReader("code", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(code))
	d.properties()
	d.SetMargins(margin, margin, margin)
	d.SetAutoPageBreak(false, 0)
	d.AliasNbPages("{pages}")
	d.SetHeaderFunc(d.background)
	d.SetFooterFunc(d.foot)
	d.AddPage()
	d.head()
	d.table()
	d.closing()
	var b bytes.Buffer
	if err := d.Output(&b); err != nil {
		return nil, fmt.Errorf("write quote %s as PDF: %w", q.Number, err)
	}
	return b.Bytes(), nil
}

const fontName = "noto"

// pdf is a PDF file that is being written.
type pdf struct {
	*fpdf.Fpdf
	sheet
}

// codePicture is a QR code as a PNG file, eight pixels a module.
func codePicture(text string) ([]byte, error) {
	small, err := watermark.QRCode(text)
	if err != nil {
		return nil, err
	}
	const scale = 8
	n := small.Rect.Dx()
	large := image.NewGray(image.Rect(0, 0, n*scale, n*scale))
	for i := range large.Pix {
		large.Pix[i] = small.Pix[i/large.Stride/scale*small.Stride+i%large.Stride/scale]
	}
	var b bytes.Buffer
	err = png.Encode(&b, large)
	return b.Bytes(), err
}

// properties are the file's: the token, and the day of the quote for a clock, so
// that a copy is the same whenever it is written.
func (d *pdf) properties() {
	d.SetTitle(d.title+" "+d.Number, true)
	d.SetAuthor(d.Seller.Name, true)
	d.SetKeywords(d.token, true)
	d.SetSubject(d.token, true)
	d.SetCreator("Waymark", false)
	d.SetLang(d.tag)
	d.SetCreationDate(d.From)
	d.SetModificationDate(d.From)
	d.SetCatalogSort(true)
}

func (d *pdf) size(points float64, colour [3]int) {
	d.SetFont(fontName, "", points)
	d.SetTextColor(colour[0], colour[1], colour[2])
}

var (
	black = [3]int{34, 34, 34}
	pale  = [3]int{96, 96, 96}
	white = [3]int{255, 255, 255}
)

// head writes seller, title, buyer and the facts.
func (d *pdf) head() {
	d.size(20, ink)
	d.CellFormat(textWide/2, 26, d.title, "", 0, "L", false, 0, "")
	d.size(11, ink)
	d.CellFormat(textWide/2, 26, known(d.Seller.Name), "", 1, "R", false, 0, "")
	d.size(8, pale)
	for _, l := range d.Seller.Lines {
		d.CellFormat(textWide, 11, known(l), "", 1, "R", false, 0, "")
	}
	d.SetDrawColor(ink[0], ink[1], ink[2])
	d.SetLineWidth(1.2)
	d.Line(margin, d.GetY()+5, pageWide-margin, d.GetY()+5)
	d.SetY(d.GetY() + 16)
	top := d.GetY()
	d.size(8, pale)
	d.CellFormat(textWide/2, 12, d.to, "", 1, "L", false, 0, "")
	d.size(11, black)
	d.MultiCell(textWide/2-16, 15, known(d.Buyer.Name), "", "L", false)
	d.size(9, black)
	for _, l := range d.Buyer.Lines {
		d.MultiCell(textWide/2-16, 12, known(l), "", "L", false)
	}
	if d.Attn != "" {
		d.MultiCell(textWide/2-16, 14, d.attn+": "+known(d.Attn), "", "L", false)
	}
	bottom := d.GetY()
	d.SetY(top)
	for _, f := range d.facts() {
		d.SetX(margin + textWide/2)
		d.size(8, pale)
		d.CellFormat(84, lineHigh, f[0], "", 0, "L", false, 0, "")
		d.size(9, black)
		d.MultiCell(textWide/2-84, lineHigh, known(f[1]), "", "L", false)
	}
	d.SetY(max(bottom, d.GetY()) + 14)
}

// tableHead writes the titles of the columns.
func (d *pdf) tableHead() {
	d.size(8.5, white)
	d.SetFillColor(ink[0], ink[1], ink[2])
	for i, t := range []string{d.item, d.sku, d.text, d.quantity, d.unit, d.amount} {
		d.CellFormat(columns[i].wide, 19, t, "", 0, columns[i].align+"M", true, 0, "")
	}
	d.Ln(19)
}

// table writes the lines, on as many pages as they need.
func (d *pdf) table() {
	d.tableHead()
	d.SetDrawColor(205, 205, 205)
	d.SetLineWidth(0.5)
	for i, l := range d.Lines {
		d.size(8.5, black)
		text := d.SplitText(known(l.Text), columns[2].wide-6)
		high := float64(max(1, len(text)))*11 + 7
		if d.room() < high {
			d.AddPage()
			d.tableHead()
			d.size(8.5, black)
		}
		y := d.GetY()
		if i%2 == 1 {
			d.SetFillColor(244, 246, 250)
			d.SetAlpha(1, "Multiply") // over the background
			d.Rect(margin, y, textWide, high, "F")
			d.SetAlpha(1, "Normal")
		}
		x := margin
		for c, v := range []string{d.count(int64(i + 1)), known(l.SKU), "", d.count(l.Quantity), d.figure(l.Unit), d.figure(l.Amount)} {
			d.SetXY(x, y+3)
			if c == 2 {
				for k, t := range text {
					d.SetXY(x, y+3+float64(k)*11)
					d.CellFormat(columns[c].wide, 11, t, "", 0, "L", false, 0, "")
				}
			} else {
				d.CellFormat(columns[c].wide, 11, v, "", 0, columns[c].align, false, 0, "")
			}
			x += columns[c].wide
		}
		d.SetDrawColor(205, 205, 205)
		d.SetLineWidth(0.5)
		d.Line(margin, y+high, pageWide-margin, y+high)
		d.SetXY(margin, y+high)
	}
}

// room is what is left of the page above its foot.
func (d *pdf) room() float64 { return pageHigh - footHigh - d.GetY() }

// closing writes the total and the terms.
func (d *pdf) closing() {
	if d.room() < 60 {
		d.AddPage()
	}
	d.Ln(8)
	d.size(12, ink)
	d.CellFormat(textWide, 20, d.words.total+"    "+d.priced(d.sum), "", 1, "R", false, 0, "")
	d.Ln(8)
	d.size(9.5, ink)
	d.CellFormat(textWide, 16, d.words.terms, "", 1, "L", false, 0, "")
	for i, t := range d.conditions() {
		d.size(8.5, black)
		lines := d.SplitText(known(t), textWide-20)
		if d.room() < float64(len(lines))*12 {
			d.AddPage()
			d.size(8.5, black)
		}
		d.CellFormat(16, 12, fmt.Sprintf("%d.", i+1), "", 0, "L", false, 0, "")
		for _, l := range lines {
			d.SetX(margin + 16)
			d.CellFormat(textWide-16, 12, l, "", 1, "L", false, 0, "")
		}
		d.Ln(2)
	}
}

// foot writes the foot of a page.
func (d *pdf) foot() {
	const side = 57 * watermark.QRModule / 25.4 * 72 // points, for the largest code that claims need
	y := pageHigh - footHigh + 12
	d.SetDrawColor(205, 205, 205)
	d.SetLineWidth(0.5)
	d.Line(margin, y-8, pageWide-margin, y-8)
	d.ImageOptions("code", pageWide-margin-side, y, side, side, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	d.size(8, black)
	row := func(text string) {
		d.SetXY(margin, y)
		d.CellFormat(textWide-side-12, 12, text, "", 0, "L", false, 0, "")
		y += 13
	}
	row(d.copyOf + ": " + d.token)
	d.size(7.5, pale)
	d.SetXY(margin, y)
	for _, l := range d.SplitText(known(d.scope+d.places()), textWide-side-16) {
		row(l)
	}
	row(d.until + ": " + d.day(d.Until) + "   " + d.number + " " + d.Number)
	row(d.check)
	row(fmt.Sprintf(d.page, d.PageNo(), "{pages}"))
}

// seam is how many pixels of the next tile are part of each, so that no light
// shows between them.
const seam = 2

// tilePicture is the tile with its seams, as a PNG file.
func tilePicture(tile *image.Gray) ([]byte, error) {
	n := tile.Rect.Dx()
	m := image.NewGray(image.Rect(0, 0, n+seam, n+seam))
	for i := range m.Pix {
		m.Pix[i] = tile.Pix[i/m.Stride%n*tile.Stride+i%m.Stride%n]
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

// background lays the tile over the page, before anything else.
func (d *pdf) background() {
	const side = watermark.TilePoints * (tilePixels + seam) / tilePixels
	for y := 0.0; y < pageHigh; y += watermark.TilePoints {
		for x := 0.0; x < pageWide; x += watermark.TilePoints {
			d.ImageOptions("tile", x, y, side, side, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
		}
	}
}
