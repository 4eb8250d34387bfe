package projections_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/projections"
)

// ways returns every item's whole way, but for codes that are judged with their
// unit.
func (m *model) ways() (out []*custody.Way) {
	for _, it := range m.items() {
		if m.unit[it] != "" {
			continue
		}
		w := custody.NewWay(it, m.entries[it], m.stays(it), m.trade)
		w.Heard = m.heard(it, map[gs1.Item]bool{}) > 0
		out = append(out, w)
	}
	return out
}

// heard counts what was ever in an item and was seen in somebody's hands.
func (m *model) heard(in gs1.Item, seen map[gs1.Item]bool) (n int) {
	for it, around := range m.been {
		if !around[in] || seen[it] {
			continue
		}
		seen[it] = true
		if slices.ContainsFunc(m.entries[it], func(e custody.Entry) bool {
			return e.Via == "" && e.Code == "" && (e.Kind == custody.Sighted && e.Sight != custody.Inspection || e.Kind == custody.Handled && e.Step == custody.RetailSelling)
		}) {
			n++
		}
		n += m.heard(it, seen)
	}
	return n
}

// onces counts the items that say each tally.
func (m *model) onces() map[diversion.Tally]uint64 {
	out := map[diversion.Tally]uint64{}
	for _, w := range m.ways() {
		own := map[diversion.Tally]bool{}
		for _, t := range diversion.Inspect(w, custody.Key{}, m.policies).Tallies {
			own[t] = true
		}
		for t := range own {
			out[t]++
		}
	}
	return out
}

// sums adds up at once what all ways, events and orders say.
func (m *model) sums() map[diversion.Sum]int64 {
	out := map[diversion.Sum]int64{}
	for t := range m.onces() {
		out[t.Sum]++
	}
	for _, mo := range m.moments {
		for _, of := range []func(*custody.Fact) (diversion.Sum, bool){diversion.Arrivals, diversion.Undocumented} {
			if s, ok := of(mo.facts[0].Fact); ok {
				out[s]++
			}
		}
	}
	for _, o := range m.orders {
		if s, n, ok := diversion.Ordered(&o); ok {
			out[s] += n
		}
	}
	return out
}

// A gathering is what belongs together by a rule that gathers.
type gathering struct {
	rule    *diversion.Rule
	signal  diversion.Signal // the first
	members []string
	units   int
	verdict *diversion.Verdict
}

// groups tells the findings on groups that stand, a line each.
func (m *model) groups(clock time.Time) []string {
	all := map[diversion.ID]*gathering{}
	of := func(r *diversion.Rule, group string) *gathering {
		id := diversion.GroupID(r, group)
		if all[id] == nil {
			all[id] = &gathering{rule: r}
		}
		return all[id]
	}
	for _, w := range m.ways() {
		for _, s := range diversion.Inspect(w, custody.Key{}, m.policies).Signals {
			if s.Rule.Subject == diversion.PerGroup {
				of(s.Rule, s.Group).add(s, w)
			}
		}
	}
	sums := m.sums()
	for _, r := range diversion.Rules {
		if r.Judge == nil {
			continue
		}
		for _, v := range m.verdicts(r, sums, clock) {
			of(r, v.Group).verdict = &v
		}
	}
	out := []string{}
	for _, g := range all {
		if line, ok := g.tell(m.policies, clock); ok {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

func (g *gathering) add(s diversion.Signal, w *custody.Way) {
	if slices.Contains(g.members, w.Item.String()) {
		return // its first counts
	}
	if len(g.members) == 0 || s.Trigger.Less(g.signal.Trigger) {
		g.signal = s
	}
	g.members = append(g.members, w.Item.String())
	g.units += projections.UnitsIn(w)
}

// verdicts judges every quarter of a rule by all sums at once.
func (m *model) verdicts(r *diversion.Rule, sums map[diversion.Sum]int64, clock time.Time) (out []diversion.Verdict) {
	quarters := map[diversion.Quarter]bool{}
	for s := range sums {
		if s.Rule == r.ID {
			quarters[s.Quarter] = true
		}
	}
	for q := range quarters {
		s := diversion.Season{Quarter: q, Looks: r.Looks.Looks(q, clock), Trade: m.trade, Policies: m.policies,
			Sums: func(rule string, q diversion.Quarter) map[diversion.Sum]int64 {
				in := maps.Clone(sums)
				maps.DeleteFunc(in, func(s diversion.Sum, _ int64) bool { return s.Rule != rule || s.Quarter != q })
				return in
			}}
		if s.Looks > 0 {
			out = append(out, r.Judge(&s)...)
		}
	}
	return out
}

// tell says how a group stands, if it does.
func (g *gathering) tell(policies *diversion.Policies, clock time.Time) (string, bool) {
	s, v := g.signal, g.verdict
	first := s.Trigger.At()
	due, policy := first, policies.At(first)
	version := policy.Version
	partner, from, to, figures := s.Partner, s.From, s.To, ""
	switch {
	case g.rule.Judge != nil && v == nil, g.rule.Check != nil && len(g.members) == 0:
		return "", false
	case v != nil:
		due = time.UnixMilli(v.At).UTC()
		partner, from, to, version = v.Partner, v.From, v.To, v.Policy
		figures = fmt.Sprintf(" %d/%d %v %v", v.K, v.N, v.Expected, v.P)
		if g.rule.Check == nil {
			first, g.units = due, int(v.Units)
			policy = policies.At(first)
		}
	case g.rule.Stands != nil && !g.rule.Stands(policy, diversion.Gathered{Members: len(g.members), Units: g.units, Limit: s.Limit}):
		return "", false
	}
	status := diversion.Active
	if clock.Before(due.Add(policy.Window(g.rule))) {
		status = diversion.Provisional
	}
	return groupLine(g.rule.ID, string(partner), string(from), string(to), first, g.units, version, status, g.members) + figures, true
}

func groupLine(rule, partner, from, to string, first time.Time, units int, policy string, status diversion.Status, members []string) string {
	slices.Sort(members)
	return fmt.Sprintf("%s %s %s→%s %s %d units by %s %s %s", rule, partner, from, to, first.Format(time.RFC3339), units, policy, status, strings.Join(members, " "))
}

// groupsOf tells the findings on groups of the views.
func groupsOf(t tb, v *projections.Views) []string {
	t.Helper()
	page, err := v.Findings(projections.FindingQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, f := range page.Findings {
		if r, ok := diversion.ByID(f.Rule); !ok || r.Subject != diversion.PerGroup {
			continue
		}
		var members []string
		for _, it := range f.Items {
			members = append(members, it.String())
		}
		line := groupLine(f.Rule, string(f.Partner), string(f.From), string(f.To), f.FirstEventTime, f.ItemsCount, f.Policy, f.Status, members)
		if s := f.Statistics; s != nil {
			line += fmt.Sprintf(" %d/%d %v %v", s.Count, s.Of, s.Expected, s.Chance)
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}
