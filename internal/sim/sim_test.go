package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"
	"time"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/internal/sim"
)

// sums returns the digests of the three outputs.
func sums(t *testing.T, w *sim.World) [3]sim.Sum {
	t.Helper()
	var out [3]sim.Sum
	for i, write := range []func(io.Writer) (sim.Sum, error){w.WriteMaster, w.WriteEvents, w.WriteTruth} {
		sum, err := write(io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = sum
	}
	return out
}

func TestSameSeedGivesSameBytes(t *testing.T) {
	for _, noise := range []float64{0, 1} {
		a := sums(t, sim.Generate(sim.Config{Seed: 7, Noise: noise}))
		b := sums(t, sim.Generate(sim.Config{Seed: 7, Noise: noise}))
		if a != b {
			t.Errorf("seed 7, noise %g: sums %v, then %v", noise, a, b)
		}
		if c := sums(t, sim.Generate(sim.Config{Seed: 8, Noise: noise})); c[1] == a[1] {
			t.Errorf("seeds 7 and 8 give the same events, %v", c[1])
		}
	}
}

func TestSizes(t *testing.T) {
	tests := []struct {
		preset                               sim.Preset
		units, cartons, pallets, msgs, facts int
	}{
		{sim.S, 6400, 640, 37, 12_200, 79_100},
		{sim.M, 64_000, 6400, 321, 122_000, 791_000},
	}
	for _, test := range tests {
		t.Run(string(test.preset), func(t *testing.T) {
			w := sim.Generate(sim.Config{Seed: 1, Preset: test.preset, Noise: 1})
			n := count(w)
			if n.units != test.units || n.cartons != test.cartons || n.pallets != test.pallets {
				t.Errorf("%d units, %d cartons, %d pallets; want %d, %d, %d", n.units, n.cartons, n.pallets, test.units, test.cartons, test.pallets)
			}
			near(t, "messages", n.messages, test.msgs)
			near(t, "unit-hop facts", n.facts, test.facts)
			if n.messages != w.Len() {
				t.Errorf("%d messages, Len says %d", n.messages, w.Len())
			}
		})
	}
}

func near(t *testing.T, what string, got, want int) {
	t.Helper()
	t.Logf("%d %s", got, what)
	if off := float64(got)/float64(want) - 1; off < -.05 || off > .05 {
		t.Errorf("%d %s, want %d within 5 %%", got, what, want)
	}
}

type counts struct{ units, cartons, pallets, messages, facts, observations int }

// count counts what is made and what happens, a pallet's hop once for every
// unit in it.
func count(w *sim.World) (n counts) {
	inside := map[gs1.Item]int{}
	seen := map[string]bool{}
	for m := range w.Messages() {
		n.messages++
		switch h := m.Hop; {
		case m.Misread:
		case m.Observation != nil && !seen[m.Observation.ID]:
			seen[m.Observation.ID] = true
			n.observations++
			n.facts += max(1, inside[m.Observation.Item])
		case h != nil && !seen[h.ID]:
			seen[h.ID] = true
			if h.Step == custody.Commissioning {
				n.units += len(h.Items)
			}
			for _, it := range h.Items {
				n.facts += max(1, inside[it])
				if h.Step == custody.Packing {
					inside[h.Parent] += max(1, inside[it])
				}
			}
			if h.Step == custody.Packing && h.Parent.Kind() == gs1.KindSSCC {
				n.pallets++
			} else if h.Step == custody.Packing {
				n.cartons++
			}
		}
	}
	return n
}

func TestFurtherPartnerChangesNothingElse(t *testing.T) {
	more := sim.Lumora()
	more.Distributors = append(more.Distributors, sim.Profile{ID: "P13", Number: 13, Name: "Savanna Screens", Currency: "USD", Language: "en", Units: 2000, Hub: "HUB-SZ",
		Tier: partner.Tier{Scale: partner.Ordinary, Capability: partner.Sales}, Regions: sim.Roster()[11].Regions, Rights: nil})
	without := sim.Generate(sim.Config{Seed: 3, Noise: 1})
	with := sim.Generate(sim.Config{Seed: 3, Noise: 1, Setting: more})
	if with.Len() <= without.Len() {
		t.Fatalf("%d messages with a further partner, %d without", with.Len(), without.Len())
	}
	rest := map[string]bool{}
	for m := range with.Messages() {
		rest[fmt.Sprint(text(m))] = true
	}
	for m := range without.Messages() {
		if !rest[text(m)] {
			t.Fatalf("message changed by a further partner: %s", text(m))
		}
	}
}

func text(m sim.Message) string {
	switch {
	case m.Hop != nil:
		return fmt.Sprintf("%v %+v", m.Arrival, *m.Hop)
	case m.Order != nil:
		return fmt.Sprintf("%v %+v", m.Arrival, *m.Order)
	case m.ASN != nil:
		return fmt.Sprintf("%v %+v", m.Arrival, *m.ASN)
	case m.Leak != nil:
		return fmt.Sprintf("%v %+v", m.Arrival, *m.Leak)
	}
	o := *m.Observation
	lat, lon := *o.Lat, *o.Lon
	o.Lat, o.Lon = nil, nil
	return fmt.Sprintf("%v %+v %g %g", m.Arrival, o, lat, lon)
}

func TestEveryDocumentIsValid(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 5, Noise: 1})
	var faults []partner.Fault
	for _, p := range w.Partners {
		faults = append(faults, p.Validate()...)
	}
	for _, s := range w.Sites {
		faults = append(faults, s.Validate()...)
	}
	for _, p := range w.Products {
		faults = append(faults, p.Validate()...)
	}
	for _, g := range w.Grants {
		faults = append(faults, g.Validate()...)
	}
	for _, x := range w.Waivers {
		faults = append(faults, x.Validate()...)
	}
	for _, d := range w.Deals {
		faults = append(faults, d.Validate()...)
	}
	faults = append(faults, w.Policy.Validate()...)
	faults = append(faults, sim.Lumora().Validate()...)
	for _, p := range w.Prices {
		faults = append(faults, p.Validate()...)
	}
	for _, q := range w.Quotes {
		faults = append(faults, q.Request.Validate()...)
	}
	known := w.Directory()
	for m := range w.Messages() {
		var sites []gs1.GLN
		switch {
		case m.Hop != nil:
			faults, sites = append(faults, m.Hop.Validate(m.Arrival)...), append(sites, m.Hop.Site)
			if m.Hop.To != 0 {
				sites = append(sites, m.Hop.To)
			}
		case m.Observation != nil:
			faults = append(faults, m.Observation.Validate(m.Arrival)...)
		case m.Order != nil:
			faults, sites = append(faults, m.Order.Validate(m.Arrival)...), append(sites, m.Order.ShipTo)
		case m.ASN != nil:
			faults, sites = append(faults, m.ASN.Validate(m.Arrival)...), append(sites, m.ASN.From, m.ASN.To)
		case m.Leak != nil:
			faults = append(faults, m.Leak.Validate(m.Arrival)...)
		default:
			t.Fatalf("message of %v holds nothing", m.Arrival)
		}
		for _, s := range sites {
			if _, ok := known.Site(s); !ok {
				t.Fatalf("site %v is not registered", s)
			}
		}
	}
	if len(faults) > 0 {
		t.Errorf("%d faults, the first: %v", len(faults), faults[0])
	}
}

