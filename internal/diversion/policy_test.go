package diversion_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

func set(rule, name string, v float64) map[string]diversion.RulePolicy {
	return map[string]diversion.RulePolicy{rule: {Set: map[string]float64{name: v}}}
}

func TestFaultsOfPolicies(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     diversion.Policy
		field string // of the only fault; "": none
	}{
		{"empty but for its name", diversion.Policy{Version: "v1"}, ""},
		{"full", diversion.Policy{Version: "2026.1", From: "2026-01-31", Rules: set("R06", "threshold", .01), Budget: &diversion.Budget{Alerts: 1, Per: 1},
			Hubs: []geo.Region{"AE"}, Baselines: []diversion.Baseline{{Partner: "P1", To: "US-CA", Scans: 3, Of: 3}}, Quotas: []diversion.Quota{{Region: "VN", Units: 1}},
			Capacities: []diversion.Capacity{{Partner: "P1", Units: 1}}, Embargoes: []geo.Region{"KP"}, Listed: []diversion.Listed{{Name: "上海恒通"}}}, ""},
		{"no name", diversion.Policy{}, "/version"},
		{"a name with spaces", diversion.Policy{Version: "v 1"}, "/version"},
		{"the name of the built-in pack", diversion.Policy{Version: "standard-1"}, "/version"},
		{"a day that is none", diversion.Policy{Version: "v1", From: "2026-02-30"}, "/from"},
		{"a rule that is none", diversion.Policy{Version: "v1", Rules: set("R99", "threshold", 1)}, "/rules/R99"},
		{"a parameter that is none", diversion.Policy{Version: "v1", Rules: set("R06", "treshold", .01)}, "/rules/R06/set/treshold"},
		{"a value too high", diversion.Policy{Version: "v1", Rules: set("R06", "threshold", .51)}, "/rules/R06/set/threshold"},
		{"a value too low", diversion.Policy{Version: "v1", Rules: set("R15", "units", 0)}, "/rules/R15/set/units"},
		{"a value that is no number", diversion.Policy{Version: "v1", Rules: set("R15", "units", math.NaN())}, "/rules/R15/set/units"},
		{"a window of any rule", diversion.Policy{Version: "v1", Rules: set("R02", "window_hours", 24)}, ""},
		{"a window beyond a year", diversion.Policy{Version: "v1", Rules: set("R02", "window_hours", 8761)}, "/rules/R02/set/window_hours"},
		{"no alerts at all", diversion.Policy{Version: "v1", Budget: &diversion.Budget{Per: 1}}, "/alert_budget/alerts"},
		{"alerts to nothing", diversion.Policy{Version: "v1", Budget: &diversion.Budget{Alerts: 1}}, "/alert_budget/per"},
		{"more than the whole", diversion.Policy{Version: "v1", Baselines: []diversion.Baseline{{Partner: "P1", To: "AE", Scans: 4, Of: 3}}}, "/baselines/0/scans"},
		{"a baseline of nowhere", diversion.Policy{Version: "v1", Baselines: []diversion.Baseline{{Partner: "P1", Of: 3}}}, "/baselines/0/to"},
		{"a quota of nothing", diversion.Policy{Version: "v1", Quotas: []diversion.Quota{{Region: "VN"}}}, "/quotas/0/units"},
		{"a capacity of nobody", diversion.Policy{Version: "v1", Capacities: []diversion.Capacity{{Units: 3}}}, "/capacities/0/partner"},
		{"an embargo of a state of a country", diversion.Policy{Version: "v1", Embargoes: []geo.Region{"KP", "US-CA"}}, "/embargoes/1"},
		{"a party without a name", diversion.Policy{Version: "v1", Listed: []diversion.Listed{{Name: " - "}}}, "/listed/0/name"},
		{"a rule with a slash", diversion.Policy{Version: "v1", Rules: map[string]diversion.RulePolicy{"a/b~": {}}}, "/rules/a~1b~0"},
		{"a note that hides something", diversion.Policy{Version: "v1", Note: "a\u202eb"}, "/note"},
		{"a quota of nothing", diversion.Policy{Version: "v1", Quotas: []diversion.Quota{{Region: "TH", Units: 1, Products: []string{""}}}}, "/quotas/0/products/0"},
		{"a party with a hidden alias", diversion.Policy{Version: "v1", Listed: []diversion.Listed{{Name: "A B", Aliases: []string{"a\x00"}}}}, "/listed/0/aliases/0"},
		{"an endless budget", diversion.Policy{Version: "v1", Budget: &diversion.Budget{Alerts: math.MaxInt, Per: math.MaxInt}}, "/alert_budget/alerts /alert_budget/per"},
	} {
		var fields []string
		for _, f := range c.p.Validate() {
			fields = append(fields, f.Field)
		}
		if want := strings.Fields(c.field); !slices.Equal(fields, want) {
			t.Errorf("%s: faults at %v, want %v", c.name, fields, want)
		}
	}
}

// Every parameter of every rule can be set to its least, its usual and its
// greatest value, and no further.
func TestParametersKeepTheirBounds(t *testing.T) {
	for _, r := range diversion.Rules {
		for _, p := range r.Params.List {
			if p.Meaning.EN == "" || !(p.Min <= p.Default && p.Default <= p.Max) {
				t.Errorf("%s %s: %v of %v to %v, %q", r.ID, p.Name, p.Default, p.Min, p.Max, p.Meaning)
			}
			for v, fine := range map[float64]bool{p.Min: true, p.Default: true, p.Max: true, p.Min - 1: false, p.Max * 1.01: false, math.Inf(1): false} {
				pack := diversion.Policy{Version: "v1", Rules: set(r.ID, p.Name, v)}
				if faults := pack.Validate(); (len(faults) == 0) != fine {
					t.Errorf("%s %s=%v: %v", r.ID, p.Name, v, faults)
				}
				if got := pack.Param(r.Params, p.Name); got != v {
					t.Errorf("%s %s is %v once set to %v", r.ID, p.Name, got, v)
				}
			}
			if got := diversion.Standard.Param(r.Params, p.Name); got != p.Default {
				t.Errorf("%s %s is %v in the standard pack, want %v", r.ID, p.Name, got, p.Default)
			}
		}
	}
}

