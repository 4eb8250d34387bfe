package api_test

import (
	"net/http"
	"strings"
	"testing"

	"waymark/api"

	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/partner"
)

// Documents of each kind that stand.
const (
	aDeal       = `{"reason":"deal","partner":"P01","products":["DRILLS"],"regions":["MY"],"from":"2026-03-01","to":"2026-06-30"}`
	aRelocation = `{"reason":"relocation","items":["(01)` + gtin + `(21)W1","(01)` + carton + `(21)C1"],"regions":["DE"],"from":"2026-03-01"}`
	aTest       = `{"reason":"test-purchase","reporter":"agency 7","from":"2026-03-01"}`
	aDropShip   = `{"reason":"drop-ship","partner":"P01","consignee":"P02","from":"2026-03-01"}`
	aPolicy     = `{"from":"2026-04-01","note":"after the review","rules":{"R08":{"off":true},"R15":{"set":{"units":100}}},"alert_budget":{"alerts":100,"per":10000},` +
		`"hubs":["AE"],"baselines":[{"partner":"P01","to":"AE","scans":12,"of":1500}],"quotas":[{"region":"DE","products":["DRILLS"],"units":5000}],` +
		`"capacities":[{"partner":"P02","units":900}],"embargoes":["KP"],"listed":[{"list":"EU","entry":"EU.1.23","name":"Gulf Trading LLC","country":"AE"}]}`
	aProject = `{"partner":"P02","customer":"Hafen Köln GmbH","country":"DE","subdivision":"DE-NW","lat":50.9,"lon":6.9,"products":["DRILLS","` + gtin + `"],"quantity":400,"status":"registered","registered":"2026-02-01","until":"2026-05-01"}`
)

