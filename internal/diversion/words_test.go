package diversion_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark/internal/diversion"
)

var places = regexp.MustCompile(`\{[^}]*\}?`)

// What a text may keep a place for: of any rule, and of one that judges sums.
var (
	ofAny  = []string{"{units}", "{holder}", "{from}", "{to}", "{day}", "{month}"}
	ofSums = []string{"{k}", "{n}", "{expected}", "{share}", "{p}"}
)

// loaded are words that judge; only people do (guard G14).
var loaded = []string{
	"guilty", "fraud", "culprit", "illegal", "unlawful", "crime", "criminal", "cheat", "stole ", "thief", "offender", "violat", "smuggl", "fake", "suspect",
	"违法", "犯罪", "违规", "欺诈", "作弊", "有罪", "罪犯", "造假", "假货", "走私", "非法", "嫌犯",
	"culpable", "fraude", "ilegal", "ilícit", "delito", "delincuen", "infractor", "trampa", "contraband", "estafa", "sospechos",
}

// filled is a finding with every fact.
var filled = diversion.Facts{
	Units: 12, Partner: "Siam Tools (P01)", From: "TH", To: "AE", Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
	Verdict: diversion.Verdict{K: 9, N: 300, Expected: 1.5, P: 3e-5},
}

func check(t *testing.T, what string, text diversion.Text, known []string) {
	t.Helper()
	var first []string
	for _, lang := range [...]string{"en", "zh", "es"} {
		words := text.In(lang)
		if strings.TrimSpace(words) == "" {
			t.Errorf("%s has no text in %s", what, lang)
			continue
		}
		if lang == "zh" && words == text.EN || lang == "es" && words == text.EN && strings.Contains(words, " ") {
			t.Errorf("%s is the English text in %s", what, lang)
		}
		held := slices.Compact(slices.Sorted(slices.Values(places.FindAllString(words, -1))))
		for _, p := range held {
			if !slices.Contains(known, p) {
				t.Errorf("%s in %s keeps a place for %s, want one of %v", what, lang, p, known)
			}
		}
		if lang == "en" {
			first = held
		} else if !slices.Equal(first, held) {
			t.Errorf("%s in %s keeps places for %v, in English for %v", what, lang, held, first)
		}
		full := text.Fill(lang, filled)
		if strings.ContainsAny(full, "{}?%") {
			t.Errorf("%s in %s is %q: not all is filled in", what, lang, full)
		}
		for _, w := range loaded {
			if strings.Contains(strings.ToLower(full), w) {
				t.Errorf("%s in %s is %q: %q judges", what, lang, full, w)
			}
		}
	}
}

func TestRulesSpeakEveryLanguage(t *testing.T) {
	for _, r := range diversion.Rules {
		check(t, r.ID+"'s title", r.Title, nil)
		known := ofAny
		if r.Judge != nil {
			known = append(slices.Clone(ofAny), ofSums...)
		}
		check(t, r.ID+"'s why", r.Why, known)
		check(t, "what "+r.ID+" looks at", r.LooksAt(), nil)
		for _, p := range r.Parameters() {
			check(t, r.ID+"'s "+p.Name, p.Meaning, nil)
		}
	}
	for role := diversion.SetOff; role.Text() != (diversion.Text{}); role++ {
		check(t, "a role", role.Text(), nil)
	}
}
