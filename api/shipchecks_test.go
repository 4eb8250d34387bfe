package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waymark/api"
	"waymark/projections"
)

func (h *house) shipCheck(from, to, goods string, header ...string) (a projections.ShipAnswer) {
	h.t.Helper()
	r := h.post("/v1/ship-checks", `{"from":"`+from+`","to":"`+to+`",`+goods+`}`, header...)
	if r.status != http.StatusOK {
		h.t.Fatalf("answers %d %s", r.status, r.body)
	}
	r.decode(h.t, &a)
	return a
}

func lines(n int) string { return fmt.Sprintf(`"lines":[{"gtin":"`+gtin+`","quantity":%d}]`, n) }

func list(serials ...string) string {
	var items []string
	for _, s := range serials {
		items = append(items, `"`+unit(s)+`"`)
	}
	return `"items":[` + strings.Join(items, ",") + `]`
}

// rules tells of each reason its rule, with a question mark where it only warns.
func rules(a projections.ShipAnswer) (out []string) {
	for _, r := range a.Reasons {
		rule := r.Rule
		if r.Warning {
			rule += "?"
		}
		out = append(out, rule)
	}
	return out
}

func (h *house) expect(what string, a projections.ShipAnswer, allowed bool, want ...string) {
	h.t.Helper()
	if d := cmp.Diff(want, rules(a)); a.Allowed != allowed || d != "" || a.Allowed != (a.Attempt == "") {
		h.t.Errorf("%s: %+v; want allowed %t, reasons (-want +got):\n%s", what, a, allowed, d)
	}
}

// inBangkok makes units and takes them to Bangkok, as documents say.
func (h *house) inBangkok(serials ...string) {
	h.t.Helper()
	items := strings.TrimSuffix(strings.TrimPrefix(list(serials...), `"items":[`), "]")
	id := serials[0]
	spelt := strings.Split(strings.ReplaceAll(items, `"`, ""), ",")
	h.must("/v1/hops", hop("c-"+id, "2026-03-01T08:00:00+08:00", "commissioning", factory, "", spelt...))
	h.must("/v1/asns", `{"id":"A-`+id+`","from":"`+factory+`","to":"`+bangkok+`","items":[`+items+`],"date":"2026-03-02"}`)
	h.must("/v1/hops", hop("s-"+id, "2026-03-02T08:00:00+08:00", "shipping", factory, `"to":"`+bangkok+`","asn":"A-`+id+`"`, spelt...))
	h.must("/v1/hops", hop("r-"+id, "2026-03-05T08:00:00+07:00", "receiving", bangkok, "", spelt...))
	h.current()
}

func (h *house) declare(path, body string) {
	h.t.Helper()
	if r := h.put(path, body); r.status != http.StatusCreated && r.status != http.StatusOK {
		h.t.Fatalf("PUT %s answers %d %s", path, r.status, r.body)
	}
	h.current()
}

func TestShipCheck(t *testing.T) {
	h := furnished(t)
	h.inBangkok("B1", "B2")
	before := h.size()
	h.expect("from the factory", h.shipCheck(factory, koeln, lines(5)), true)
	if h.size() != before {
		t.Error("a shipment that may leave was recorded")
	}
	a := h.shipCheck(bangkok, koeln, `"lines":[{"gtin":"`+gtin+`","quantity":5}],`+list("B1", "B2", "B1"))
	h.expect("out of the territory", a, false, "R02")
	if r := a.Reasons[0]; r.Units != 7 || a.Units != 7 || len(r.Items) != 2 || !strings.HasPrefix(r.Text, "7 units of Siam Tools (P01)") || r.Strength != "H" {
		t.Errorf("the reason is %+v, want one of 7 units", r)
	}
	grant, bound := false, false
	for _, e := range a.Reasons[0].Evidence {
		grant = grant || e.Role == "grant" && strings.Contains(e.Text, "G01: TH VN") && e.EventID != "" && e.Position > 0
		bound = bound || e.EventID == "r-B1"
	}
	if !grant || !bound {
		t.Errorf("the evidence is %+v, want the grant that there is and the receipt", a.Reasons[0].Evidence)
	}

	// The same texts as the finding that the shipment would be.
	h.must("/v1/hops", hop("x", now.Format("2006-01-02T15:04:05Z"), "shipping", bangkok, `"to":"`+koeln+`"`, unit("B1"), unit("B2")))
	h.current()
	var page projections.Page
	h.get("/v1/findings?rule=R02").decode(t, &page)
	if a := h.shipCheck(bangkok, koeln, list("B1", "B2")); len(page.Findings) != 1 || a.Reasons[0].Text != page.Findings[0].Why {
		t.Errorf("the check says %q, the finding %+v", a.Reasons[0].Text, page.Findings)
	}

	h.declare("/v1/waivers/W1", `{"reason":"deal","partner":"P01","regions":["DE"],"from":"2026-03-01"}`)
	h.expect("with a deal", h.shipCheck(bangkok, koeln, lines(5)), true)
	h.declare("/v1/waivers/W1", `{"reason":"deal","partner":"P01","regions":["DE"],"from":"2026-01-01","to":"2026-02-01"}`)
	h.expect("with a deal that is over", h.shipCheck(bangkok, koeln, lines(5)), false, "R02")
	h.declare("/v1/grants/G03", `{"partner":"P01","products":["DRILLS"],"regions":["DE"],"from":"2026-01-01","to":"2026-02-01"}`)
	h.expect("with a grant that is over", h.shipCheck(bangkok, koeln, lines(5)), false, "R17")
}