func TestBadDeclarations(t *testing.T) {
	h := furnished(t)
	before := h.size()
	for _, tt := range []struct {
		name, path, body, from, to string
		status                     int
		field                      string
	}{
		{"id with a slash", "waivers/a%2Fb", aDeal, "", "", 422, "/id"},
		{"id that differs", "waivers/W1", aDeal, `{`, `{"id":"W2",`, 422, "/id"},
		{"a field of its own", "waivers/W1", aDeal, `{`, `{"approved":true,`, 422, "/approved"},
		{"no JSON", "waivers/W1", `reason=deal`, "", "", 400, ""},
		{"no reason", "waivers/W1", aDeal, `"reason":"deal",`, ``, 422, "/reason"},
		{"unknown reason", "waivers/W1", aDeal, `"deal"`, `"friendship"`, 422, "/reason"},
		{"deal of nobody", "waivers/W1", aDeal, `"partner":"P01",`, ``, 422, "/partner"},
		{"deal of an unknown partner", "waivers/W1", aDeal, "P01", "P99", 422, "/partner"},
		{"deal nowhere", "waivers/W1", aDeal, `["MY"]`, `[]`, 422, "/regions"},
		{"deal in no region", "waivers/W1", aDeal, `"MY"`, `"XX"`, 422, "/regions/0"},
		{"deal of an unknown product", "waivers/W1", aDeal, `"DRILLS"`, `"DRILLS","09521234100027"`, 422, "/products/1"},
		{"deal of a GTIN with a wrong check digit", "waivers/W1", aDeal, `"DRILLS"`, `"09521234100011"`, 422, "/products/0"},
		{"deal without a date", "waivers/W1", aDeal, `"2026-03-01"`, `"soon"`, 422, "/from"},
		{"deal that ends before it begins", "waivers/W1", aDeal, `2026-06-30`, `2026-02-28`, 422, "/to"},
		{"relocation of nothing", "waivers/W1", aRelocation, `"(01)` + gtin + `(21)W1","(01)` + carton + `(21)C1"`, ``, 422, "/items"},
		{"relocation of a class", "waivers/W1", aRelocation, `(21)C1`, ``, 422, "/items/1"},
		{"relocation of an unknown product", "waivers/W1", aRelocation, carton, "09521234100027", 422, "/items/1"},
		{"relocation to nowhere", "waivers/W1", aRelocation, `,"regions":["DE"]`, ``, 422, "/regions"},
		{"test purchase by nobody", "waivers/W1", aTest, `"reporter":"agency 7",`, ``, 422, "/reporter"},
		{"test purchase by a reporter that rings", "waivers/W1", aTest, `agency 7`, `a\u0007`, 422, "/reporter"},
		{"drop-ship to nobody", "waivers/W1", aDropShip, `"consignee":"P02",`, ``, 422, "/consignee"},
		{"drop-ship to an unknown partner", "waivers/W1", aDropShip, "P02", "P99", 422, "/consignee"},
		{"drop-ship of nobody", "waivers/W1", aDropShip, `"partner":"P01",`, ``, 422, "/partner"},
		{"project with an id that differs", "deals/D1", aProject, `{`, `{"id":"D2",`, 422, "/id"},
		{"project of an unknown partner", "deals/D1", aProject, "P02", "P99", 422, "/partner"},
		{"project of nobody", "deals/D1", aProject, `"partner":"P02",`, ``, 422, "/partner"},
		{"project for nobody", "deals/D1", aProject, `"customer":"Hafen Köln GmbH",`, ``, 422, "/customer"},
		{"project in no country", "deals/D1", aProject, `"country":"DE"`, `"country":"XX"`, 422, "/country"},
		{"project in another country's part", "deals/D1", aProject, "DE-NW", "NL-ZH", 422, "/subdivision"},
		{"project at half a place", "deals/D1", aProject, `"lat":50.9,`, ``, 422, "/lat"},
		{"project too far north", "deals/D1", aProject, `"lat":50.9`, `"lat":91`, 422, "/lat"},
		{"project too far east", "deals/D1", aProject, `"lon":6.9`, `"lon":181`, 422, "/lon"},
		{"project of nothing", "deals/D1", aProject, `["DRILLS","` + gtin + `"]`, `[]`, 422, "/products"},
		{"project of an unknown product", "deals/D1", aProject, gtin, "09521234100027", 422, "/products/1"},
		{"project of half a piece", "deals/D1", aProject, `400`, `0.5`, 422, "/quantity"},
		{"project of no pieces", "deals/D1", aProject, `400`, `0`, 422, "/quantity"},
		{"project of no status", "deals/D1", aProject, `"status":"registered",`, ``, 422, "/status"},
		{"project of a status of its own", "deals/D1", aProject, `"status":"registered"`, `"status":"hopeful"`, 422, "/status"},
		{"project of no day", "deals/D1", aProject, `2026-02-01`, `2026-02-30`, 422, "/registered"},
		{"the standard pack", "policies/standard-1", aPolicy, "", "", 422, "/version"},
		{"pack with a version that differs", "policies/v1", aPolicy, `{`, `{"version":"v2",`, 422, "/version"},
		{"pack without a day", "policies/v1", aPolicy, "2026-04-01", "spring", 422, "/from"},
		{"pack of an unknown rule", "policies/v1", aPolicy, "R08", "R99", 422, "/rules/R99"},
		{"pack of an unknown parameter", "policies/v1", aPolicy, `"set":{"units"`, `"set":{"luck"`, 422, "/rules/R15/set/luck"},
		{"pack of a parameter out of bounds", "policies/v1", aPolicy, `"units":100`, `"units":-1`, 422, "/rules/R15/set/units"},
		{"pack without alerts", "policies/v1", aPolicy, `"alerts":100`, `"alerts":0`, 422, "/alert_budget/alerts"},
		{"pack with a hub nowhere", "policies/v1", aPolicy, `["AE"]`, `["XX"]`, 422, "/hubs/0"},
		{"pack with a baseline of an unknown partner", "policies/v1", aPolicy, `"P01"`, `"P99"`, 422, "/baselines/0/partner"},
		{"pack with more scans than all", "policies/v1", aPolicy, `1500`, `11`, 422, "/baselines/0/scans"},
		{"pack with a quota of an unknown product", "policies/v1", aPolicy, `"DRILLS"`, `"09521234100027"`, 422, "/quotas/0/products/0"},
		{"pack with a quota of nothing", "policies/v1", aPolicy, `5000`, `0`, 422, "/quotas/0/units"},
		{"pack with a capacity of an unknown partner", "policies/v1", aPolicy, `"P02"`, `"P99"`, 422, "/capacities/0/partner"},
		{"pack with an embargo on a part", "policies/v1", aPolicy, `"KP"`, `"DE-BY"`, 422, "/embargoes/0"},
		{"pack with a party of no name", "policies/v1", aPolicy, `Gulf Trading LLC`, `--`, 422, "/listed/0/name"},
		{"project that ends before it begins", "deals/D1", aProject, `2026-05-01`, `2026-01-31`, 422, "/until"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			if tt.from != "" && !strings.Contains(tt.body, tt.from) {
				t.Fatalf("the body does not hold %s", tt.from)
			}
			checkProblem(t, h.put("/v1/"+tt.path, strings.Replace(tt.body, tt.from, tt.to, 1)), tt.status, tt.field)
			if h.size() != before {
				t.Fatal("something was recorded")
			}
		})
	}
}

