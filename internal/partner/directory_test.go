package partner_test

import (
	"testing"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func directory() *partner.Directory {
	d := partner.NewDirectory()
	long := day("2020-01-01")
	d.SetPartner(partner.Partner{ID: "HQ", Country: "CN"}, long)
	d.SetPartner(partner.Partner{ID: "P04", Country: "ES"}, long)
	d.SetPartner(partner.Partner{ID: "P04-S1", Country: "PT", Parent: "P04"}, long)
	d.SetPartner(partner.Partner{ID: "P09", Country: "TH"}, long)
	d.SetSite(partner.Site{GLN: 9521234000013, Partner: "HQ", Role: partner.Factory, Country: "CN"})
	d.SetProduct(partner.Product{GTIN: 9521234100010, Line: "led", CartonGTIN: 19521234100017})
	d.SetProduct(partner.Product{GTIN: 9521234100027, Line: "outdoor"})
	d.SetGrant(partner.Grant{ID: "ES", Partner: "P04", Products: []string{"led"}, Regions: geo.Territory{"ES"}, From: "2025-01-01"})
	d.SetGrant(partner.Grant{ID: "PT", Partner: "P04", Products: []string{"09521234100010"}, Regions: geo.Territory{"PT"}, From: "2025-01-01", To: "2026-02-15", SellOffDays: 60})
	d.SetGrant(partner.Grant{ID: "VN", Partner: "P09", Products: []string{"led"}, Regions: geo.Territory{"VN", "US-CA"}, From: "2026-02-01"})
	return d
}

func TestStands(t *testing.T) {
	d := directory()
	for _, c := range []struct {
		who    partner.ID
		region geo.Region
		on     string
		want   partner.Standing
	}{
		{"P04", "ES", "2026-01-01", partner.Held},
		{"P04", "ES-MD", "2026-01-01", partner.Held}, // a region holds its parts
		{"P04", "FR", "2026-01-01", partner.Absent},
		{"P04", "PT", "2026-02-15", partner.Held},
		{"P04", "PT", "2026-04-16", partner.Held}, // the last day of the sell-off
		{"P04", "PT", "2026-04-17", partner.Lapsed},
		{"P04-S1", "PT", "2026-01-01", partner.Held}, // under its parent's grant
		{"P09", "VN", "2026-01-31", partner.Lapsed},
		{"P09", "VN", "2026-02-01", partner.Held},
		{"P09", "US-CA", "2026-02-01", partner.Held},
		{"P09", "US", "2026-02-01", partner.Absent}, // a part does not hold the whole
		{"HQ", "FR", "2026-01-01", partner.Held},
		{"nobody", "FR", "2026-01-01", partner.Absent},
	} {
		if got, _ := d.Stands(c.who, 9521234100010, c.region, day(c.on)); got != c.want {
			t.Errorf("%s in %s on %s stands %d, want %d", c.who, c.region, c.on, got, c.want)
		}
		if got, _ := d.Stands(c.who, 19521234100017, c.region, day(c.on)); got != c.want {
			t.Errorf("%s in %s on %s, by the carton, stands %d, want %d", c.who, c.region, c.on, got, c.want)
		}
	}
	if got, _ := d.Stands("P04", 9521234100027, "ES", day("2026-01-01")); got != partner.Absent {
		t.Errorf("a grant for one line covers another: %d", got)
	}
}

// A suspended partner keeps its grants and may not use them from then on.
func TestSuspension(t *testing.T) {
	d := directory()
	d.SetPartner(partner.Partner{ID: "P04", Country: "ES", Status: partner.Suspended}, day("2026-01-10"))
	d.SetPartner(partner.Partner{ID: "P04", Country: "ES", Status: partner.Active}, day("2026-01-20"))
	for on, want := range map[string]partner.Standing{"2026-01-09": partner.Held, "2026-01-15": partner.Lapsed, "2026-01-21": partner.Held} {
		for _, who := range []partner.ID{"P04", "P04-S1"} {
			if got, _ := d.Stands(who, 9521234100010, "ES", day(on)); got != want {
				t.Errorf("%s on %s stands %d, want %d", who, on, got, want)
			}
		}
	}
}

// The last version of a grant holds, even where it changed hands.
func TestGrantMoves(t *testing.T) {
	d := directory()
	before, found := d.SetGrant(partner.Grant{ID: "ES", Partner: "P09", Products: []string{"led"}, Regions: geo.Territory{"ES"}, From: "2025-01-01"})
	if !found || before.Partner != "P04" {
		t.Errorf("the version before is %+v, %v, want P04's", before, found)
	}
	if got, _ := d.Stands("P04", 9521234100010, "ES", day("2026-01-01")); got != partner.Absent {
		t.Errorf("P04 still stands %d where its grant went to another", got)
	}
	if got, _ := d.Stands("P09", 9521234100010, "ES", day("2026-01-01")); got != partner.Held {
		t.Errorf("P09 stands %d under its new grant, want held", got)
	}
}

func TestTrees(t *testing.T) {
	d := directory()
	d.SetPartner(partner.Partner{ID: "A", Parent: "B"}, day("2020-01-01"))
	d.SetPartner(partner.Partner{ID: "B", Parent: "A"}, day("2020-01-01")) // a slip: a ring
	d.Root("A")
	if !d.SameFamily("P04", "P04-S1") || d.SameFamily("P04", "P09") || !d.Under("P04-S1", "P04") {
		t.Error("trees are mixed up")
	}
	if !d.Manufacturer("HQ") || d.Manufacturer("P04") || !d.Home("CN") || d.Home("TH") {
		t.Error("the manufacturer is not who has the factory")
	}
}