func TestShipCheckAsksThePolicy(t *testing.T) {
	h := furnished(t)
	h.inBangkok("B1", "B2", "B3")
	h.declare("/v1/policies/strict", `{"from":"2026-03-01","embargoes":["DE"],"quotas":[{"region":"VN","units":4}]}`)
	a := h.shipCheck(factory, koeln, lines(1))
	h.expect("to a country under embargo", a, false, "R19")
	if e := a.Reasons[0].Evidence; a.Policy != "strict" || len(e) != 1 || e[0].EventID == "" || e[0].Text != "policy strict, embargo: DE" {
		t.Errorf("by %s: %+v, want the policy named", a.Policy, e)
	}
	h.declare("/v1/policies/strict", `{"from":"2026-03-01","listed":[{"list":"EU","entry":"7","name":"Rhein-Werkzeug GmbH"}]}`)
	h.expect("to a listed party", h.shipCheck(factory, koeln, lines(1)), false, "R19")
	h.declare("/v1/policies/strict", `{"from":"2026-03-01","rules":{"R19":{"off":true}},"embargoes":["DE"],"quotas":[{"region":"VN","units":4}]}`)
	h.expect("where the rule is off", h.shipCheck(factory, koeln, lines(1)), true)

	h.declare("/v1/sites/"+nowhere, `{"name":"Hanoi DC","partner":"P01","role":"dc","country":"VN","timezone":"Asia/Ho_Chi_Minh"}`)
	h.expect("within the quota", h.shipCheck(bangkok, nowhere, lines(4)), true)
	a = h.shipCheck(bangkok, nowhere, lines(5))
	h.expect("beyond the quota", a, true, "R12?")
	if e := a.Reasons[0].Evidence; len(e) != 1 || e[0].Text != "policy strict, quota of the month VN: 4" {
		t.Errorf("the evidence is %+v", e)
	}
	h.must("/v1/hops", hop("v", "2026-03-06T08:00:00+07:00", "shipping", bangkok, `"to":"`+nowhere+`"`, unit("B1"), unit("B2")))
	h.current()
	h.expect("with what went before", h.shipCheck(bangkok, nowhere, lines(3)), true, "R12?")
	if a = h.shipCheck(bangkok, nowhere, lines(2)+","+list("B1")); len(a.Reasons) != 0 {
		t.Errorf("what went before counts twice: %+v", a)
	}
	if a = h.shipCheck(bangkok, nowhere, lines(3)); !strings.HasPrefix(a.Reasons[0].Text, "5 units") {
		t.Errorf("the reason is %q, want one of 5 units", a.Reasons[0].Text)
	}
}

func TestShipCheckLooksAtTheGoods(t *testing.T) {
	h := furnished(t)
	h.inBangkok("B1")
	a := h.shipCheck(bangkok, bangkok, list("B1", "Z1", "Z2"))
	h.expect("goods that nobody recorded", a, false, "")
	if len(a.UnknownItems) != 2 || !strings.Contains(a.Reasons[0].Text, "nothing is recorded of 2 units") {
		t.Errorf("the answer is %+v", a)
	}
	a = h.shipCheck(koeln, koeln, list("B1"))
	h.expect("goods that another has", a, true, "?")
	if !strings.Contains(a.Reasons[0].Text, "Siam Tools") {
		t.Errorf("the reason is %+v", a.Reasons[0])
	}
	h.diverted("W1")
	h.must("/v1/hops", hop("y", "2026-03-08T08:00:00+07:00", "receiving", bangkok, "", unit("W1")))
	h.current()
	a = h.shipCheck(bangkok, bangkok, list("W1"))
	h.expect("goods that a finding is open against", a, true, "R02?")
	if r := a.Reasons[0]; r.Finding == "" || len(r.Evidence) != 2 || r.Evidence[1].EventID != "x-W1" {
		t.Errorf("the reason is %+v, want a finding with its evidence", r)
	}
	if r := h.post("/v1/ship-checks", `{"from":"`+bangkok+`","to":"9521234000051",`+list("B1")+`}`); r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "/to") {
		t.Errorf("a site that nobody registered: %d %s", r.status, r.body)
	}
}

