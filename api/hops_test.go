package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waymark/projections"
)

func TestHopIsRecordedOnce(t *testing.T) {
	h := furnished(t)
	before := h.size()
	body := hop("h1", "2026-03-01T08:00:00Z", "commissioning", factory, "", unit("A1"))
	type receipt struct {
		ID        string `json:"id"`
		Position  uint64 `json:"position"`
		Duplicate bool   `json:"duplicate"`
	}
	var first, again receipt
	r := h.post("/v1/hops", body)
	r.decode(t, &first)
	if r.status != http.StatusCreated || first.Duplicate || first.ID != "h1" {
		t.Errorf("first POST answers %d %s, want 201", r.status, r.body)
	}
	// Other white space, names in another order: the same capture.
	r = h.post("/v1/hops", `{ "items" : ["`+unit("A1")+`"], "site":"`+factory+`","step":"commissioning", "time":"2026-03-01T08:00:00Z","id":"h1"}`)
	r.decode(t, &again)
	first.Duplicate = true
	if r.status != http.StatusOK || again != first {
		t.Errorf("second POST answers %d %s, want 200 and the first receipt", r.status, r.body)
	}
	for name, other := range map[string]string{
		"item":         strings.Replace(body, unit("A1"), "https://id.gs1.org/01/"+gtin+"/21/A1", 1),
		"scanner data": strings.Replace(body, unit("A1"), "]d201"+gtin+"21A1", 1),
		"time":         strings.Replace(body, "08:00:00Z", "15:00:00.000+07:00", 1),
		"default":      strings.Replace(body, `"id"`, `"order":"","id"`, 1),
	} {
		r := h.post("/v1/hops", other)
		if r.decode(t, &again); r.status != http.StatusOK || again != first {
			t.Errorf("another spelling of %s answers %d %s, want 200 and the first receipt", name, r.status, r.body)
		}
	}
	for _, other := range []string{strings.Replace(body, "A1", "A2", 1), strings.Replace(body, "08:00", "08:01", 1), strings.Replace(body, "commissioning", "packing", 1)} {
		if r := h.post("/v1/hops", other); r.status != http.StatusConflict {
			t.Errorf("other content answers %d %s, want 409", r.status, r.body)
		}
	}
	if h.size() != before+1 {
		t.Errorf("%d events were recorded, want 1", h.size()-before)
	}
}

// TestEveryHopSaysWhereTheLogHoldsIt asks for a unit's way, notices too.
func TestEveryHopSaysWhereTheLogHoldsIt(t *testing.T) {
	h := furnished(t)
	before := h.size()
	h.diverted("V1")
	h.current()
	var way projections.Provenance
	h.get(itemPath(unit("V1"))+"/provenance").decode(t, &way)
	var got []string
	for _, hop := range way.Hops {
		got = append(got, fmt.Sprint(hop.Kind, " ", hop.Position-before, " ", hop.EventID))
		if hop.Recorded.IsZero() {
			t.Errorf("the %s at %s does not say when it was recorded", hop.Kind, hop.Time)
		}
	}
	want := []string{"hop 1 c-V1", "hop 3 s-V1", "asn 2 A-V1", "hop 4 r-V1", "hop 5 x-V1"}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLinesAreAnsweredInOrder(t *testing.T) {
	h := furnished(t)
	var lines []string
	for i := range 300 {
		lines = append(lines, hop(fmt.Sprint("b", i), "2026-03-01T08:00:00Z", "commissioning", factory, "", unit(fmt.Sprint("B", i))))
	}
	lines[7] = `{"id":"bad`
	lines[9] = strings.Replace(lines[9], factory, nowhere, 1)
	r := h.post("/v1/hops", strings.Join(lines, "\n")+"\n\n", "Content-Type", "application/x-ndjson")
	answers := strings.Split(strings.TrimSuffix(r.body, "\n"), "\n")
	if r.status != http.StatusOK || len(answers) != len(lines) {
		t.Fatalf("answers %d with %d lines, want 200 with %d", r.status, len(answers), len(lines))
	}
	for i, a := range answers {
		want := fmt.Sprintf(`{"line":%d,"id":"b%d","position":`, i+1, i)
		switch i {
		case 7:
			want = `{"line":8,"type":"urn:waymark:problem:malformed"`
		case 9:
			want = `{"line":10,"type":"urn:waymark:problem:invalid"`
			if !strings.Contains(a, `"line":10,"field":"/site"`) {
				t.Errorf("line 10 answers %s, want the field /site", a)
			}
		}
		if !strings.HasPrefix(a, want) {
			t.Errorf("line %d answers %s, want %s…", i+1, a, want)
		}
	}
	if got, want := h.size(), 9+298; int(got) != want {
		t.Errorf("the log holds %d events, want %d", got, want)
	}
}

func TestWayOfAUnit(t *testing.T) {
	h := furnished(t)
	h.diverted("D1")
	var p projections.Provenance
	h.get(itemPath("https://id.gs1.org/01/"+gtin+"/21/D1")+fmt.Sprintf("/provenance?at_least=%d", h.size())).decode(t, &p)
	var steps []string
	for _, hop := range p.Hops {
		steps = append(steps, hop.Kind+" "+string(hop.Step)+" "+string(hop.Region))
	}
	want := []string{"hop commissioning CN", "asn  ", "hop shipping CN", "hop receiving TH", "hop shipping TH"}
	if d := cmp.Diff(want, steps); d != "" {
		t.Log(steps)
	}
	if len(p.Findings) != 1 || p.Findings[0].Rule != "R02" {
		t.Errorf("findings are %v, want one R02", p.Findings)
	}
	var it projections.Item
	h.get(itemPath(unit("D1"))).decode(t, &it)
	if it.BoundTo != "P01" {
		t.Errorf("bound to %q, want P01", it.BoundTo)
	}
	var page projections.Page
	h.get("/v1/findings?rule=R02&partner=P01").decode(t, &page)
	if len(page.Findings) != 1 || page.AsOf.Position != h.size() {
		t.Errorf("findings are %+v", page)
	}
}
