package document

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"

	"waymark/internal/watermark"
)

// HTML writes a quote as a web page of its own, with the mark in the page's
// background and, in invisible characters, in each description, so that a copied
// line is enough to find it.
func HTML(q Quote, ring *watermark.Ring, m watermark.Mark) ([]byte, error) {
	s, err := sheetOf(q, ring, m)
	if err != nil {
		return nil, err
	}
	code, err := codePicture(s.claim)
	if err != nil {
		return nil, err
	}
	tile, err := ring.TilePNG(m, tilePixels, q.Depth)
	if err != nil {
		return nil, err
	}
	page := struct {
		W                    map[string]string
		Q                    Quote
		Lang, Token, Total   string
		Facts                [][2]string
		Rows                 [][5]string
		Conditions           []string
		Foot                 []string
		Tile, Code           template.URL
		TilePixels, CodeSize string
	}{
		W: map[string]string{"title": s.title, "to": s.to, "attn": s.attn, "item": s.item, "sku": s.sku, "text": s.text, "quantity": s.quantity,
			"unit": s.unit, "amount": s.amount, "total": s.words.total, "terms": s.words.terms},
		Q: s.Quote, Lang: s.tag, Token: s.token, Total: s.priced(s.sum), Facts: s.facts(),
		Foot: []string{s.copyOf + ": " + s.token, s.scope + s.places(), s.until + ": " + s.day(s.Until), s.check},
		Tile: dataURL(tile), Code: dataURL(code),
		TilePixels: fmt.Sprintf("%gpx", watermark.TilePoints*96/72), CodeSize: fmt.Sprintf("%.1fmm", 57*watermark.QRModule),
	}
	for _, l := range s.Lines {
		text, err := ring.MarkText(m, l.Text)
		if err != nil {
			return nil, fmt.Errorf("write quote %s: %w", q.Number, err)
		}
		page.Rows = append(page.Rows, [5]string{l.SKU, text, s.count(l.Quantity), s.figure(l.Unit), s.figure(l.Amount)})
	}
	for _, c := range s.conditions() {
		text, err := ring.MarkText(m, c)
		if err != nil {
			return nil, fmt.Errorf("write quote %s: %w", q.Number, err)
		}
		page.Conditions = append(page.Conditions, text)
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, page); err != nil {
		return nil, fmt.Errorf("write quote %s as a web page: %w", q.Number, err)
	}
	return b.Bytes(), nil
}

func dataURL(png []byte) template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
}

var pageTemplate = template.Must(template.New("quote").Funcs(template.FuncMap{"add": func(a, b int) int { return a + b }}).Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="copy" content="{{.Token}}">
<title>{{.W.title}} {{.Q.Number}}</title>
<style>
@page{size:A4;margin:0}*{box-sizing:border-box;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;background:#fff;color:#222;font:14px/1.45 "Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",Arial,sans-serif}
main{position:relative;max-width:794px;min-height:1122px;margin:0 auto;padding:52px 60px}
main::after{content:"";position:absolute;inset:0;pointer-events:none;mix-blend-mode:multiply;background:url({{.Tile}}) 0 0/{{.TilePixels}} {{.TilePixels}}}
header{display:flex;justify-content:space-between;border-bottom:2px solid #1f3a5f;padding-bottom:10px;color:#1f3a5f}
h1{font-size:26px;margin:0;font-weight:600}.seller{text-align:right}.small{font-size:11px;color:#606060}
.parties{display:grid;grid-template-columns:1fr 1fr;gap:24px;margin:16px 0}dl{display:grid;grid-template-columns:auto 1fr;gap:2px 14px;margin:0}dt{color:#606060;font-size:12px}dd{margin:0}
table{width:100%;border-collapse:collapse;font-size:13px}th{background:#1f3a5f;color:#fff;text-align:left;padding:6px;font-weight:600}
td{padding:5px 6px;border-bottom:1px solid #ccc;vertical-align:top}tbody tr:nth-child(even){background:#f4f6fa}
.sku{white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.total{text-align:right;font-size:17px;color:#1f3a5f;margin:14px 0}
h2{font-size:14px;color:#1f3a5f;margin:14px 0 4px}ol{margin:0;padding-left:20px;font-size:12.5px}
footer{display:flex;justify-content:space-between;gap:16px;border-top:1px solid #ccc;margin-top:28px;padding-top:10px;font-size:11.5px}footer img{width:{{.CodeSize}};height:{{.CodeSize}};image-rendering:pixelated}
</style></head><body><main>
<header><h1>{{.W.title}}</h1><div class="seller"><b>{{.Q.Seller.Name}}</b>{{range .Q.Seller.Lines}}<div class="small">{{.}}</div>{{end}}</div></header>
<div class="parties"><div><div class="small">{{.W.to}}</div><b>{{.Q.Buyer.Name}}</b>{{range .Q.Buyer.Lines}}<div>{{.}}</div>{{end}}{{with .Q.Attn}}<div>{{$.W.attn}}: {{.}}</div>{{end}}</div>
<dl>{{range .Facts}}<dt>{{index . 0}}</dt><dd>{{index . 1}}</dd>{{end}}</dl></div>
<table><thead><tr><th>{{.W.item}}</th><th>{{.W.sku}}</th><th>{{.W.text}}</th><th class="n">{{.W.quantity}}</th><th class="n">{{.W.unit}}</th><th class="n">{{.W.amount}}</th></tr></thead>
<tbody>{{range $i, $r := .Rows}}<tr><td>{{add $i 1}}</td><td class="sku">{{index $r 0}}</td><td>{{index $r 1}}</td><td class="n">{{index $r 2}}</td><td class="n">{{index $r 3}}</td><td class="n">{{index $r 4}}</td></tr>
{{end}}</tbody></table>
<div class="total">{{.W.total}}&emsp;{{.Total}}</div>
<h2>{{.W.terms}}</h2><ol>{{range .Conditions}}<li>{{.}}</li>{{end}}</ol>
<footer><div>{{range .Foot}}<div>{{.}}</div>{{end}}</div><img src="{{.Code}}" alt=""></footer>
</main></body></html>
`))
