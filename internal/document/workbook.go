package document

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"waymark/internal/watermark"
)

// Workbook writes a quote as an XLSX file whose amounts are formulas of quantity
// and price, with the mark in the file's properties, a defined name, the number
// formats and the descriptions.
func Workbook(q Quote, ring *watermark.Ring, m watermark.Mark) ([]byte, error) {
	s, err := sheetOf(q, ring, m)
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	defer f.Close()
	b := &book{File: f, sheet: s, name: strings.ReplaceAll(s.title, "/", "-")}
	if err := b.write(); err != nil {
		return nil, fmt.Errorf("write quote %s as a workbook: %w", q.Number, err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write quote %s as a workbook: %w", q.Number, err)
	}
	return out.Bytes(), nil
}

// book is a workbook that is being written. The first fault is kept, and what
// follows it does nothing.
type book struct {
	*excelize.File
	sheet
	name  string
	fault error
	row   int
}

func (b *book) keep(err error) {
	if b.fault == nil {
		b.fault = err
	}
}

func (b *book) style(s excelize.Style) int {
	id, err := b.NewStyle(&s)
	b.keep(err)
	return id
}

// set writes a value with a style into a column of the row.
func (b *book) set(column string, value any, style int) {
	cell := fmt.Sprintf("%s%d", column, b.row)
	if formula, ok := value.(formula); ok {
		b.keep(b.SetCellFormula(b.name, cell, string(formula)))
	} else {
		b.keep(b.SetCellValue(b.name, cell, value))
	}
	b.keep(b.SetCellStyle(b.name, cell, cell, style))
}

type formula string

// major is an amount in major units, as workbooks count.
func (b *book) major(minor int64) float64 {
	return float64(minor) / math.Pow10(b.Currency.Digits())
}

// write writes all of it.
func (b *book) write() error {
	b.keep(b.SetSheetName("Sheet1", b.name))
	day := b.From.Format("2006-01-02T00:00:00Z")
	b.keep(b.SetDocProps(&excelize.DocProperties{Title: b.title + " " + b.Number, Creator: b.Seller.Name, Created: day, Modified: day, Language: b.tag}))
	b.keep(b.ring.MarkWorkbook(b.mark, b.File))
	for column, wide := range map[string]float64{"A": 6, "B": 17, "C": 46, "D": 9, "E": 15, "F": 17} {
		b.keep(b.SetColWidth(b.name, column, column, wide))
	}
	one := 1
	b.keep(b.SetPageLayout(b.name, &excelize.PageLayoutOptions{FitToWidth: &one, Size: &[]int{9}[0]}))
	b.head()
	b.table()
	b.closing()
	return b.fault
}

// head writes seller, buyer and facts.
func (b *book) head() {
	title := b.style(excelize.Style{Font: &excelize.Font{Size: 18, Color: "1F3A5F"}})
	bold := b.style(excelize.Style{Font: &excelize.Font{Bold: true}})
	plain := b.style(excelize.Style{})
	b.row = 1
	b.set("A", b.title, title)
	b.row++
	b.set("A", b.Seller.Name, bold)
	for _, l := range b.Seller.Lines {
		b.row++
		b.set("A", l, plain)
	}
	b.row += 2
	b.set("A", b.to+": "+b.Buyer.Name, bold)
	for _, l := range b.Buyer.Lines {
		b.row++
		b.set("A", l, plain)
	}
	if b.Attn != "" {
		b.row++
		b.set("A", b.attn+": "+b.Attn, plain)
	}
	b.row++
	for _, f := range b.facts() {
		b.row++
		b.set("A", f[0]+": "+f[1], plain)
	}
	b.row += 2
}

// table writes the lines.
func (b *book) table() {
	head := excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F3A5F"}}}
	left := b.style(head)
	head.Alignment = &excelize.Alignment{Horizontal: "right"}
	right := b.style(head)
	for i, t := range []string{b.item, b.sku, b.text, b.quantity, b.unit + " (" + string(b.Currency) + ")", b.amount + " (" + string(b.Currency) + ")"} {
		style := left
		if i > 2 {
			style = right
		}
		b.set(string(rune('A'+i)), t, style)
	}
	line := []excelize.Border{{Type: "bottom", Color: "CCCCCC", Style: 1}}
	text := b.style(excelize.Style{Border: line, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	count := b.style(excelize.Style{Border: line, NumFmt: 3, Alignment: &excelize.Alignment{Vertical: "top"}})
	format, err := b.ring.NumberFormat(b.mark, b.format())
	b.keep(err)
	price := b.style(excelize.Style{Border: line, CustomNumFmt: &format, Alignment: &excelize.Alignment{Vertical: "top"}})
	first := b.row + 1
	for i, l := range b.Lines {
		b.row++
		marked, err := b.ring.MarkText(b.mark, l.Text)
		b.keep(err)
		b.set("A", i+1, text)
		b.set("B", l.SKU, text)
		b.set("C", marked, text)
		b.set("D", l.Quantity, count)
		b.set("E", b.major(l.Unit), price)
		b.set("F", formula(fmt.Sprintf("D%d*E%d", b.row, b.row)), price)
	}
	last := b.row
	b.row++
	total := b.style(excelize.Style{Font: &excelize.Font{Bold: true}, CustomNumFmt: &format})
	b.set("E", b.words.total, b.style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "right"}}))
	b.set("F", formula(fmt.Sprintf("SUM(F%d:F%d)", first, last)), total)
}

// format is the number format of amounts.
func (b *book) format() string {
	if d := b.Currency.Digits(); d > 0 {
		return "#,##0." + strings.Repeat("0", d)
	}
	return "#,##0"
}

// closing writes terms and token.
func (b *book) closing() {
	bold, plain := b.style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "1F3A5F"}}), b.style(excelize.Style{})
	b.row += 2
	b.set("A", b.words.terms, bold)
	for i, c := range b.conditions() {
		b.row++
		b.set("A", fmt.Sprintf("%d. %s", i+1, c), plain)
	}
	b.row += 2
	b.set("A", b.copyOf+": "+b.token, b.style(excelize.Style{Font: &excelize.Font{Size: 9, Color: "606060"}}))
}
