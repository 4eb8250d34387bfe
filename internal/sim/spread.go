package sim

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Figure is how one number lies over several reports.
type Figure struct {
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"standard_deviation"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	N         int     `json:"n"` // reports that have the number
}

func figure(list []float64) Figure {
	f := Figure{N: len(list)}
	if f.N == 0 {
		return f
	}
	f.Low, f.High = slices.Min(list), slices.Max(list)
	for _, x := range list {
		f.Mean += x / float64(f.N)
	}
	if f.N > 1 {
		for _, x := range list {
			f.Deviation += (x - f.Mean) * (x - f.Mean) / float64(f.N-1)
		}
		f.Deviation = math.Sqrt(f.Deviation)
	}
	return f
}

// A LineSpread is how one rule did over several reports. Pooled is the line of
// all of them together; its lead is the median of theirs.
type LineSpread struct {
	Rule      string `json:"rule"`
	Pooled    Line   `json:"pooled"`
	Precision Figure `json:"precision"`
	Recall    Figure `json:"recall"`
	Top1      Figure `json:"top1_attribution"`
	Lead      Figure `json:"lead_seconds"`

	AlertsPer10k   Figure `json:"alerts_per_10k_observations"`
	WithdrawnShare Figure `json:"withdrawn_share"`
}

// A Spread is how a detector did over several reports.
type Spread struct {
	Reports    int          `json:"reports"`
	Exact      int          `json:"exact"`
	Rules      []LineSpread `json:"rules"`
	Signals    []LineSpread `json:"signals"`
	Cases      []LineSpread `json:"cases"`
	All        LineSpread   `json:"all"`
	AllSignals LineSpread   `json:"all_signals"`
	Flagged    []string     `json:"controls_flagged"` // in any report
}

// SpreadOf returns how several reports lie.
func SpreadOf(reports []Report) Spread {
	s := Spread{Reports: len(reports)}
	for _, r := range reports {
		if r.Exact() {
			s.Exact++
		}
		s.Flagged = append(s.Flagged, r.Flagged...)
	}
	slices.Sort(s.Flagged)
	s.Flagged = slices.Compact(s.Flagged)
	s.Rules = spreadLines(reports, func(r Report) []Line { return r.Rules })
	s.Signals = spreadLines(reports, func(r Report) []Line { return r.Signals })
	s.Cases = spreadLines(reports, func(r Report) []Line { return r.Cases })
	for _, l := range spreadLines(reports, func(r Report) []Line { return []Line{r.All} }) {
		s.All = l
	}
	for _, l := range spreadLines(reports, func(r Report) []Line { return []Line{r.AllSignals} }) {
		s.AllSignals = l
	}
	return s
}

func spreadLines(reports []Report, of func(Report) []Line) []LineSpread {
	byRule := map[string][]Line{}
	var order []string
	for _, r := range reports {
		for _, l := range of(r) {
			if byRule[l.Rule] == nil {
				order = append(order, l.Rule)
			}
			byRule[l.Rule] = append(byRule[l.Rule], l)
		}
	}
	slices.Sort(order)
	out := make([]LineSpread, len(order))
	for i, rule := range order {
		out[i] = spreadLine(rule, byRule[rule])
	}
	return out
}

func spreadLine(rule string, list []Line) LineSpread {
	s := LineSpread{Rule: rule, Pooled: Line{Rule: rule}}
	var precision, recall, top1, lead, rate, withdrawn []float64
	for _, l := range list {
		p := &s.Pooled
		p.Planted, p.Found, p.Wrong, p.Lost, p.Right = p.Planted+l.Planted, p.Found+l.Found, p.Wrong+l.Wrong, p.Lost+l.Lost, p.Right+l.Right
		p.Alerts, p.Withdrawn, p.Cases = p.Alerts+l.Alerts, p.Withdrawn+l.Withdrawn, p.Cases+l.Cases
		precision, recall = append(precision, l.Precision), append(recall, l.Recall)
		rate, withdrawn = append(rate, l.AlertsPer10k), append(withdrawn, l.WithdrawnShare)
		if l.Found > 0 {
			top1 = append(top1, l.Top1)
		}
		if l.Cases > 0 {
			lead = append(lead, l.LeadSeconds)
		}
	}
	p := &s.Pooled
	p.Precision, p.Recall, p.Top1 = share(p.Found, p.Found+p.Wrong), share(p.Found, p.Planted-p.Lost), share(p.Right, p.Found)
	p.RecallOfAll = share(p.Found, p.Planted)
	p.WithdrawnShare = float64(p.Withdrawn) / float64(max(1, p.Alerts))
	if slices.Sort(lead); len(lead) > 0 {
		p.LeadSeconds = lead[len(lead)/2]
	}
	s.Precision, s.Recall, s.Top1, s.Lead = figure(precision), figure(recall), figure(top1), figure(lead)
	s.AlertsPer10k, s.WithdrawnShare = figure(rate), figure(withdrawn)
	return s
}

// String returns the spread as a table for a terminal: of each figure the mean,
// the standard deviation, the lowest and the highest, or the one value that all
// reports have.
func (s Spread) String() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d seeds, %d of them exact; each figure: mean ±standard deviation (lowest to highest)\n\n", s.Reports, s.Exact)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "\tplanted\tfound\twrong\tlost\tprecision\trecall\ttop-1\tlead, days\talerts/10k\twithdrawn\t"
	for _, part := range []struct {
		name string
		list []LineSpread
	}{{"alerts", append(s.Rules, s.All)}, {"signals", append(s.Signals, s.AllSignals)}, {"case", s.Cases}} {
		fmt.Fprintln(t, part.name+head)
		for _, l := range part.list {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t\n", l.Rule, l.Pooled.Planted, l.Pooled.Found, l.Pooled.Wrong, l.Pooled.Lost,
				l.Precision, l.Recall, l.Top1, l.Lead.days(), l.AlertsPer10k.text("%.2f", 1), l.WithdrawnShare)
		}
		fmt.Fprintln(t, strings.Repeat("\t", strings.Count(head, "\t")))
	}
	t.Flush()
	fmt.Fprintf(&b, "alerts per 10,000 observations %s; withdrawn share %s; controls flagged: %s\n", s.All.AlertsPer10k, s.All.WithdrawnShare, orNone(s.Flagged))
	return b.String()
}

func (f Figure) String() string {
	return f.text("%.3f", 1)
}

// days returns a figure of seconds in days.
func (f Figure) days() string { return f.text("%.1f", 24*60*60) }

// text returns the figure in a unit, short where it is the same everywhere.
func (f Figure) text(form string, unit float64) string {
	switch {
	case f.N == 0:
		return "-"
	case f.Low == f.High:
		return fmt.Sprintf(form, f.Mean/unit)
	}
	form = strings.ReplaceAll("# ±# (# to #)", "#", form)
	return fmt.Sprintf(form, f.Mean/unit, f.Deviation/unit, f.Low/unit, f.High/unit)
}
