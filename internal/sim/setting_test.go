package sim_test

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/internal/sim"
)

const orchard = "testdata/worlds/orchard.json"

func readOrchard(t *testing.T) *sim.Setting {
	t.Helper()
	f, err := os.Open(orchard)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := sim.ReadSetting(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLumoraIsValid(t *testing.T) {
	if faults := sim.Lumora().Validate(); len(faults) > 0 {
		t.Errorf("the built-in world has faults: %v", faults)
	}
}

// TestWorldFile: all rules that speak of items are exact on a world that they
// were not made for, and every message is a valid one.
func TestWorldFile(t *testing.T) {
	setting := readOrchard(t)
	w := sim.Generate(sim.Config{Seed: 1, Setting: setting})
	if got := w.Start.Format("2006-01-02") + " " + w.End.Format("2006-01-02"); got != "2026-07-01 2026-10-01" {
		t.Errorf("the quarter is %s", got)
	}
	for m := range w.Messages() {
		var faults []partner.Fault
		switch {
		case m.Hop != nil:
			faults = m.Hop.Validate(m.Arrival)
		case m.Observation != nil:
			faults = m.Observation.Validate(m.Arrival)
		case m.Order != nil:
			faults = m.Order.Validate(m.Arrival)
		case m.ASN != nil:
			faults = m.ASN.Validate(m.Arrival)
		case m.Leak != nil:
			faults = m.Leak.Validate(m.Arrival)
		}
		if len(faults) > 0 {
			t.Fatalf("%s: %v", text(m), faults)
		}
		if o := m.Observation; o != nil && (o.Time.Before(w.Start) || !o.Time.Before(w.End)) {
			t.Errorf("observation of %v lies outside the quarter", o.Time)
		}
	}
	found, n := detect(t, w)
	if r := sim.Score(byItem(w.Truth), found, n); !r.Exact() {
		t.Errorf("the world of %s without noise is not exact:\n%v", orchard, r)
		explain(t, w, found)
	}
	kinds := map[string]bool{}
	for _, truth := range w.Truth {
		kinds[truth.Kind] = true
	}
	for _, p := range setting.Plots {
		if !kinds[p.Kind] {
			t.Errorf("%s was not planted", p.Kind)
		}
	}
}

func TestFaultsOfWorldFiles(t *testing.T) {
	text, err := os.ReadFile(orchard)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, old, new, field, detail string }{
		{"no JSON", `{`, `[`, "", ""},
		{"unknown member", `"start"`, `"begin"`, "/begin", "unknown"},
		{"text for a number", `"units": 6000`, `"units": "6000"`, "/distributors/0/units", "a JSON string, want int"},
		{"no quarter", `"2026-07-01",`, `"2026-07-02",`, "/start", "first day of a calendar quarter"},
		{"wrong check digit", `"gtin": "0952310000101`, `"gtin": "0952310000102`, "/products/0/gtin", "check digit"},
		{"region without a place", `"NZ-NSN": {`, `"NZ-WGN": {`, "/maker/sites/0/region", "has no place"},
		{"no such place", `"lat": 44.76`, `"lat": 144.76`, "/places/US-MI/lat", "no place on Earth"},
		{"number twice", `"number": 2,`, `"number": 1,`, "/distributors/1/number", "stands there already"},
		{"no such hub", `"hub": "HUB-SIN"`, `"hub": "HUB-HKG"`, "/distributors/7/hub", "name of a hub"},
		{"region without a right", `"regions": ["US-MI", "US-IL", "CA"],`, `"regions": ["US-MI", "US-TX"],`, "/distributors/5/regions/1", "a right of the distributor covers"},
		{"right that ends", `"to": "2026-08-10", "sell_off_days": 60`, `"to": "2026-08-10"`, "/distributors/2/rights/1/to", "lasts the quarter"},
		{"share above 1", `"resent": 0.03`, `"resent": 3`, "/noise/resent", "share from 0 to 1"},
		{"no such kind", `"kind": "D07"`, `"kind": "D77"`, "/plots/6/kind", `want one of`},
		{"no owner", `{"kind": "D16", "owner": "ANDES"}`, `{"kind": "D16"}`, "/plots/17/owner", "wants a distributor's id"},
		{"unknown owner", `{"kind": "D16", "owner": "ANDES"}`, `{"kind": "D16", "owner": "ANDEN"}`, "/plots/17/owner", "no distributor"},
		{"more than needed", `{"kind": "D16", "owner": "ANDES"}`, `{"kind": "D16", "owner": "ANDES", "cartons": 3}`, "/plots/17/cartons", "has none"},
		{"diverted home", `"kind": "D02", "owner": "CAPE", "to": "AE"`, `"kind": "D02", "owner": "CAPE", "to": "KE"`, "/plots/1/to", "outside the territory of CAPE"},
		{"lawful sale", `"kind": "C01", "owner": "NORD", "to": "PL"`, `"kind": "C01", "owner": "NORD", "to": "HK"`, "/plots/18/to", "in the EEA"},
		{"places too near", `["GB", "ZA", "BR", "KR", "EG"]`, `["GB", "DE", "BR", "KR", "EG"]`, "/plots/3/regions/0", "km from DE"},
		{"too few units", `"units": 6000`, `"units": 300`, "/distributors/0/units", "that are planted"},
		{"outsider who is not listed", `"name": "Cordillera Quarry Supplies"`, `"name": "Mendoza Farm Supplies"`, "/plots/15/to", "whose name is like"},
		{"outsider under embargo", `"kind": "D01", "owner": "MEKONG", "to": "HK"`, `"kind": "D01", "owner": "MEKONG", "to": "KP"`, "/plots/0/to", "forbidden by the policy"},
		{"better tier", `"owner": "LAKES", "with": "PRAIRIE", "cartons": 90`, `"owner": "PRAIRIE", "with": "LAKES", "cartons": 90`, "/plots/4/with", "want a lower tier"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(string(text), test.old) {
				t.Fatalf("%s does not hold %q", orchard, test.old)
			}
			_, err := sim.ReadSetting(strings.NewReader(strings.Replace(string(text), test.old, test.new, 1)))
			if err == nil {
				t.Fatal("read without an error")
			}
			var faults sim.SettingError
			if test.field == "" && test.detail == "" {
				return
			}
			if !errors.As(err, &faults) {
				t.Fatalf("error %v names no field", err)
			}
			if !slices.ContainsFunc(faults, func(f partner.Fault) bool { return f.Field == test.field && strings.Contains(f.Detail, test.detail) }) {
				t.Errorf("faults %v, want %q at %s", faults, test.detail, test.field)
			}
		})
	}
}

