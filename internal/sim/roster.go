package sim

import (
	"waymark/internal/geo"
	"waymark/internal/partner"
)

func right(id string, exclusive bool, regions ...geo.Region) Right {
	return Right{ID: id, Regions: regions, Exclusive: exclusive, From: since}
}

// Roster returns the twelve distributors of the built-in world.
func Roster() []Profile {
	tier := func(s partner.Scale, c partner.Capability) partner.Tier { return partner.Tier{Scale: s, Capability: c} }
	sales := func(s partner.Scale) partner.Tier { return tier(s, partner.Sales) }
	list := func(r ...geo.Region) []geo.Region { return r }
	vietnam := right("G-P09-VN", false, "VN")
	vietnam.From = "2026-02-01"
	portugal := right("G-P04-PT", false, "PT")
	portugal.To, portugal.SellOff = "2026-02-15", 60
	transfer := Right{ID: "G-P01-FR", Regions: list("FR"), From: "2026-01-01", To: "2026-06-30"}
	stadium := Right{ID: "G-P08-AU", Regions: list("AU"), From: "2026-01-01", To: "2026-06-30"}
	africa := right("G-P11", false, "NG", "GH", "KE")
	africa.To = "2026-03-10"
	return []Profile{
		{"P01", 1, "Lichthaus Spree GmbH", tier(partner.Strategic, partner.Technical), "EUR", "de", list("DE", "AT", "CH"),
			[]Right{right("G-P01", true, "DE", "AT", "CH"), transfer}, 9000, "HUB-RTM", "", 0, 0},
		{"P02", 2, "Ecrans Lumiere SAS", sales(partner.Core), "EUR", "fr", list("FR", "BE", "LU"),
			[]Right{right("G-P02", true, "FR", "BE", "LU")}, 6000, "HUB-RTM", "", 0, 0},
		{"P03", 3, "Wisla Display sp. z o.o.", sales(partner.Core), "EUR", "pl", list("PL", "CZ", "SK"),
			[]Right{right("G-P03", true, "PL", "CZ", "SK")}, 5000, "HUB-RTM", "", 0, 0},
		{"P04", 4, "Iberica Pantallas SL", sales(partner.Ordinary), "EUR", "es", list("ES", "PT"),
			[]Right{right("G-P04", false, "ES"), portugal}, 3000, "HUB-RTM", "", 0, 0},
		{"P05", 5, "Pacific Pixel Inc.", tier(partner.Strategic, partner.Technical), "USD", "en", list("US-CA", "US-WA", "US-OR", "US-NV", "US-AZ"),
			[]Right{right("G-P05", false, "US-CA", "US-WA", "US-OR", "US-NV", "US-AZ")}, 8000, "HUB-SZ", "", 0, 0},
		{"P06", 6, "Atlantic Display Corp.", sales(partner.Core), "USD", "en", list("US-NY", "US-NJ", "US-FL", "US-MA", "US-PA"),
			[]Right{right("G-P06", false, "US-NY", "US-NJ", "US-FL", "US-MA", "US-PA")}, 7000, "HUB-SZ", "", 0, 0},
		{"P07", 7, "Luz del Valle SA de CV", sales(partner.Core), "USD", "es", list("MX", "CO"),
			[]Right{right("G-P07", false, "MX", "CO")}, 4000, "HUB-PTY", "", 0, 0},
		{"P08", 8, "Nusantara Layar PT", tier(partner.Strategic, partner.Servicing), "USD", "id", list("ID", "MY", "SG"),
			[]Right{right("G-P08", false, "ID", "MY", "SG"), stadium}, 7000, "HUB-SIN", "", 0, 0},
		{"P09", 9, "Chao Phraya Media Co.", sales(partner.Ordinary), "USD", "th", list("TH", "VN"),
			[]Right{right("G-P09-TH", false, "TH"), vietnam}, 3000, "HUB-SIN", "", 0, 0},
		{"P10", 10, "Gulf Facade LLC", tier(partner.Core, partner.Servicing), "USD", "ar", list("AE", "SA", "QA"),
			[]Right{right("G-P10", false, "AE", "SA", "QA")}, 5000, "HUB-SZ", "", 0, 0},
		{"P11", 11, "Guinea Gulf Screens Ltd", sales(partner.Ordinary), "USD", "en", list("NG", "GH", "KE"),
			[]Right{africa}, 2500, "HUB-SZ", "2026-03-10", 0, 0},
		{"P12", 12, "Deccan Lights Pvt Ltd", sales(partner.Core), "USD", "en", list("IN", "KE"),
			[]Right{right("G-P12", false, "IN", "KE")}, 4500, "HUB-SZ", "", 0, 0},
	}
}
