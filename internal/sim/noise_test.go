package sim_test

import (
	"bytes"
	"testing"
	"time"

	"waymark/internal/custody"
	"waymark/internal/sim"
)

// Shares of what goes wrong, over the messages of a world, at noise 1.
func TestNoiseIsAsInTheField(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 4, Noise: 1})
	first := map[string]sim.Message{}
	var resent, misread, scans, day, days, fortnight int
	for m := range w.Messages() {
		id, at := "", time.Time{}
		switch {
		case m.Misread:
			misread++
			continue
		case m.Hop != nil:
			id, at = m.Hop.ID, m.Hop.Time
		case m.Observation != nil:
			id, at = m.Observation.ID, m.Observation.Time
		default:
			continue
		}
		if before, ok := first[id]; ok {
			resent++
			m.Arrival, before.Arrival = time.Time{}, time.Time{}
			if text(m) != text(before) {
				t.Fatalf("%s resent with other content: %s, before %s", id, text(m), text(before))
			}
			continue
		}
		first[id] = m
		scans++
		switch late := m.Arrival.Sub(at); {
		case late > 72*time.Hour:
			fortnight++
		case late > 24*time.Hour:
			days++
		case late > 2*time.Hour:
			day++
		}
	}
	tests := []struct {
		what     string
		n        int
		from, to float64 // share of scans
	}{
		{"resent", resent, .014, .026},
		{"misread", misread, .0003, .003},
		{"later than 2 hours", day, .03, .10},
		{"later than a day", days, .015, .04},
		{"later than three days", fortnight, .03, .08}, // with the backlog
	}
	for _, test := range tests {
		if share := float64(test.n) / float64(scans); share < test.from || share > test.to {
			t.Errorf("%.4f of %d scans %s, want %.3f to %.3f", share, scans, test.what, test.from, test.to)
		}
	}
}

func TestBacklogArrivesBackwards(t *testing.T) {
	for _, noise := range []float64{0, 1} {
		w := sim.Generate(sim.Config{Seed: 6, Noise: noise})
		var run, longest []time.Time // event times of scans that arrive late, one second apart
		var before time.Time
		for m := range w.Messages() {
			at := time.Time{}
			switch {
			case m.Hop != nil:
				at = m.Hop.Time
			case m.Observation != nil && m.Observation.Kind != custody.Consumer:
				at = m.Observation.Time
			}
			if at.IsZero() || m.Arrival.Sub(at) < 8*24*time.Hour {
				continue
			}
			if m.Arrival.Sub(before) != time.Second {
				run = nil
			}
			before, run = m.Arrival, append(run, at)
			if len(run) > len(longest) {
				longest = run
			}
		}
		if len(longest) < 400 {
			t.Errorf("noise %g: %d scans arrive together nine days late, want about 500", noise, len(longest))
		}
		for i := 1; i < len(longest); i++ {
			if longest[i].After(longest[i-1]) {
				t.Errorf("noise %g: scan %d of %v arrives after that of %v", noise, i, longest[i], longest[i-1])
				break
			}
		}
	}
}

// FuzzReadEvents: whatever is read never panics, and what is read as a message
// stays one through writing and reading.
func FuzzReadEvents(f *testing.F) {
	var b bytes.Buffer
	w := sim.Generate(sim.Config{Seed: 1, Noise: 1})
	if _, err := w.WriteEvents(&b); err != nil {
		f.Fatal(err)
	}
	for range 8 {
		line, err := b.ReadBytes('\n')
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Add([]byte(`{"arrival":"2026-01-01T00:00:00Z","misread":true,"observation":{"item":"(01)09521234100011(21)A"}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		for m, err := range sim.ReadEvents(bytes.NewReader(in)) {
			if err != nil {
				continue
			}
			out, err := m.MarshalLine()
			if err != nil {
				continue // a time or a text that JSON cannot hold
			}
			for again, err := range sim.ReadEvents(bytes.NewReader(out)) {
				if err != nil {
					t.Fatalf("%s read, then not: %v", out, err)
				}
				if twice, err := again.MarshalLine(); err != nil || !bytes.Equal(out, twice) {
					t.Fatalf("%s read as %s, %v", out, twice, err)
				}
			}
		}
	})
}
