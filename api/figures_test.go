package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestFigures(t *testing.T) {
	h := furnished(t)
	h.diverted("F1")
	h.current()
	h.post("/v1/hops", "{}")
	r := h.get("/metrics")
	for _, want := range []string{
		`waymark_ingest_events_total{type="hop.recorded@1"} 4`,
		`waymark_http_requests_total{code="201",method="POST",route="/v1/hops"} 4`,
		`waymark_problems_total{type="urn:waymark:problem:invalid"} 1`,
		`waymark_views_lag_positions 0`,
		`waymark_views_lag_seconds 0`,
		`waymark_findings{rule="R02"} 1`,
		`waymark_pebble_wal_fsync_seconds_count{db="log"}`,
		`waymark_pebble_disk_bytes{db="views"}`,
	} {
		if !strings.Contains(r.body, want) {
			t.Errorf("figures lack %s", want)
		}
	}
	if t.Failed() {
		t.Log(r.body)
	}
}

func TestHealth(t *testing.T) {
	h := open(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if r := h.get(path); r.status != http.StatusOK {
			t.Errorf("GET %s answers %d %s", path, r.status, r.body)
		}
	}
}

func TestDescription(t *testing.T) {
	h := open(t)
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	r := h.get("/openapi.json")
	if err := json.Unmarshal([]byte(r.body), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("the description is %s: %v", r.body, err)
	}
	for _, answered := range h.server.Answers() {
		method, path, _ := strings.Cut(answered, " ")
		for _, name := range []string{"id", "gln", "gtin", "item", "name"} {
			path = strings.Replace(path, ":"+name, "{"+name+"}", 1)
		}
		path = strings.Replace(path, "/*", "/{path}", 1)
		if doc.Paths[path][strings.ToLower(method)] == nil {
			t.Errorf("%s is not described", answered)
		}
	}
}
