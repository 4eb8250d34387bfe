package sim

import (
	"slices"
	"time"

	"waymark/internal/geo"
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
	From, To  geo.Region // where the goods belong, and where they surfaced or went
	Items     []gs1.Item // as they were handled
	First     time.Time  // when it happened
	Raised    time.Time  // arrival of the message that set it off
}

func (f *Found) alerts() bool { return f.Strength != low && !f.Silent }

// low is the strength of a signal, which alerts nobody by itself.
const low = "L"

// signalling lists the rules that never do more than signal.
var signalling = []string{"R05", "R12"}

// grouping lists the rules that speak of a sum and not of items: what they find
// is scored by finding, that is by rule, partner and destination.
var grouping = []string{"R06", "R11", "R12", "R14", "R15", "R16", "R18", "R20"}

// A Report is how well a detector did against the truth.
type Report struct {
	// Rules tells of what alerts and Signals of what only counts in sums. A rule
	// that does both has a line in each.
	Rules      []Line `json:"rules"`
	Signals    []Line `json:"signals"`
	Cases      []Line `json:"cases"` // by kind of case; what was wrong belongs to none
	All        Line   `json:"all"`
	AllSignals Line   `json:"all_signals"`
	// Flagged lists the controls that a standing alert names a partner for.
	Flagged  []string `json:"controls_flagged"`
	Controls int      `json:"controls"`
}

// Exact tells whether everything planted was found, with the right partner, and
// nothing else.
func (r Report) Exact() bool { return r.All.exact() && r.AllSignals.exact() && len(r.Flagged) == 0 }

// A pair is a rule and an item.
type pair struct {
	rule string
	item gs1.Item
}

// A planting is what one pair must be found as.
type planting struct {
	*Expectation
	truth int // index
}

// A scorer gathers what was planted and found.
type scorer struct {
	truth   []Truth
	planted map[pair]planting
	found   map[pair][]*Found // that stand
	groups  []*group
	strays  []*Found // findings of groups that were not planted, and stand

	rules, signals, cases lines
	all, allSignals       Line
}

// Score compares findings with the truth. Observations is how many of them
// the detector saw.
func Score(truth []Truth, found []Found, observations int) Report {
	s := &scorer{truth: truth, planted: map[pair]planting{}, found: map[pair][]*Found{}, rules: lines{}, signals: lines{}, cases: lines{}}
	s.expect()
	for i := range found {
		s.take(&found[i])
	}
	s.pairs()
	for _, g := range s.groups {
		s.count(g.planting, g.found, false)
	}
	for _, f := range s.strays {
		s.wrong(f.Rule, f.alerts())
	}
	s.lead()
	r := Report{Rules: s.rules.sorted(observations), Signals: s.signals.sorted(observations), Cases: s.cases.sorted(observations), All: s.all, AllSignals: s.allSignals}
	r.All.Rule, r.AllSignals.Rule = "all", "all"
	r.All.close(observations)
	r.AllSignals.close(observations)
	r.Flagged, r.Controls = s.controls()
	return r
}

// expect takes what was planted.
func (s *scorer) expect() {
	for i := range s.truth {
		for k := range s.truth[i].Expected {
			e := &s.truth[i].Expected[k]
			if slices.Contains(grouping, e.Rule) {
				s.groups = append(s.groups, &group{planting: planting{e, i}})
				continue
			}
			for _, it := range e.Items {
				s.planted[pair{e.Rule, it}] = planting{e, i}
			}
		}
	}
}

// take takes one finding.
func (s *scorer) take(f *Found) {
	if f.alerts() {
		s.rules.of(f.Rule).alert(f)
		s.all.alert(f)
	}
	switch {
	case f.Withdrawn:
	case slices.Contains(grouping, f.Rule):
		if !s.match(f) {
			s.strays = append(s.strays, f)
		}
	default:
		for _, it := range f.Items {
			s.found[pair{f.Rule, it}] = append(s.found[pair{f.Rule, it}], f)
		}
	}
}

// pairs counts the rules that speak of items.
func (s *scorer) pairs() {
	for p, e := range s.planted {
		_, lost := slices.BinarySearch(e.Lost, p.item)
		s.count(e, s.found[p], lost)
	}
	for p, list := range s.found {
		if _, ok := s.planted[p]; !ok {
			s.wrong(p.rule, slices.ContainsFunc(list, (*Found).alerts))
		}
	}
}

// count takes note of something planted, and of what was found of it.
func (s *scorer) count(p planting, found []*Found, lost bool) {
	if p.Optional && len(found) == 0 {
		return
	}
	list, all := s.rules, &s.all
	if slices.Contains(signalling, p.Rule) {
		list, all = s.signals, &s.allSignals
	}
	for _, l := range []*Line{list.of(p.Rule), all, s.cases.of(s.truth[p.truth].Kind)} {
		l.count(found, p.Expectation, lost)
	}
}

// wrong takes note of something found that was not planted.
func (s *scorer) wrong(rule string, alerts bool) {
	if alerts {
		s.rules.of(rule).Wrong++
		s.all.Wrong++
		return
	}
	s.signals.of(rule).Wrong++
	s.allSignals.Wrong++
}

// lead works out, for each case, how long it took from the first diverted act
// to the first alert.
func (s *scorer) lead() {
	firsts := make([][]time.Duration, len(s.truth))
	note := func(p planting, found []*Found) {
		least := time.Duration(-1)
		for _, f := range found {
			if after := f.Raised.Sub(s.truth[p.truth].First); f.alerts() && (least < 0 || after < least) {
				least = max(after, 0)
			}
		}
		if least >= 0 {
			s.rules.of(p.Rule).first(p, least)
			firsts[p.truth] = append(firsts[p.truth], least)
		}
	}
	for p, e := range s.planted {
		note(e, s.found[p])
	}
	for _, g := range s.groups {
		note(g.planting, g.found)
	}
	for i, list := range firsts {
		if len(list) > 0 {
			least := slices.Min(list)
			s.all.leads = append(s.all.leads, least)
			s.cases.of(s.truth[i].Kind).leads = append(s.cases.of(s.truth[i].Kind).leads, least)
		}
	}
	s.rules.settle()
}

// controls returns the kinds of the controls that an alert stands against which
// names a partner, and how many controls there are.
func (s *scorer) controls() (flagged []string, n int) {
	blamed := map[gs1.Item]bool{}
	blame := func(list []*Found, items ...gs1.Item) {
		if slices.ContainsFunc(list, func(f *Found) bool { return f.alerts() && f.Partner != "" }) {
			for _, it := range items {
				blamed[it] = true
			}
		}
	}
	for p, list := range s.found {
		if _, ok := s.planted[p]; !ok {
			blame(list, p.item)
		}
	}
	for _, f := range s.strays {
		blame([]*Found{f}, f.Items...)
	}
	for _, t := range s.truth {
		if !t.Control() {
			continue
		}
		n++
		if slices.ContainsFunc(t.Items, func(it gs1.Item) bool { return blamed[it] }) {
			flagged = append(flagged, t.Kind)
		}
	}
	slices.Sort(flagged)
	return slices.Compact(flagged), n
}
