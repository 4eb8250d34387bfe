package document_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"waymark/internal/document"
	"waymark/internal/watermark"
)

func ring(t testing.TB) *watermark.Ring {
	t.Helper()
	r, err := watermark.NewRing(watermark.Keys{
		Marks: []watermark.Key{{ID: 1, Secret: []byte("a secret that only tests use")}},
		Pages: []watermark.Key{{ID: 1, Secret: []byte("another one that tests use")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// quotes is a quote in each language.
var quotes = map[document.Language]document.Quote{
	document.Chinese: {
		Number: "Q-2026-000117", Seller: document.Party{Name: "流明显示科技有限公司", Lines: []string{"深圳市南山区科技园路1号", "电话 +86 755 0000 0000"}},
		Buyer: document.Party{Name: "越南河内贸易有限公司", Lines: []string{"河内市还剑郡 12 号"}}, Attn: "阮女士",
		Regions: []document.Region{{Code: "VN", Name: "越南"}, {Code: "LA", Name: "老挝"}}, List: "VN-2026 第3版", Currency: "CNY",
		Terms: []string{"付款方式：下单支付30%定金，发货前付清余款；交期自收到定金之日起计算。", "每台设备均有唯一序列号，并在出库时登记；质保服务仅在授权区域内提供。", "报价不含运费、关税及当地税费。"},
	},
	document.English: {
		Number: "Q-2026-000118", Seller: document.Party{Name: "Lumora Display Technology Co., Ltd.", Lines: []string{"1 Keji Road, Nanshan, Shenzhen", "+86 755 0000 0000"}},
		Buyer: document.Party{Name: "Nairobi Signage Ltd.", Lines: []string{"Kimathi Street 4, Nairobi"}}, Attn: "Ms W. Otieno",
		Regions: []document.Region{{Code: "KE", Name: "Kenya"}}, List: "KE-2026, version 2", Currency: "USD",
		Terms: []string{"Payment: 30% deposit with the order, the balance before shipment; delivery time is counted from the receipt of the deposit.", "Each unit carries a serial number that is registered at dispatch. Warranty service is provided in the regions named above only.", "Freight, duties and local taxes are not included."},
	},
	document.Spanish: {
		Number: "Q-2026-000119", Seller: document.Party{Name: "Lumora Display Technology Co., Ltd.", Lines: []string{"1 Keji Road, Nanshan, Shenzhen"}},
		Buyer: document.Party{Name: "Señalización Andina S.A.S.", Lines: []string{"Carrera 7 n.º 71-21, Bogotá"}}, Attn: "Sr. M. Ruiz",
		Regions: []document.Region{{Code: "MX", Name: "México"}, {Code: "CO", Name: "Colombia"}}, List: "LATAM-2026, versión 1", Currency: "COP",
		Terms: []string{"Pago: 30 % de anticipo con el pedido y el saldo antes del envío.", "Cada unidad lleva un número de serie que se registra al salir de fábrica.", "Flete, aranceles e impuestos locales no incluidos."},
	},
}

var products = map[document.Language][]string{
	document.Chinese: {"室内小间距LED显示屏 P1.2，箱体 600×337.5 mm", "户外固装LED箱体 P4", "视频处理器 VX4S", "接收卡 A5s", "电源 5V 60A"},
	document.English: {"Indoor fine-pitch LED panel P1.2, cabinet 600 × 337.5 mm", "Outdoor fixed LED cabinet P4", "Video processor VX4S", "Receiving card A5s", "Power supply 5 V 60 A"},
	document.Spanish: {"Panel LED interior P1.2, gabinete de 600 × 337,5 mm", "Gabinete LED exterior P4", "Procesador de vídeo VX4S", "Tarjeta receptora A5s", "Fuente 5 V 60 A"},
}

// quote is a quote with so many lines.
func quote(l document.Language, lines int) document.Quote {
	q := quotes[l]
	q.Language, q.From, q.Until = l, day(2026, 3, 2), day(2026, 4, 30)
	for i := range lines {
		unit, n := int64(1234567+i*8191), int64(1+i*37%150)
		q.Lines = append(q.Lines, document.Line{SKU: "LUM-" + strings.Repeat("0", 3) + string(rune('A'+i%26)), Text: products[l][i%len(products[l])], Quantity: n, Unit: unit, Amount: n * unit})
	}
	return q
}

const id = watermark.ID(0x1234567890abcd)

// writers write a quote in each form.
var writers = map[string]func(document.Quote, *watermark.Ring, watermark.Mark) ([]byte, error){
	"pdf": document.PDF, "html": document.HTML, "xlsx": document.Workbook,
}

// TestCarriers writes every form in every language, and asks for the mark in
// every carrier of the form. With WAYMARK_DOCUMENTS, it leaves the files there.
func TestCarriers(t *testing.T) {
	r := ring(t)
	want := map[string][]watermark.Carrier{
		"pdf":  {watermark.Background, watermark.Property, watermark.QR, watermark.Token},
		"html": {watermark.Background, watermark.QR, watermark.Text, watermark.Token},
		"xlsx": {watermark.Name, watermark.NumberFormat, watermark.Property, watermark.Text, watermark.Token},
	}
	for l := range quotes {
		for form, write := range writers {
			file, err := write(quote(l, 30), r, r.Mark(id))
			if err != nil {
				t.Fatal(err)
			}
			if folder := os.Getenv("WAYMARK_DOCUMENTS"); folder != "" {
				if err := os.WriteFile(filepath.Join(folder, string(l)+"."+form), file, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if l != document.Spanish && testing.Short() {
				continue
			}
			trace, err := r.Trace(context.Background(), file, watermark.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			seen := map[watermark.Carrier]bool{}
			for _, f := range trace.Findings {
				if f.Verdict != watermark.Proved || f.Mark.ID != id {
					t.Errorf("%s in %s: %+v", form, l, f)
				}
				seen[f.Carrier] = true
			}
			for _, c := range want[form] {
				if !seen[c] {
					t.Errorf("%s in %s: nothing in the %s", form, l, c)
				}
			}
			if trace.Form != form || len(trace.Unread) > 0 {
				t.Errorf("%s in %s is read as %s, without %q", form, l, trace.Form, trace.Unread)
			}
		}
	}
}

func TestSameFile(t *testing.T) {
	r := ring(t)
	for _, form := range []string{"pdf", "html"} {
		a, err := writers[form](quote(document.English, 5), r, r.Mark(id))
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := writers[form](quote(document.English, 5), r, r.Mark(id)); !bytes.Equal(a, b) {
			t.Errorf("the same quote gives two %s files", form)
		}
	}
}

// TestFigures reads a workbook as its buyer does.
func TestFigures(t *testing.T) {
	r := ring(t)
	q := quote(document.English, 3)
	file, err := document.Workbook(q, r, r.Mark(id))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for i, row := range rows {
		if len(row) > 4 && strings.HasPrefix(row[1], "LUM-") {
			amount, err := f.CalcCellValue(f.GetSheetName(0), "F"+string(rune('0'+(i+1)/10))+string(rune('0'+(i+1)%10)))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, []string{row[3], row[4], amount})
		}
	}
	want := [][]string{{"1", "12,345.67", "12,345.67"}, {"38", "12,427.58", "472,248.04"}, {"75", "12,509.49", "938,211.75"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error("quantity, price and amount (−want +got):\n" + d)
	}
}

func TestFaults(t *testing.T) {
	r := ring(t)
	for _, tt := range []struct {
		name   string
		change func(*document.Quote)
		want   string
	}{
		{"language", func(q *document.Quote) { q.Language = "fr" }, `language "fr"`},
		{"no lines", func(q *document.Quote) { q.Lines = nil }, "no lines"},
		{"sums", func(q *document.Quote) { q.Lines[1].Amount++ }, "line 2"},
		{"style", func(q *document.Quote) { q.Style = "1'234.56" }, "not written as"},
		{"depth", func(q *document.Quote) { q.Depth = 100 }, "levels deep"},
	} {
		q := quote(document.English, 3)
		tt.change(&q)
		if _, err := document.PDF(q, r, r.Mark(id)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestForeignCharacters: what the font lacks is shown as missing, and nothing
// fails.
func TestForeignCharacters(t *testing.T) {
	r := ring(t)
	q := quote(document.English, 1)
	q.Buyer.Name, q.Lines[0].Text = "บริษัท 𠮷野 \x00\u202e", ""
	for form, write := range writers {
		if _, err := write(q, r, r.Mark(id)); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

func BenchmarkPDF(b *testing.B) {
	r, q := ring(b), quote(document.Chinese, 20)
	for b.Loop() {
		if _, err := document.PDF(q, r, r.Mark(id)); err != nil {
			b.Fatal(err)
		}
	}
}
