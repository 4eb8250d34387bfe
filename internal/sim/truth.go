package sim

import (
	"slices"
	"strings"
	"time"

	"waymark/internal/compliance"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Truth is one planted case, or one control: goods that go lawful ways which
// look odd.
type Truth struct {
	Kind        string            `json:"kind"`  // "D01"; controls begin with C
	Units       int               `json:"units"` // in all
	Items       []gs1.Item        `json:"items"` // as they were handled; of a control, what must stay clean
	Responsible partner.ID        `json:"responsible,omitzero"`
	From        geo.Region        `json:"from,omitzero"`
	To          geo.Region        `json:"to,omitzero"`
	First       time.Time         `json:"first"` // the first diverted act
	Regime      compliance.Regime `json:"regime,omitzero"`
	Expected    []Expectation     `json:"expected_rules"`
	Outcome     string            `json:"expected_outcome"`
}

// An Expectation is what one rule must say of a planted case: of these items,
// and of no others, that this partner was their last documented authorised
// holder. A rule that speaks of a sum must say it once, of this destination;
// the items are then what the sum is made of.
type Expectation struct {
	Rule    string       `json:"rule"`
	Partner partner.ID   `json:"partner,omitzero"`
	Or      []partner.ID `json:"or,omitempty"` // may be named as well: what is known cannot tell them apart
	To      geo.Region   `json:"to,omitzero"`  // of a sum
	Items   []gs1.Item   `json:"items"`
	// Lost are the items whose deciding scan never arrived. They count as missed.
	Lost []gs1.Item `json:"lost,omitempty"`
	// Optional tells that what happened is too little to be sure of: finding it
	// is right, and not finding it is no miss.
	Optional bool `json:"optional,omitzero"`
}

// enough is how many scans a concentration needs to be sure of.
const enough = 12

// allow lets another partner be named as well.
func (e *Expectation) allow(p partner.ID) {
	if !slices.Contains(e.Or, p) && p != e.Partner {
		e.Or = append(e.Or, p)
	}
}

// names tells whether a partner is one that may be named.
func (e *Expectation) names(p partner.ID) bool { return p == e.Partner || slices.Contains(e.Or, p) }

// holds tells whether an item is among the items, which are in order.
func (e *Expectation) holds(it gs1.Item) bool {
	_, ok := slices.BinarySearch(e.Items, it)
	return ok
}

// Control tells whether the goods went lawful ways, or ones that are nobody's
// fault: what is expected beside, a control may be alerted of, but no partner
// may be named for it.
func (t Truth) Control() bool { return strings.HasPrefix(t.Kind, "C") }

// Expected returns a truth that expects only what the rules of a kind say.
func Expected(truth []Truth, of func(rule string) bool) []Truth {
	truth = slices.Clone(truth)
	for i := range truth {
		truth[i].Expected = slices.DeleteFunc(slices.Clone(truth[i].Expected), func(e Expectation) bool { return !of(e.Rule) })
	}
	return truth
}

// outcomes says what should come of each kind.
var outcomes = map[string]string{
	"D01": "alert at the shipment and at the receipt; a case",
	"D02": "signals; a case against the sub-dealer once scans are counted together",
	"D03": "signals; a case in most quarters once scans are counted together",
	"D04": "a copied code; nobody is blamed",
	"D05": "alert of order pooling; for a person to judge, both distributors are asked",
	"D06": "a case of re-import",
	"D07": "a case of duplicate sale",
	"D08": "a case of destroyed goods resold",
	"D09": "a case for what was inspected; the rest is watched",
	"D10": "alert on the counterfeit track; nobody is blamed",
	"D11": "alert of a quote's copy; which copy it is, not who passed it on",
	"D12": "alert for planning; the goods move lawfully within the EEA: no penalty",
	"D13": "alert of order leakage; a case",
	"D14": "alert of a custody break; records to be completed or explained",
	"D15": "blocked before it leaves, or an alert at the shipment",
	"D16": "records incomplete; never diversion",
	"C01": "lawful passive sales within the EEA: no finding",
	"C02": "approved transfer: no finding",
	"C03": "approved stadium project: no finding",
	"C04": "sell-off period: no finding",
	"C05": "tourists: signals at most, no alert",
	"C06": "late upload in reverse order: what it explains is withdrawn",
	"C07": "lapsed authorisation only, never diversion",
	"C08": "a report by whoever bought the goods: flagged, nobody is blamed",
	"C09": "seen after a reported theft; nobody is blamed",
	"C10": "shared territory: no finding",
	"C11": "passed through a transit site: no finding",
	"C12": "returned and resold: no finding",
	"C13": "declared relocation: no finding",
	"C14": "own territory outside the EEA: no finding",
}

// plant returns the truth of a kind and a responsible partner, which now
// begins at t at the latest.
func (w *World) plant(kind string, who partner.ID, from, to geo.Region, at moment) *Truth {
	first := w.Start.Add(at)
	for _, t := range w.truths {
		if t.Kind == kind && t.Responsible == who {
			if first.Before(t.First) {
				t.First = first
			}
			return t
		}
	}
	t := &Truth{Kind: kind, Responsible: who, From: from, To: to, First: first, Outcome: outcomes[kind]}
	w.truths = append(w.truths, t)
	return t
}

// expect adds that a rule must find items.
func (t *Truth) expect(rule string, p partner.ID, items ...gs1.Item) {
	if len(items) == 0 {
		return
	}
	for i := range t.Expected {
		if e := &t.Expected[i]; e.Rule == rule && e.Partner == p {
			e.Items = append(e.Items, items...)
			return
		}
	}
	t.Expected = append(t.Expected, Expectation{Rule: rule, Partner: p, Items: items})
}

// expectSum adds that a rule must find the sum of items, which went to a
// destination.
func (t *Truth) expectSum(rule string, p partner.ID, to geo.Region, items ...gs1.Item) *Expectation {
	for i := range t.Expected {
		if e := &t.Expected[i]; e.Rule == rule && e.Partner == p && e.To == to {
			e.Items = append(e.Items, items...)
			return e
		}
	}
	t.Expected = append(t.Expected, Expectation{Rule: rule, Partner: p, To: to, Items: items})
	return &t.Expected[len(t.Expected)-1]
}

// lawful tells whether goods move within the European Economic Area.
func lawful(from, to geo.Region, at time.Time) bool {
	return compliance.RegimeOf(from, to, at, nil) == compliance.EEAInternal
}

// settle puts the truth in its final form: sorted, without repeats, and with
// no item among what must stay clean that another case diverts.
func (w *World) settle() {
	planted := map[gs1.Item]*Truth{}
	for _, t := range w.truths {
		for i := range t.Expected {
			e := &t.Expected[i]
			slices.Sort(e.Items)
			e.Items = slices.Compact(e.Items)
			if slices.Contains(grouping, e.Rule) {
				e.Optional = e.Rule == "R06" && (w.small() || len(e.Items) < enough)
				continue
			}
			for _, it := range e.Items {
				planted[it] = t
				if w.lost[pair{e.Rule, it}] {
					e.Lost = append(e.Lost, it)
				}
			}
		}
		slices.SortStableFunc(t.Expected, func(a, b Expectation) int {
			return strings.Compare(a.Rule+string(a.Partner), b.Rule+string(b.Partner))
		})
	}
	for _, t := range w.truths {
		slices.Sort(t.Items)
		t.Items = slices.Compact(t.Items)
		if t.Control() {
			t.Items = slices.DeleteFunc(t.Items, func(it gs1.Item) bool { p := planted[it]; return p != nil && p != t })
		}
		if t.From != "" && t.To != "" {
			t.Regime = compliance.RegimeOf(t.From, t.To, t.First, nil)
		}
		w.Truth = append(w.Truth, *t)
	}
	w.truths = nil
	slices.SortStableFunc(w.Truth, func(a, b Truth) int {
		return strings.Compare(a.Kind+string(a.Responsible), b.Kind+string(b.Responsible))
	})
}
