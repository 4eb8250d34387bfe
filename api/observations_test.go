package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A buyer's place is kept to a tenth of a degree, nowhere finer; an inspector's
// as it was sent. The same scan again is still the same scan.
func TestBuyersPlaceIsCoarse(t *testing.T) {
	h := furnished(t)
	for kind, want := range map[string]bool{"consumer": false, "inspection": true} {
		body := `{"id":"` + kind + `","time":"2026-03-01T08:00:00Z","item":"` + unit("A1") + `","kind":"` + kind + `","country":"TH","lat":13.7563,"lon":100.5018,"source":"gps"}`
		if r := h.post("/v1/observations", body); r.status != http.StatusCreated {
			t.Fatalf("%s answers %d %s", kind, r.status, r.body)
		}
		if r := h.post("/v1/observations", body); r.status != http.StatusOK {
			t.Errorf("%s again answers %d %s, want 200", kind, r.status, r.body)
		}
		kept := false
		for r, err := range h.log.All(t.Context(), 0, false) {
			if err != nil {
				t.Fatal(err)
			}
			kept = kept || strings.Contains(string(r.Data), `"kind":"`+kind+`"`) && strings.Contains(string(r.Data), "13.7563")
		}
		if kept != want {
			t.Errorf("the log holds the fine place of a %s: %v, want %v", kind, kept, want)
		}
	}
}

// A time that cannot be read is answered in words, without Go's own.
func TestBadTimesAreExplained(t *testing.T) {
	h := furnished(t)
	for _, time := range []string{`"yesterday"`, `"2026-03-01T08:00:00"`, `"2026-03-01"`, `"01/03/2026 08:00"`, `""`, `1772352000`, `"2026-13-01T08:00:00Z"`} {
		for path, body := range map[string]string{
			"/v1/hops":         strings.Replace(good, `"2026-03-01T08:00:00Z"`, time, 1),
			"/v1/observations": `{"id":"o1","time":` + time + `,"item":"` + unit("A1") + `","kind":"consumer","country":"TH","source":"gps"}`,
		} {
			r := h.post(path, body)
			checkProblem(t, r, http.StatusUnprocessableEntity, "/time")
			if !strings.Contains(r.body, "such as 2026-03-01T08:00:00Z") || strings.Contains(r.body, "parsing") {
				t.Errorf("the time %s answers %s", time, r.body)
			}
		}
	}
	checkProblem(t, h.post("/v1/hops", strings.Replace(good, `"2026-03-01T08:00:00Z"`, `null`, 1)), http.StatusUnprocessableEntity, "/time")
}
