package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"waymark/api"
	"waymark/api/auth"
	"waymark/internal/deal"
	"waymark/internal/partner"
	"waymark/projections"
)

// withTwoSides gives keys to two of the owner's, hq1 and hq2, and to the partners
// P01 and P02.
func withTwoSides(t testing.TB) func(*api.Config) {
	key := func(id string, p partner.ID, scopes ...string) auth.Key {
		sum := sha256.Sum256([]byte(id))
		return auth.Key{ID: id, SHA256: hex.EncodeToString(sum[:]), Scopes: scopes, Partner: p}
	}
	keys, err := auth.NewKeys(key("hq1", "", "capture", "read", "admin"), key("hq2", "", "read", "admin"), key("p1", "P01", "capture", "read"), key("p2", "P02", "capture", "read"))
	if err != nil {
		t.Fatal(err)
	}
	return func(c *api.Config) { c.Keys = keys }
}

func withKey(key string) []string { return []string{"Authorization", "Bearer " + key} }

const aHarbour = `"customer":"Harbour Lights Pte Ltd","domain":"harbour.example","country":"SG","products":["DRILLS"],"quantity":400,"value":19000000,"currency":"USD","close":"2026-12-01"`

// A sent is what came of a command.
type sent struct {
	ID        string                 `json:"id"`
	Duplicate bool                   `json:"duplicate"`
	Status    string                 `json:"status"`
	Rejection *projections.Rejection `json:"rejection"`
}

func (h *house) send(key, path, body string, status int) (s sent) {
	h.t.Helper()
	r := h.post(path, body, withKey(key)...)
	if r.status != status {
		h.t.Fatalf("POST %s %s as %s answers %d %s, want %d", path, body, key, r.status, r.body, status)
	}
	if status < 300 {
		r.decode(h.t, &s)
	}
	return s
}

// TestDealsOverHTTP: two partners ask for one customer; the second is told why
// not, and neither sees what is the other's.
func TestDealsOverHTTP(t *testing.T) {
	h := furnished(t, withTwoSides(t))
	first := h.send("p1", "/v1/deals", `{"command":"c1",`+aHarbour+`}`, 201)
	if again := h.send("p1", "/v1/deals", `{"command":"c1",`+aHarbour+`}`, 200); again.ID != first.ID || !again.Duplicate || first.Status != "pending" {
		t.Errorf("the same command again answers %+v, first %+v", again, first)
	}
	h.send("p1", "/v1/deals", `{"command":"c1",`+strings.Replace(aHarbour, "400", "401", 1)+`}`, 409)
	path := "/v1/deals/" + first.ID
	for _, c := range []struct {
		name, key, path, body string
		status                int
		field                 string
	}{
		{"a partner does not decide", "p1", path + "/approval", `{"command":"x"}`, 403, ""},
		{"outside the territory, unsaid", "hq2", path + "/approval", `{"command":"x"}`, 422, "/out_of_territory"},
		{"no known reason", "hq2", path + "/rejection", `{"command":"x","code":"ugly"}`, 422, "/code"},
		{"nothing to extend", "hq2", path + "/extension", `{"command":"x","until":"2026-12-01","progress":"met"}`, 409, ""},
		{"another's deal", "p2", path + "/outcome", `{"command":"x","status":"lost"}`, 404, ""},
		{"no deal", "hq2", "/v1/deals/DR-SG-0000000000000000/approval", `{"command":"x"}`, 404, ""},
		{"no id of a deal", "hq2", "/v1/deals/D1/approval", `{"command":"x"}`, 404, ""},
		{"no command", "p1", "/v1/deals", `{` + aHarbour + `}`, 422, "/command"},
		{"for another partner", "p1", "/v1/deals", `{"command":"x","partner":"P02",` + aHarbour + `}`, 422, "/partner"},
		{"for nobody", "hq1", "/v1/deals", `{"command":"x",` + aHarbour + `}`, 422, "/partner"},
		{"a partner says when", "p1", "/v1/deals", `{"command":"x","at":"2026-01-01T00:00:00Z",` + aHarbour + `}`, 422, "/at"},
		{"a key says who", "hq1", "/v1/deals", `{"command":"x","by":"me","partner":"P01",` + aHarbour + `}`, 422, "/by"},
		{"what is no field", "p1", "/v1/deals", `{"command":"x","colour":"red",` + aHarbour + `}`, 422, "/colour"},
	} {
		r := h.post(c.path, c.body, withKey(c.key)...)
		var p api.Problem
		r.decode(t, &p)
		field := ""
		if len(p.Errors) > 0 {
			field = p.Errors[0].Field
		}
		if r.status != c.status && !(c.field == "/colour" && r.status == 400) || c.field != "/colour" && field != c.field || !strings.HasPrefix(p.Type, "urn:waymark:problem:") {
			t.Errorf("%s: answers %d %s, want %d at %q", c.name, r.status, r.body, c.status, c.field)
		}
	}
	second := h.send("p2", "/v1/deals", `{"command":"c1",`+aHarbour+`}`, 201)
	if s := h.send("hq2", path+"/approval", `{"command":"a1","out_of_territory":true}`, 201); s.Status != "registered" {
		t.Errorf("the first is %+v", s)
	}
	h.current()
	var d projections.Deal
	r := h.get("/v1/deals/"+second.ID, withKey("p2")...)
	r.decode(t, &d)
	if d.Status != deal.Rejected || d.Rejection.Code != deal.ChannelConflict || len(d.Rejection.Matched) != 2 || strings.Contains(r.body, first.ID) || strings.Contains(r.body, "P01") {
		t.Errorf("the second is told %s", r.body)
	}
	if h.get("/v1/deals/"+second.ID, withKey("hq1")...).decode(t, &d); d.Rejection.Against != first.ID {
		t.Errorf("the owner is told %+v", d)
	}
	if r := h.get(path, withKey("p2")...); r.status != http.StatusNotFound {
		t.Errorf("another's deal answers %d %s", r.status, r.body)
	}
	for key, want := range map[string]int{"p1": 1, "p2": 1, "hq1": 2} {
		var page struct {
			Deals []projections.Deal `json:"deals"`
		}
		if h.get("/v1/deals", withKey(key)...).decode(t, &page); len(page.Deals) != want {
			t.Errorf("%s sees %d deals, want %d", key, len(page.Deals), want)
		}
	}
	if r := h.do(http.MethodPut, path, `{"partner":"P01"}`, withKey("hq1")...); r.status != http.StatusConflict {
		t.Errorf("a deal that is kept here is put: %d %s", r.status, r.body)
	}
	var w partner.Waiver
	if h.get("/v1/waivers/"+first.ID, withKey("hq1")...).decode(t, &w); w.Partner != "P01" || w.Regions[0] != "SG" {
		t.Errorf("the deal waives %+v", w)
	}
	h.send("p1", path+"/outcome", `{"command":"o1","status":"won"}`, 201)
}

// TestDealsUnderPressure: however many ask for one customer at once, one gets it.
func TestDealsUnderPressure(t *testing.T) {
	h := furnished(t, withTwoSides(t))
	done := make(chan string)
	for i := range 8 {
		go func() {
			r := h.post("/v1/deals", fmt.Sprintf(`{"command":"c%d",%s}`, i, aHarbour), withKey([]string{"p1", "p2"}[i%2])...)
			done <- r.body
		}()
	}
	pending := 0
	for range 8 {
		if strings.Contains(<-done, `"status":"pending"`) {
			pending++
		}
	}
	if pending != 2 { // one of each partner's: the rest are its own again
		t.Errorf("%d wait for a decision, want 2", pending)
	}
}
