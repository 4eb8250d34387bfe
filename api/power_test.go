package api_test

import (
	"net/http"
	"strings"
	"testing"

	"waymark/api"
	"waymark/projections"
)

// TestBlindSpots asks what the scans cannot show; whoever is bound to a partner is
// not told.
func TestBlindSpots(t *testing.T) {
	keyed := withKeys(t)
	var c api.Config
	keyed(&c)
	h := furnished(t, func(d *api.Config) { d.Keys = c.Keys })
	bound := []string{"Authorization", "Bearer p"}
	h.diverted("K1")
	h.current()

	var page projections.BlindPage
	r := h.get("/v1/blind-spots?region=SG&lang=es")
	r.decode(t, &page)
	if len(page.BlindSpots) == 0 || !page.BlindSpots[0].Nothing || !strings.Contains(page.BlindSpots[0].Text, "no se vería") || r.header.Get("Content-Language") != "es" {
		t.Errorf("blind spots in Singapore: %s", r.body)
	}
	for _, b := range page.BlindSpots {
		if b.To.Country() != "SG" {
			t.Errorf("asked for Singapore, told of %s", b.To)
		}
	}
	if r := h.get("/v1/blind-spots?region=XX&after=x|y&limit=0"); r.status != http.StatusBadRequest || !strings.Contains(r.body, "region") || !strings.Contains(r.body, "limit") {
		t.Errorf("a query full of faults answers %d %s", r.status, r.body)
	}
	if r := h.get("/v1/blind-spots?after=x|y"); r.status != http.StatusBadRequest || !strings.Contains(r.body, "after") {
		t.Errorf("a place that is not in the list answers %d %s", r.status, r.body)
	}
	var all projections.Page
	h.get("/v1/findings").decode(t, &all)
	if all.CannotSee == nil || all.CannotSee.Pairs == 0 || all.CannotSee.Text == "" {
		t.Errorf("findings say of what cannot be seen: %+v", all.CannotSee)
	}
	if r := h.get("/v1/blind-spots", bound...); r.status != http.StatusForbidden {
		t.Errorf("a bound caller is answered %d %s", r.status, r.body)
	}
	if r := h.get("/v1/findings", bound...); r.status != http.StatusOK || strings.Contains(r.body, "cannot_see") {
		t.Errorf("a bound caller is told what cannot be seen: %s", r.body)
	}
}
