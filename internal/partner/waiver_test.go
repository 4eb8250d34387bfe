package partner_test

import (
	"strings"
	"testing"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

const led, outdoor = 9521234100010, 9521234100027

func TestWaiverFaults(t *testing.T) {
	th, items := geo.Territory{"TH"}, []gs1.Item{"a", "b"}
	deal := partner.Waiver{ID: "W", Reason: partner.AsDeal, Partner: "P09", Products: []string{"led", "09521234100010"}, Regions: th, From: "2026-01-01", To: "2026-06-30"}
	moved := partner.Waiver{ID: "W", Reason: partner.AsRelocation, Items: items, Regions: th, From: "2026-01-01"}
	test := partner.Waiver{ID: "W", Reason: partner.AsTestPurchase, Reporter: "agency 7", From: "2026-01-01"}
	drop := partner.Waiver{ID: "W", Reason: partner.AsDropShip, Partner: "P05", Consignee: "P06", From: "2026-01-01"}
	for _, c := range []struct {
		name  string
		of    partner.Waiver
		spoil func(*partner.Waiver)
		field string
	}{
		{"a deal", deal, func(*partner.Waiver) {}, ""},
		{"a deal of all products", deal, func(w *partner.Waiver) { w.Products = nil }, ""},
		{"a transfer", deal, func(w *partner.Waiver) { w.Reason = partner.AsTransfer }, ""},
		{"a relocation", moved, func(*partner.Waiver) {}, ""},
		{"a relocation by a partner", moved, func(w *partner.Waiver) { w.Partner = "P09" }, ""},
		{"a test purchase", test, func(*partner.Waiver) {}, ""},
		{"a drop-ship", drop, func(*partner.Waiver) {}, ""},
		{"no id", deal, func(w *partner.Waiver) { w.ID = "" }, "/id"},
		{"no reason", deal, func(w *partner.Waiver) { w.Reason = "" }, "/reason"},
		{"a reason of its own", deal, func(w *partner.Waiver) { w.Reason = "friendship" }, "/reason"},
		{"a deal of nobody", deal, func(w *partner.Waiver) { w.Partner = "" }, "/partner"},
		{"a deal nowhere", deal, func(w *partner.Waiver) { w.Regions = nil }, "/regions"},
		{"a deal of items", deal, func(w *partner.Waiver) { w.Items = items }, "/items"},
		{"a transfer of nobody", deal, func(w *partner.Waiver) { w.Reason, w.Partner = partner.AsTransfer, "" }, "/partner"},
		{"a partner with a slash", deal, func(w *partner.Waiver) { w.Partner = "a/b" }, "/partner"},
		{"a line with a space", deal, func(w *partner.Waiver) { w.Products[1] = "a b" }, "/products/1"},
		{"a GTIN with a wrong check digit", deal, func(w *partner.Waiver) { w.Products[1] = "09521234100011" }, "/products/1"},
		{"no first day", deal, func(w *partner.Waiver) { w.From = "" }, "/from"},
		{"no last day", deal, func(w *partner.Waiver) { w.To = "" }, ""},
		{"a last day that is none", deal, func(w *partner.Waiver) { w.To = "2026-02-30" }, "/to"},
		{"ended before it begins", deal, func(w *partner.Waiver) { w.To = "2025-12-31" }, "/to"},
		{"a relocation of nothing", moved, func(w *partner.Waiver) { w.Items = nil }, "/items"},
		{"a relocation to nowhere", moved, func(w *partner.Waiver) { w.Regions = nil }, "/regions"},
		{"a relocation of products", moved, func(w *partner.Waiver) { w.Products = []string{"led"} }, "/products"},
		{"an item twice", moved, func(w *partner.Waiver) { w.Items = []gs1.Item{"a", "b", "a"} }, "/items/2"},
		{"too many items", moved, func(w *partner.Waiver) { w.Items = many(partner.MaxItems + 1) }, "/items"},
		{"a test purchase by nobody", test, func(w *partner.Waiver) { w.Reporter = "" }, "/reporter"},
		{"a test purchase in a region", test, func(w *partner.Waiver) { w.Regions = th }, "/regions"},
		{"a reporter of two lines", test, func(w *partner.Waiver) { w.Reporter = "a\nb" }, "/reporter"},
		{"a long reporter", test, func(w *partner.Waiver) { w.Reporter = strings.Repeat("r", 65) }, "/reporter"},
		{"a drop-ship of nobody", drop, func(w *partner.Waiver) { w.Partner = "" }, "/partner"},
		{"a drop-ship to nobody", drop, func(w *partner.Waiver) { w.Consignee = "" }, "/consignee"},
		{"a drop-ship to who is billed", drop, func(w *partner.Waiver) { w.Consignee = "P05" }, "/consignee"},
		{"a drop-ship of products", drop, func(w *partner.Waiver) { w.Products = []string{"led"} }, "/products"},
	} {
		w := c.of
		w.Products = append([]string(nil), w.Products...)
		c.spoil(&w)
		if f := w.Validate(); field(f) != c.field || len(f) > 1 {
			t.Errorf("%s: faults are %v, want one at %q", c.name, f, c.field)
		}
	}
}

func many(n int) []gs1.Item {
	out := make([]gs1.Item, n)
	for i := range out {
		out[i], _ = gs1.SGTIN(led, string(rune('A'+i%26))+string(rune('A'+i/26%26))+string(rune('A'+i/676)))
	}
	return out
}

// A deal is as good as a grant, for its partner and those below it, while it
// holds, and makes nobody a holder.
func TestDealsStand(t *testing.T) {
	d := directory()
	d.SetPartner(partner.Partner{ID: "X", Country: "TH"}, day("2020-01-01"))
	d.SetWaiver(partner.Waiver{ID: "W1", Reason: partner.AsDeal, Partner: "P04", Products: []string{"led"}, Regions: geo.Territory{"FR"}, From: "2026-03-01", To: "2026-03-31"})
	d.SetWaiver(partner.Waiver{ID: "W2", Reason: partner.AsTransfer, Partner: "X", Regions: geo.Territory{"DE-BY"}, From: "2026-03-01"})
	d.SetPartner(partner.Partner{ID: "P04", Country: "ES", Status: partner.Suspended}, day("2026-03-20"))
	for _, c := range []struct {
		who     partner.ID
		product gs1.GTIN
		region  geo.Region
		on      string
		want    partner.Standing
	}{
		{"P04", led, "FR", "2026-02-28", partner.Absent},
		{"P04", led, "FR", "2026-03-01", partner.Held},
		{"P04", 19521234100017, "FR-75", "2026-03-01", partner.Held}, // the carton
		{"P04-S1", led, "FR", "2026-03-01", partner.Held},
		{"P04", outdoor, "FR", "2026-03-01", partner.Absent},
		{"P09", led, "FR", "2026-03-01", partner.Absent},
		{"P04", led, "FR", "2026-03-20", partner.Lapsed}, // suspended
		{"P04", led, "FR", "2026-04-01", partner.Absent},
		{"X", outdoor, "DE-BY", "2027-01-01", partner.Held}, // all products, without an end
		{"X", outdoor, "DE", "2027-01-01", partner.Absent},
		{"P04", led, "ES", "2026-01-01", partner.Held}, // by its grant still
	} {
		got, by := d.Stands(c.who, c.product, c.region, day(c.on))
		if got != c.want || got == partner.Held && by.ID == "" {
			t.Errorf("%s stands %d by %q in %s on %s, want %d", c.who, got, by.ID, c.region, c.on, c.want)
		}
	}
	if d.Authorised("X", outdoor) || d.Authorised("P04", outdoor) {
		t.Error("a waiver makes its partner a holder")
	}
}

func TestDeclarations(t *testing.T) {
	d := directory()
	d.SetPartner(partner.Partner{ID: "P09-S1", Country: "TH", Parent: "P09"}, day("2020-01-01"))
	d.SetWaiver(partner.Waiver{ID: "W1", Reason: partner.AsRelocation, Items: []gs1.Item{"carton", "unit"}, Regions: geo.Territory{"FR"}, From: "2026-03-01"})
	d.SetWaiver(partner.Waiver{ID: "W2", Reason: partner.AsTestPurchase, Reporter: "agency", From: "2026-03-01", To: "2026-03-31"})
	d.SetWaiver(partner.Waiver{ID: "W3", Reason: partner.AsDropShip, Partner: "P04", Consignee: "P09", From: "2026-03-01", To: "2026-03-31"})
	before, agency := d.Clone(), partner.ReporterHash("agency")
	for name, c := range map[string]struct{ got, want bool }{
		"a unit":                     {d.Relocated([]gs1.Item{"unit"}, "FR", day("2026-03-01")), true},
		"what was in a carton":       {d.Relocated([]gs1.Item{"x", "carton"}, "FR-75", day("2027-01-01")), true},
		"another unit":               {d.Relocated([]gs1.Item{"x", "pallet"}, "FR", day("2026-03-01")), false},
		"a unit elsewhere":           {d.Relocated([]gs1.Item{"unit"}, "DE", day("2026-03-01")), false},
		"a unit before it was moved": {d.Relocated([]gs1.Item{"unit"}, "FR", day("2026-02-28")), false},
		"a declared reporter":        {d.Declared(agency, day("2026-03-31")), true},
		"a reporter's day after":     {d.Declared(agency, day("2026-04-01")), false},
		"another reporter":           {d.Declared(partner.ReporterHash("Agency"), day("2026-03-31")), false},
		"no reporter":                {d.Declared(0, day("2026-03-31")), false},
		"a drop-ship":                {d.DropShip("P04", "P09", day("2026-03-01")), true},
		"a drop-ship of families":    {d.DropShip("P04-S1", "P09-S1", day("2026-03-01")), true},
		"a drop-ship the other way":  {d.DropShip("P09", "P04", day("2026-03-01")), false},
		"a drop-ship too late":       {d.DropShip("P04", "P09", day("2026-04-01")), false},
	} {
		if c.got != c.want {
			t.Errorf("%s is waived: %v, want %v", name, c.got, c.want)
		}
	}
	// The last version holds, in the directory that it was recorded in.
	old, found := d.SetWaiver(partner.Waiver{ID: "W1", Reason: partner.AsRelocation, Items: []gs1.Item{"unit"}, Regions: geo.Territory{"IT"}, From: "2026-03-01"})
	if !found || len(old.Items) != 2 || d.Relocated([]gs1.Item{"unit", "carton"}, "FR", day("2026-03-01")) || !before.Relocated([]gs1.Item{"carton"}, "FR", day("2026-03-01")) {
		t.Errorf("the version before is %+v, %v; want it back, and gone from this directory alone", old, found)
	}
	if w, ok := d.Waiver("W1"); !ok || w.Regions[0] != "IT" || len(d.Waivers()) != 3 || d.Waivers()[2].ID != "W3" {
		t.Errorf("waivers are %+v", d.Waivers())
	}
}

// A territory is what was ever granted; children are direct.
func TestTreeAndTerritory(t *testing.T) {
	d := directory()
	d.SetPartner(partner.Partner{ID: "P04-S0", Country: "PT", Parent: "P04"}, day("2020-01-01"))
	d.SetPartner(partner.Partner{ID: "P04-S1-A", Country: "PT", Parent: "P04-S1"}, day("2020-01-01"))
	if got := d.Children("P04"); len(got) != 2 || got[0] != "P04-S0" || got[1] != "P04-S1" {
		t.Errorf("children are %v, want the two that buy from P04", got)
	}
	if got := d.TerritoryOf("P04-S1-A", led).String(); got != "ES, PT" {
		t.Errorf("the territory is %s, want ES, PT", got)
	}
	if got, ok := d.Grantee("P04-S1-A"); !ok || got != "P04" {
		t.Errorf("the grantee is %s, want P04", got)
	}
}
