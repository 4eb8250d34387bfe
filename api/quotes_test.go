package api_test

import (
	"net/http"
	"strings"
	"testing"

	"waymark/api"
	"waymark/internal/quote"
	"waymark/projections"
)

const (
	someIn = `"price_list":"SEA","currency":"USD","from":"2026-01-01","until":"2030-12-31"`
	aQuote = `{"command":"q1","id":"Q1","partner":"P01","recipients":["u1","u2"],"regions":["TH"],"lines":[{"gtin":"` + gtin + `","quantity":30}],` + someIn + `}`
)

func priced(t *testing.T, change ...func(*api.Config)) *house {
	h := furnished(t, append(change, withTwoSides(t))...)
	if r := h.do(http.MethodPut, "/v1/price-lists/SEA", `{"regions":["TH","VN","SG"],"currency":"USD","from":"2026-01-01","prices":[{"gtin":"`+gtin+`","price":50000}],"approval_above":1000000}`, withKey("hq1")...); r.status != 201 {
		t.Fatalf("the price list answers %d %s", r.status, r.body)
	}
	return h
}

// TestQuotesOverHTTP follows a quote from its making to a leak, and to the unit
// that was sold under it.
func TestQuotesOverHTTP(t *testing.T) {
	h := priced(t)
	for _, c := range []struct {
		name, body string
		status     int
		field      string
	}{
		{"outside the grant", strings.Replace(aQuote, `["TH"]`, `["TH","SG"]`, 1), 422, "/regions/1"},
		{"no such list", strings.Replace(aQuote, "SEA", "EU", 1), 422, "/price_list"},
		{"another currency", strings.Replace(aQuote, "USD", "THB", 1), 422, "/currency"},
		{"an unknown partner", strings.Replace(aQuote, "P01", "P99", 1), 422, "/partner"},
		{"nobody to have it", strings.Replace(aQuote, `["u1","u2"]`, `[]`, 1), 422, "/recipients"},
		{"no deal", strings.Replace(aQuote, `"id"`, `"deal":"D9","id"`, 1), 422, "/deal"},
	} {
		r := h.post("/v1/quotes", c.body, withKey("hq1")...)
		var p api.Problem
		if r.decode(t, &p); r.status != c.status || len(p.Errors) == 0 || p.Errors[0].Field != c.field {
			t.Errorf("%s: answers %d %s, want %d at %s", c.name, r.status, r.body, c.status, c.field)
		}
	}
	h.send("p1", "/v1/quotes", aQuote, 403)
	if s := h.send("hq1", "/v1/quotes", aQuote, 201); s.Status != "quoted" {
		t.Errorf("the quote is %+v", s)
	}
	h.send("hq1", "/v1/quotes", aQuote, 200)
	h.send("hq1", "/v1/quotes/Q1/issue", `{"command":"i0"}`, 409)
	h.send("hq1", "/v1/quotes/Q1/approval", `{"command":"a0"}`, 403)
	h.send("hq2", "/v1/quotes/Q1/approval", `{"command":"a1"}`, 201)
	h.send("hq1", "/v1/quotes/Q1/issue", `{"command":"i1"}`, 201)
	h.send("p2", "/v1/quotes/Q1/acceptance", `{"command":"x"}`, 404)
	h.send("p1", "/v1/quotes/Q1/acceptance", `{"command":"x"}`, 201)
	h.current()
	var q quote.Quote
	if h.get("/v1/quotes/Q1", withKey("p1")...).decode(t, &q); q.Status != quote.Accepted || q.Total != 1_500_000 || len(q.Copies) != 2 || q.Approver() != "hq2" {
		t.Fatalf("the quote is %+v", q)
	}
	copied := "/v1/quote-copies/" + q.Copies[0].ID.String()
	for path, status := range map[string]int{
		"/v1/quotes/Q1": 404, copied + "/document": 404, copied: 403, "/v1/quotes/Q9": 404,
	} {
		if r := h.get(path, withKey("p2")...); r.status != status {
			t.Errorf("GET %s as another partner answers %d %s, want %d", path, r.status, r.body, status)
		}
	}
	var own api.QuoteCopy
	if r := h.get(copied+"/document", withKey("p1")...); r.status != 200 || strings.Contains(r.body, q.Copies[1].ID.String()) {
		t.Errorf("the copy is %d %s", r.status, r.body)
	} else if r.decode(t, &own); own.Copy != q.Copies[0] || own.Quote.ID != "Q1" {
		t.Errorf("the copy is %+v", own)
	}
	if r := h.get(copied+"/document?format=pdf", withKey("p1")...); r.status != http.StatusNotImplemented {
		t.Errorf("a PDF answers %d where none is drawn up", r.status)
	}
	leak := `{"id":"L1","time":"2026-03-01T08:00:00Z","copy":"` + q.Copies[0].ID.String() + `","country":"US","subdivision":"US-TX","source":"tender"}`
	if r := h.post("/v1/quote-leaks", strings.Replace(leak, q.Copies[0].ID.String(), "aaaaaaaaaaaaaa", 1), withKey("hq1")...); r.status != 422 {
		t.Errorf("a copy that is not turns up: %d %s", r.status, r.body)
	}
	if r := h.post("/v1/quote-leaks", leak, withKey("hq1")...); r.status != 201 {
		t.Errorf("the leak answers %d %s", r.status, r.body)
	}
	h.current()
	var page projections.Page
	h.get("/v1/findings?rule=R18", withKey("hq1")...).decode(t, &page)
	if len(page.Findings) != 1 || page.Findings[0].Partner != "P01" || page.Findings[0].To != "US-TX" || page.Findings[0].Documents[0] != "Q1" || page.Findings[0].Evidence[0].EventID != "L1" || page.Findings[0].Evidence[0].Decibans != 10 {
		t.Errorf("the leak makes findings %+v", page.Findings)
	}
	var tr projections.Trace
	if h.get(copied, withKey("hq1")...).decode(t, &tr); tr.Quote != "Q1" || tr.Recipient != "u1" || tr.Approver != "hq2" || len(tr.Surfaced) != 1 {
		t.Errorf("the copy is traced to %+v", tr)
	}
}

