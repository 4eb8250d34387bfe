package sim

import (
	"maps"
	"slices"
	"time"
)

// A Line is how well one rule, or all of them, did. What is counted are pairs of
// a rule and an item, or findings where a rule speaks of a sum.
type Line struct {
	Rule    string `json:"rule"`
	Planted int    `json:"planted"`
	Found   int    `json:"found"` // of what was planted
	Wrong   int    `json:"wrong"` // found, but not planted
	// Lost is how much of what was planted and not found rests on a scan that
	// never arrived: it is a loss of the data, and no detector finds it.
	Lost int `json:"lost"`
	// Precision is the share of what was found that was planted, Recall the
	// share of what was planted, and not lost, that was found; 1 where there was
	// nothing. RecallOfAll counts what was lost as missed.
	Precision   float64 `json:"precision"`
	Recall      float64 `json:"recall"`
	RecallOfAll float64 `json:"recall_of_all"`
	// Top1 is the share of what was planted and found whose partner is the
	// right one, nobody where nobody is to blame.
	Top1 float64 `json:"top1_attribution"`
	// LeadSeconds is the median time from the first diverted act of a case to
	// the arrival that raised its first alert, of the Cases that got one.
	LeadSeconds float64 `json:"lead_seconds"`
	Cases       int     `json:"cases_alerted"`
	Alerts      int     `json:"alerts"`    // findings that alerted, withdrawn ones too
	Withdrawn   int     `json:"withdrawn"` // alerts that were taken back
	// AlertsPer10k is the number of alerts to 10,000 observations of the trade,
	// WithdrawnShare the share of the alerts that were taken back.
	AlertsPer10k   float64 `json:"alerts_per_10k_observations"`
	WithdrawnShare float64 `json:"withdrawn_share"`

	Right  int `json:"right"` // found, with the right partner
	leads  []time.Duration
	firsts map[int]time.Duration // by case
}

func (l *Line) exact() bool { return l.Found == l.Planted && l.Wrong == 0 && l.Right == l.Found }

func (l *Line) alert(f *Found) {
	l.Alerts++
	if f.Withdrawn {
		l.Withdrawn++
	}
}

// count takes note of something planted. Its partner is right where every
// finding says so.
func (l *Line) count(found []*Found, e *Expectation, lost bool) {
	l.Planted++
	switch {
	case len(found) == 0:
		if lost {
			l.Lost++
		}
		return
	case !slices.ContainsFunc(found, func(f *Found) bool { return !e.names(f.Partner) }):
		l.Right++
	}
	l.Found++
}

// first takes note of an alert so long after the first act of a case.
func (l *Line) first(p planting, after time.Duration) {
	if l.firsts == nil {
		l.firsts = map[int]time.Duration{}
	}
	if before, ok := l.firsts[p.truth]; !ok || after < before {
		l.firsts[p.truth] = after
	}
}

// close works out the shares of a line.
func (l *Line) close(observations int) {
	if observations > 0 {
		l.AlertsPer10k = float64(l.Alerts) / float64(observations) * 10_000
	}
	if l.Alerts > 0 {
		l.WithdrawnShare = float64(l.Withdrawn) / float64(l.Alerts)
	}
	l.Precision, l.Recall, l.Top1 = share(l.Found, l.Found+l.Wrong), share(l.Found, l.Planted-l.Lost), share(l.Right, l.Found)
	l.RecallOfAll = share(l.Found, l.Planted)
	slices.Sort(l.leads)
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

// lines holds a line by name.
type lines map[string]*Line

func (m lines) of(name string) *Line {
	if m[name] == nil {
		m[name] = &Line{Rule: name}
	}
	return m[name]
}

// settle makes the first alerts of each case the leads of its line.
func (m lines) settle() {
	for _, l := range m {
		l.leads = slices.AppendSeq(l.leads, maps.Values(l.firsts))
	}
}

func (m lines) sorted(observations int) []Line {
	out := make([]Line, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		m[name].close(observations)
		out = append(out, *m[name])
	}
	return out
}
