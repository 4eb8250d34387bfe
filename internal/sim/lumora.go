package sim

import (
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Maker is the id of the manufacturer of the built-in world.
const Maker partner.ID = "LUMORA"

// since is when rights began that no date is given for.
const since = partner.Date("2025-01-01")

// Lumora returns the built-in world: the LED brand Lumora in the first quarter
// of 2026, with twelve distributors on five continents. All of it is fiction.
func Lumora() *Setting {
	return &Setting{
		Name: "Lumora LED 2026-Q1", Start: "2026-01-01", PartnerPrefix: 9522000, Pallet: 20, Policy: "lumora-2026q1",
		Embargoes: []geo.Region{"KP"},
		Listed:    []diversion.Listed{{List: "fictional", Entry: "F-0001", Name: "Meridian Orbit Holding", Aliases: []string{"Meridian Orbit Group"}, Country: "SA"}},
		Maker: Manufacturer{ID: Maker, Name: "Lumora LED Co., Ltd.", Prefix: 9521234, Country: "CN",
			Currency: "CNY", TimeZone: "Asia/Shanghai", Languages: []string{"zh", "en"},
			Sites: []OwnSite{
				{"FAC-SZ", partner.Factory, "CN-GD"},
				{"HUB-SZ", partner.Hub, "CN-GD"},
				{"HUB-RTM", partner.Hub, "NL"},
				{"HUB-SIN", partner.Transit, "SG"},
				{"HUB-PTY", partner.Transit, "PA"},
			}},
		Products:     panels(),
		Distributors: Roster(),
		Outsiders: []Outsider{
			{"AE", "Deira Trading LLC"},
			{"CN-ZJ", "Yiwu Guangdian Trading"},
			{"DE", "Elbe Bildtechnik OHG"},
			{"AU", "Harbour Stadium Works"},
			{"NG", "Ikeja Electronics Market"},
			{"SA", "Meridian Orbit Holdings FZE"},
			{"KP", "Taedong Import Office"},
		},
		Plots: plots,
	}
}

func panels() []partner.Product {
	list := []struct{ name, line, value string }{
		{"LX-P125 indoor panel", "panel", "500.00"},
		{"LX-P39 outdoor panel", "panel", "620.00"},
		{"LX-RX7 receiver card", "control", "180.00"},
		{"LX-PSU5 power unit", "control", "95.00"},
	}
	var out []partner.Product
	for i, p := range list {
		stem := uint64(9521234*100_000 + 10_001 + i)
		gtin := func(indicator uint64) gs1.GTIN {
			n := indicator*1_000_000_000_000 + stem
			return gs1.GTIN(n*10 + uint64(gs1.CheckDigit(n)))
		}
		out = append(out, partner.Product{GTIN: gtin(0), Name: p.name, Line: p.line,
			UnitValue:  partner.Amount{Amount: p.value, Currency: "USD"},
			CartonGTIN: gtin(1), UnitsPerCarton: 10})
	}
	return out
}

// plots lists what is planted, in the order in which an owner's goods are
// shared out.
var plots = []Plot{
	{Kind: "D01", Owner: "P09", To: "AE", Cartons: 60},
	{Kind: "D02", Owner: "P11", To: "IN", Cartons: 50},
	{Kind: "D03", Owner: "P12", To: "AE", Cartons: 30},
	{Kind: "D04", Owner: "P08", Regions: []geo.Region{"BR", "TR", "JP", "GB", "ZA", "EG"}, Units: 25},
	{Kind: "D05", Owner: "P05", With: "P06", Cartons: 90},
	{Kind: "D06", Owner: "P11", To: "CN-ZJ", Cartons: 40},
	{Kind: "D07", Owner: "P07", Units: 40},
	{Kind: "D08", Owner: "P10", Units: 60},
	{Kind: "D09", Owner: "P07", To: "US-TX", Cartons: 30},
	{Kind: "D10", Regions: []geo.Region{"TH", "AE", "IN", "MX", "NG"}, Units: 50},
	{Kind: "D11", Owner: "P07", To: "US-TX"},
	{Kind: "D12", Owner: "P02", With: "P04", To: "ES", Cartons: 40},
	{Kind: "D13", Owner: "P09", With: "P08", To: "MY", Units: 80, Customer: "Selangor Arena Bhd"},
	{Kind: "D14", Owner: "P05", With: "P06", To: "US-NY", Cartons: 16},
	{Kind: "D14", Owner: "P06", With: "P05", To: "US-CA", Cartons: 16},
	{Kind: "D14", Owner: "P08", With: "P09", To: "TH", Cartons: 16},
	{Kind: "D14", Owner: "P11", With: "P12", To: "KE", Cartons: 8},
	{Kind: "D14", Owner: "P12", With: "P11", To: "KE", Cartons: 8},
	{Kind: "D15", Owner: "P10", To: "SA", Cartons: 10},
	{Kind: "D15", Owner: "P10", To: "KP", Cartons: 10},
	{Kind: "D16", Owner: "P11"},
	{Kind: "C01", Owner: "P03", To: "DE", Cartons: 20},
	{Kind: "C02", Owner: "P01", With: "P02", Cartons: 20},
	{Kind: "C03", Owner: "P08", To: "AU", Cartons: 50},
	{Kind: "C04", Owner: "P04", To: "PT", NotTill: "2026-02-16", Cartons: 20},
	{Kind: "C06", Owner: "P06", Units: 5000},
	{Kind: "C07", Owner: "P11", To: "NG", Cartons: 10},
	{Kind: "C08", Owner: "P12", To: "NG", Units: 10},
	{Kind: "C09", Owner: "P03", To: "TR", Cartons: 4},
	{Kind: "C10", Owner: "P11", To: "KE", Cartons: 20},
	{Kind: "C10", Owner: "P12", To: "KE", Cartons: 20},
	{Kind: "C12", Owner: "P05", With: "P10", Cartons: 10},
	{Kind: "C13", Owner: "P01", To: "ZA", Units: 20},
	{Kind: "C14", Owner: "P01", To: "CH", Cartons: 20},
}
