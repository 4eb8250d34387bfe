package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/gs1"
	"waymark/internal/sim"
)

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
	at := sim.Start.Add(time.Hour)
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
		{"a signal on a control", []sim.Found{right, with(func(f *sim.Found) { f.Rule, f.Strength, f.Items = "R05", "L", []gs1.Item{c} })}, 2. / 3, 1, 1, "", 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := sim.Score(truth, test.found, 1000)
			if r.All.Precision != test.precision || r.All.Recall != test.recall || r.All.Top1 != test.top1 {
				t.Errorf("precision %g, recall %g, attribution %g; want %g, %g, %g", r.All.Precision, r.All.Recall, r.All.Top1, test.precision, test.recall, test.top1)
			}
			if got := strings.Join(r.Flagged, " "); got != test.flagged || r.WithdrawnShare != test.withdrawn || r.Exact() != test.exact {
				t.Errorf("flagged %q, withdrawn %g, exact %v; want %q, %g, %v", got, r.WithdrawnShare, r.Exact(), test.flagged, test.withdrawn, test.exact)
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