// TestKindsKeepTheirWord: the truth is what happens.
func TestKindsKeepTheirWord(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 3, Preset: sim.M})
	first := map[gs1.Item]geo.Region{} // where a buyer first scanned
	inspected := map[gs1.Item]int{}
	reported, orders := map[gs1.Item]bool{}, map[partner.ID]int64{}
	for m := range w.Messages() {
		switch o := m.Observation; {
		case m.Order != nil:
			if m.Order.Seller == sim.Maker {
				orders[m.Order.Buyer] += m.Order.Lines[0].Quantity
			}
		case o == nil:
		case o.Reporter != "":
			reported[o.Item] = true
		case o.Kind == custody.Inspection:
			inspected[o.Item]++
		case o.Kind == custody.Consumer && first[o.Item] == "":
			first[o.Item] = o.Region()
		}
	}
	of := func(kind, rule string) (items []gs1.Item) {
		for _, truth := range w.Truth {
			for _, e := range truth.Expected {
				if truth.Kind == kind && e.Rule == rule {
					items = append(items, e.Items...)
				}
			}
		}
		return items
	}
	between := func(what string, n, lo, hi int) {
		t.Helper()
		if n < lo || n > hi {
			t.Errorf("%s: %d, want %d to %d", what, n, lo, hi)
		}
	}
	for kind, to := range map[string]geo.Region{"D01": "AE", "D02": "IN", "D03": "AE"} {
		for _, it := range of(kind, "R06") {
			if first[it] != to {
				t.Errorf("%s: %v was first scanned in %q, want %s", kind, it, first[it], to)
			}
		}
	}
	between("scans behind D03", len(of("D03", "R06")), 12, 35)
	between("units pooled", 10*len(of("D05", "R15")), 900, 900)
	between("cartons inspected", len(of("D09", "R14")), 12, 12)
	for _, it := range of("D09", "R14") {
		between("inspections of a carton", inspected[it], 1, 1)
	}
	between("units at the lost customer", len(of("D13", "R16")), 80, 80)
	between("cartons to restricted destinations", len(of("D15", "R19")), 20, 20)
	between("reports by the buyer", len(of("C08", "R21")), 10, 10)
	for _, it := range of("C08", "R21") {
		if !reported[it] {
			t.Errorf("C08: nobody reported %v", it)
		}
	}
	between("orders of P02 against its supply", int(orders["P02"]), 3*6000/2, 4*6000)
	between("items that left unreceived", len(of("D16", "R20")), 60, 400)
	if len(w.Waivers) != 1 || len(w.Deals) != 1 || len(w.Waivers[0].Items) != 20 {
		t.Errorf("%d waivers, %d deals, want one each, the waiver of 20 items", len(w.Waivers), len(w.Deals))
	}
	for _, p := range w.Partners {
		if p.Tier.Scale != "" && !slices.ContainsFunc(w.Policy.Baselines, func(b diversion.Baseline) bool { return b.Partner == p.ID && b.Of > 0 }) {
			t.Errorf("nothing is known of the quarter before of %s", p.ID)
		}
	}
}

// TestWorldsNearby changes one value of the example after the other. What is
// still a world gives one that detection is exact on, of which some are tried.
func TestWorldsNearby(t *testing.T) {
	text, err := os.ReadFile(orchard)
	if err != nil {
		t.Fatal(err)
	}
	worlds := 0
	for _, at := range regexp.MustCompile(`(?:: |\[)("[^"]*"|-?[0-9.]+)`).FindAllSubmatchIndex(text, -1) {
		values := []string{`""`, `"DE"`, `"ANDES"`, `"US-WA"`}
		if text[at[2]] != '"' {
			values = []string{"0", "1", "-3", "39", "5000"}
		}
		for _, v := range values {
			setting, err := sim.ReadSetting(strings.NewReader(string(text[:at[2]]) + v + string(text[at[3]:])))
			if err != nil {
				if err.Error() == "" {
					t.Errorf("%s for %s: an error that says nothing", v, text[at[2]:at[3]])
				}
				continue
			}
			if worlds++; worlds%60 != 0 {
				continue
			}
			w := sim.Generate(sim.Config{Setting: setting, Seed: 3})
			found, n := detect(t, w)
			if r := sim.Score(byItem(w.Truth), found, n); !r.Exact() {
				t.Errorf("the world with %s for %s is not exact:\n%v", v, text[max(0, at[0]-80):at[1]], r)
			}
		}
	}
	if worlds < 100 {
		t.Errorf("%d changes leave a world, want more", worlds)
	}
}

// FuzzReadSetting: no file makes reading panic.
func FuzzReadSetting(f *testing.F) {
	text, err := os.ReadFile(orchard)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"name":"W","start":"2026-04-01"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := sim.ReadSetting(bytes.NewReader(in)); err != nil && err.Error() == "" {
			t.Error("an error says nothing")
		}
	})
}
