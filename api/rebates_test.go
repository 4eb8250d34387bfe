package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"waymark/api"
	"waymark/api/auth"
	"waymark/internal/compliance"
	"waymark/internal/partner"
	"waymark/internal/rebate"
)

// A cashier is a house with keys for finance, and with cases that are decided.
type cashier struct {
	*house
	cases map[string]rebate.Decision
}

// final is the decision of a case that is final, about P01.
func final(id string) rebate.Decision {
	return rebate.Decision{
		Case: id, Partner: "P01", Regime: compliance.CNDomestic, Outcome: rebate.Confirmed, Final: true, OpenedBy: []string{"officer"}, DecidedBy: "committee",
		Findings: []string{"8f14e45fceea167a5a36dedd4bea2543"}, Events: []string{"6fa459ea-ee8a-5ca4-894e-db77e160355e"},
	}
}

// newCashier opens a house with a programme, a schedule and the order of the
// worked example. Keys: setup (all but finance), finance and treasury, officer
// (who opened the cases), p01 and p02 (bound).
func newCashier(t testing.TB) *cashier {
	k := &cashier{cases: map[string]rebate.Decision{"C-1": final("C-1")}}
	key := func(id string, p partner.ID, roles ...string) auth.Key {
		sum := sha256.Sum256([]byte(id))
		return auth.Key{ID: id, SHA256: hex.EncodeToString(sum[:]), Scopes: []string{"capture", "read"}, Partner: p, Roles: roles}
	}
	setup := key("setup", "")
	setup.Scopes = append(setup.Scopes, "admin")
	keys, err := auth.NewKeys(setup, key("finance", "", "finance"), key("treasury", "", "finance"), key("officer", "", "finance", "officer"), key("p01", "P01"), key("p02", "P02"))
	if err != nil {
		t.Fatal(err)
	}
	k.house = furnished(t, func(c *api.Config) { c.Keys = keys })
	k.server.Decide(func(id string) (rebate.Decision, bool, error) {
		d, ok := k.cases[id]
		return d, ok, nil
	})
	k.must(201, k.as("setup", "PUT", "/v1/rebate-programmes/Q", `{"name":"Quarterly volume","currency":"USD","from":"2026-01-01","period":"quarter",
		"condition":"volume","measure":"amount","form":"retrospective","pay":"percent","tiers":[
		{"from":{"amount":{"amount":"100000","currency":"USD"}},"rate":"0.01"},{"from":{"amount":{"amount":"400000","currency":"USD"}},"rate":"0.02"},
		{"from":{"amount":{"amount":"500000","currency":"USD"}},"rate":"0.03"}]}`))
	k.must(201, k.as("setup", "PUT", "/v1/penalty-schedules/S", `{"name":"Schedule","currency":"USD","from":"2026-01-01",
		"offences":[{"id":"out_of_territory","basis":"list_price","rate":"0.2","repeat":{"window_days":365,"factors":["1","2"]}}],"caps":{"loss_ratio":"1.3"},
		"collection":["unpaid_rebate","deposit","invoice"],"allocation":{"harmed":"0.5","informant":"0.2","fund":"0.3"},
		"deposit":{"floor":{"amount":"30000","currency":"USD"},"top_up_days":3}}`))
	k.must(201, k.as("setup", "POST", "/v1/orders", `{"id":"SO-1","seller":"P00","buyer":"P01","ship_to":"`+bangkok+`","date":"2026-02-01","lines":[{"gtin":"`+gtin+`","quantity":1200}]}`))
	return k
}

func (k *cashier) as(key, method, path, body string) response {
	k.t.Helper()
	return k.do(method, path, body, "Authorization", "Bearer "+key)
}

func (k *cashier) must(status int, r response) response {
	k.t.Helper()
	if r.status != status {
		k.t.Fatalf("answers %d %s, want %d", r.status, r.body, status)
	}
	return r
}

// head is what the body of every request that moves money begins with.
func head(id string) string {
	return `{"id":"` + id + `","reason":"as agreed","evidence":{"papers":["paper-1"]},`
}

