package diversion_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"waymark/internal/custody"
	"waymark/internal/diversion"
)

// scan returns a fact of a buyer's scan.
func scan(source custody.Source, km uint32) custody.Fact {
	return custody.Fact{Kind: custody.Sighted, Sight: custody.Consumer, Source: source, Accuracy: km, Region: "AE"}
}

var (
	shipped   = custody.Fact{Kind: custody.Handled, Step: custody.Shipping}
	inspected = custody.Fact{Kind: custody.Sighted, Sight: custody.Inspection, Source: custody.GPS}
)

// grounds returns n grounds of a rule, each an event of its own.
func grounds(rule string, f custody.Fact, n int) (out []diversion.Ground) {
	for i := range n {
		k := custody.KeyOf(filled.Time, rule+string(f.Sight)+string(f.Source)+string(rune(i)))
		out = append(out, diversion.Ground{Key: k, Rule: rule, Weight: weigh(rule, &f, false)})
	}
	return out
}

func concentration(p float64) []diversion.Ground {
	v := diversion.Verdict{P: p}
	w, _ := v.Weigh("R06")
	return []diversion.Ground{{Key: custody.Key{Time: 1}, Rule: "R06", Weight: w}}
}

func join(lists ...[]diversion.Ground) (out []diversion.Ground) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func TestEvidenceIsWeighed(t *testing.T) {
	reporter := scan(custody.IP, 20)
	reporter.Reporter = 7
	waiver := []diversion.Ground{{Event: "W1", Weight: diversion.Waiver}, {Event: "W1", Weight: diversion.Waiver}}
	theft := []diversion.Ground{{Key: custody.Key{Time: 2}, Weight: diversion.Theft}}
	photos := []diversion.Ground{{Key: custody.Key{Time: 3}, Rule: "R05", Weight: weigh("R05", &reporter, true)}}
	for _, tt := range []struct {
		name     string
		grounds  []diversion.Ground
		decibans float64
		band     diversion.Band
	}{
		{"nothing", nil, 0, diversion.SignalBand},
		{"a scan by satellite", grounds("R05", scan(custody.GPS, 1), 1), 1, diversion.SignalBand},
		{"a scan by network address", grounds("R05", scan(custody.IP, 50), 1), .3, diversion.SignalBand},
		{"a place that says nothing", grounds("R05", scan(custody.IP, 2000), 9), 0, diversion.SignalBand},
		{"a place that the sender declares", grounds("R05", scan(custody.Declared, 0), 9), 0, diversion.SignalBand},
		{"ten scans are no more than a hint", grounds("R05", scan(custody.GPS, 1), 10), 5, diversion.WatchBand},
		{"nor are a thousand", grounds("R05", scan(custody.GPS, 1), 1000), 5, diversion.WatchBand},
		{"a shipment out of the territory", grounds("R02", shipped, 1), 20, diversion.AlertBand},
		{"a shipment and one scan", join(grounds("R02", shipped, 1), grounds("R05", scan(custody.GPS, 1), 1)), 21, diversion.AlertBand},
		{"a shipment and scans", join(grounds("R02", shipped, 1), grounds("R05", scan(custody.GPS, 1), 4)), 24, diversion.CaseBand},
		{"many of them are of one source", grounds("R02", shipped, 9), 20, diversion.AlertBand},
		{"a shipment and an inspection", join(grounds("R02", shipped, 1), grounds("R05", inspected, 1)), 40, diversion.CaseBand},
		{"three inspections", grounds("R14", inspected, 3), 30, diversion.AlertBand},
		{"a lapsed authorisation", grounds("R17", shipped, 2), 10, diversion.WatchBand},
		{"a break in custody", grounds("R04", shipped, 1), 13, diversion.AlertBand},
		{"a second activation", grounds("R09", scan(custody.GPS, 1), 2), 8, diversion.WatchBand},
		{"incomplete records", grounds("R20", shipped, 9), 0, diversion.SignalBand},
		{"scans that concentrate a little", concentration(.005), 10, diversion.WatchBand},
		{"scans that concentrate", concentration(1e-9), 15, diversion.AlertBand},
		{"no chance at all", concentration(.5), 0, diversion.SignalBand},
		{"and the scans themselves", join(concentration(1e-9), grounds("R05", scan(custody.GPS, 1), 10)), 15, diversion.AlertBand},
		{"with a document it is a case", join(concentration(1e-9), grounds("R04", shipped, 1)), 28, diversion.CaseBand},
		{"a report", grounds("R05", reporter, 1), 3, diversion.SignalBand},
		{"with photos", photos, 6, diversion.WatchBand},
		{"reports with and without", join(photos, grounds("R05", reporter, 3)), 6, diversion.WatchBand},
		{"a waiver", join(grounds("R02", shipped, 1), grounds("R05", inspected, 1), waiver), 10, diversion.WatchBand},
		{"a theft before", join(grounds("R03", shipped, 1), theft), 0, diversion.SignalBand},
	} {
		s := diversion.NewScore(tt.grounds)
		if s.Decibans != tt.decibans || s.Band != tt.band {
			t.Errorf("%s: %v decibans, %s; want %v, %s", tt.name, s.Decibans, s.Band, tt.decibans, tt.band)
		}
	}
}

// TestScore holds a score to its terms: they add up to it, in whatever order the
// grounds come and however often, and scans alone never make a case.
func TestScore(t *testing.T) {
	rules := []string{"R02", "R03", "R04", "R05", "R06", "R09", "R10", "R13", "R14", "R15", "R16", "R17", "R20"}
	facts := []custody.Fact{shipped, inspected, scan(custody.GPS, 1), scan(custody.IP, 10), scan(custody.Declared, 0)}
	rapid.Check(t, func(t *rapid.T) {
		var all []diversion.Ground
		for range rapid.IntRange(0, 30).Draw(t, "kinds") {
			all = append(all, grounds(rapid.SampledFrom(rules).Draw(t, "rule"), rapid.SampledFrom(facts).Draw(t, "fact"), rapid.IntRange(1, 12).Draw(t, "n"))...)
		}
		s := diversion.NewScore(all)
		sum := 0.
		onlyScans := true
		for _, term := range s.Terms {
			sum += term.Decibans
			onlyScans = onlyScans && (term.Decibans == 0 || term.Rule == "R05" || term.Rule == "R06") && math.Abs(term.Decibans) <= 1
		}
		if math.Abs(sum-s.Decibans) > .005 {
			t.Fatalf("the terms add up to %v, the score is %v", sum, s.Decibans)
		}
		if onlyScans && s.Decibans > 5 {
			t.Fatalf("scans alone make %v", s.Decibans)
		}
		again := diversion.NewScore(rapid.Permutation(append(all, all...)).Draw(t, "order"))
		if again.Decibans != s.Decibans || again.Band != s.Band || len(again.Terms) != len(s.Terms) {
			t.Fatalf("in another order, twice: %v %s of %d terms; want %v %s of %d", again.Decibans, again.Band, len(again.Terms), s.Decibans, s.Band, len(s.Terms))
		}
	})
}

func weigh(rule string, f *custody.Fact, photos bool) diversion.Weight {
	r, _ := diversion.ByID(rule)
	return r.Weigh(f, photos)
}
