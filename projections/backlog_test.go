package projections_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waymark/internal/custody"
	"waymark/internal/sim"
	"waymark/projections"
)

// TestBacklog lets a distributor's scanners be off line: what they saw in three
// weeks comes nine days late, the last of it first. It explains what was held
// against it, and raises nothing.
func TestBacklog(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 5, Preset: sim.S})
	sites := map[string]bool{}
	for _, s := range w.Sites {
		if s.Partner == "P01" || s.Partner[:min(4, len(s.Partner))] == "P01-" {
			sites[s.GLN.String()] = true
		}
	}
	from, until := w.Start.AddDate(0, 0, 40), w.Start.AddDate(0, 0, 61)
	var late int
	s := quarter(t, w, func(trade []happening) []happening {
		kept, held := []happening{}, []happening{}
		at := w.Start
		for _, h := range trade {
			hop, ok := h.(custody.Hop)
			if ok {
				at = hop.Time
			}
			if at.After(until.AddDate(0, 0, 9)) && held != nil {
				slices.Reverse(held)
				kept, held, late = append(kept, held...), nil, len(held)
			}
			if ok && held != nil && sites[hop.Site.String()] && hop.Time.After(from) && hop.Time.Before(until) {
				held = append(held, h)
				continue
			}
			kept = append(kept, h)
		}
		return kept
	})
	if late < 20 {
		t.Fatalf("only %d hops came late", late)
	}
	in := quarter(t, w, nil)
	if diff := cmp.Diff(found(t, in.views), found(t, s.views)); diff != "" {
		t.Errorf("a backlog changes what is found (-in time +late):\n%s", diff)
	}
	if a, b := digest(t, in.views), digest(t, s.views); a != b {
		t.Errorf("digest is %s in time and %s late", a, b)
	}
	raised := map[string]int{}
	for _, a := range alertsOf(t, s.views) {
		if a.Change == projections.Raised {
			raised[a.Finding.ID]++
		}
	}
	for _, a := range alertsOf(t, in.views) {
		if a.Change == projections.Raised {
			raised[a.Finding.ID]--
		}
	}
	for id, n := range raised {
		f, _, err := s.views.Finding(id, "")
		must(t, err)
		if n > 0 && f.Status != "withdrawn" || n > 1 {
			t.Errorf("%s of %s was raised %d times more than without the backlog, and is %s: %s", f.Rule, f.Partner, n, f.Status, f.Why)
		}
	}
	t.Logf("%d hops came %v late", late, 9*24*time.Hour)
}
