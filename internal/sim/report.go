package sim

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// String returns the report as a table for a terminal.
func (r Report) String() string {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "alerts\tplanted\tfound\twrong\tlost\tprecision\trecall\ttop-1\tlead\talerts\twithdrawn\t")
	for _, l := range append(r.Rules, r.All) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%s\t%d\t%d\t\n",
			l.Rule, l.Planted, l.Found, l.Wrong, l.Lost, l.Precision, l.Recall, l.Top1, l.lead(), l.Alerts, l.Withdrawn)
	}
	fmt.Fprintln(t, "\t\t\t\t\t\t\t\t\t\t\t")
	fmt.Fprintln(t, "signals\tplanted\tfound\twrong\tlost\tprecision\trecall\ttop-1\t")
	for _, l := range append(r.Signals, r.AllSignals) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t\n",
			l.Rule, l.Planted, l.Found, l.Wrong, l.Lost, l.Precision, l.Recall, l.Top1)
	}
	fmt.Fprintln(t, "\t\t\t\t\t\t\t\t")
	fmt.Fprintln(t, "case\tplanted\tfound\tlost\trecall\ttop-1\tlead\t")
	for _, l := range r.Cases {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.3f\t%.3f\t%s\t\n", l.Rule, l.Planted, l.Found, l.Lost, l.Recall, l.Top1, l.lead())
	}
	t.Flush()
	fmt.Fprintf(&b, "\n%.1f alerts per 10,000 observations, %.1f %% of alerts withdrawn; controls flagged: %s of %d\n",
		r.All.AlertsPer10k, 100*r.All.WithdrawnShare, orNone(r.Flagged), r.Controls)
	return b.String()
}

func orNone(kinds []string) string {
	if len(kinds) == 0 {
		return "none"
	}
	return strings.Join(kinds, ", ")
}

func (l Line) lead() string {
	lead := time.Duration(l.LeadSeconds * float64(time.Second))
	switch {
	case l.Cases == 0:
		return "-"
	case lead >= day:
		return fmt.Sprintf("%.1f d", lead.Hours()/24)
	}
	return lead.Round(time.Second).String()
}