const (
	accrue  = `"programme":"Q","partner":"P01","period":"2026-02-01","multiplier":"0.95"}`
	claw    = `"programme":"Q","partner":"P01","period":"2026-02-01","multiplier":"0.95","case":"C-1","lines":[{"gtin":"` + gtin + `","quantity":240}]}`
	penalty = `"case":"C-1","schedule":"S","circumstances":{"offence":"out_of_territory","date":"2026-03-09","units":240,"list_price":{"amount":"560","currency":"USD"},
		"unit_loss":{"amount":"90","currency":"USD"},"harmed":"P02","informed":true}}`
	reward = `"case":"C-1","amount":{"amount":"5376","currency":"USD"}}`
	thirty = `"amount":{"amount":"30000","currency":"USD"}}`
	hold   = `"case":"C-1","amount":{"amount":"100","currency":"USD"}}`
)

type figure struct {
	Amount string `json:"amount"`
}

type booked struct {
	Duplicate bool `json:"duplicate"`
	Posting   struct {
		By    string `json:"by"`
		Lines []struct {
			Amount figure `json:"amount"`
		} `json:"lines"`
		Evidence struct {
			Findings []string `json:"findings"`
			Orders   []string `json:"orders"`
			Events   []string `json:"events"`
		} `json:"evidence"`
	} `json:"posting"`
	Earning struct {
		Amount figure `json:"amount"`
	} `json:"earning"`
	Assessment struct {
		Fine   figure            `json:"fine"`
		Shares map[string]figure `json:"shares"`
	} `json:"assessment"`
}

// TestTheWorkedExampleThroughTheAPI goes from orders to a settled claim, with a
// clawback and a penalty between, to the cent.
func TestTheWorkedExampleThroughTheAPI(t *testing.T) {
	k := newCashier(t)
	var b booked
	k.must(201, k.as("finance", "POST", "/v1/rebates/accruals", head("acc-1")+accrue)).decode(t, &b)
	if b.Earning.Amount.Amount != "17100.00" || len(b.Posting.Evidence.Orders) != 1 || b.Posting.By != "finance" {
		t.Errorf("accrued %+v, want 17100.00 on SO-1", b)
	}
	k.must(201, k.as("finance", "POST", "/v1/deposits/P01/pay-ins", head("dep-1")+thirty))
	k.must(201, k.as("finance", "POST", "/v1/rebates/clawbacks", head("claw-1")+claw)).decode(t, &b)
	if b.Earning.Amount.Amount != "9120.00" || b.Posting.Lines[0].Amount.Amount != "7980.00" || len(b.Posting.Evidence.Findings) != 1 || len(b.Posting.Evidence.Events) != 1 {
		t.Errorf("clawed back %+v, want 7980.00 down to 9120.00", b)
	}
	if r := k.as("finance", "POST", "/v1/rebates/accruals", head("acc-2")+accrue); r.status != http.StatusConflict {
		t.Errorf("what was clawed back accrues again: %d %s", r.status, r.body)
	}
	k.must(201, k.as("finance", "POST", "/v1/penalties", head("pen-1")+penalty)).decode(t, &b)
	a := b.Assessment
	if a.Fine.Amount != "26880.00" || a.Shares["harmed"].Amount != "13440.00" || a.Shares["informant"].Amount != "5376.00" || a.Shares["fund"].Amount != "8064.00" {
		t.Errorf("assessed %+v, want 26880.00 as 13440.00, 5376.00 and 8064.00", a)
	}
	k.must(201, k.as("treasury", "POST", "/v1/payouts", head("rew-1")+reward))
	k.must(201, k.as("treasury", "POST", "/v1/payouts", head("comp-1")+`"case":"C-1","to":"P02","amount":{"amount":"13440","currency":"USD"}}`))

	got := k.must(200, k.as("p01", "GET", "/v1/statements/P01?from=2026-01-01&to=2026-03-31&form=csv", "")).body
	for _, line := range []string{
		"2026-01-01,,opening,rebate_accrued,USD,,0.00,",
		"2026-03-10,acc-1,accrual,rebate_accrued,USD,17100.00,17100.00,,,SO-1,",
		"2026-03-10,claw-1,clawback,rebate_accrued,USD,-7980.00,9120.00,C-1,8f14e45fceea167a5a36dedd4bea2543,",
		"2026-03-10,pen-1,penalty,deposit,USD,-17760.00,12240.00,C-1,",
		"2026-03-31,,closing,rebate_accrued,USD,,0.00,", "2026-03-31,,closing,deposit,USD,,12240.00,",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("the statement lacks %q:\n%s", line, got)
		}
	}
	harmed := k.must(200, k.as("p02", "GET", "/v1/statements/P02", "")).body
	if !strings.Contains(harmed, `"compensation"`) || strings.Contains(harmed, "C-1") && strings.Contains(harmed, "P01") {
		t.Errorf("who was harmed reads %s", harmed)
	}
	var due struct {
		TopUp struct {
			Due figure `json:"due"`
			By  string `json:"by"`
		} `json:"top_up"`
	}
	k.must(200, k.as("p01", "GET", "/v1/deposits/P01?schedule=S", "")).decode(t, &due)
	if due.TopUp.Due.Amount != "17760.00" || due.TopUp.By != "2026-03-13" {
		t.Errorf("due is %+v, want 17760.00 by 2026-03-13", due)
	}
}

