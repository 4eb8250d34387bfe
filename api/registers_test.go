package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// Partners cannot be tied into a ring: everyone in it would belong to everyone.
func TestPartnersMakeNoRing(t *testing.T) {
	h := furnished(t)
	for _, p := range [][2]string{{"A", "P01"}, {"B", "A"}} {
		if r := h.put("/v1/partners/"+p[0], `{"name":"x","country":"TH","currency":"THB","timezone":"Asia/Bangkok","parent":"`+p[1]+`"}`); r.status != http.StatusCreated {
			t.Fatalf("%s answers %d %s", p[0], r.status, r.body)
		}
	}
	r := h.put("/v1/partners/P01", `{"name":"Siam Tools","country":"TH","currency":"THB","timezone":"Asia/Bangkok","parent":"B"}`)
	if r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "/parent") {
		t.Errorf("a ring answers %d %s, want 422 at /parent", r.status, r.body)
	}
}
