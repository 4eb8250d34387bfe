package document

import (
	"strconv"
	"strings"
	"time"

	"waymark/internal/money"
)

// words are what documents say in a language.
type words struct {
	title, number, from, until, list, attn, to, regions string
	item, sku, text, quantity, unit, amount, total      string
	terms, scope, secret, copyOf, check                 string
	page                                                string // of a page and how many there are
	between                                             string // names in a list
	style, date                                         string
	tag                                                 string // BCP 47
}

var languages = map[Language]words{
	Chinese: {
		title: "报价单", number: "报价编号", from: "报价日期", until: "有效期至", list: "价格表", attn: "联系人", to: "客户", regions: "授权交付区域",
		item: "序号", sku: "型号", text: "产品描述", quantity: "数量", unit: "单价", amount: "金额", total: "合计",
		terms: "条款", scope: "本报价仅适用于在以下区域内的交付与最终使用：", secret: "本报价单为保密文件，仅供上述收件人使用。",
		copyOf: "本副本编号", check: "扫描二维码可核验本副本", page: "第 %d 页，共 %s 页", between: "、", style: "1,234.56", date: "2006年1月2日", tag: "zh-CN",
	},
	English: {
		title: "Quotation", number: "Quote no.", from: "Date", until: "Valid until", list: "Price list", attn: "Attention", to: "To", regions: "Delivery allowed in",
		item: "No.", sku: "SKU", text: "Description", quantity: "Qty", unit: "Unit price", amount: "Amount", total: "Total",
		terms: "Terms", scope: "Valid only for delivery and end use in: ", secret: "Confidential: for the recipient named above only.",
		copyOf: "This copy", check: "Scan the code to check this copy", page: "Page %d of %s", between: ", ", style: "1,234.56", date: "2 January 2006", tag: "en",
	},
	Spanish: {
		title: "Cotización", number: "Cotización n.º", from: "Fecha", until: "Válida hasta", list: "Lista de precios", attn: "A la atención de", to: "Para", regions: "Entrega permitida en",
		item: "N.º", sku: "SKU", text: "Descripción", quantity: "Cant.", unit: "Precio unitario", amount: "Importe", total: "Total",
		terms: "Condiciones", scope: "Válida solo para entrega y uso final en: ", secret: "Confidencial: solo para el destinatario arriba indicado.",
		copyOf: "Esta copia", check: "Escanee el código para verificar esta copia", page: "Página %d de %s", between: ", ", style: "1.234,56", date: "02/01/2006", tag: "es",
	},
}

// separators are those of thousands and of decimals.
var separators = map[string][]string{
	"1,234.56": {",", "."},
	"1.234,56": {".", ","},
	"1 234,56": {"\u00a0", ","},
}

// figure writes an amount without its currency.
func (s sheet) figure(minor int64) string {
	whole, decimals, _ := strings.Cut(money.Of(minor, s.Currency).Decimal(), ".")
	sep := separators[s.Style]
	out := grouped(whole, sep[0])
	if decimals != "" {
		out += sep[1] + decimals
	}
	return out
}

// count writes a whole number.
func (s sheet) count(n int64) string {
	return grouped(strconv.FormatInt(n, 10), separators[s.Style][0])
}

// grouped puts a separator before every third digit from behind.
func grouped(digits, sep string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + sep + digits[i:]
	}
	return sign + digits
}

// priced writes an amount with its currency, where the language has it.
func (s sheet) priced(a money.Amount) string {
	if s.Language == Spanish {
		return s.figure(a.Minor) + "\u00a0" + string(a.Currency)
	}
	return string(a.Currency) + "\u00a0" + s.figure(a.Minor)
}

func (s sheet) day(t time.Time) string { return t.Format(s.date) }

// places names the regions, with their codes.
func (s sheet) places() string {
	var names []string
	for _, r := range s.Regions {
		switch {
		case r.Name == "":
			names = append(names, r.Code)
		case s.Language == Chinese:
			names = append(names, r.Name+"（"+r.Code+"）")
		default:
			names = append(names, r.Name+" ("+r.Code+")")
		}
	}
	return strings.Join(names, s.between)
}

// facts are the pairs at a document's head.
func (s sheet) facts() [][2]string {
	return [][2]string{
		{s.number, s.Number}, {s.from, s.day(s.From)}, {s.until, s.day(s.Until)},
		{s.list, s.List}, {s.regions, s.places()},
	}
}

// conditions are the terms, those of the region and of secrecy first.
func (s sheet) conditions() []string {
	return append([]string{s.scope + s.places() + map[bool]string{true: "。", false: "."}[s.Language == Chinese], s.secret}, s.Terms...)
}
