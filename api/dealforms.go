package api

import (
	"net/http"
	"reflect"

	"waymark/internal/quote"
	"waymark/projections"
)

// dealForms describes what is asked of deals, price lists and quotes.
func dealForms(f map[string]form, s schemas) {
	resourceForms(f, s, dealTerms)
	resourceForms(f, s, calendars)
	resourceForms(f, s, priceLists)
	captureForm(f, "/v1/quote-leaks", leaks)
	done := func(path string, body reflect.Type, state reflect.Type) {
		f[http.MethodPost+" "+path] = form{body: body, answer: schema{"allOf": []any{receiptSchema, s.of(state)}}, status: http.StatusCreated}
	}
	ofDeal, ofQuote, plain := reflect.TypeFor[dealState](), reflect.TypeFor[quoteState](), reflect.TypeFor[Asked]()
	done("/v1/deals", reflect.TypeFor[dealRequest](), ofDeal)
	done("/v1/deals/:id/approval", reflect.TypeFor[dealApproval](), ofDeal)
	done("/v1/deals/:id/rejection", reflect.TypeFor[dealRejection](), ofDeal)
	done("/v1/deals/:id/extension", reflect.TypeFor[dealExtension](), ofDeal)
	done("/v1/deals/:id/outcome", reflect.TypeFor[dealOutcome](), ofDeal)
	done("/v1/quotes", reflect.TypeFor[quoteRequest](), ofQuote)
	done("/v1/quotes/:id/approval", plain, ofQuote)
	done("/v1/quotes/:id/issue", plain, ofQuote)
	done("/v1/quotes/:id/acceptance", plain, ofQuote)
	done("/v1/quotes/:id/end", reflect.TypeFor[quoteEnd](), ofQuote)
	deal, one := reflect.TypeFor[projections.Deal](), reflect.TypeFor[quote.Quote]()
	f["GET /v1/deals/:id"] = form{answer: s.of(deal)}
	f["GET /v1/deals"] = form{answer: s.page("deals", deal, true), params: []string{"partner", "status", "limit", "after"}}
	f["GET /v1/quotes/:id"] = form{answer: s.of(one)}
	f["GET /v1/quotes"] = form{answer: s.page("quotes", one, true), params: []string{"partner", "status", "deal", "limit", "after"}}
	f["GET /v1/quote-copies/:id"] = form{answer: s.of(reflect.TypeFor[projections.Trace]())}
	f["GET /v1/quote-copies/:id/document"] = form{answer: s.of(reflect.TypeFor[QuoteCopy]()), params: []string{"format"}}
}
