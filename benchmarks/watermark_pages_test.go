package benchmarks

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"waymark/internal/document"
)

// pageDPI is the resolution of the drawn pages.
const pageDPI = 150

var typeface = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(document.Font())
	if err != nil {
		panic(err)
	}
	return f
})

// sheet is an A4 page that is drawn on, in pixels.
type sheet struct {
	*image.RGBA
	faces map[float64]font.Face
}

func newSheet() *sheet {
	s := &sheet{image.NewRGBA(image.Rect(0, 0, 1240, 1754)), map[float64]font.Face{}}
	draw.Draw(s, s.Rect, image.White, image.Point{}, draw.Src)
	return s
}

func (s *sheet) fill(x, y, w, h int, c color.Color) {
	draw.Draw(s, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Over)
}

// text writes a line whose right edge is at x where right, and else the left.
func (s *sheet) text(x, y int, points float64, c color.Color, text string, right bool) {
	face := s.faces[points]
	if face == nil {
		face, _ = opentype.NewFace(typeface(), &opentype.FaceOptions{Size: points, DPI: pageDPI, Hinting: font.HintingNone})
		s.faces[points] = face
	}
	d := font.Drawer{Dst: s, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	if right {
		d.Dot.X -= d.MeasureString(text)
	}
	d.DrawString(text)
}

// wording is what quotes say in a language.
type wording struct {
	title        string
	meta, head   []string
	names, terms []string
}

var wordings = []wording{{
	"产品报价单", []string{"合作伙伴", "授权区域", "报价编号", "有效期至", "负责人", "价格表版本"}, []string{"序号", "型号", "产品描述", "数量", "单价", "金额"},
	[]string{"室内小间距显示屏 P1.2", "户外固装箱体 P4", "租赁屏模组 P2.9", "视频处理器 VX4S", "接收卡 A5s", "电源 5V 60A", "钢结构安装套件", "工业控制主板 IM-7", "充电桩 120kW 双枪"},
	[]string{"本报价仅适用于上述授权区域内的交付与最终使用，未经书面同意不得向区域外转售。", "本报价单仅供指定合作伙伴使用，属保密信息，不得向任何第三方披露。", "付款方式：下单支付百分之三十定金，发货前付清余款。", "每台设备均有唯一序列号并在出库时登记，质保服务仅在授权区域内提供。", "报价不含运费、关税及当地税费。"},
}, {
	"QUOTATION", []string{"Partner", "Territory", "Quote no.", "Valid until", "Contact", "Price list"}, []string{"#", "SKU", "Description", "Qty", "Unit price", "Amount"},
	[]string{"Indoor fine-pitch LED panel P1.2", "Outdoor fixed LED cabinet P4", "Rental LED module P2.9", "Video processor VX4S", "Receiving card A5s", "Power supply 5V 60A", "Steel mounting kit", "Industrial board IM-7", "DC charger 120kW dual"},
	[]string{"Prices are valid only for delivery and end use within the territory stated above.", "This quotation is addressed to the named partner and is confidential.", "Payment: 30% deposit with the order, balance before shipment.", "Each unit carries a serial number that is registered at dispatch. Warranty in the territory only.", "Freight, duties and local taxes are not included."},
}, {
	"COTIZACIÓN", []string{"Socio", "Territorio", "Cotización n.º", "Válida hasta", "Contacto", "Lista de precios"}, []string{"#", "SKU", "Descripción", "Cant.", "Precio", "Importe"},
	[]string{"Panel LED interior P1.2", "Gabinete LED exterior P4", "Módulo LED de alquiler P2.9", "Procesador de vídeo VX4S", "Tarjeta receptora A5s", "Fuente 5V 60A", "Kit de montaje", "Placa industrial IM-7"},
	[]string{"Precios válidos solo para entrega y uso final en el territorio indicado.", "Esta cotización es confidencial y va dirigida al socio nombrado.", "Pago: 30 % de anticipo con el pedido, saldo antes del envío.", "Cada unidad lleva un número de serie que se registra al salir de fábrica.", "Flete, aranceles e impuestos locales no incluidos."},
}}

// quotePage draws the page of a quote, each seed another: language, colours,
// size of type, five to twenty-five lines, shaded rows or none.
func quotePage(seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	s, w := newSheet(), wordings[r.IntN(3)]
	accent := []color.RGBA{{0x1f, 0x3a, 0x5f, 255}, {0x7a, 0x1f, 0x2b, 255}, {0x14, 0x53, 0x2d, 255}, {0x33, 0x33, 0x33, 255}, {0x0b, 0x6e, 0x99, 255}}[r.IntN(5)]
	zebra := []color.RGBA{{0xff, 0xff, 0xff, 255}, {0xf5, 0xf7, 0xfa, 255}, {0xf2, 0xf2, 0xf2, 255}, {0xee, 0xf4, 0xfb, 255}}[r.IntN(4)]
	ink, points := color.RGBA{0x22, 0x22, 0x22, 255}, 7.5+0.5*float64(r.IntN(4))
	line := int(points * 3.2)
	s.text(90, 130, 17, accent, w.title, false)
	s.text(90, 165, points, ink, "Waymark Industrial Co., Ltd.", false)
	s.fill(1080, 80, 70, 70, color.RGBA{0x55, 0x88, 0xaa, 255})
	s.fill(90, 180, 1060, 3, accent)
	meta := []string{fmt.Sprintf("Partner-%04d Trading Co., Ltd", r.IntN(10000)), []string{"VN", "TH, LA", "AE", "MX, CO", "DE, PL", "KE"}[r.IntN(6)], fmt.Sprintf("Q-2026-%06d", r.IntN(1e6)), fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)), fmt.Sprintf("R%05d", r.IntN(1e5)), fmt.Sprintf("PL-2026.%d", r.IntN(12))}
	y := 180 + line*3/2
	for i, m := range meta {
		x := 90 + 540*(i%2)
		s.text(x, y, points, color.Gray{0x60}, w.meta[i], false)
		s.text(x+190, y, points, ink, m, false)
		y += line * (i % 2)
	}
	y += line / 2
	s.fill(90, y, 1060, line*4/3, accent)
	columns := []int{100, 160, 310, 810, 970, 1140}
	for i, h := range w.head {
		s.text(columns[i], y+line, points, color.White, h, i > 2)
	}
	y += line * 4 / 3
	total := 0.0
	for i := range 5 + r.IntN(21) {
		if i%2 == 1 {
			s.fill(90, y, 1060, line*4/3, zebra)
		}
		quantity, price := 1+r.IntN(200), float64(500+r.IntN(400000))/100
		total += price * float64(quantity)
		for c, v := range []string{fmt.Sprint(i + 1), fmt.Sprintf("%c%c-%04d", 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(10000)), w.names[r.IntN(len(w.names))], fmt.Sprint(quantity), fmt.Sprintf("%.2f", price), fmt.Sprintf("%.2f", price*float64(quantity))} {
			s.text(columns[c], y+line, points, ink, v, c > 2)
		}
		y += line * 4 / 3
		s.fill(90, y-1, 1060, 1, color.Gray{0xcc})
	}
	s.text(1140, y+line*3/2, points*1.3, ink, fmt.Sprintf("%s %.2f", []string{"USD", "EUR", "CNY", "AED"}[r.IntN(4)], total), true)
	y += line * 3
	for i := range 3 + r.IntN(3) {
		s.text(100, y, points, color.Gray{0x44}, fmt.Sprintf("%d. %s", i+1, w.terms[i%len(w.terms)]), false)
		y += line * 5 / 4
	}
	s.fill(90, 1690, 1060, 1, color.Gray{0xdd})
	s.text(90, 1715, 6.5, color.Gray{0x88}, strings.ToLower(meta[2])+" · 1/1", false)
	return s.RGBA
}

