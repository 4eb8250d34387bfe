package projections_test

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"waymark/internal/diversion"
	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// TestStories runs every file of testdata: a case told in commands, with what
// Waymark makes of it. See testdata/README.md for the commands.
func TestStories(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		s := newStory(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return s.run(t, d) })
		s.replay(t)
	})
}

// tb is a test or one check of many: what it opens is closed with it.
type tb interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// A story is a trade in memory: the real log and the real views.
type story struct {
	log   *pebblelog.Log
	views *projections.Views
	clock time.Time
	told  string // token of the last alert told
}

func newStory(t tb) *story {
	s := &story{clock: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true, Now: func() time.Time { return s.clock }})
	if err != nil {
		t.Fatal(err)
	}
	s.log = log
	t.Cleanup(func() { log.Close() })
	s.views = openViews(t, log)
	return s
}

func openViews(t tb, log ledger.Log) *projections.Views {
	t.Helper()
	v, err := projections.Open(log, projections.Options{Cache: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func alertsOf(t tb, v *projections.Views) []projections.Alert {
	t.Helper()
	alerts, err := v.Alerts("", 1<<20, "")
	if err != nil {
		t.Fatal(err)
	}
	return alerts
}

// replay draws the views anew, in other batches, and wants them to say the same
// in the same alerts.
func (s *story) replay(t tb) {
	anew := openViews(t, s.log)
	catchUp(t, anew)
	if got, want := digest(t, anew), digest(t, s.views); got != want {
		t.Errorf("views drawn anew have digest %s, want %s", got, want)
	}
	if diff := cmp.Diff(alertsOf(t, s.views), alertsOf(t, anew)); diff != "" {
		t.Errorf("views drawn anew tell other alerts (-before +anew):\n%s", diff)
	}
}

func catchUp(t tb, v *projections.Views) {
	t.Helper()
	if err := v.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func digest(t tb, v *projections.Views) string {
	t.Helper()
	d, err := v.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *story) run(t *testing.T, d *datadriven.TestData) string {
	switch d.Cmd {
	case "findings":
		return s.findings(t, d)
	case "alerts":
		return s.alerts(t)
	case "item":
		return s.item(t, d)
	case "way":
		return s.way(t, d)
	case "may-ship":
		return s.mayShip(t, d)
	case "people":
		return s.people(d)
	case "trace":
		return s.trace(t, d)
	case "sold":
		return s.sold(t, d)
	}
	lines := bufio.NewScanner(strings.NewReader(d.Input))
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
			if err := s.record(line); err != nil {
				return line + ": " + err.Error()
			}
		}
	}
	catchUp(t, s.views)
	return "ok"
}

func argsOf(d *datadriven.TestData) string {
	var out []string
	for _, a := range d.CmdArgs {
		out = append(out, a.Key+"="+strings.Join(a.Vals, ","))
	}
	return strings.Join(out, " ")
}

func (s *story) findings(t *testing.T, d *datadriven.TestData) string {
	q := projections.FindingQuery{Limit: 1000}
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "status":
			q.Status = "withdrawn"
		case "rule":
			q.Rule = a.Vals[0]
		}
	}
	page, err := s.views.Findings(q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range page.Findings {
		out = append(out, tell(f))
	}
	slices.Sort(out)
	return orNone(out)
}

func tell(f projections.Finding) string {
	line := fmt.Sprintf("%s %s %s: %s", f.Rule, f.Status, f.Strength, f.Why)
	if f.Partner != "" {
		line += fmt.Sprintf(" [%s]", f.Partner)
	}
	if f.Policy != diversion.Standard.Version {
		line += " by " + f.Policy
	}
	return line
}

func (s *story) alerts(t *testing.T) string {
	alerts, err := s.views.Alerts(s.told, 1000, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range alerts {
		s.told = a.Token
		if a.Change == projections.Digest {
			out = append(out, fmt.Sprintf("digest of %d findings: %v", len(a.Digest.Findings), a.Digest.Counts))
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s", a.Change, a.Finding.Rule, a.Finding.Partner))
	}
	return orNone(out)
}

func (s *story) item(t *testing.T, d *datadriven.TestData) string {
	it, err := item(d.CmdArgs[0].String())
	if err != nil {
		return err.Error()
	}
	a, ok, err := s.views.Item(it, "")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "unknown"
	}
	out := fmt.Sprintf("holder=%s site=%s bound=%s territory=%v disposition=%s", a.Holder, a.Site, a.BoundTo, a.Territory, a.Disposition)
	if a.Container != "" {
		out += " in=" + a.Container.ElementString()
	}
	if a.Contents > 0 {
		out += fmt.Sprintf(" contents=%d", a.Contents)
	}
	return out
}

func (s *story) way(t *testing.T, d *datadriven.TestData) string {
	it, err := item(d.CmdArgs[0].String())
	if err != nil {
		return err.Error()
	}
	p, ok, err := s.views.Provenance(it, "")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "unknown"
	}
	var out []string
	for _, h := range p.Hops {
		line := fmt.Sprintf("%s %s%s%s", h.Time.Format("01-02T15:04"), h.Kind, opt(" ", string(h.Step)), opt(" ", string(h.Sight)))
		line += opt(" at ", string(h.Partner)) + opt(" in ", string(h.Region)) + opt(" to ", string(h.ToPartner))
		if h.Inherited != "" {
			line += " (through " + h.Inherited.ElementString() + ")"
		}
		out = append(out, line+opt(" ! ", strings.Join(h.Findings, " ")))
	}
	return orNone(out)
}

func (s *story) mayShip(t *testing.T, d *datadriven.TestData) string {
	_, f := fields(d.Cmd + " " + argsOf(d))
	items, err := itemsOf(f["items"])
	if err != nil {
		return err.Error()
	}
	a, err := s.views.ShipCheck(projections.ShipCheck{From: gln(f["from"]), To: gln(f["to"]), Items: items}, at(f["at"]), "")
	if err != nil {
		t.Fatal(err)
	}
	out := []string{fmt.Sprintf("allowed=%v regime=%s", a.Allowed, a.Regime)}
	for _, r := range a.Reasons {
		out = append(out, r.Rule+": "+r.Text)
	}
	return strings.Join(out, "\n")
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

func opt(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func orNone(lines []string) string {
	if len(lines) == 0 {
		return "none"
	}
	return strings.Join(lines, "\n")
}
