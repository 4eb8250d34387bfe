package web

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/projections"
)

type findingRow struct {
	Rule, Title, Status, StatusText, Why string
	Strength, StrengthText, Policy       string
	Figures, Candidates                  string
}

func (out *page) finding(dir *partner.Directory, f projections.Finding) findingRow {
	row := findingRow{
		Rule: f.Rule, Title: f.Title, Status: string(f.Status), StatusText: out.T(string(f.Status)), Why: f.Why,
		Strength: string(f.Strength), StrengthText: out.T(string(f.Strength)), Policy: f.Policy,
	}
	if s := f.Statistics; s != nil {
		row.Figures = out.figures(*s)
	}
	var names []string
	for _, c := range f.Candidates {
		names = append(names, fmt.Sprintf("%s %.0f %%", nameOf(dir, c.Partner), 100*c.Weight))
	}
	row.Candidates = strings.Join(names, ", ")
	return row
}

// figures tells what a rule counted, as the script of the page does.
func (out *page) figures(s projections.Statistics) string {
	text := fmt.Sprintf("%s %d", out.T("counted"), s.Count)
	if s.Of > 0 {
		text += fmt.Sprintf(" / %d", s.Of)
	}
	text += fmt.Sprintf(" · %s %.1f", out.T("expected"), s.Expected)
	if s.Chance > 0 {
		text += fmt.Sprintf(" · %s %.2g", out.T("chance"), s.Chance)
	}
	return text
}

// title returns the title of a rule.
func title(rule, lang string) string {
	if r, ok := diversion.ByID(rule); ok {
		return r.Title.In(lang)
	}
	return rule
}

// Words returns the texts that the page's script puts alerts into, as JSON.
func (p page) Words() (string, error) {
	names := []string{"live", "offline", "unit", "units", "digest", "raised", "withdrawn", "escalated", "provisional", "active", "H", "M", "L", "policy", "counted", "expected", "chance", "candidates"}
	texts := map[string]string{}
	for _, n := range names {
		texts[n] = p.T(n)
	}
	data, err := json.Marshal(texts, json.Deterministic(true))
	return string(data), err
}