func TestNoiselessTradeIsInOrder(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 5})
	made := map[gs1.Item]time.Time{}
	last := map[gs1.Item]time.Time{}
	ids := map[string]bool{}
	var arrival time.Time
	for m := range w.Messages() {
		if m.Arrival.Before(arrival) {
			t.Fatalf("arrival %v after %v", m.Arrival, arrival)
		}
		arrival = m.Arrival
		if h := m.Hop; h != nil {
			if ids[h.ID] {
				t.Fatalf("id %s twice", h.ID)
			}
			ids[h.ID] = true
			if h.Time.After(m.Arrival) || h.Time.Before(w.Start) || !h.Time.Before(w.End) {
				t.Errorf("hop of %v arrives at %v", h.Time, m.Arrival)
			}
			for _, it := range h.Items {
				if h.Step == custody.Commissioning {
					made[it] = h.Time
				}
				if it.Kind() == gs1.KindSGTIN && h.Step == custody.Packing && h.Parent.Kind() == gs1.KindSGTIN && (made[it].IsZero() || made[it].After(h.Time)) {
					t.Errorf("%v packed at %v, made at %v", it, h.Time, made[it])
				}
				if h.Time.Equal(last[it]) {
					t.Errorf("%v handled twice at %v", it, h.Time)
				}
				last[it] = h.Time
			}
		}
		if o := m.Observation; o != nil && (o.Time.Before(w.Start) || !o.Time.Before(w.End)) {
			t.Errorf("observation of %v lies outside the quarter", o.Time)
		}
	}
}

