package diversion_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// Scans that it takes to see a leak nine times of ten, where a count is needed
// that has a chance of 1 in 10,000 by itself: as was worked out beforehand.
func TestScansThatShowALeak(t *testing.T) {
	for _, c := range []struct {
		usual, leak float64
		scans       int64
	}{
		{.0005, .01, 776}, {.0005, .02, 333}, {.0005, .05, 107}, {.0005, .10, 52},
		{.01, .01, 3557}, {.01, .02, 1095}, {.01, .05, 259}, {.01, .10, 96},
	} {
		k := int64(3)
		for diversion.BinomialTail(k, c.scans, c.usual) > 1e-4 {
			k++
		}
		got := diversion.LeastLeak(k, c.scans, c.usual)
		if got < c.leak*.9-.001 || got > c.leak+.0011 {
			t.Errorf("of %d scans, %d needed where %v are usual, a leak of %v can be seen, want %v", c.scans, k, c.usual, got, c.leak)
		}
		if p := diversion.BinomialTail(k, c.scans, c.usual+(1-c.usual)*got); p < .9 {
			t.Errorf("a leak of %v is seen with a chance of %v", got, p)
		}
	}
}

// blindSpots asks of two holders, of whom H0 sells in Nigeria and H1 in Germany.
func blindSpots(t *testing.T, p *diversion.Policy, sums map[diversion.Sum]int64) map[string]diversion.BlindSpot {
	t.Helper()
	dir := partner.NewDirectory()
	for i, home := range []geo.Region{"NG", "DE"} {
		dir.SetPartner(partner.Partner{ID: holderOf(i), Country: home}, day(2025, 1, 1))
		dir.SetGrant(partner.Grant{ID: string(holderOf(i)), Partner: holderOf(i), Products: []string{"led"}, Regions: geo.Territory{home}, From: "2025-01-01"})
	}
	dir.SetProduct(partner.Product{GTIN: 9521234100010, Line: "led"})
	s := &diversion.Season{Quarter: spring, Looks: 4, Trade: custody.Trade{Directory: dir}, Policies: &diversion.Policies{Override: p},
		Sums: func(_ string, q diversion.Quarter) map[diversion.Sum]int64 {
			in := map[diversion.Sum]int64{}
			for sum, n := range sums {
				if sum.Quarter == q {
					in[sum] = n
				}
			}
			return in
		}}
	out := map[string]diversion.BlindSpot{}
	worst := 2.
	for _, b := range diversion.BlindSpots(s, day(2026, 4, 25), "GH", "FR") {
		if b.Least > worst && !b.Nothing() || worst < 2 && b.Nothing() {
			t.Errorf("%s to %s, where %v can be seen, stands behind %v", b.Holder, b.To, b.Least, worst)
		}
		if worst = b.Least; b.Nothing() {
			worst = 2
		}
		out[string(b.Holder)+" "+string(b.To)] = b
	}
	return out
}

func scanned(of int, week uint8, q diversion.Quarter, to string, n int64) map[diversion.Sum]int64 {
	return map[diversion.Sum]int64{{Rule: "R06", Quarter: q, Look: week, Out: to != "", Of: string(holderOf(of)), To: to}: n}
}

