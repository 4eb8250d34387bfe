package api

import (
	"net/http"
	"reflect"

	"waymark/api/web"
	"waymark/internal/custody"
	"waymark/internal/dispute"
	"waymark/internal/webhook"
	"waymark/projections"
)

// A form is what a route takes and what it answers, for the description of the
// API. Nil says nothing of it.
type form struct {
	body   reflect.Type
	lines  bool // the body may be many such documents, one a line
	answer schema
	media  string // of a good answer; "" means JSON
	status int    // of a good answer; 0 means 200
	stream bool   // the answer may also be server-sent events
	params []string
}

// forms returns what the paths under /v1 take and answer, by method and path.
// EPCIS is described by GS1.
func forms(s schemas) map[string]form {
	f := map[string]form{
		"POST /v1/ship-checks":           {body: reflect.TypeFor[projections.ShipCheck](), answer: s.of(reflect.TypeFor[projections.ShipAnswer]()), params: []string{"lang"}},
		"GET /v1/ship-checks":            {answer: s.page("attempts", reflect.TypeFor[projections.Attempts](), false), params: []string{"partner"}},
		"GET /v1/items/:item":            {answer: s.of(reflect.TypeFor[projections.Item]()), params: []string{"lang"}},
		"GET /v1/items/:item/provenance": {answer: s.of(reflect.TypeFor[projections.Provenance]()), params: []string{"proof", "lang"}},
		"GET /v1/captures/:id/receipt":   {answer: schema{"type": "string", "description": "a .tlog-proof (C2SP tlog-proof), with the leaf as extra data"}, media: typeText},
		"GET /v1/findings":               {answer: s.of(reflect.TypeFor[projections.Page]()), params: []string{"rule", "partner", "region", "status", "since", "limit", "after", "lang"}},
		"GET /v1/findings/:id":           {answer: s.of(reflect.TypeFor[projections.Finding]()), params: []string{"lang"}},
		"GET /v1/rules":                  {answer: s.of(reflect.TypeFor[rulebook]()), params: []string{"lang"}},
		"GET /v1/blind-spots":            {answer: s.of(reflect.TypeFor[projections.BlindPage]()), params: []string{"partner", "region", "limit", "after", "lang"}},
		"GET /v1/regions":                {answer: s.page("regions", reflect.TypeFor[projections.Region](), false)},
		"GET /v1/alerts":                 {answer: s.page("alerts", reflect.TypeFor[projections.Alert](), true), stream: true, params: []string{"after", "limit", "lang"}},
		"PUT /v1/webhooks/:id":           {body: reflect.TypeFor[webhook.Subscription](), answer: s.of(reflect.TypeFor[webhookReceipt]()), status: http.StatusCreated},
		"GET /v1/webhooks/:id":           {answer: s.of(reflect.TypeFor[webhookStatus]())},
		"DELETE /v1/webhooks/:id":        {answer: receiptSchema},
		"GET /v1/webhooks":               {answer: s.page("webhooks", reflect.TypeFor[webhookStatus](), false)},
		"GET /v1/orders/:id":             {answer: s.of(reflect.TypeFor[custody.Order]())},
		"POST /v1/cases":                 {body: reflect.TypeFor[caseOpening](), answer: receiptSchema, status: http.StatusCreated},
		"GET /v1/cases":                  {answer: s.page("cases", reflect.TypeFor[projections.CaseLine](), true), params: []string{"partner", "state", "limit", "after"}},
		"GET /v1/cases/:id":              {answer: s.of(reflect.TypeFor[caseAnswer]())},
		"POST /v1/cases/:id/acts":        {body: reflect.TypeFor[caseAct](), answer: receiptSchema, status: http.StatusCreated},
		"GET /v1/asns/:id":               {answer: s.of(reflect.TypeFor[custody.ASN]())},
	}
	captureForm(f, "/v1/orders", orders)
	captureForm(f, "/v1/asns", asns)
	captureForm(f, "/v1/hops", hops)
	captureForm(f, "/v1/observations", observations)
	resourceForms(f, s, partners)
	resourceForms(f, s, sites)
	resourceForms(f, s, products)
	resourceForms(f, s, grants)
	resourceForms(f, s, waivers)
	resourceForms(f, s, deals)
	resourceForms(f, s, policies)
	dealForms(f, s)
	moneyForms(f, s)
	for what, form := range f {
		form.params = append(form.params, "at_least")
		f[what] = form
	}
	return f
}

