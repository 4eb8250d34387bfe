package api

import (
	"fmt"

	"waymark/internal/calendar"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/projections"
)

// priceLists are what units cost, by region and currency: /v1/price-lists. One
// without a first day holds from the day it is first recorded.
var priceLists = &resource[quote.PriceList]{
	kind: "price-list", many: "price-lists",
	typ:      quote.PriceListSet,
	name:     plainID,
	id:       func(p quote.PriceList) string { return p.ID },
	setID:    func(p *quote.PriceList, id string) { p.ID = id },
	complete: sinceRecorded(func(p *quote.PriceList) *partner.Date { return &p.From }),
	validate: quote.PriceList.Validate,
	missing: func(m *missing, p quote.PriceList) {
		for i, l := range p.Prices {
			m.product(fmt.Sprintf("/prices/%d/gtin", i), l.GTIN)
		}
	},
	find: func(v *projections.Views, id string) (quote.PriceList, bool) {
		p, _, ok := v.QuoteTrade().Lists.Get(id)
		return p, ok
	},
	all: func(v *projections.Views) []quote.PriceList { return v.QuoteTrade().Lists.All() },
}

// calendars say which days are worked where: /v1/calendars.
var calendars = &resource[calendar.Calendar]{
	kind: "calendar", many: "calendars",
	typ:      calendar.Recorded,
	name:     plainID,
	id:       func(c calendar.Calendar) string { return c.ID },
	setID:    func(c *calendar.Calendar, id string) { c.ID = id },
	validate: calendar.Calendar.Validate,
	missing:  func(*missing, calendar.Calendar) {},
	find:     func(v *projections.Views, id string) (calendar.Calendar, bool) { return v.Calendars().Get(id) },
	all:      func(v *projections.Views) []calendar.Calendar { return v.Calendars().All() },
}
