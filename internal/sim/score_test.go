package sim_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/internal/sim"
)

var start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func item(t *testing.T, serial string) gs1.Item {
	t.Helper()
	it, err := gs1.SGTIN(9521234100010, serial)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestScore(t *testing.T) {
	a, b, c, d := item(t, "A"), item(t, "B"), item(t, "C"), item(t, "D")
	at := start.Add(time.Hour)
	truth := []sim.Truth{
		{Kind: "D01", Responsible: "P09", First: at, Items: []gs1.Item{a, b}, Expected: []sim.Expectation{{Rule: "R02", Partner: "P09", Items: []gs1.Item{a, b}}}},
		{Kind: "C01", Responsible: "P03", First: at, Items: []gs1.Item{c}},
	}
	right := sim.Found{Rule: "R02", Strength: "H", Partner: "P09", Items: []gs1.Item{a, b}, First: at, Raised: at.Add(2 * time.Hour)}
	with := func(change func(*sim.Found)) sim.Found { f := right; change(&f); return f }
	tests := []struct {
		name                    string
		found                   []sim.Found
		precision, recall, top1 float64
		flagged                 string
		withdrawn               float64
		exact                   bool
	}{
		{"nothing found", nil, 1, 0, 1, "", 0, false},
		{"all right", []sim.Found{right}, 1, 1, 1, "", 0, true},
		{"half", []sim.Found{with(func(f *sim.Found) { f.Items = f.Items[:1] })}, 1, .5, 1, "", 0, false},
		{"wrong partner", []sim.Found{with(func(f *sim.Found) { f.Partner = "P10" })}, 1, 1, 0, "", 0, false},
		{"withdrawn", []sim.Found{with(func(f *sim.Found) { f.Withdrawn = true })}, 1, 0, 1, "", 1, false},
		{"another rule beside", []sim.Found{right, with(func(f *sim.Found) { f.Rule, f.Items = "R03", []gs1.Item{a, d} })}, .5, 1, 1, "", 0, false},
		{"a control alerted", []sim.Found{right, with(func(f *sim.Found) { f.Items = []gs1.Item{c} })}, 2. / 3, 1, 1, "C01", 0, false},
		{"a signal on a control", []sim.Found{right, with(func(f *sim.Found) { f.Rule, f.Strength, f.Items = "R05", "L", []gs1.Item{c} })}, 1, 1, 1, "", 0, false},
		{"nobody blamed for a control", []sim.Found{right, with(func(f *sim.Found) { f.Rule, f.Partner, f.Items = "R10", "", []gs1.Item{c} })}, 2. / 3, 1, 1, "", 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := sim.Score(truth, test.found, 1000)
			if r.All.Precision != test.precision || r.All.Recall != test.recall || r.All.Top1 != test.top1 {
				t.Errorf("precision %g, recall %g, attribution %g; want %g, %g, %g", r.All.Precision, r.All.Recall, r.All.Top1, test.precision, test.recall, test.top1)
			}
			if got := strings.Join(r.Flagged, " "); got != test.flagged || r.All.WithdrawnShare != test.withdrawn || r.Exact() != test.exact {
				t.Errorf("flagged %q, withdrawn %g, exact %v; want %q, %g, %v", got, r.All.WithdrawnShare, r.Exact(), test.flagged, test.withdrawn, test.exact)
			}
			if len(test.found) > 0 && test.recall == 1 && r.All.LeadSeconds != 7200 {
				t.Errorf("lead %v s, want 7200", r.All.LeadSeconds)
			}
			b, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var back sim.Report
			if err := json.Unmarshal(b, &back); err != nil || back.String() != r.String() {
				t.Errorf("report read back as %v, %v; want %v", back, err, r)
			}
		})
	}
}

