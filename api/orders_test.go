package api_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waymark/projections"
)

// TestVolumeFindingsNameTheirOrders: a finding on what a family ordered names
// the orders that it adds up, and no others.
func TestVolumeFindingsNameTheirOrders(t *testing.T) {
	h := furnished(t)
	h.declare("/v1/partners/P01-S1", `{"name":"Chiang Mai Tools","parent":"P01","country":"TH","currency":"THB","timezone":"Asia/Bangkok"}`)
	h.declare("/v1/deals/D1", `{"partner":"P01","customer":"Stadium Ltd","country":"TH","products":["DRILLS"],"quantity":500,"status":"registered","registered":"2026-02-01","until":"2026-12-31"}`)
	order := func(id, seller, buyer, date string, units int, more string) {
		t.Helper()
		h.must("/v1/orders", fmt.Sprintf(`{"id":%q,"seller":%q,"buyer":%q,"ship_to":%q,"lines":[{"gtin":%q,"quantity":%d}],"date":%q%s}`, id, seller, buyer, bangkok, gtin, units, date, more))
	}
	for i, day := range []string{"2025-12-29", "2026-01-05", "2026-01-12", "2026-01-19", "2026-02-02"} {
		order(fmt.Sprint("O", i), "P00", "P01", day, 100, "")
	}
	order("O7", "P00", "P01", "2026-02-24", 500, "")
	order("O6", "P00", "P01-S1", "2026-02-20", 400, "")
	order("X1", "P01", "P01-S1", "2026-02-24", 900, "")          // within the family
	order("X2", "P00", "P01", "2026-02-24", 500, `,"deal":"D1"`) // explained by a deal
	order("X3", "P00", "P01", "2026-02-25", 100, "")             // after the worst window
	order("X4", "P00", "P02", "2026-02-24", 100, "")             // another family
	h.must("/v1/hops", hop("c", "2026-02-25T08:00:00Z", "commissioning", factory, "", unit("U1")))
	h.current()
	var page projections.Page
	h.get("/v1/findings?rule=R11").decode(t, &page)
	if len(page.Findings) != 1 {
		t.Fatalf("there are %d findings, want 1", len(page.Findings))
	}
	var f projections.Finding
	h.get("/v1/findings/"+page.Findings[0].ID).decode(t, &f)
	for _, got := range [][]string{page.Findings[0].Documents, f.Documents} {
		if d := cmp.Diff([]string{"O4", "O6", "O7"}, got); d != "" {
			t.Errorf("the orders (-want +got):\n%s", d)
		}
	}
}
