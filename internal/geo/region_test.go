package geo_test

import (
	"testing"

	"waymark/internal/geo"
)

func TestParseRegion(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"DE", "DE"}, {"de", "DE"}, {"DE-BY", "DE-BY"}, {"us-ca", "US-CA"}, {"CN-GD", "CN-GD"}, {"GB-LND", "GB-LND"},
		{"TW", "TW"}, {"HK", "HK"}, {"MO", "MO"}, {"XK", "XK"}, {"SG-03", "SG-03"}, {"FR-IDF", "FR-IDF"}, {"NO-31", "NO-31"},
		{"CN-44", "CN-GD"}, {"CN-TW", "TW"}, {"CN-HK", "HK"}, {"US-PR", "PR"}, {"FR-974", "RE"}, {"FI-01", "AX"}, {"PL-MZ", "PL-14"}, {"IN-UT", "IN-UK"},
	} {
		if got, err := geo.ParseRegion(tt.in); string(got) != tt.want || err != nil {
			t.Errorf("ParseRegion(%q) is %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "D", "DEU", "ZZ", "AA", "EU", "UK", "DE-", "-BY", "DE-XX", "US-AC", "DE-BY-1", "DE_BY", "ＤＥ", "ſE", " DE", "DE\n", "YU", "AN"} {
		if got, err := geo.ParseRegion(in); err == nil {
			t.Errorf("ParseRegion(%q) is %q, want an error", in, got)
		}
	}
}

func TestRegionsLieInOneAnother(t *testing.T) {
	for _, tt := range []struct {
		outer, inner geo.Region
		want         bool
	}{
		{"DE", "DE", true}, {"DE", "DE-BY", true}, {"DE-BY", "DE-BY", true}, {"DE-BY", "DE", false}, {"DE-BY", "DE-BE", false},
		{"IT", "IT-MI", true}, {"IT-25", "IT-MI", true}, {"IT-MI", "IT-25", false}, {"IT-23", "IT-MI", false},
		{"FR", "FR-75C", true}, {"FR-IDF", "FR-75C", true}, {"ES-CT", "ES-B", true},
		{"CN", "CN-GD", true}, {"CN", "HK", false}, {"CN", "TW", false}, {"CN", "MO", false}, {"US", "PR", false}, {"FR", "RE", false},
		{"DE", "DK", false}, {"", "DE", false}, {"DE", "", false}, {"", "", false},
	} {
		if got := tt.outer.Contains(tt.inner); got != tt.want {
			t.Errorf("%q contains %q: %t, want %t", tt.outer, tt.inner, got, tt.want)
		}
	}
	for r, want := range map[geo.Region]geo.Region{"IT-MI": "IT-25", "IT-25": "IT", "IT": "", "CN-GD": "CN", "": ""} {
		if got := r.Parent(); got != want {
			t.Errorf("parent of %q is %q, want %q", r, got, want)
		}
	}
	if got := geo.Region("CN-GD").Country(); got != "CN" {
		t.Errorf("country of CN-GD is %q", got)
	}
}

func TestTerritory(t *testing.T) {
	area, err := geo.ParseTerritory("de, us-ca IT-25,IT-MI")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := area.String(), "DE, US-CA, IT-25, IT-MI"; got != want {
		t.Errorf("territory is %q, want %q", got, want)
	}
	if got, want := area.Compact().String(), "DE, IT-25, US-CA"; got != want {
		t.Errorf("compact territory is %q, want %q", got, want)
	}
	for r, want := range map[geo.Region]bool{"DE": true, "DE-BY": true, "US-CA": true, "US": false, "US-NY": false, "IT-MI": true, "IT": false, "": false} {
		if got := area.Contains(r); got != want {
			t.Errorf("territory contains %q: %t, want %t", r, got, want)
		}
	}
	for _, tt := range []struct {
		with geo.Territory
		want bool
	}{{geo.Territory{"US"}, true}, {geo.Territory{"DE-BE", "JP"}, true}, {geo.Territory{"JP", "US-NY"}, false}, {nil, false}} {
		if area.Overlaps(tt.with) != tt.want || tt.with.Overlaps(area) != tt.want {
			t.Errorf("%v overlaps %v: want %t both ways", area, tt.with, tt.want)
		}
	}
	if _, err := geo.ParseTerritory("DE, ZZ"); err == nil {
		t.Error("ParseTerritory takes ZZ")
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		r          geo.Region
		lang, want string
	}{
		{"CN-GD", "zh", "广东省"}, {"CN-GD", "en", "Guangdong"}, {"CN-GD", "zh-CN", "广东省"}, {"DE", "zh", "德国"}, {"DE", "en", "Germany"},
		{"CI", "en", "Côte d'Ivoire"}, {"ZZ", "en", "ZZ"}, {"SE-AB", "fr", "Stockholm"},
	} {
		if got := tt.r.Name(tt.lang); got != tt.want {
			t.Errorf("name of %s in %s is %q, want %q", tt.r, tt.lang, got, tt.want)
		}
	}
}

func FuzzParseRegion(f *testing.F) {
	f.Add("DE-BY")
	f.Add("CN-44")
	f.Add("ſ")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := geo.ParseRegion(s)
		if err != nil {
			return
		}
		if back, err := geo.ParseRegion(r.String()); back != r || err != nil {
			t.Errorf("%q of %q reads back as %q, %v", r, s, back, err)
		}
		if !r.Country().Contains(r) || r.Name("en") == "" {
			t.Errorf("%q of %q has country %q and name %q", r, s, r.Country(), r.Name("en"))
		}
	})
}