func TestScoreOfSums(t *testing.T) {
	a, b := item(t, "A"), item(t, "B")
	at := start
	truth := func(optional bool) []sim.Truth {
		return []sim.Truth{
			{Kind: "D03", Responsible: "P12", First: at, Items: []gs1.Item{a}, Expected: []sim.Expectation{
				{Rule: "R06", Partner: "P12", To: "AE", Items: []gs1.Item{a}, Optional: optional}}},
			{Kind: "C01", First: at, Items: []gs1.Item{b}},
		}
	}
	found := func(p partner.ID, to geo.Region, items ...gs1.Item) sim.Found {
		return sim.Found{Rule: "R06", Strength: "H", Partner: p, To: to, Items: items, First: at, Raised: at.Add(time.Hour)}
	}
	tests := []struct {
		name                         string
		optional                     bool
		found                        []sim.Found
		planted, met, wrong, correct int
		flagged                      string
	}{
		{"none", false, nil, 1, 0, 0, 0, ""},
		{"none, optional", true, nil, 0, 0, 0, 0, ""},
		{"right", false, []sim.Found{found("P12", "AE", a)}, 1, 1, 0, 1, ""},
		{"right, optional", true, []sim.Found{found("P12", "AE", a)}, 1, 1, 0, 1, ""},
		{"right, of other items", false, []sim.Found{found("P12", "AE", b)}, 1, 1, 0, 1, ""},
		{"place named more finely", false, []sim.Found{found("P12", "AE-DU", a)}, 1, 1, 0, 1, ""},
		{"wrong node", false, []sim.Found{found("P12-S1", "AE", a)}, 1, 1, 0, 0, ""},
		{"another place", false, []sim.Found{found("P12", "IN", a)}, 1, 0, 1, 0, ""},
		{"another partner", false, []sim.Found{found("P03", "AE", b)}, 1, 0, 1, 0, "C01"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := sim.Score(truth(test.optional), test.found, 1).All
			if all.Planted != test.planted || all.Found != test.met || all.Wrong != test.wrong || all.Right != test.correct {
				t.Errorf("%d planted, %d found, %d wrong, %d right; want %d, %d, %d, %d", all.Planted, all.Found, all.Wrong, all.Right,
					test.planted, test.met, test.wrong, test.correct)
			}
			if got := strings.Join(sim.Score(truth(test.optional), test.found, 1).Flagged, " "); got != test.flagged {
				t.Errorf("flagged %q, want %q", got, test.flagged)
			}
		})
	}
}

func TestSpread(t *testing.T) {
	line := func(found, wrong int, recall float64) sim.Report {
		l := sim.Line{Rule: "R02", Planted: 10, Found: found, Right: found, Wrong: wrong, Precision: 1, Recall: recall, Top1: 1}
		return sim.Report{Rules: []sim.Line{l}, All: l}
	}
	s := sim.SpreadOf([]sim.Report{line(10, 0, 1), line(8, 2, .8)})
	got := s.Rules[0]
	if got.Recall.Low != .8 || got.Recall.High != 1 || math.Abs(got.Recall.Mean-.9) > 1e-9 || math.Abs(got.Recall.Deviation-.1414) > 1e-3 {
		t.Errorf("recall 1 and 0.8 spread as %v", got.Recall)
	}
	if p := got.Pooled; p.Planted != 20 || p.Found != 18 || p.Recall != .9 || p.Precision != .9 {
		t.Errorf("pooled as %+v", p)
	}
	if s.Exact != 1 || !strings.Contains(s.String(), "2 seeds, 1 of them exact") {
		t.Errorf("%d exact, want 1; printed as\n%v", s.Exact, s)
	}
}

func TestUsualRules(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 2, Preset: sim.S, Noise: 1})
	u := sim.ScoreUsual(w.Messages(), w.Master, w.Truth, w.Len())
	if u.Speed.All.Planted != 3 || u.Speed.All.Found != 3 {
		t.Errorf("the speed rule finds %d of %d copies, want 3 of 3", u.Speed.All.Found, u.Speed.All.Planted)
	}
	if u.Vendor.All.Found == 0 || u.Vendor.All.Wrong == 0 {
		t.Errorf("the vendor rule finds %d cases and errs %d times, want both", u.Vendor.All.Found, u.Vendor.All.Wrong)
	}
	quiet := sim.Generate(sim.Config{Seed: 2, Preset: sim.S})
	for _, f := range sim.Vendor(quiet.Messages(), quiet.Master) {
		if f.Partner == "" || f.To == "" || len(f.Items) == 0 || f.Raised.Before(quiet.Start) || f.Raised.After(quiet.End.AddDate(0, 0, 7)) {
			t.Errorf("the vendor rule says %+v", f)
		}
	}
}
