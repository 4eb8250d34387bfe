package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"waymark/api"
	"waymark/api/auth"
	"waymark/internal/partner"
)

// TestEveryRouteIsInTheTable asks the router for all that it answers: each has
// an entry in the table, and so a scope.
func TestEveryRouteIsInTheTable(t *testing.T) {
	h := open(t)
	listed := map[string]bool{}
	for _, r := range api.Routes() {
		if r.Summary == "" {
			t.Errorf("%s %s has no summary", r.Method, r.Path)
		}
		if listed[r.Method+" "+r.Path] {
			t.Errorf("%s %s is listed twice", r.Method, r.Path)
		}
		listed[r.Method+" "+r.Path] = true
	}
	for _, r := range h.server.Answers() {
		if !listed[r] {
			t.Errorf("%s is answered but has no entry in routes", r)
		}
	}
}

// TestDenyByDefault calls every route without a key, and with one that has
// none of the scopes that it wants.
func TestDenyByDefault(t *testing.T) {
	h := open(t, withKeys(t))
	for _, r := range api.Routes() {
		if r.Scope == auth.Everybody {
			continue
		}
		path := strings.NewReplacer(":id", "x", ":gln", factory, ":gtin", gtin, ":item", "x").Replace(r.Path)
		if got := h.do(r.Method, path, ""); got.status != http.StatusUnauthorized {
			t.Errorf("%s %s without a key answers %d, want 401", r.Method, path, got.status)
		}
		for key, scope := range map[string]auth.Scope{"c": auth.Capture, "r": auth.Read, "a": auth.Admin} {
			if scope&r.Scope != 0 {
				continue
			}
			if got := h.do(r.Method, path, "", "Authorization", "Bearer "+key); got.status != http.StatusForbidden {
				t.Errorf("%s %s with the scope %s answers %d, want 403", r.Method, path, scope, got.status)
			}
		}
	}
}

// withKeys closes the house to all but the keys c, r, a and p: for capture, for
// reading, for master data, and for partner P01.
func withKeys(t testing.TB) func(*api.Config) {
	key := func(id string, p partner.ID, scopes ...string) auth.Key {
		sum := sha256.Sum256([]byte(id))
		return auth.Key{ID: id, SHA256: hex.EncodeToString(sum[:]), Scopes: scopes, Partner: p}
	}
	keys, err := auth.NewKeys(key("c", "", "capture"), key("r", "", "read"), key("a", "", "admin"), key("p", "P01", "capture", "read"))
	if err != nil {
		t.Fatal(err)
	}
	return func(c *api.Config) { c.Keys, c.Dev = keys, false }
}

func TestDevelopmentModeIsForThisMachine(t *testing.T) {
	h := open(t)
	for _, tt := range []struct {
		name   string
		header []string
		host   string
		status int
	}{
		{"from here", nil, "", 200},
		{"by name", nil, "localhost:8080", 200},
		{"a page that resolves its name to this machine", nil, "evil.example", 401},
		{"through a proxy", []string{"X-Forwarded-For", "203.0.113.9"}, "", 401},
		{"with a key that is wrong", []string{"Authorization", "Bearer x"}, "", 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, _ := http.NewRequest(http.MethodGet, h.http.URL+"/v1/regions", nil)
			for i := 0; i+1 < len(tt.header); i += 2 {
				req.Header.Set(tt.header[i], tt.header[i+1])
			}
			req.Host = tt.host
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != tt.status {
				t.Errorf("answers %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}

// TestBoundKey speaks with the key of partner P01: for its sites and of its
// goods, and of nothing else.
func TestBoundKey(t *testing.T) {
	keyed := withKeys(t)
	var c api.Config
	keyed(&c)
	h := furnished(t, func(d *api.Config) { d.Keys = c.Keys }) // in development mode a key still binds
	bound := []string{"Authorization", "Bearer p"}
	h.diverted("K1")
	h.must("/v1/hops", hop("k2", "2026-03-01T08:00:00+08:00", "commissioning", factory, "", unit("K2")))
	h.current()

	foreign := h.post("/v1/hops", hop("k3", "2026-03-06T08:00:00Z", "storing", koeln, "", unit("K1")), bound...)
	absent := h.post("/v1/hops", hop("k3", "2026-03-06T08:00:00Z", "storing", nowhere, "", unit("K1")), bound...)
	if foreign.status != 422 || strings.ReplaceAll(foreign.body, koeln, nowhere) != absent.body {
		t.Errorf("a hop at a foreign site answers %s, at an absent one %s; want the same", foreign.body, absent.body)
	}
	if r := h.post("/v1/hops", hop("k4", "2026-03-06T09:00:00Z", "storing", bangkok, "", unit("K1")), bound...); r.status != 201 {
		t.Errorf("a hop at a site of its own answers %d %s", r.status, r.body)
	}
	if r := h.get(itemPath(unit("K1")), bound...); r.status != 200 {
		t.Errorf("an item bound to it answers %d %s", r.status, r.body)
	}
	foreign, absent = h.get(itemPath(unit("K2")), bound...), h.get(itemPath(unit("K9")), bound...)
	if foreign.status != 404 || strings.ReplaceAll(foreign.body, "K2", "K9") != absent.body {
		t.Errorf("a foreign item answers %s, an absent one %s; want the same", foreign.body, absent.body)
	}
	for path, status := range map[string]int{"/v1/findings": 200, "/v1/partners": 403, "/epcis/events": 403, "/metrics": 403} {
		if r := h.get(path, bound...); r.status != status {
			t.Errorf("GET %s answers %d, want %d", path, r.status, status)
		}
	}
}