func TestBlindSpots(t *testing.T) {
	few := blindSpots(t, diversion.Standard, scanned(0, 0, spring, "", 2))
	many := blindSpots(t, diversion.Standard, scanned(0, 1, spring, "", 2000))
	late := blindSpots(t, diversion.Standard, scanned(0, 9, spring, "", 2000))
	known := scanned(0, 1, spring, "", 2000)
	for s, n := range scanned(0, 3, spring-1, "", 4000) {
		known[s] = n
	}
	history := blindSpots(t, diversion.Standard, known)
	off := blindSpots(t, &diversion.Policy{Version: "v1", Hubs: diversion.Standard.Hubs, Rules: map[string]diversion.RulePolicy{"R06": {Off: true}}}, known)
	if b := few["H00 GH"]; !b.Nothing() || b.Needed != 0 || b.Known {
		t.Errorf("with two scans: %+v, want nothing to be seen", b)
	}
	if b := many["H00 GH"]; b.Nothing() || b.Scans != 2000 || b.Known {
		t.Errorf("with 2,000 scans: %+v", b)
	}
	if a, b := many["H00 GH"], many["H00 AE"]; a.Least >= b.Least {
		t.Errorf("a leak of %v can be seen in Ghana and one of %v in a hub, want a larger one there", a.Least, b.Least)
	}
	if a, b := history["H00 GH"], many["H00 GH"]; !a.Known || a.Least >= b.Least {
		t.Errorf("a leak of %v can be seen where the quarter before is known, and else %v", a.Least, b.Least)
	}
	if b := late["H00 GH"]; !b.Nothing() || b.Scans != 0 {
		t.Errorf("scans of a later look: %+v, want nothing to be seen yet", b)
	}
	if b := off["H00 GH"]; !b.Nothing() {
		t.Errorf("where the rule is off: %+v", b)
	}
	if b, ok := many["H01 GH"]; !ok || !b.Nothing() || b.Scans != 0 {
		t.Errorf("a holder without scans: %+v, %v, want nothing to be seen", b, ok)
	}
	for _, at := range []string{"H00 NG", "H01 DE", "H01 FR"} {
		if b, ok := many[at]; ok {
			t.Errorf("%s: %+v, want nothing said where it may sell", at, b)
		}
	}
	for _, lang := range []string{"en", "zh", "es"} {
		for _, b := range []diversion.BlindSpot{many["H00 GH"], few["H00 GH"]} {
			if why := b.Why(lang, "Lagos LED"); strings.ContainsAny(why, "{}") || !strings.Contains(why, "Lagos LED") || !strings.Contains(why, "GH") {
				t.Errorf("%s: %q", lang, why)
			}
		}
	}
}

// What is said to be seen nine times of ten is.
func TestLeaksAtTheLimitAreFound(t *testing.T) {
	base := scanned(0, 1, spring, "", 3000)
	for s, n := range scanned(0, 3, spring-1, "", 6000) {
		base[s] = n
	}
	limit := blindSpots(t, diversion.Standard, base)["H00 GH"]
	found := 0
	const tries = 300
	dice := rand.New(rand.NewPCG(1, 2))
	for range tries {
		k := int64(0)
		for range limit.Scans {
			if dice.Float64() < limit.Least {
				k++
			}
		}
		if k >= limit.Needed {
			found++
		}
	}
	if share := float64(found) / tries; share < .85 {
		t.Errorf("of leaks of %v, %v are found, want nine of ten or more", limit.Least, share)
	}
	quarter := map[diversion.Sum]int64{}
	for s, n := range base {
		quarter[s] = n
	}
	quarter[diversion.Sum{Rule: "R06", Quarter: spring, Look: 1, Out: true, Of: "H00", To: "GH"}] = limit.Needed
	quarter[diversion.Sum{Rule: "R06", Quarter: spring, Look: 1, Of: "H00"}] -= limit.Needed
	for needed, want := range map[int64]int{limit.Needed: 1, limit.Needed - 1: 0} {
		moved := limit.Needed - needed
		quarter[diversion.Sum{Rule: "R06", Quarter: spring, Look: 1, Out: true, Of: "H00", To: "GH"}] = needed
		quarter[diversion.Sum{Rule: "R06", Quarter: spring, Look: 1, Of: "H00"}] = 3000 - limit.Needed + moved
		if got := len(judged(quarter)); got != want {
			t.Errorf("%d of %d scans in Ghana make %d findings, want %d", needed, limit.Scans, got, want)
		}
	}
}

func judged(sums map[diversion.Sum]int64) []diversion.Verdict {
	dir := partner.NewDirectory()
	dir.SetPartner(partner.Partner{ID: "H00", Country: "NG"}, time.Time{})
	dir.SetGrant(partner.Grant{ID: "G", Partner: "H00", Products: []string{"led"}, Regions: geo.Territory{"NG"}, From: "2025-01-01"})
	return diversion.Concentration.Judge(&diversion.Season{Quarter: spring, Looks: 4, Trade: custody.Trade{Directory: dir},
		Sums: func(_ string, q diversion.Quarter) map[diversion.Sum]int64 {
			in := map[diversion.Sum]int64{}
			for s, n := range sums {
				if s.Quarter == q {
					in[s] = n
				}
			}
			return in
		}})
}