// TestDocumentsAreDrawn: what is drawn up is handed over and noted, and what
// cannot be is not.
func TestDocumentsAreDrawn(t *testing.T) {
	h := priced(t, func(c *api.Config) {
		c.Draw = func(q quote.Quote, cp quote.Copy, format string) (string, []byte, error) {
			if format != "pdf" {
				return "", nil, api.ErrNoFormat
			}
			return "application/pdf", []byte(q.ID + " for " + cp.Recipient), nil
		}
	})
	h.send("hq1", "/v1/quotes", strings.Replace(aQuote, "30", "3", 1), 201)
	h.send("hq1", "/v1/quotes/Q1/issue", `{"command":"i1"}`, 201)
	h.current()
	var q quote.Quote
	h.get("/v1/quotes/Q1", withKey("hq1")...).decode(t, &q)
	path, before := "/v1/quote-copies/"+q.Copies[1].ID.String()+"/document?format=", h.size()
	if r := h.get(path+"html", withKey("p1")...); r.status != http.StatusNotImplemented || h.size() != before {
		t.Errorf("what is not drawn up answers %d %s, and the log grew by %d", r.status, r.body, h.size()-before)
	}
	if r := h.get(path+"doc", withKey("p1")...); r.status != http.StatusBadRequest {
		t.Errorf("a format that is none answers %d", r.status)
	}
	if r := h.get(path+"pdf", withKey("p1")...); r.status != 200 || r.body != "Q1 for u2" || r.header.Get("Content-Type") != "application/pdf" || h.size() == before {
		t.Errorf("the PDF is %d %q", r.status, r.body)
	}
}
