package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
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

// Nor by two that come at the same time, each of which is fine alone.
func TestPartnersMakeNoRingTogether(t *testing.T) {
	h := furnished(t)
	body := `{"name":"x","country":"TH","currency":"THB","timezone":"Asia/Bangkok","parent":"%s"}`
	for n := range 20 {
		a, b := fmt.Sprint("A", n), fmt.Sprint("B", n)
		var status [2]int
		var wg sync.WaitGroup
		wg.Go(func() { status[0] = h.put("/v1/partners/"+a, fmt.Sprintf(body, b)).status })
		wg.Go(func() { status[1] = h.put("/v1/partners/"+b, fmt.Sprintf(body, a)).status })
		wg.Wait()
		if got := status[0] + status[1]; got != http.StatusCreated+http.StatusUnprocessableEntity {
			t.Errorf("two partners below each other answer %v, want one of them refused", status)
		}
	}
}
