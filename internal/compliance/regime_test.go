package compliance_test

import (
	"testing"
	"time"

	"waymark/internal/compliance"
	"waymark/internal/geo"
)

func TestRegimeOfFollowsTheMapOfTheDay(t *testing.T) {
	embargo := geo.Territory{"KP", "UA-43"}
	for _, tt := range []struct {
		from, to geo.Region
		at       string
		want     compliance.Regime
	}{
		{"DE", "FR", "2026-02-01", compliance.EEAInternal},
		{"DE-BY", "PL-14", "2026-02-01", compliance.EEAInternal},
		{"DE", "DE", "2026-02-01", compliance.EEAInternal},
		{"NO", "IS", "2026-02-01", compliance.EEAInternal},
		{"LI", "AT", "2026-02-01", compliance.EEAInternal},
		{"CH", "DE", "2026-02-01", compliance.EEAImport},
		{"DE", "CH", "2026-02-01", compliance.EEAExport},
		{"CN-GD", "NL", "2026-02-01", compliance.EEAImport},
		{"NL", "US-CA", "2026-02-01", compliance.EEAExport},

		{"GB", "DE", "2020-12-31", compliance.EEAInternal},
		{"GB", "DE", "2021-01-01", compliance.EEAImport},
		{"DE", "GB-LND", "2021-01-01", compliance.EEAExport},
		{"GB", "GB", "2020-12-31", compliance.EEAInternal},
		{"GB", "GB", "2021-01-01", compliance.UK},
		{"GB", "AE", "2026-02-01", compliance.UK},
		{"US", "GB", "2026-02-01", compliance.UK},
		{"HR", "DE", "2013-06-30", compliance.EEAImport},
		{"HR", "DE", "2013-07-01", compliance.EEAInternal},
		{"RO", "BG", "2006-12-31", compliance.Other},
		{"PL", "DE", "2004-04-30", compliance.EEAImport},

		{"FR", "RE", "2026-02-01", compliance.EEAInternal},
		{"FR", "NC", "2026-02-01", compliance.EEAExport},
		{"FI", "AX", "2026-02-01", compliance.EEAInternal},
		{"DK", "GL", "2026-02-01", compliance.EEAExport},
		{"NO", "SJ", "2026-02-01", compliance.EEAExport},

		{"CN-GD", "CN-ZJ", "2026-02-01", compliance.CNDomestic},
		{"CN", "HK", "2026-02-01", compliance.Other},
		{"CN", "TW", "2026-02-01", compliance.Other},
		{"US-CA", "US-NY", "2026-02-01", compliance.USDomestic},
		{"US-FL", "PR", "2026-02-01", compliance.USDomestic},
		{"US", "CA", "2026-02-01", compliance.Other},
		{"KE", "NG", "2026-02-01", compliance.Other},

		{"CN", "KP", "2026-02-01", compliance.Embargo},
		{"KP", "DE", "2026-02-01", compliance.Embargo},
		{"DE", "UA-43", "2026-02-01", compliance.Embargo},
		{"DE", "UA", "2026-02-01", compliance.EEAExport},

		{"", "DE", "2026-02-01", compliance.Other},
		{"DE", "", "2026-02-01", compliance.Other},
		{"", "", "2026-02-01", compliance.Other},
		{"", "KP", "2026-02-01", compliance.Embargo},
	} {
		at, err := time.Parse(time.DateOnly, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := compliance.RegimeOf(tt.from, tt.to, at, embargo); got != tt.want {
			t.Errorf("RegimeOf(%q, %q) on %s is %s, want %s", tt.from, tt.to, tt.at, got, tt.want)
		}
	}
}

func TestTheEEAHasThirtyMembersAndTheirOutermostRegions(t *testing.T) {
	at := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	members := 0
	outermost := map[geo.Region]bool{"GF": true, "GP": true, "MF": true, "MQ": true, "RE": true, "YT": true, "AX": true}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if r := geo.Region(string(a) + string(b)); compliance.InEEA(r, at) && !outermost[r] {
				members++
			}
		}
	}
	if members != 30 {
		t.Errorf("the EEA has %d members, want 30", members)
	}
	for _, r := range []geo.Region{"CH", "GB", "SM", "MC", "VA", "AD", "GI", "UA", "TR", "RS"} {
		if compliance.InEEA(r, at) {
			t.Errorf("%s is in the EEA, want out", r)
		}
	}
}
