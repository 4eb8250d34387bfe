package projections_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/internal/sim"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

var (
	seeds  = flag.Uint64("seeds", 3, "how many seeds of the scenario to run")
	preset = flag.String("preset", "S", "size of the scenario")
)

// TestScenarioIsExact runs the reference quarter without noise: every planted
// case is found, nothing else is, and the responsible partner is named.
func TestScenarioIsExact(t *testing.T) {
	for seed := range *seeds {
		w := sim.Generate(sim.Config{Seed: seed + 1, Preset: sim.Preset(*preset)})
		t.Run(fmt.Sprintf("seed %d", w.Seed), func(t *testing.T) {
			views := quarter(t, w, nil).views
			if diff := cmp.Diff(planted(w), found(t, views)); diff != "" {
				t.Errorf("findings are not what was planted (-planted +found):\n%s", diff)
			}
			if r := sim.Score(sim.Expected(w.Truth, judged), scored(t, views), w.Len()); !r.Exact() {
				t.Errorf("sums are not what was planted:\n%v", r)
			}
		})
	}
}

// TestScenarioShuffled delivers the quarter, noise and all, once as it arrives
// and once shuffled, with repeats, in other batches: the views say the same.
func TestScenarioShuffled(t *testing.T) {
	w := sim.Generate(sim.Config{Seed: 7, Preset: sim.S, Noise: 1})
	arrived := quarter(t, w, nil)
	rnd := rand.New(rand.NewPCG(7, 7))
	shuffled := quarter(t, w, func(trade []happening) []happening {
		trade = append(trade, trade[:len(trade)/10]...)
		rnd.Shuffle(len(trade), func(i, j int) { trade[i], trade[j] = trade[j], trade[i] })
		return trade
	})
	if diff := cmp.Diff(found(t, arrived.views), found(t, shuffled.views)); diff != "" {
		t.Errorf("findings depend on the order of arrival (-arrived +shuffled):\n%s", diff)
	}
	if a, b := digest(t, arrived.views), digest(t, shuffled.views); a != b {
		t.Errorf("digest is %s as arrived and %s shuffled", a, b)
	}
	arrived.replay(t)
}

// quarter records a world's messages, in the order that deliver makes of that
// of arrival, and feeds the views.
func quarter(t *testing.T, w *sim.World, deliver func([]happening) []happening) *story {
	t.Helper()
	s := newStory(t)
	s.clock = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, p := range w.Partners {
		must(t, put(s, "partner", string(p.ID), partner.Registered, p))
	}
	for _, x := range w.Sites {
		must(t, put(s, "site", x.GLN.String(), partner.SiteRegistered, x))
	}
	for _, p := range w.Products {
		must(t, put(s, "product", p.GTIN.String(), partner.ProductRegistered, p))
	}
	for _, g := range w.Grants {
		must(t, put(s, "grant", g.ID, partner.GrantRecorded, g))
	}
	for _, x := range w.Waivers {
		must(t, put(s, "waiver", x.ID, partner.WaiverRecorded, x))
	}
	for _, d := range w.Deals {
		must(t, put(s, "deal", d.ID, deal.Registered, d))
	}
	must(t, put(s, "policy", w.Policy.Version, diversion.PolicyAdopted, *w.Policy))
	for _, p := range w.Prices {
		must(t, put(s, "price-list", p.ID, quote.PriceListSet, p))
	}
	catchUp(t, s.views)
	for _, x := range w.Quotes {
		must(t, s.issued(x))
	}
	var trade []happening
	for m := range w.Messages() {
		switch {
		case m.Misread: // the front door refuses it
		case m.Hop != nil:
			trade = append(trade, *m.Hop)
		case m.Observation != nil:
			trade = append(trade, *m.Observation)
		case m.Order != nil:
			trade = append(trade, *m.Order)
		case m.ASN != nil:
			trade = append(trade, *m.ASN)
		case m.Leak != nil:
			trade = append(trade, *m.Leak)
		}
	}
	if deliver != nil {
		trade = deliver(trade)
	}
	known := map[string]bool{}
	for _, h := range trade {
		if id := documentOf(h); id != "" {
			if known[id] {
				continue
			}
			known[id] = true
		}
		must(t, s.happen(h))
	}
	catchUp(t, s.views)
	return s
}

func documentOf(h happening) string {
	switch d := h.(type) {
	case custody.ASN:
		return "asn " + d.ID
	case custody.Order:
		return "order " + d.ID
	case quote.Surfacing:
		return "leak " + d.ID
	}
	return ""
}

// issued records that a quote was made and issued.
func (s *story) issued(x sim.Issued) error {
	trade, id := s.views.QuoteTrade(), x.Request.ID
	for _, command := range []string{"make-" + id, x.Command} {
		_, err := ledger.Decide(context.Background(), s.log, ledger.AggregateStream("quote", id), foldQuote, func(q *quote.Quote) ([]event.Event, error) {
			a := deal.Act{Command: command, By: "sales", At: x.At}
			if q == nil {
				q = &quote.Quote{}
				events, err := q.Make(a, x.Request, trade)
				return encoded(command, events, err)
			}
			events, err := q.Give(a, trade)
			return encoded(command, events, err)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
	}
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// planted tells what the rules must find, a rule, an item and a partner a line.
func planted(w *sim.World) []string {
	var out []string
	for _, tr := range w.Truth {
		for _, e := range tr.Expected {
			if gathers(e.Rule) || !judged(e.Rule) {
				continue
			}
			for _, it := range e.Items {
				out = append(out, fmt.Sprintf("%s %s %s", e.Rule, it, e.Partner))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// gathers tells whether a rule's findings are of groups, not of items.
func gathers(rule string) bool {
	r, ok := diversion.ByID(rule)
	return ok && r.Subject == diversion.PerGroup
}

// judged tells whether there is a rule of that id.
func judged(rule string) bool {
	_, ok := diversion.ByID(rule)
	return ok
}

func found(t *testing.T, v *projections.Views) []string {
	t.Helper()
	var out []string
	for _, f := range scored(t, v) {
		if gathers(f.Rule) {
			continue
		}
		for _, it := range f.Items {
			out = append(out, fmt.Sprintf("%s %s %s", f.Rule, it, f.Partner))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// scored returns every finding that stands, as the score takes it.
func scored(t *testing.T, v *projections.Views) (out []sim.Found) {
	t.Helper()
	for q := (projections.FindingQuery{Limit: 1000}); ; {
		page, err := v.Findings(q)
		must(t, err)
		for _, f := range page.Findings {
			if f.ItemsCount > len(f.Items) {
				f, _, err = v.Finding(f.ID, "")
				must(t, err)
			}
			out = append(out, sim.Found{Rule: f.Rule, Strength: string(f.Strength), Partner: f.Partner, From: f.From, To: f.To, Items: f.Items})
		}
		if q.After = page.Next; q.After == "" {
			return out
		}
	}
}
