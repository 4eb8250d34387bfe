package sim

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Found is one finding that a detector made, as scoring needs it.
type Found struct {
	Rule      string
	Strength  string // H, M or L; only H and M alert
	Silent    bool   // no alert was sent, as of a finding withdrawn while it was held back
	Withdrawn bool
	Partner   partner.ID
	Items     []gs1.Item // as they were handled
	First     time.Time  // when it happened
	Raised    time.Time  // arrival of the message that set it off
}

func (f Found) alerts() bool { return f.Strength != "L" && !f.Silent }

// A Line is how well one rule, or all of them, did.
type Line struct {
	Rule    string `json:"rule"`
	Planted int    `json:"planted"` // pairs of a rule and an item
	Found   int    `json:"found"`   // planted pairs that were found
	Wrong   int    `json:"wrong"`   // found pairs that were not planted
	// Precision is the share of what was found that was planted, Recall the
	// share of what was planted that was found; 1 where there was nothing.
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	// Top1 is the share of the planted pairs found whose partner is the right
	// one, nobody where nobody is to blame.
	Top1 float64 `json:"top1_attribution"`
	// LeadSeconds is the median time from the first diverted act of a case to
	// the arrival that raised its first alert, of the Cases that got one.
	LeadSeconds float64 `json:"lead_seconds"`
	Cases       int     `json:"cases_alerted"`
	Alerts      int     `json:"alerts"`    // findings that alerted, withdrawn ones too
	Withdrawn   int     `json:"withdrawn"` // alerts that were taken back
	right       int
	leads       []time.Duration // unsorted until closed
}

// A Report is how well a detector did against the truth.
type Report struct {
	Rules []Line `json:"rules"`
	Cases []Line `json:"cases"` // by kind of case; what was wrong belongs to none
	All   Line   `json:"all"`
	// AlertsPer10k is the number of alerts to 10,000 observations.
	AlertsPer10k   float64 `json:"alerts_per_10k_observations"`
	WithdrawnShare float64 `json:"withdrawn_share"` // of alerts
	// Flagged lists the controls of which some item has an alert that stands.
	Flagged  []string `json:"controls_flagged"`
	Controls int      `json:"controls"`
}

// Exact tells whether every planted pair was found, with the right partner,
// and nothing else.
func (r Report) Exact() bool {
	a := r.All
	return a.Found == a.Planted && a.Wrong == 0 && a.Top1 == 1 && len(r.Flagged) == 0
}

// A pair is a rule and an item.
type pair struct {
	rule string
	item gs1.Item
}

// A scorer gathers what was planted and found, by pair.
type scorer struct {
	planted map[pair]partner.ID
	whose   map[pair]int // index of the truth
	found   map[pair][]*Found
}

// Score compares findings with the truth. Observations is how many of them
// the detector saw.
func Score(truth []Truth, found []Found, observations int) Report {
	s := scorer{map[pair]partner.ID{}, map[pair]int{}, map[pair][]*Found{}}
	for i, t := range truth {
		for _, e := range t.Expected {
			for _, it := range e.Items {
				s.planted[pair{e.Rule, it}], s.whose[pair{e.Rule, it}] = e.Partner, i
			}
		}
	}
	rules, cases := lines{}, lines{}
	var all Line
	for i := range found {
		f := &found[i]
		if f.alerts() {
			rules.of(f.Rule).alert(f)
			all.alert(f)
		}
		for _, it := range f.Items {
			if !f.Withdrawn {
				s.found[pair{f.Rule, it}] = append(s.found[pair{f.Rule, it}], f)
			}
		}
	}
	for p, who := range s.planted {
		for _, l := range []*Line{rules.of(p.rule), cases.of(truth[s.whose[p]].Kind), &all} {
			l.count(s.found[p], who)
		}
	}
	for p := range s.found {
		if _, ok := s.planted[p]; !ok {
			rules.of(p.rule).Wrong++
			all.Wrong++
		}
	}
	s.lead(truth, rules, cases, &all)
	r := Report{Rules: rules.sorted(), Cases: cases.sorted(), All: all}
	r.All.Rule = "all"
	r.All.close()
	r.Flagged, r.Controls = s.controls(truth)
	if observations > 0 {
		r.AlertsPer10k = float64(all.Alerts) / float64(observations) * 10_000
	}
	if all.Alerts > 0 {
		r.WithdrawnShare = float64(all.Withdrawn) / float64(all.Alerts)
	}
	return r
}

func (l *Line) alert(f *Found) {
	l.Alerts++
	if f.Withdrawn {
		l.Withdrawn++
	}
}

// count takes note of a planted pair.
func (l *Line) count(found []*Found, who partner.ID) {
	l.Planted++
	if len(found) == 0 {
		return
	}
	l.Found++
	if !slices.ContainsFunc(found, func(f *Found) bool { return f.Partner != who }) {
		l.right++
	}
}

// lead measures, for each truth, how long its first alert took, by rule and in
// all.
func (s scorer) lead(truth []Truth, rules, cases lines, all *Line) {
	for _, t := range truth {
		var best []time.Duration
		for _, e := range t.Expected {
			var own []time.Duration
			for _, it := range e.Items {
				for _, f := range s.found[pair{e.Rule, it}] {
					if f.alerts() {
						own = append(own, f.Raised.Sub(t.First))
					}
				}
			}
			if len(own) > 0 {
				least := slices.Min(own)
				rules.of(e.Rule).leads = append(rules.of(e.Rule).leads, least)
				best = append(best, least)
			}
		}
		if len(best) > 0 {
			least := slices.Min(best)
			all.leads = append(all.leads, least)
			cases.of(t.Kind).leads = append(cases.of(t.Kind).leads, least)
		}
	}
}

// controls returns the kinds of the controls that an alert stands against, and
// how many controls there are.
func (s scorer) controls(truth []Truth) (flagged []string, n int) {
	alerted := map[gs1.Item]bool{}
	for p, list := range s.found {
		if _, ok := s.planted[p]; !ok && slices.ContainsFunc(list, func(f *Found) bool { return f.alerts() }) {
			alerted[p.item] = true
		}
	}
	for _, t := range truth {
		if !t.Control() {
			continue
		}
		n++
		if slices.ContainsFunc(t.Items, func(it gs1.Item) bool { return alerted[it] }) {
			flagged = append(flagged, t.Kind)
		}
	}
	slices.Sort(flagged)
	return slices.Compact(flagged), n
}

// lines holds a line by name.
type lines map[string]*Line

func (m lines) of(name string) *Line {
	if m[name] == nil {
		m[name] = &Line{Rule: name}
	}
	return m[name]
}

func (m lines) sorted() []Line {
	out := make([]Line, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		m[name].close()
		out = append(out, *m[name])
	}
	return out
}

// close works out the shares of a line.
func (l *Line) close() {
	l.Precision, l.Recall, l.Top1 = share(l.Found, l.Found+l.Wrong), share(l.Found, l.Planted), share(l.right, l.Found)
	slices.SortFunc(l.leads, cmp.Compare[time.Duration])
	if l.Cases = len(l.leads); l.Cases > 0 {
		l.LeadSeconds = l.leads[l.Cases/2].Seconds()
	}
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}
