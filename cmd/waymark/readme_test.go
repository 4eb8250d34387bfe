package main

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"waymark/api"
	"waymark/internal/diversion"
)

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeNamesTheRules holds the table of rules to the rules.
func TestReadmeNamesTheRules(t *testing.T) {
	text := readme(t)
	for _, r := range diversion.Rules {
		if row := ruleRow(r); !strings.Contains(text, row+"\n") {
			t.Errorf("README lacks the row\n%s", row)
		}
	}
	if n := len(regexp.MustCompile(`(?m)^\| R\d\d \|`).FindAllString(text, -1)); n != len(diversion.Rules) {
		t.Errorf("README has %d rules, want %d", n, len(diversion.Rules))
	}
}

func ruleRow(r *diversion.Rule) string {
	alerts := "at once"
	switch {
	case r.Strength == diversion.Low:
		alerts = "no"
	case r.Quiet:
		alerts = fmt.Sprintf("after %g h", r.Window.Hours())
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", r.ID, r.Title.EN, r.Strength, alerts)
}

// TestReadmeBeginsALedger sends what README says to a ledger that is empty.
func TestReadmeBeginsALedger(t *testing.T) {
	_, section, _ := strings.Cut(readme(t), "## Your own ledger\n")
	section, _, _ = strings.Cut(section, "\n## ")
	p := &poster{base: "http://" + serveEmpty(t, api.Config{Dev: true})}
	puts := regexp.MustCompile(`(?m)^put (\S+) '(.*)'$`).FindAllStringSubmatch(section, -1)
	posts := regexp.MustCompile(`(?m)^curl -s localhost:8080(\S+) .* --json '(.*)'$`).FindAllStringSubmatch(section, -1)
	if len(puts) != 4 || len(posts) != 1 {
		t.Fatalf("README puts %d things and posts %d, want 4 and 1", len(puts), len(posts))
	}
	for _, m := range puts {
		if _, err := p.call(t.Context(), http.MethodPut, "/v1/"+m[1], "application/json", []byte(m[2])); err != nil {
			t.Errorf("put %s: %v", m[1], err)
		}
	}
	if answer, err := p.call(t.Context(), http.MethodPost, posts[0][1], "application/json", []byte(posts[0][2])); err != nil || !strings.Contains(string(answer), `"duplicate":false`) {
		t.Errorf("post %s: %s, %v", posts[0][1], answer, err)
	}
}