// captureForm describes how documents of a kind are recorded.
func captureForm[T any](f map[string]form, path string, _ *capture[T]) {
	f[http.MethodPost+" "+path] = form{body: reflect.TypeFor[T](), lines: true, answer: receiptSchema, status: http.StatusCreated}
}

// resourceForms describes how a kind of master data is kept and asked for.
func resourceForms[T any](f map[string]form, s schemas, k *resource[T]) {
	all := "/v1/" + k.many
	one := all + "/:id"
	if f := idField(k.kind); f == "gln" || f == "gtin" {
		one = all + "/:" + f
	}
	t := reflect.TypeFor[T]()
	f[http.MethodPut+" "+one] = form{body: t, answer: receiptSchema, status: http.StatusCreated}
	f[http.MethodGet+" "+one] = form{answer: s.of(t)}
	f[http.MethodGet+" "+all] = form{answer: s.page(k.many, t, true), params: []string{"limit", "after"}}
}

// page returns the schema of a page of a list.
func (s schemas) page(name string, t reflect.Type, more bool) schema {
	properties := schema{
		name:    schema{"type": "array", "items": s.of(t)},
		"as_of": s.of(reflect.TypeFor[projections.AsOf]()),
	}
	if more {
		properties["next"] = schema{"type": "string", "description": "the parameter after of the next page; absent on the last"}
	}
	return schema{"type": "object", "required": []string{name, "as_of"}, "properties": properties}
}

var receiptSchema = schema{
	"type":     "object",
	"required": []string{"id", "position", "duplicate"},
	"properties": schema{
		"line":      schema{"type": "integer", "description": "of a body of many lines, from 1"},
		"id":        schema{"type": "string"},
		"position":  schema{"type": "integer", "description": "in the log; a query with at_least waits for it"},
		"duplicate": schema{"type": "boolean", "description": "it was recorded before; nothing was recorded now"},
		"receipt":   schema{"type": "string", "description": "where the proof that it was recorded will be once it is sealed; of captures in a sealed ledger"},
	},
}

// parameters are what the names of parameters in queries mean.
var parameters = map[string]schema{
	"at_least": parameter("wait, for up to 5 s, until the answer covers this position", schema{"type": "integer"}),
	"limit":    parameter("entries of a page", schema{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}),
	"stage":    parameter("claims at this stage only", schema{"type": "string", "enum": []string{"claimed", "approved", "rejected", "settled"}}),
	"from":     parameter("first day; without it that of the quarter", schema{"type": "string", "format": "date"}),
	"to":       parameter("last day; without it that of the quarter", schema{"type": "string", "format": "date"}),
	"form":     parameter("csv for a table", schema{"type": "string", "enum": []string{"json", "csv"}}),
	"schedule": parameter("the penalty schedule whose floor the deposit is to reach", schema{"type": "string"}),
	"after":    parameter("where to go on: what came as next; for alerts a token or position that came with one, or now", schema{"type": "string"}),
	"rule":     parameter("findings of this rule only", schema{"type": "string", "examples": []string{"R02"}}),
	"partner":  parameter("what is about this partner only", schema{"type": "string"}),
	"region":   parameter("what concerns this region only, by ISO 3166", schema{"type": "string", "examples": []string{"DE"}}),
	"status":   parameter("what has this status only; without it all, but of findings not those withdrawn", schema{"type": "string", "examples": []string{"provisional", "active", "withdrawn"}}),
	"state":    parameter("cases in this state only", schema{"type": "string", "enum": dispute.States}),
	"deal":     parameter("quotes for this deal only", schema{"type": "string"}),
	"format":   parameter("of the document; without it json", schema{"type": "string", "enum": []string{"json", "pdf", "xlsx", "html"}}),
	"lang":     parameter("language of the words: en, zh or es; else the best that Accept-Language names", schema{"type": "string", "enum": web.Languages}),
	"since":    parameter("findings of what happened from this time or day on", schema{"type": "string", "format": "date-time"}),
	"proof":    parameter("with 1 the bundle that proves it offline, which waymark verify reads", schema{"type": "string", "enum": []string{"0", "1"}}),
}

func parameter(description string, s schema) schema {
	return schema{"in": "query", "description": description, "schema": s}
}