func TestReadersReadWhatWasWritten(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 2, Noise: 1})
	var master, events, truth bytes.Buffer
	for b, write := range map[*bytes.Buffer]func(io.Writer) (sim.Sum, error){&master: w.WriteMaster, &events: w.WriteEvents, &truth: w.WriteTruth} {
		if _, err := write(b); err != nil {
			t.Fatal(err)
		}
	}
	m, err := sim.ReadMaster(&master)
	if err != nil || len(m.Sites) != len(w.Sites) || len(m.Grants) != len(w.Grants) {
		t.Errorf("master data of %d sites read as %d: %v", len(w.Sites), len(m.Sites), err)
	}
	got, err := sim.ReadTruth(&truth)
	if err != nil || len(got) != len(w.Truth) {
		t.Errorf("%d truths read as %d: %v", len(w.Truth), len(got), err)
	}
	n, refused := 0, 0
	want := slices.Collect(w.Messages())
	for m, err := range sim.ReadEvents(&events) {
		switch {
		case want[n].Misread:
			if err == nil || !m.Misread || !m.Arrival.Equal(want[n].Arrival) {
				t.Errorf("misread message %d read as %+v, %v", n, m, err)
			}
			refused++
		case err != nil:
			t.Fatal(err)
		case text(m) != text(want[n]):
			t.Fatalf("message %d read as %s, want %s", n, text(m), text(want[n]))
		}
		n++
	}
	if n != len(want) || refused == 0 {
		t.Errorf("%d messages read of %d, %d refused", n, len(want), refused)
	}
}

func TestTruthNamesWhatHappens(t *testing.T) {
	for seed := range uint64(3) {
		w := sim.Generate(sim.Config{Seed: seed})
		seen := map[gs1.Item]bool{}
		for m := range w.Messages() {
			if m.Hop != nil {
				for _, it := range m.Hop.Items {
					seen[it] = true
				}
			}
			if m.Observation != nil {
				seen[m.Observation.Item] = true
			}
		}
		rules := map[string]int{}
		kinds := map[string]bool{}
		for _, truth := range w.Truth {
			kinds[truth.Kind] = true
			if truth.First.Before(w.Start) || (len(truth.Items) == 0) != (truth.Kind == "D11") {
				t.Errorf("seed %d: %s of %s begins at %v, %d items", seed, truth.Kind, truth.Responsible, truth.First, len(truth.Items))
			}
			for _, e := range truth.Expected {
				rules[e.Rule] += len(e.Items)
				for _, it := range e.Items {
					if !seen[it] {
						t.Errorf("seed %d: %s expects %s of %v, which is never seen", seed, truth.Kind, e.Rule, it)
					}
				}
			}
		}
		want := []string{"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R13", "R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21"}
		if got := slices.Sorted(maps.Keys(rules)); !slices.Equal(got, want) {
			t.Errorf("seed %d: truth expects rules %v, want %v", seed, got, want)
		}
		all := []string{"C01", "C02", "C03", "C04", "C06", "C07", "C08", "C09", "C10", "C11", "C12", "C13", "C14",
			"D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "D15", "D16"}
		if got := slices.Sorted(maps.Keys(kinds)); !slices.Equal(got, all) {
			t.Errorf("seed %d: kinds %v, want %v", seed, got, all)
		}
	}
}