func TestClaimsTakeTwoPersons(t *testing.T) {
	k := newCashier(t)
	k.must(201, k.as("finance", "POST", "/v1/rebates/accruals", head("acc-1")+accrue))
	claim := head("cl-1") + `"programme":"Q","partner":"P01","period":"2026-01-01","amount":{"amount":"17100","currency":"USD"},"method":"credit_note"}`
	k.must(422, k.as("p02", "POST", "/v1/rebates/claims", claim))
	k.must(201, k.as("p01", "POST", "/v1/rebates/claims", claim))
	k.must(200, k.as("p01", "POST", "/v1/rebates/claims", claim))
	k.must(404, k.as("p02", "GET", "/v1/rebates/claims/cl-1", ""))
	k.must(200, k.as("p01", "GET", "/v1/rebates/claims/cl-1", ""))
	if r := k.must(200, k.as("p02", "GET", "/v1/rebates/claims", "")); strings.Contains(r.body, "cl-1") {
		t.Errorf("another's claim is listed: %s", r.body)
	}
	step := func(id string) string { return strings.TrimSuffix(head(id), ",") + "}" }
	k.must(403, k.as("p01", "POST", "/v1/rebates/claims/cl-1/approval", step("ap-1")))
	k.must(409, k.as("finance", "POST", "/v1/rebates/claims/cl-1/settlement", step("se-1")))
	k.must(201, k.as("finance", "POST", "/v1/rebates/claims/cl-1/approval", step("ap-1")))
	k.must(200, k.as("finance", "POST", "/v1/rebates/claims/cl-1/approval", step("ap-1")))
	k.must(409, k.as("finance", "POST", "/v1/rebates/claims/cl-1/approval", step("ap-2")))
	k.must(409, k.as("treasury", "POST", "/v1/rebates/claims/cl-1/rejection", step("re-1")))
	settled := k.must(201, k.as("treasury", "POST", "/v1/rebates/claims/cl-1/settlement",
		head("se-1")+`"rate":{"id":"ecb","from":"EUR","to":"USD","value":"1.10","date":"2026-03-09"}}`))
	if !strings.Contains(settled.body, `"stage":"settled"`) || !strings.Contains(settled.body, `{"amount":"-15545.45","currency":"EUR"}`) {
		t.Errorf("settled as %s, want 15545.45 EUR out of the bank", settled.body)
	}

	own := head("cl-2") + `"programme":"Q","partner":"P01","period":"2026-01-01","amount":{"amount":"1","currency":"USD"},"method":"cash"}`
	k.must(201, k.as("finance", "POST", "/v1/rebates/claims", own))
	if r := k.must(409, k.as("finance", "POST", "/v1/rebates/claims/cl-2/approval", step("ap-3"))); !strings.Contains(r.body, `"guard":"G4"`) {
		t.Errorf("approved by who claimed answers %s, want G4", r.body)
	}
	if r := k.must(200, k.as("treasury", "POST", "/v1/rebates/claims/cl-2/rejection", step("re-2"))); !strings.Contains(r.body, `"stage":"rejected"`) {
		t.Errorf("rejected as %s", r.body)
	}
}

