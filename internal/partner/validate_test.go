package partner_test

import (
	"testing"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

func field(f []partner.Fault) string {
	if len(f) == 0 {
		return ""
	}
	return f[0].Field
}

func TestFaults(t *testing.T) {
	p := partner.Partner{ID: "P09", Name: "Siam Light", Country: "TH", Currency: "USD", TimeZone: "Asia/Bangkok", Tier: partner.Tier{Scale: partner.Core, Capability: partner.Sales}}
	for want, spoil := range map[string]func(*partner.Partner){
		"":                 func(*partner.Partner) {},
		"/id":              func(p *partner.Partner) { p.ID = "a b" },
		"/name":            func(p *partner.Partner) { p.Name = "" },
		"/country":         func(p *partner.Partner) { p.Country = "TH-10" },
		"/currency":        func(p *partner.Partner) { p.Currency = "usd" },
		"/timezone":        func(p *partner.Partner) { p.TimeZone = "Bangkok" },
		"/tier/scale":      func(p *partner.Partner) { p.Tier.Scale = "huge" },
		"/tier/capability": func(p *partner.Partner) { p.Tier.Capability = "magic" },
		"/status":          func(p *partner.Partner) { p.Status = "asleep" },
		"/parent":          func(p *partner.Partner) { p.Parent = p.ID },
	} {
		q := p
		spoil(&q)
		if got := field(q.Validate()); got != want {
			t.Errorf("fault of the partner at %q, want %q", got, want)
		}
	}
	lat, far := 13.7, 200.0
	s := partner.Site{GLN: 9522009000016, Name: "Bangkok", Partner: "P09", Role: partner.DC, Country: "TH", Subdivision: "TH-10", Lat: &lat, Lon: &lat, TimeZone: "Asia/Bangkok"}
	for want, spoil := range map[string]func(*partner.Site){
		"":             func(*partner.Site) {},
		"/gln":         func(s *partner.Site) { s.GLN = 0 },
		"/role":        func(s *partner.Site) { s.Role = "attic" },
		"/subdivision": func(s *partner.Site) { s.Subdivision = "DE-BY" },
		"/lat":         func(s *partner.Site) { s.Lat = nil },
		"/lon":         func(s *partner.Site) { s.Lon = &far },
	} {
		q := s
		spoil(&q)
		if got := field(q.Validate()); got != want {
			t.Errorf("fault of the site at %q, want %q", got, want)
		}
	}
	g := partner.Grant{ID: "G", Partner: "P09", Products: []string{"led"}, Regions: geo.Territory{"TH"}, From: "2026-01-01", To: "2026-12-31"}
	for want, spoil := range map[string]func(*partner.Grant){
		"":               func(*partner.Grant) {},
		"/products":      func(g *partner.Grant) { g.Products = nil },
		"/regions":       func(g *partner.Grant) { g.Regions = nil },
		"/from":          func(g *partner.Grant) { g.From = "1 May" },
		"/to":            func(g *partner.Grant) { g.To = "2025-01-01" },
		"/sell_off_days": func(g *partner.Grant) { g.SellOffDays = -1 },
	} {
		q := g
		spoil(&q)
		if got := field(q.Validate()); got != want {
			t.Errorf("fault of the grant at %q, want %q", got, want)
		}
	}
	r := partner.Product{GTIN: 9521234100010, Name: "Panel", Line: "led", UnitValue: partner.Amount{Amount: "500.00", Currency: "USD"}}
	for want, spoil := range map[string]func(*partner.Product){
		"":                     func(*partner.Product) {},
		"/gtin":                func(p *partner.Product) { p.GTIN = 0 },
		"/line":                func(p *partner.Product) { p.Line = "" },
		"/unit_value/amount":   func(p *partner.Product) { p.UnitValue.Amount = "much" },
		"/unit_value/currency": func(p *partner.Product) { p.UnitValue.Currency = "€" },
		"/carton_gtin":         func(p *partner.Product) { p.CartonGTIN = p.GTIN },
	} {
		q := r
		spoil(&q)
		if got := field(q.Validate()); got != want {
			t.Errorf("fault of the product at %q, want %q", got, want)
		}
	}
}