func TestWindows(t *testing.T) {
	p := &diversion.Policy{Version: "v1", Rules: map[string]diversion.RulePolicy{"R06": {Set: map[string]float64{"window_hours": 1.5}}, "R02": {Set: map[string]float64{"window_hours": 0}}}}
	if got := p.Window(diversion.Concentration); got != 90*time.Minute {
		t.Errorf("window of R06 is %v, want 1h30m", got)
	}
	if got := p.Window(diversion.ScrapedCodes); got != diversion.ScrapedCodes.Window {
		t.Errorf("window of R14 is %v, want its own %v", got, diversion.ScrapedCodes.Window)
	}
}

// Packs say the same in whatever order they were adopted, as long as of each
// version the same document came last.
func TestPoliciesForgetTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day0 := day(2026, 1, 1)
		document := func(i, version int) diversion.Policy {
			p := diversion.Policy{Version: fmt.Sprintf("v%d", version), Note: fmt.Sprint(i)}
			if n := rapid.IntRange(-1, 3).Draw(t, "from"); n >= 0 {
				p.From = partner.Date(day0.AddDate(0, 0, n).Format("2006-01-02"))
			}
			return p
		}
		var last []diversion.Policy
		for v := range 4 {
			last = append(last, document(v, v))
		}
		var a, b diversion.Policies
		for i := range rapid.IntRange(0, 5).Draw(t, "earlier") {
			a.Set(document(100+i, rapid.IntRange(0, 3).Draw(t, "version")))
		}
		for _, p := range rapid.Permutation(last).Draw(t, "order") {
			a.Set(p)
		}
		for _, p := range last {
			b.Set(p)
		}
		if diff := cmp.Diff(b.All(), a.All()); diff != "" {
			t.Fatalf("packs depend on their order:\n%s", diff)
		}
		for n := -2; n < 6; n++ {
			at := day0.AddDate(0, 0, n)
			if got, want := a.At(at), b.At(at); got.Version != want.Version || got.Note != want.Note {
				t.Fatalf("on %v %s holds, and in another order %s", at, got.Version, want.Version)
			}
		}
	})
}

// What a pack changes it changes from the day on that Set returns, and not
// before.
func TestSetTellsSinceWhen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ps diversion.Policies
		for range rapid.IntRange(1, 6).Draw(t, "packs") {
			p := diversion.Policy{Version: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "version"), Note: rapid.StringN(1, 4, 4).Draw(t, "note")}
			if n := rapid.IntRange(0, 4).Draw(t, "from"); n > 0 {
				p.From = partner.Date(fmt.Sprintf("2026-01-0%d", n))
			}
			before := ps.Clone()
			changed := ps.Set(p)
			for at := day(2025, 12, 30); at.Before(changed) && at.Before(day(2026, 1, 9)); at = at.AddDate(0, 0, 1) {
				if got, want := ps.At(at), before.At(at); got.Version != want.Version || got.Note != want.Note {
					t.Fatalf("%s from %q changes %v, before %v", p.Version, p.From, at, changed)
				}
			}
			if got, ok := ps.Get(p.Version); !ok || got.Note != p.Note {
				t.Fatalf("%s is %+v once set", p.Version, got)
			}
		}
	})
}

func TestPoliciesOfATime(t *testing.T) {
	var none *diversion.Policies
	if got := none.At(day(2026, 1, 1)); got != diversion.Standard {
		t.Errorf("no packs at all: %s holds", got.Version)
	}
	var ps diversion.Policies
	ps.Set(diversion.Policy{Version: "b", From: "2026-02-01"})
	ps.Set(diversion.Policy{Version: "a", From: "2026-02-01", Hubs: []geo.Region{}})
	ps.Set(diversion.Policy{Version: "c", From: "2026-03-01", Budget: &diversion.Budget{Alerts: 7, Per: 8}})
	for at, want := range map[time.Time]string{
		day(2026, 1, 31):         "standard-1",
		day(2026, 2, 1).Add(-1):  "standard-1",
		day(2026, 2, 1):          "b", // of two from one day, the later name
		day(2026, 3, 1).Add(-1):  "b",
		day(2026, 3, 1):          "c",
		day(2099, 3, 1):          "c",
		day(2026, 2, 15).Local(): "b",
	} {
		if got := ps.At(at).Version; got != want {
			t.Errorf("at %v %s holds, want %s", at, got, want)
		}
	}
	b, _ := ps.Get("b")
	a, _ := ps.Get("a")
	c, _ := ps.Get("c")
	if !slices.Equal(b.Hubs, diversion.Standard.Hubs) || len(a.Hubs) != 0 || *c.Budget != (diversion.Budget{Alerts: 7, Per: 8}) || *a.Budget != *diversion.Standard.Budget {
		t.Errorf("packs are not completed from the standard one: hubs %v and %v, budgets %v and %v", b.Hubs, a.Hubs, c.Budget, a.Budget)
	}
	ps.Override = &diversion.Policy{Version: "what-if"}
	if got := ps.At(day(2020, 1, 1)).Version; got != "what-if" {
		t.Errorf("%s holds, want what-if", got)
	}
	if got := ps.Clone().At(day(2020, 1, 1)).Version; got != "what-if" {
		t.Errorf("%s holds in a copy, want what-if", got)
	}
}