// TestGuardsHoldMoneyBack tries to take money by every way without a decision
// that carries it.
func TestGuardsHoldMoneyBack(t *testing.T) {
	k := newCashier(t)
	k.must(201, k.as("finance", "POST", "/v1/rebates/accruals", head("acc-1")+accrue))
	k.must(201, k.as("finance", "POST", "/v1/deposits/P01/pay-ins", head("dep-1")+thirty))
	before := k.must(200, k.as("finance", "GET", "/v1/statements/P01?form=csv", "")).body
	ways := map[string]string{
		"/v1/rebates/clawbacks": claw, "/v1/penalties": penalty, "/v1/payouts": reward, "/v1/deposits/P01/holds": hold,
	}
	for name, tt := range map[string]struct {
		change func(*rebate.Decision)
		key    string
		guard  string
	}{
		"inside the EEA":        {func(d *rebate.Decision) { d.Regime = compliance.EEAInternal }, "finance", "G2"},
		"not final":             {func(d *rebate.Decision) { d.Final = false }, "finance", "G4"},
		"unfounded":             {func(d *rebate.Decision) { d.Outcome = "unfounded" }, "finance", "G4"},
		"decided by its opener": {func(d *rebate.Decision) { d.DecidedBy = d.OpenedBy[0] }, "finance", "G4"},
		"posted by its opener":  {func(*rebate.Decision) {}, "officer", "G4"},
		"law not known":         {func(d *rebate.Decision) { d.Regime = compliance.Other }, "finance", "G1"},
		"no such case":          {func(d *rebate.Decision) { d.Case = "" }, "finance", "G4"},
	} {
		d := final("C-1")
		tt.change(&d)
		k.cases = map[string]rebate.Decision{"C-1": d}
		if d.Case == "" {
			k.cases = nil
		}
		for path, body := range ways {
			r := k.as(tt.key, "POST", path, head("x-1")+body)
			if r.status != http.StatusConflict || !strings.Contains(r.body, `"guard":"`+tt.guard+`"`) {
				t.Errorf("%s: POST %s answers %d %s, want 409 with %s", name, path, r.status, r.body, tt.guard)
			}
		}
	}
	if after := k.must(200, k.as("finance", "GET", "/v1/statements/P01?form=csv", "")).body; after != before {
		t.Errorf("what was refused moved money:\n%s\nwant\n%s", after, before)
	}
	k.cases = map[string]rebate.Decision{"C-1": final("C-1")}
	k.must(201, k.as("finance", "POST", "/v1/penalties", head("pen-1")+penalty))
	var b booked
	k.must(200, k.as("finance", "POST", "/v1/penalties", head("pen-1")+penalty)).decode(t, &b)
	if !b.Duplicate {
		t.Error("the same penalty again is not told as a repeat")
	}
	if r := k.must(409, k.as("finance", "POST", "/v1/penalties", head("pen-2")+penalty)); !strings.Contains(r.body, `"guard":"G4"`) {
		t.Errorf("a second penalty answers %s, want G4", r.body)
	}
	k.must(409, k.as("finance", "POST", "/v1/penalties", head("pen-1")+strings.Replace(penalty, "240", "100", 1)))
	k.must(409, k.as("treasury", "POST", "/v1/payouts", head("rew-1")+strings.Replace(reward, "5376", "5376.01", 1)))
}

func TestPostingsAreTakenBackByAnother(t *testing.T) {
	k := newCashier(t)
	k.must(201, k.as("finance", "POST", "/v1/deposits/P01/pay-ins", head("dep-1")+thirty))
	k.must(201, k.as("finance", "POST", "/v1/penalties", head("pen-1")+penalty))
	// The finding is not in the views: it was withdrawn.
	if r := k.must(200, k.as("finance", "GET", "/v1/reversals", "")); !strings.Contains(r.body, `"posting":"pen-1"`) {
		t.Errorf("proposed: %s, want pen-1", r.body)
	}
	back := head("back-1") + `"posting":"pen-1"}`
	if r := k.must(409, k.as("finance", "POST", "/v1/reversals", back)); !strings.Contains(r.body, `"guard":"G4"`) {
		t.Errorf("taken back by who posted answers %s, want G4", r.body)
	}
	k.must(201, k.as("treasury", "POST", "/v1/reversals", back))
	k.must(200, k.as("treasury", "POST", "/v1/reversals", back))
	k.must(409, k.as("treasury", "POST", "/v1/reversals", head("back-2")+`"posting":"pen-1"}`))
	if r := k.must(200, k.as("p01", "GET", "/v1/deposits", "")); !strings.Contains(r.body, `"free":{"amount":"30000.00","currency":"USD"}`) {
		t.Errorf("the deposit is %s, want 30000.00 free", r.body)
	}
	if r := k.must(200, k.as("finance", "GET", "/v1/reversals", "")); !strings.Contains(r.body, `"reversals":[]`) {
		t.Errorf("proposed again: %s", r.body)
	}
}