// foreignPage draws a page with the security background of somebody else: dots
// in a grid, waves, a slanted word, or grain.
func foreignPage(seed uint64) *image.RGBA {
	m := quotePage(seed)
	r := rand.New(rand.NewPCG(seed, 2))
	kind, step := r.IntN(4), 5+r.IntN(60)
	tile := make([]int, 256*256)
	for i := range tile {
		tile[i] = r.IntN(9)
	}
	word := &sheet{image.NewRGBA(m.Rect), map[float64]font.Face{}}
	if kind == 2 {
		for y := 0; y < 1754; y += 150 {
			for x := -y % 400; x < 1240; x += 400 {
				word.text(x, y, 16, color.Gray{40}, "CONFIDENTIAL 保密", false)
			}
		}
	}
	for i := 0; i < len(m.Pix); i += 4 {
		x, y, d := i/4%1240, i/4/1240, 0
		switch {
		case kind == 0 && x%step < 2 && y%step < 2:
			d = 24
		case kind == 1 && (x+y*y/900)%step < step/2:
			d = 6
		case kind == 2 && word.Pix[i+3] > 0:
			d = 14
		case kind == 3:
			d = tile[y%256*256+x%256]
		}
		for c := range 3 {
			m.Pix[i+c] = uint8(max(0, int(m.Pix[i+c])-d))
		}
	}
	return m
}
