package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/projections"
)

// A comparison sets what was found beside what another policy would have found.
type comparison struct {
	Policy    string           `json:"policy"`  // in force when the last of it happened
	Changes   []string         `json:"changes"` // to it
	Since     string           `json:"since,omitzero"`
	Rules     []ruleCounts     `json:"rules"`
	Alerts    counted          `json:"alerts"`
	Appear    []standing       `json:"appear"`    // found only by the other policy
	Disappear []standing       `json:"disappear"` // found only as recorded
	Change    []changed        `json:"change"`
	AsOf      projections.AsOf `json:"as_of"`
}

// counted is how many there were, and would be.
type counted struct {
	Then int `json:"then"`
	Now  int `json:"now"`
}

// ruleCounts counts the standing findings of a rule.
type ruleCounts struct {
	Rule string `json:"rule"`
	counted
}

// A standing is a finding that stands.
type standing struct {
	ID       string             `json:"id"`
	Rule     string             `json:"rule"`
	Partner  partner.ID         `json:"partner,omitzero"`
	From     geo.Region         `json:"from,omitzero"`
	To       geo.Region         `json:"to,omitzero"`
	Units    int                `json:"units"`
	Strength diversion.Strength `json:"strength"`
	Status   diversion.Status   `json:"status"`
	Time     time.Time          `json:"time"` // of the first event
}

// changed is a finding that stands either way, otherwise.
type changed struct {
	Then standing `json:"then"`
	Now  standing `json:"now"`
}

// compare fills in what differs between two judgements of one log.
func (c *comparison) compare(then, now *projections.Views, since time.Time) error {
	before, err := standings(then, since)
	if err != nil {
		return err
	}
	after, err := standings(now, since)
	if err != nil {
		return err
	}
	rules := map[string]counted{}
	c.Appear, c.Disappear, c.Change = []standing{}, []standing{}, []changed{}
	for id, a := range before {
		n := rules[a.Rule]
		n.Then++
		rules[a.Rule] = n
		switch b, found := after[id]; {
		case !found:
			c.Disappear = append(c.Disappear, a)
		case a.Partner != b.Partner || a.Strength != b.Strength || a.Status != b.Status:
			c.Change = append(c.Change, changed{a, b})
		}
	}
	for id, b := range after {
		n := rules[b.Rule]
		n.Now++
		rules[b.Rule] = n
		if _, found := before[id]; !found {
			c.Appear = append(c.Appear, b)
		}
	}
	for rule, n := range rules {
		c.Rules = append(c.Rules, ruleCounts{rule, n})
	}
	slices.SortFunc(c.Rules, func(a, b ruleCounts) int { return strings.Compare(a.Rule, b.Rule) })
	slices.SortFunc(c.Appear, standing.compare)
	slices.SortFunc(c.Disappear, standing.compare)
	slices.SortFunc(c.Change, func(a, b changed) int { return a.Then.compare(b.Then) })
	if c.Alerts.Then, err = alerts(then, since); err != nil {
		return err
	}
	c.Alerts.Now, err = alerts(now, since)
	return err
}

func (s standing) compare(o standing) int {
	return cmp.Or(strings.Compare(s.Rule, o.Rule), s.Time.Compare(o.Time), strings.Compare(s.ID, o.ID))
}

// standings returns the findings that stand, by id, of what happened from a time
// on.
func standings(v *projections.Views, since time.Time) (map[string]standing, error) {
	out := map[string]standing{}
	for q := (projections.FindingQuery{Since: since, Limit: 1000}); ; {
		page, err := v.Findings(q)
		if err != nil {
			return nil, err
		}
		for _, f := range page.Findings {
			out[f.ID] = standing{f.ID, f.Rule, f.Partner, f.From, f.To, f.ItemsCount, f.Strength, f.Status, f.FirstEventTime}
		}
		if q.After = page.Next; q.After == "" {
			return out, nil
		}
	}
}

// alerts counts the alerts of findings of what happened from a time on; a digest
// is one.
func alerts(v *projections.Views, since time.Time) (n int, err error) {
	for after := ""; ; {
		page, err := v.Alerts(after, 1000, "")
		if err != nil {
			return 0, err
		}
		for _, a := range page {
			after = a.Token
			f := a.Finding
			if a.Digest != nil && len(a.Digest.Findings) > 0 {
				if f, _, err = v.Finding(a.Digest.Findings[0], ""); err != nil {
					return 0, err
				}
			}
			if !f.FirstEventTime.Before(since) {
				n++
			}
		}
		if len(page) < 1000 {
			return n, nil
		}
	}
}

func writeJSON(out io.Writer, v any) error {
	if err := json.MarshalWrite(out, v, jsontext.Multiline(true)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out)
	return err
}

// print writes the comparison for people.
func (c *comparison) print(out io.Writer) error {
	since := ""
	if c.Since != "" {
		since = ", of what happened since " + c.Since
	}
	fmt.Fprintf(out, "%s, instead of the policies as adopted (now %s)%s\n\n", strings.Join(c.Changes, ", "), c.Policy, since)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tTHEN\tNOW\t\t")
	row := func(name string, n counted) {
		differs := ""
		if n.Now != n.Then {
			differs = fmt.Sprintf("%+d", n.Now-n.Then)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t\n", name, n.Then, n.Now, differs)
	}
	for _, r := range c.Rules {
		row(r.Rule, r.counted)
	}
	row("alerts", c.Alerts)
	if err := w.Flush(); err != nil {
		return err
	}
	part(out, "appear", c.Appear, standing.String)
	part(out, "disappear", c.Disappear, standing.String)
	part(out, "change", c.Change, changed.String)
	_, err := fmt.Fprintf(out, "\nas of position %d; nothing was written\n", c.AsOf.Position)
	return err
}

func part[T any](out io.Writer, name string, list []T, line func(T) string) {
	fmt.Fprintf(out, "\n%s: %d\n", name, len(list))
	for _, x := range list {
		fmt.Fprintf(out, "  %s\n", line(x))
	}
}

func (s standing) String() string {
	return fmt.Sprintf("%s %s  %s  %s → %s  %d units  %s  %s", s.Rule, s.Strength, orDash(string(s.Partner)), orDash(string(s.From)), orDash(string(s.To)), s.Units, s.Time.UTC().Format(time.DateTime), s.Status)
}

func (c changed) String() string {
	var how []string
	for _, d := range [][3]string{{"partner", string(c.Then.Partner), string(c.Now.Partner)}, {"strength", string(c.Then.Strength), string(c.Now.Strength)}, {"status", string(c.Then.Status), string(c.Now.Status)}} {
		if d[1] != d[2] {
			how = append(how, fmt.Sprintf("%s %s → %s", d[0], orDash(d[1]), orDash(d[2])))
		}
	}
	return c.Then.String() + ": " + strings.Join(how, ", ")
}
