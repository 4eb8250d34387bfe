package diversion_test

import (
	"testing"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

func TestNamesThatAreAlike(t *testing.T) {
	const least = .85
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Desert Rose Trading LLC", "DESERT ROSE", true},
		{"Rose, Desert", "Desert Rose Co.", true},
		{"Ecrans Lumière S.A.S.", "Ecrans Lumiere SAS", true},
		{"Müller & Söhne GmbH", "Muller Sohne", true},
		{"Straße des Lichts", "Strasse des Lichts", true},
		{"Al-Noor Electronics FZE", "AL NOOR ELECTRONICS", true},
		{"Al Noor Electronics", "Al Noor Electronic", true},
		{"上海恒通贸易有限公司", "上海恒通贸易有限公司", true},
		{"ｱﾙﾌｧ", "アルファ", true},
		{"한빛조명", "한빛조명", true},

		{"Desert Rose", "Desert Fox", false},
		{"Al Noor Electronics", "Al Noor Textiles", false},
		{"Crimson Star Shipping", "Crimson Sun Shipping", false},
		{"上海恒通贸易有限公司", "北京恒达物流有限公司", false},
		{"Kim", "Kimberly Lighting", false},
		{"Ltd", "LLC", false},
		{"", "", false},
		{"...", "!!!", false},
	} {
		got, other := diversion.Alike(c.a, c.b), diversion.Alike(c.b, c.a)
		if (got >= least) != c.want || got != other || got < 0 || got > 1 {
			t.Errorf("%q and %q are alike by %.3f, and the other way round by %.3f; alike enough: want %v", c.a, c.b, got, other, c.want)
		}
	}
	if got := diversion.Alike("Trading Company Ltd", "Company Trading Ltd"); got != 1 {
		t.Errorf("a name of nothing but legal forms is like itself by %v, want 1", got)
	}
}

func TestRestrictedDestinations(t *testing.T) {
	dir := partner.NewDirectory()
	dir.SetPartner(partner.Partner{ID: "P1", Name: "Crimson Star Shipping Ltd", Country: "AE"}, day(2026, 1, 1))
	dir.SetPartner(partner.Partner{ID: "P2", Name: "Honest Lamps", Country: "AE"}, day(2026, 1, 1))
	trade := custody.Trade{Directory: dir}
	lists := &diversion.Policy{Version: "v1", Embargoes: []geo.Region{"KP"}, Listed: []diversion.Listed{
		{List: "A", Entry: "1", Name: "Crimson Star Shipping", Country: "AE"},
		{List: "A", Entry: "2", Name: "Nomen Nescio", Aliases: []string{"Blue Harbour Freight"}},
	}}
	for _, c := range []struct {
		name    string
		to      partner.Site
		embargo bool
		entry   string
	}{
		{"a homonym in another country", partner.Site{Name: "Depot", Partner: "P1", Country: "GB"}, false, ""},
		{"the owner's name, in the listed country", partner.Site{Name: "Depot", Partner: "P1", Country: "AE"}, false, "1"},
		{"the site's own name", partner.Site{Name: "CRIMSON STAR SHIPPING", Partner: "P2", Country: "AE"}, false, "1"},
		{"an alias, listed in no country", partner.Site{Name: "Blue Harbour Freight GmbH", Partner: "P2", Country: "DE"}, false, "2"},
		{"an embargo", partner.Site{Name: "Lamps", Partner: "P2", Country: "KP"}, true, ""},
		{"nothing", partner.Site{Name: "Lamps", Partner: "P2", Country: "AE"}, false, ""},
		{"an owner that is not known", partner.Site{Name: "Lamps", Partner: "P9", Country: "AE"}, false, ""},
	} {
		got := diversion.Restricted(trade, lists, &c.to)
		entry := ""
		if got.Listed != nil {
			entry = got.Listed.Entry
		}
		if got.Embargo != c.embargo || entry != c.entry || got.Any() != (c.embargo || c.entry != "") {
			t.Errorf("%s: embargo %v, entry %q, want %v, %q", c.name, got.Embargo, entry, c.embargo, c.entry)
		}
	}
	strict := *lists
	strict.Rules = map[string]diversion.RulePolicy{"R19": {Set: map[string]float64{"match": 1}}}
	near := partner.Site{Name: "Blue Harbour Freights", Partner: "P2", Country: "DE"}
	if loose, exact := diversion.Restricted(trade, lists, &near), diversion.Restricted(trade, &strict, &near); loose.Listed == nil || exact.Listed != nil {
		t.Errorf("a name that is nearly listed: found %v, and where the policy wants the same words %v", loose.Listed, exact.Listed)
	}
}
