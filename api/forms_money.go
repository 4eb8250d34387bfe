package api

import (
	"net/http"
	"reflect"

	"waymark/internal/rebate"
	"waymark/projections"
)

// moneyForms describes what moves money and what tells of it.
func moneyForms(f map[string]form, s schemas) {
	resourceForms(f, s, programmes)
	resourceForms(f, s, penaltySchedules)
	booked := s.of(reflect.TypeFor[booking]())
	for path, body := range map[string]reflect.Type{
		"/v1/rebates/accruals":              reflect.TypeFor[accruing](),
		"/v1/rebates/clawbacks":             reflect.TypeFor[clawing](),
		"/v1/rebates/claims/:id/approval":   reflect.TypeFor[claimStep](),
		"/v1/rebates/claims/:id/settlement": reflect.TypeFor[claimStep](),
		"/v1/penalties":                     reflect.TypeFor[penalising](),
		"/v1/payouts":                       reflect.TypeFor[payingOut](),
		"/v1/reversals":                     reflect.TypeFor[reversing](),
		"/v1/deposits/:id/pay-ins":          reflect.TypeFor[depositing](),
		"/v1/deposits/:id/holds":            reflect.TypeFor[depositing](),
		"/v1/deposits/:id/releases":         reflect.TypeFor[depositing](),
		"/v1/deposits/:id/refunds":          reflect.TypeFor[depositing](),
		"/v1/deposits/:id/collections":      reflect.TypeFor[depositing](),
	} {
		f[http.MethodPost+" "+path] = form{body: body, answer: booked, status: http.StatusCreated}
	}
	claim := s.of(reflect.TypeFor[rebate.Claim]())
	f["POST /v1/rebates/claims"] = form{body: reflect.TypeFor[claiming](), answer: claim, status: http.StatusCreated}
	f["POST /v1/rebates/claims/:id/rejection"] = form{body: reflect.TypeFor[claimStep](), answer: claim}
	f["GET /v1/rebates/claims/:id"] = form{answer: claim}
	f["GET /v1/rebates/claims"] = form{answer: s.page("claims", reflect.TypeFor[rebate.Claim](), true), params: []string{"partner", "stage", "limit", "after"}}
	f["POST /v1/penalty-schedules/:id/assessments"] = form{body: reflect.TypeFor[assessing](), answer: s.of(reflect.TypeFor[rebate.Assessment]())}
	f["GET /v1/reversals"] = form{answer: s.page("reversals", reflect.TypeFor[rebate.Proposal](), false)}
	f["GET /v1/postings/:id"] = form{answer: s.of(reflect.TypeFor[projections.Posting]())}
	f["GET /v1/statements/:id"] = form{answer: s.of(reflect.TypeFor[projections.Statement]()), params: []string{"from", "to", "form"}}
	f["GET /v1/deposits"] = form{answer: s.page("deposits", reflect.TypeFor[projections.Deposit](), false)}
	deposit := s.page("deposits", reflect.TypeFor[projections.Deposit](), false)
	deposit["properties"].(schema)["top_up"] = s.of(reflect.TypeFor[topUp]())
	f["GET /v1/deposits/:id"] = form{answer: deposit, params: []string{"schedule"}}
}

// amountSchema is an amount as documents have it.
var amountSchema = schema{
	"type":     "object",
	"required": []string{"amount", "currency"},
	"properties": schema{
		"amount":   schema{"type": "string", "description": "a decimal with at most the digits of the currency", "examples": []string{"500.00"}},
		"currency": schema{"type": "string", "description": "an ISO 4217 code", "examples": []string{"USD"}},
	},
}
