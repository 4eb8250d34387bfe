package api_test

import (
	"math"
	"testing"

	"waymark/internal/diversion"
	"waymark/projections"
)

// TestFindingsAreScored weighs what is known of one partner and one place: a
// shipment, an inspection that follows it, and a waiver that comes too late to
// be a right, for it names another quarter.
func TestFindingsAreScored(t *testing.T) {
	h := furnished(t)
	h.diverted("W1")
	h.current()
	score := func() projections.Score {
		t.Helper()
		var page projections.Page
		h.get("/v1/findings?rule=R02").decode(t, &page)
		if len(page.Findings) != 1 || page.Findings[0].Score != nil {
			t.Fatalf("the list is %+v, want one R02 without a score", page.Findings)
		}
		var f projections.Finding
		h.get("/v1/findings/"+page.Findings[0].ID).decode(t, &f)
		if f.Score == nil || f.Score.Partner != "P01" || f.Score.To != "DE" {
			t.Fatalf("the score is %+v, want one of P01 and DE", f.Score)
		}
		sum, found := 0., 0.
		for _, term := range f.Score.Terms {
			if sum += term.Decibans; term.EventID == "" || term.Text == "" || term.Position == 0 {
				t.Errorf("a term names no event: %+v", term)
			}
			if term.Finding == f.ID {
				found += term.Decibans
			}
		}
		own := 0.
		for _, e := range f.Evidence {
			own += e.Decibans
		}
		if math.Abs(sum-f.Score.Decibans) > .005 || math.Abs(own-found) > .005 {
			t.Errorf("the terms add up to %v of %v, those of the finding to %v of %v", sum, f.Score.Decibans, found, own)
		}
		return *f.Score
	}
	want := func(what string, decibans float64, band diversion.Band, terms int) {
		t.Helper()
		if s := score(); s.Decibans != decibans || s.Band != band || len(s.Terms) != terms {
			t.Errorf("%s: %+v; want %v decibans, %s, of %d terms", what, s, decibans, band, terms)
		}
	}
	want("a shipment", 20, diversion.AlertBand, 1)

	seen := func(id, kind, source, more string) {
		t.Helper()
		h.must("/v1/observations", `{"id":"`+id+`","time":"2026-03-08T10:00:00+01:00","item":"`+unit("W1")+`","kind":"`+kind+`","country":"DE","source":"`+source+`"`+more+`}`)
		h.current()
	}
	seen("o1", "consumer", "ip", `,"device_hash":"d1"`)
	want("and a scan", 20.3, diversion.AlertBand, 2)
	seen("o2", "inspection", "gps", `,"lat":50.9,"lon":6.9,"reporter":"Inspectorate"`)
	want("and an inspection", 40.3, diversion.CaseBand, 3)
	seen("o3", "marketplace", "declared", `,"reporter":"Watchers","evidence":["sha256:0a"]`)
	want("and a report with a picture", 46.3, diversion.CaseBand, 4)

	// The deal makes what it covers no finding; the rest is no longer against P01.
	if r := h.put("/v1/waivers/W-DE", `{"reason":"deal","partner":"P01","regions":["DE"],"from":"2026-03-08"}`); r.status != 201 {
		t.Fatal(r)
	}
	h.current()
	want("and a deal that began after the shipment", 20, diversion.AlertBand, 1)
}
