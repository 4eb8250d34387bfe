package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/quote"
)

// leakQuote is D11: a quote for the owner's territory, from the price list that
// holds there, is seen in a tender elsewhere.
func (w *World) leakQuote(p *Plot) {
	m := w.member(p.Owner)
	list := w.prices(m)
	product := w.Products[0]
	id := fmt.Sprintf("Q-%s-%s", m.ID, p.To)
	made := w.Start.Add(5*day + 9*time.Hour)
	r := quote.Request{ID: id, Partner: m.ID, Recipients: []string{"u-" + string(m.ID) + "-1", "u-" + string(m.ID) + "-2"}, PriceList: list.ID, Currency: list.Currency,
		Regions: geo.Territory(m.Regions), Lines: []quote.Asked{{GTIN: product.GTIN, Quantity: 40, Discount: 500}}, From: w.dateOf(5 * day), Until: w.dateOf(w.quarter - day)}
	w.Quotes = append(w.Quotes, Issued{r, made, "issue-" + id})
	s := newStream(w.Seed, id)
	at := 30*day + moment(s.IntN(20*24))*time.Hour
	l := quote.Surfacing{ID: "L-" + id, Time: w.Start.Add(at), Copy: quote.NewCopyID(id, r.Recipients[1], "issue-"+id), Country: p.To.Country(), Source: quote.Tender}
	if p.To != l.Country {
		l.Subdivision = p.To
	}
	w.leaks = append(w.leaks, l)
	w.plant(p.Kind, m.ID, r.Regions[0].Country(), p.To, at).expectSum("R18", m.ID, p.To)
}

// prices returns the price list of a distributor's territory: what units are
// worth, for the quarter.
func (w *World) prices(m *member) quote.PriceList {
	p := quote.PriceList{ID: "PL-" + string(m.ID), Regions: geo.Territory(m.Regions), Currency: w.Products[0].UnitValue.Currency, From: w.dateOf(0), To: w.dateOf(w.quarter - day), Discount: 1000, Limit: 10_000_000}
	for _, x := range w.Products {
		if v, err := strconv.ParseInt(strings.Replace(x.UnitValue.Amount, ".", "", 1), 10, 64); err == nil && x.UnitValue.Currency == p.Currency && v > 0 {
			p.Prices = append(p.Prices, quote.Price{GTIN: x.GTIN, Price: v})
		}
	}
	w.Prices = append(w.Prices, p)
	return p
}
