package api_test

import (
	"net/http"
	"strings"
	"testing"

	"waymark/projections"
)

// Words that stand in every answer about the same finding.
var spoken = map[string]string{
	"en": "possible out-of-territory sale", "zh": "疑似窜货", "es": "posible venta fuera del territorio",
}

// TestAnswersSpeakTheClientsLanguage asks for one finding everywhere it is told
// of.
func TestAnswersSpeakTheClientsLanguage(t *testing.T) {
	h := furnished(t)
	h.diverted("W1")
	h.current()
	var page projections.Page
	h.get("/v1/findings").decode(t, &page)
	if len(page.Findings) != 1 {
		t.Fatalf("there are %d findings, want 1", len(page.Findings))
	}
	paths := []string{"/v1/findings", "/v1/findings/" + page.Findings[0].ID, itemPath(unit("W1")), itemPath(unit("W1")) + "/provenance", "/v1/alerts", "/v1/ship-checks", "/"}
	ask := func(path, query, accept string) response {
		if path == "/v1/ship-checks" {
			return h.post(path+query, `{"from":"`+bangkok+`","to":"`+koeln+`","items":["`+unit("W1")+`"]}`, "Accept-Language", accept)
		}
		return h.get(path+query, "Accept-Language", accept, "Accept", "application/json")
	}
	for _, tt := range []struct{ query, accept, want string }{
		{"", "", "en"},
		{"", "zh-CN,zh;q=0.9,en;q=0.5", "zh"},
		{"", "es-MX", "es"},
		{"", "fr-FR,fr;q=0.9", "en"},
		{"", strings.Repeat("zh,", 200), "en"}, // longer than is read
		{"", "no language at all", "en"},
		{"?lang=zh", "es", "zh"},
		{"?lang=en", "zh", "en"},
		{"?lang=es", "", "es"},
	} {
		for _, path := range paths {
			r := ask(path, tt.query, tt.accept)
			if r.status != http.StatusOK || r.header.Get("Content-Language") != tt.want || !strings.Contains(r.header.Get("Vary"), "Accept-Language") {
				t.Errorf("%s%s for %.20q answers %d in %q, varying by %q, want %q", path, tt.query, tt.accept, r.status,
					r.header.Get("Content-Language"), r.header.Get("Vary"), tt.want)
			}
			if !strings.Contains(r.body, spoken[tt.want]) {
				t.Errorf("%s%s for %.20q lacks %q: %s", path, tt.query, tt.accept, spoken[tt.want], r.body)
			}
		}
	}
	for _, path := range paths {
		for _, query := range []string{"?lang=fr", "?lang=", "?lang=zh-CN", "?lang=EN"} {
			if r := ask(path, query, ""); r.status != http.StatusBadRequest || !strings.Contains(r.body, "want en, zh or es") {
				t.Errorf("%s%s answers %d %s", path, query, r.status, r.body)
			}
		}
	}
}

func TestStreamsSpeakTheClientsLanguage(t *testing.T) {
	h := furnished(t)
	h.diverted("W1")
	for lang, want := range spoken {
		l := h.listen("/v1/alerts?lang=" + lang)
		for l.lines.Scan() && !strings.HasPrefix(l.lines.Text(), "data: ") {
		}
		if !strings.Contains(l.lines.Text(), want) {
			t.Errorf("the stream in %s says %q, want %q", lang, l.lines.Text(), want)
		}
		l.cancel()
	}
}