func TestPartnersSeeTheirOwnMoneyOnly(t *testing.T) {
	k := newCashier(t)
	k.must(201, k.as("finance", "POST", "/v1/deposits/P01/pay-ins", head("dep-1")+thirty))
	absent := k.must(404, k.as("p02", "GET", "/v1/statements/P77", "")).body
	for _, path := range []string{"/v1/statements/P01", "/v1/statements/P01?form=csv", "/v1/deposits/P01", "/v1/postings/dep-1"} {
		k.must(200, k.as("p01", "GET", path, ""))
		r := k.must(404, k.as("p02", "GET", path, ""))
		path, _, _ = strings.Cut(path, "?")
		if strings.ReplaceAll(r.body, path, "") != strings.ReplaceAll(absent, "/v1/statements/P77", "") {
			t.Errorf("GET %s answers %s to another, want what an absent one does", path, r.body)
		}
	}
	if r := k.must(200, k.as("p02", "GET", "/v1/deposits", "")); strings.Contains(r.body, "P01") {
		t.Errorf("another's deposit is listed: %s", r.body)
	}
	for _, path := range []string{"/v1/rebates/accruals", "/v1/rebates/clawbacks", "/v1/penalties", "/v1/payouts", "/v1/reversals", "/v1/deposits/P01/pay-ins"} {
		for _, key := range []string{"p01", "setup"} { // bound, and without the role
			k.must(403, k.as(key, "POST", path, head("x")+accrue))
		}
	}
}

func TestMoneyThatIsNoneIsRefused(t *testing.T) {
	k := newCashier(t)
	for body, field := range map[string]string{
		head("a b") + thirty:                                                    "/id",
		`{"id":"d","evidence":{"papers":["x"]},` + thirty:                       "/reason",
		`{"id":"d","reason":"x",` + thirty:                                      "/evidence",
		head("d") + `"date":"soon",` + thirty:                                   "/date",
		head("d") + `"amount":{"amount":"1.005","currency":"USD"}}`:             "",
		head("d") + `"amount":{"amount":"1","currency":"XXX"}}`:                 "/lines/0/amount/currency",
		head("d") + `"amount":{"amount":"1","currency":"USD"},"by":"somebody"}`: "",
	} {
		r := k.as("finance", "POST", "/v1/deposits/P01/pay-ins", body)
		if r.status != 422 && r.status != 400 || field != "" && !strings.Contains(r.body, `"field":"`+field+`"`) {
			t.Errorf("%s answers %d %s, want a fault of %q", body, r.status, r.body, field)
		}
	}
	for _, amount := range []string{"0", "-5"} {
		if r := k.as("finance", "POST", "/v1/deposits/P01/pay-ins", head("d")+`"amount":{"amount":"`+amount+`","currency":"USD"}}`); r.status != 409 && r.status != 422 {
			t.Errorf("paying in %s answers %d %s", amount, r.status, r.body)
		}
	}
	k.must(409, k.as("finance", "POST", "/v1/deposits/P01/refunds", head("r")+thirty))
	k.must(404, k.as("finance", "POST", "/v1/deposits/P77/pay-ins", head("r")+thirty))
	k.must(422, k.as("finance", "POST", "/v1/rebates/accruals", head("r")+`"programme":"NONE","partner":"P01","period":"2026-02-01"}`))
	k.must(422, k.as("finance", "POST", "/v1/rebates/accruals", head("r")+`"programme":"Q","partner":"P01","period":"2025-02-01"}`))
}
