package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"waymark/api"
	"waymark/projections"
)

// TestBehind asks a server whose views know the partners and not yet the goods:
// it must not take what is on its way for what is not there.
func TestBehind(t *testing.T) {
	h := furnished(t)
	views, err := projections.Open(h.log, projections.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { views.Close() })
	if err := views.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	server, err := api.New(api.Config{Log: h.log, Views: views, Dev: true, Limits: api.Limits{Wait: time.Nanosecond, Lag: time.Nanosecond}})
	if err != nil {
		t.Fatal(err)
	}
	behind := &house{t: t, log: h.log, views: views, server: server, http: httptest.NewServer(server.Handler())}
	t.Cleanup(behind.http.Close)

	ask := func() map[string]response {
		return map[string]response{
			"item":       behind.get(itemPath(unit("B1"))),
			"provenance": behind.get(itemPath(unit("B1")) + "/provenance"),
			"finding":    behind.get("/v1/findings/0123456789abcdef0123456789abcdef"),
			"readiness":  behind.get("/readyz"),
			"ship-check": behind.post("/v1/ship-checks", `{"from":"`+bangkok+`","to":"`+koeln+`","items":["`+unit("B1")+`"]}`), // last: what is not let go is recorded
		}
	}
	h.diverted("B1")
	for name, r := range ask() {
		checkProblem(t, r, http.StatusServiceUnavailable, "")
		if r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "urn:waymark:problem:behind") {
			t.Errorf("%s: the answer is %v %s, want one that says to come again", name, r.header, r.body)
		}
		if name == "readiness" && (!strings.Contains(r.body, "was recorded") || strings.Contains(r.body, "events behind")) {
			t.Errorf("readiness, behind: %s", r.body)
		}
	}
	if err := views.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	for name, r := range ask() {
		want := http.StatusOK
		if name == "finding" {
			want = http.StatusNotFound
		}
		if r.status != want || name == "ship-check" && !strings.Contains(r.body, `"allowed":false`) {
			t.Errorf("%s: once the views are there the answer is %d %s, want %d", name, r.status, r.body, want)
		}
	}
	if err := views.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if r := behind.get(itemPath(unit("B9"))); r.status != http.StatusNotFound {
		t.Errorf("an item that nobody recorded: %d %s, want 404", r.status, r.body)
	}
}