// TestShipCheckKeepsToTheAsker: a caller bound to a partner learns nothing of
// others by asking of their goods.
func TestShipCheckKeepsToTheAsker(t *testing.T) {
	h := furnished(t, withKeys(t), func(c *api.Config) { c.Dev = true })
	h.must("/v1/hops", hop("c", "2026-03-01T08:00:00+08:00", "commissioning", factory, "", unit("K1"), unit("K2")))
	h.must("/v1/hops", hop("s", "2026-03-02T08:00:00+08:00", "shipping", factory, `"to":"`+koeln+`"`, unit("K1"), unit("K2")))
	h.must("/v1/hops", hop("r", "2026-03-03T08:00:00+01:00", "receiving", koeln, "", unit("K1"), unit("K2")))
	h.must("/v1/hops", hop("x", "2026-03-04T08:00:00+01:00", "shipping", koeln, `"to":"`+bangkok+`"`, unit("K1")))
	h.must("/v1/hops", hop("y", "2026-03-08T08:00:00+07:00", "receiving", bangkok, "", unit("K1")))
	h.current()
	all := h.shipCheck(bangkok, bangkok, list("K1", "K2"))
	h.expect("to whoever may know", all, true, "?", "R02?")
	if !strings.Contains(all.Reasons[0].Text, "Rhein Werkzeug (P02)") {
		t.Errorf("the reason is %q, want one that names the holder", all.Reasons[0].Text)
	}
	p := h.shipCheck(bangkok, bangkok, list("K1", "K2"), "Authorization", "Bearer p")
	h.expect("to the other partner", p, true, "?")
	if text := p.Reasons[0].Text; strings.Contains(text, "Rhein") || strings.Contains(text, "P02") {
		t.Errorf("the reason names another partner: %q", text)
	}
	if r := h.get("/v1/ship-checks?partner=P02", "Authorization", "Bearer p"); r.status != http.StatusOK || !strings.Contains(r.body, `"attempts":[]`) {
		t.Errorf("another partner's attempts: %d %s", r.status, r.body)
	}
}

func TestBlockedShipmentsAreCounted(t *testing.T) {
	h := furnished(t)
	h.inBangkok("B1", "B2")
	first := h.shipCheck(bangkok, koeln, list("B1", "B2"))
	before := h.size()
	if again := h.shipCheck(bangkok, koeln, list("B2", "B1", "B1")); again.Attempt != first.Attempt || h.size() != before {
		t.Errorf("the same question is another attempt: %s, want %s", again.Attempt, first.Attempt)
	}
	h.shipCheck(bangkok, koeln, lines(7))
	h.shipCheck(bangkok, bangkok, list("Z1"))
	h.current()
	var got struct {
		Attempts []projections.Attempts `json:"attempts"`
	}
	get := func(path string) []projections.Attempts {
		got.Attempts = nil
		h.get(path).decode(t, &got)
		return got.Attempts
	}
	want := []projections.Attempts{
		{Shipper: "P01", To: "DE", Attempts: 2, Units: 9, Rules: map[string]int64{"R02": 2}, First: "2026-03-10", Last: "2026-03-10", Policy: "standard-1"},
		{Shipper: "P01", To: "TH", Attempts: 1, Units: 1, Rules: map[string]int64{"unknown-item": 1}, First: "2026-03-10", Last: "2026-03-10", Policy: "standard-1"},
	}
	if d := cmp.Diff(want, get("/v1/ship-checks")); d != "" {
		t.Errorf("attempts (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, get("/v1/ship-checks?partner=P01")); d != "" {
		t.Errorf("attempts of P01 (-want +got):\n%s", d)
	}
	if got := get("/v1/ship-checks?partner=P02"); len(got) != 0 {
		t.Errorf("attempts of P02: %+v, want none", got)
	}
	if m := h.get("/metrics").body; !strings.Contains(m, `waymark_ship_checks_blocked_total{rule="R02"} 2`) || !strings.Contains(m, `waymark_ship_checks_blocked_total{rule="unknown-item"} 1`) {
		t.Error("the figures do not count them")
	}
}