// A declaration is recorded once, however often it is put, and changed by
// another; keys of partners see and change none.
func TestDeclarations(t *testing.T) {
	var c api.Config
	withKeys(t)(&c)
	h := furnished(t, func(d *api.Config) { d.Keys = c.Keys })
	for _, tt := range []struct{ path, body, from, to string }{
		{"/v1/waivers/W1", aDeal, "MY", "SG"},
		{"/v1/waivers/W2", strings.Replace(aDeal, `"deal"`, `"transfer"`, 1), `,"to":"2026-06-30"`, ``},
		{"/v1/waivers/W3", aRelocation, "DE", "DE-BY"},
		{"/v1/waivers/W4", aTest, "agency 7", "agency 8"},
		{"/v1/waivers/W5", aDropShip, `"from":"2026-03-01"`, `"from":"2026-02-01"`},
		{"/v1/deals/D1", aProject, `"registered",`, `"lost",`},
		{"/v1/policies/v1", aPolicy, `"units":100`, `"units":10`},
	} {
		before := h.size()
		created, same := h.put(tt.path, tt.body), h.put(tt.path, " "+tt.body)
		if created.status != http.StatusCreated || same.status != http.StatusOK || h.size() != before+1 || !strings.Contains(same.body, `"duplicate":true`) {
			t.Errorf("PUT %s twice answers %d %s and %d %s, want 201, 200 and one event", tt.path, created.status, created.body, same.status, same.body)
		}
		if r := h.put(tt.path, strings.Replace(tt.body, tt.from, tt.to, 1)); r.status != http.StatusOK || h.size() != before+2 {
			t.Errorf("PUT %s of a change answers %d %s, want 200 and one event", tt.path, r.status, r.body)
		}
		if r := h.do(http.MethodPut, tt.path, tt.body, "Authorization", "Bearer p"); r.status != http.StatusForbidden || h.size() != before+2 {
			t.Errorf("PUT %s by a partner's key answers %d %s, want 403", tt.path, r.status, r.body)
		}
		hidden := http.StatusForbidden
		if strings.HasPrefix(tt.path, "/v1/deals/") {
			hidden = http.StatusNotFound // it is another partner's
		}
		if r := h.get(tt.path, "Authorization", "Bearer p"); r.status != hidden {
			t.Errorf("GET %s by a partner's key answers %d %s, want %d", tt.path, r.status, r.body, hidden)
		}
	}
	h.current()
	var waivers struct {
		Waivers []partner.Waiver `json:"waivers"`
		Next    string           `json:"next"`
	}
	if h.get("/v1/waivers?limit=4").decode(t, &waivers); len(waivers.Waivers) != 4 || waivers.Next != "W4" || waivers.Waivers[0].Regions[0] != "SG" || waivers.Waivers[2].Items[1] == "" {
		t.Errorf("waivers are %+v", waivers)
	}
	var w partner.Waiver
	if h.get("/v1/waivers/W4").decode(t, &w); w.ID != "W4" || w.Reporter != "agency 8" {
		t.Errorf("the waiver is %+v, want what it was changed to", w)
	}
	var deals struct {
		Deals []deal.Registration `json:"deals"`
	}
	if h.get("/v1/deals").decode(t, &deals); len(deals.Deals) != 1 || deals.Deals[0].Status != deal.Lost || deals.Deals[0].Quantity != 400 {
		t.Errorf("deals are %+v", deals)
	}
	var d deal.Registration
	if h.get("/v1/deals/D1").decode(t, &d); d.ID != "D1" || d.Customer != "Hafen Köln GmbH" || *d.Lat != 50.9 {
		t.Errorf("the deal is %+v", d)
	}
	var p diversion.Policy
	if h.get("/v1/policies/v1").decode(t, &p); p.Version != "v1" || p.Rules["R15"].Set["units"] != 10 || len(p.Listed) != 1 {
		t.Errorf("the pack is %+v", p)
	}
	var packs struct {
		Policies []diversion.Policy `json:"policies"`
	}
	if h.get("/v1/policies").decode(t, &packs); len(packs.Policies) != 2 || packs.Policies[0].Version != diversion.Standard.Version {
		t.Errorf("packs are %+v, want the standard one and v1", packs)
	}
	if r := h.get("/v1/policies/" + diversion.Standard.Version); r.status != http.StatusOK || !strings.Contains(r.body, `"alert_budget"`) {
		t.Errorf("the standard pack answers %d %s", r.status, r.body)
	}
	for _, path := range []string{"/v1/waivers/W9", "/v1/deals/D9", "/v1/policies/v9"} {
		checkProblem(t, h.get(path), http.StatusNotFound, "")
	}
}

// A first day that is left out is the day of the recording, and stays it.
func TestDeclaredToday(t *testing.T) {
	h := furnished(t)
	without := strings.Replace(aTest, `,"from":"2026-03-01"`, ``, 1)
	h.put("/v1/waivers/W1", without)
	h.put("/v1/deals/D1", strings.Replace(aProject, `"registered":"2026-02-01",`, ``, 1))
	h.current()
	var w partner.Waiver
	h.get("/v1/waivers/W1").decode(t, &w)
	var d deal.Registration
	h.get("/v1/deals/D1").decode(t, &d)
	if w.From != "2026-03-10" || d.Registered != "2026-03-10" {
		t.Errorf("the waiver holds from %s, the deal was registered on %s; want the day of the recording", w.From, d.Registered)
	}
}
