package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/account"
)

// A route is one thing that a client can ask for.
type route struct {
	method, path string
	scope        auth.Scope // any of these
	bound        bool       // callers bound to a partner may call it: it keeps to what is theirs
	serve        func(*Server, echo.Context) error
	summary      string // for the description of the API
}

// routes returns all that the server answers. Deny by default: a path that is not
// here is not found, and a caller bound to a partner is shown only what knows
// how to keep to it.
func routes() []route {
	return []route{
		{http.MethodPut, "/v1/partners/:id", auth.Admin, false, partners.put, "Register a partner or change it"},
		{http.MethodGet, "/v1/partners/:id", auth.Read, false, partners.get, "A partner"},
		{http.MethodGet, "/v1/partners", auth.Read, false, partners.list, "All partners"},
		{http.MethodPut, "/v1/sites/:gln", auth.Admin, false, sites.put, "Register a site or change it"},
		{http.MethodGet, "/v1/sites/:gln", auth.Read, false, sites.get, "A site"},
		{http.MethodGet, "/v1/sites", auth.Read, false, sites.list, "All sites"},
		{http.MethodPut, "/v1/products/:gtin", auth.Admin, false, products.put, "Register a product or change it"},
		{http.MethodGet, "/v1/products/:gtin", auth.Read, false, products.get, "A product"},
		{http.MethodGet, "/v1/products", auth.Read, false, products.list, "All products"},
		{http.MethodPut, "/v1/grants/:id", auth.Admin, false, grants.put, "Record a right to sell or change it"},
		{http.MethodGet, "/v1/grants/:id", auth.Read, false, grants.get, "A right to sell"},
		{http.MethodGet, "/v1/grants", auth.Read, false, grants.list, "All rights to sell"},
		{http.MethodPut, "/v1/waivers/:id", auth.Admin, false, waivers.put, "Declare a deal, transfer, relocation, test purchase or drop-ship, or change it"},
		{http.MethodGet, "/v1/waivers/:id", auth.Read, false, waivers.get, "A waiver"},
		{http.MethodGet, "/v1/waivers", auth.Read, false, waivers.list, "All waivers"},
		{http.MethodPut, "/v1/deals/:id", auth.Admin, false, (*Server).putDeal, "Record a deal that another system keeps, or change it"},
		{http.MethodPost, "/v1/deals", auth.Capture | auth.Admin, true, (*Server).postDeal, "Ask to be protected for a sale"},
		{http.MethodGet, "/v1/deals/:id", auth.Read, true, (*Server).getDeal, "A deal"},
		{http.MethodGet, "/v1/deals", auth.Read, true, (*Server).getDeals, "Deals, ordered by id"},
		{http.MethodPost, "/v1/deals/:id/approval", auth.Admin, false, approveDeal, "Take a deal; one outside the partner's territory is a waiver"},
		{http.MethodPost, "/v1/deals/:id/rejection", auth.Admin, false, rejectDeal, "Do not take a deal"},
		{http.MethodPost, "/v1/deals/:id/extension", auth.Admin, false, extendDeal, "Protect a deal for longer"},
		{http.MethodPost, "/v1/deals/:id/outcome", auth.Capture | auth.Admin, true, closeDeal, "Say how a deal ended"},
		{http.MethodPut, "/v1/deal-terms/:id", auth.Admin, false, dealTerms.put, "Set the terms that hold for deals from now on"},
		{http.MethodGet, "/v1/deal-terms/:id", auth.Read, false, dealTerms.get, "The terms for deals, where they hold"},
		{http.MethodGet, "/v1/deal-terms", auth.Read, false, dealTerms.list, "The terms that hold for deals"},
		{http.MethodPut, "/v1/calendars/:id", auth.Admin, false, calendars.put, "Record a calendar or change it"},
		{http.MethodGet, "/v1/calendars/:id", auth.Read, false, calendars.get, "A calendar"},
		{http.MethodGet, "/v1/calendars", auth.Read, false, calendars.list, "All calendars"},
		{http.MethodPut, "/v1/price-lists/:id", auth.Admin, false, priceLists.put, "Record a price list or change it"},
		{http.MethodGet, "/v1/price-lists/:id", auth.Read, false, priceLists.get, "A price list"},
		{http.MethodGet, "/v1/price-lists", auth.Read, false, priceLists.list, "All price lists"},
		{http.MethodPost, "/v1/quotes", auth.Admin, false, (*Server).postQuote, "Make a quote"},
		{http.MethodGet, "/v1/quotes/:id", auth.Read, true, (*Server).getQuote, "A quote"},
		{http.MethodGet, "/v1/quotes", auth.Read, true, (*Server).getQuotes, "Quotes, ordered by id"},
		{http.MethodPost, "/v1/quotes/:id/approval", auth.Admin, false, approveQuote, "Answer for a quote that another made"},
		{http.MethodPost, "/v1/quotes/:id/issue", auth.Admin, false, issueQuote, "Give each recipient a copy"},
		{http.MethodPost, "/v1/quotes/:id/acceptance", auth.Capture | auth.Admin, true, acceptQuote, "Accept a quote"},
		{http.MethodPost, "/v1/quotes/:id/end", auth.Admin, false, endQuote, "Revoke a quote, or say that it expired"},
		{http.MethodGet, "/v1/quote-copies/:id", auth.Read, false, (*Server).getCopy, "Whose a copy of a quote is"},
		{http.MethodGet, "/v1/quote-copies/:id/document", auth.Read, true, (*Server).getCopyDocument, "A copy of a quote as a document; that is noted"},
		{http.MethodPost, "/v1/quote-leaks", auth.Capture, false, leaks.post, "Record that copies of quotes turned up: one, or one a line"},
		{http.MethodPut, "/v1/policies/:id", auth.Admin, false, policies.put, "Adopt a policy pack or change it"},
		{http.MethodGet, "/v1/policies/:id", auth.Read, false, policies.get, "A policy pack"},
		{http.MethodGet, "/v1/policies", auth.Read, false, policies.list, "All policy packs"},

		{http.MethodPost, "/v1/orders", auth.Capture, true, orders.post, "Record orders: one, or one a line"},
		{http.MethodGet, "/v1/orders/:id", auth.Read, false, (*Server).getOrder, "An order"},
		{http.MethodPost, "/v1/asns", auth.Capture, true, asns.post, "Record advance shipping notices: one, or one a line"},
		{http.MethodGet, "/v1/asns/:id", auth.Read, false, (*Server).getASN, "An advance shipping notice"},
		{http.MethodPost, "/v1/hops", auth.Capture, true, hops.post, "Record handlings of items: one, or one a line"},
		{http.MethodPost, "/v1/observations", auth.Capture, false, observations.post, "Record items seen outside: one, or one a line"},
		{http.MethodPost, "/v1/ship-checks", auth.Capture | auth.Read, true, (*Server).postShipCheck, "Ask whether a shipment may leave"},
		{http.MethodGet, "/v1/ship-checks", auth.Read, true, (*Server).getAttempts, "How often shipments were not let go, by shipper and destination"},

		{http.MethodPut, "/v1/rebate-programmes/:id", auth.Admin, false, programmes.put, "Record a rebate programme or change it"},
		{http.MethodGet, "/v1/rebate-programmes/:id", auth.Read, false, programmes.get, "A rebate programme"},
		{http.MethodGet, "/v1/rebate-programmes", auth.Read, false, programmes.list, "All rebate programmes"},
		{http.MethodPut, "/v1/penalty-schedules/:id", auth.Admin, false, penaltySchedules.put, "Record a penalty schedule or change it"},
		{http.MethodGet, "/v1/penalty-schedules/:id", auth.Read, false, penaltySchedules.get, "A penalty schedule"},
		{http.MethodGet, "/v1/penalty-schedules", auth.Read, false, penaltySchedules.list, "All penalty schedules"},
		{http.MethodPost, "/v1/penalty-schedules/:id/assessments", auth.Read, false, (*Server).postAssessment, "Reckon a penalty; nothing is posted"},

		{http.MethodPost, "/v1/rebates/accruals", auth.Capture | auth.Read | auth.Admin, false, (*Server).postAccrual, "Have accrue what orders have earned"},
		{http.MethodPost, "/v1/rebates/clawbacks", auth.Capture | auth.Read | auth.Admin, false, (*Server).postClawback, "Take back the rebate on the goods of a case that is final"},
		{http.MethodPost, "/v1/rebates/claims", auth.Capture | auth.Read | auth.Admin, true, (*Server).postClaim, "Claim rebate that has accrued"},
		{http.MethodGet, "/v1/rebates/claims", auth.Read, true, (*Server).getClaims, "Claims"},
		{http.MethodGet, "/v1/rebates/claims/:id", auth.Read, true, (*Server).getClaim, "A claim"},
		{http.MethodPost, "/v1/rebates/claims/:id/approval", auth.Capture | auth.Read | auth.Admin, false, (*Server).postApproval, "Approve a claim that another made"},
		{http.MethodPost, "/v1/rebates/claims/:id/rejection", auth.Capture | auth.Read | auth.Admin, false, (*Server).postRejection, "Refuse a claim that another made"},
		{http.MethodPost, "/v1/rebates/claims/:id/settlement", auth.Capture | auth.Read | auth.Admin, false, (*Server).postSettlement, "Settle a claim that was approved"},
		{http.MethodPost, "/v1/penalties", auth.Capture | auth.Read | auth.Admin, false, (*Server).postPenalty, "Take the penalty of a case that is final"},
		{http.MethodPost, "/v1/payouts", auth.Capture | auth.Read | auth.Admin, false, (*Server).postPayout, "Pay a reward or compensation of a case that is final"},
		{http.MethodGet, "/v1/reversals", auth.Read, false, (*Server).getReversals, "Postings that rest on findings which were withdrawn"},
		{http.MethodPost, "/v1/reversals", auth.Capture | auth.Read | auth.Admin, false, (*Server).postReversal, "Take back a posting that another made"},
		{http.MethodGet, "/v1/postings/:id", auth.Read, true, (*Server).getPosting, "A posting"},
		{http.MethodGet, "/v1/statements/:id", auth.Read, true, (*Server).getStatement, "The statement of a partner for a period"},
		{http.MethodGet, "/v1/deposits", auth.Read, true, (*Server).getDeposits, "Deposits"},
		{http.MethodGet, "/v1/deposits/:id", auth.Read, true, (*Server).getDeposit, "The deposit of a partner, and what it lacks"},
		{http.MethodPost, "/v1/deposits/:id/pay-ins", auth.Capture | auth.Read | auth.Admin, false, depositAct(account.PayIn), "A partner paid in a deposit"},
		{http.MethodPost, "/v1/deposits/:id/holds", auth.Capture | auth.Read | auth.Admin, false, depositAct(account.Hold), "Hold part of a deposit for a case that is final"},
		{http.MethodPost, "/v1/deposits/:id/releases", auth.Capture | auth.Read | auth.Admin, false, depositAct(account.Release), "Let go of what is held"},
		{http.MethodPost, "/v1/deposits/:id/refunds", auth.Capture | auth.Read | auth.Admin, false, depositAct(account.Refund), "Pay back part of a deposit"},
		{http.MethodPost, "/v1/deposits/:id/collections", auth.Capture | auth.Read | auth.Admin, false, depositAct(account.Collect), "A partner paid what it owed"},

		{http.MethodGet, "/v1/items/:item", auth.Read, true, (*Server).getItem, "Where an item is and what is known against it"},
		{http.MethodGet, "/v1/items/:item/provenance", auth.Read, false, (*Server).getProvenance, "The whole way of an item"},
		{http.MethodGet, "/v1/captures/:id/receipt", auth.Capture | auth.Read, true, (*Server).getReceipt, "The proof that a capture was recorded, once it is sealed"},
		{http.MethodGet, "/v1/findings", auth.Read, true, (*Server).getFindings, "Findings, latest first"},
		{http.MethodGet, "/v1/findings/:id", auth.Read, true, (*Server).getFinding, "A finding with its evidence"},
		{http.MethodGet, "/v1/rules", auth.Read, false, (*Server).getRules, "Every rule, and its parameters under the policy that holds"},
		{http.MethodGet, "/v1/blind-spots", auth.Read, false, (*Server).getBlindSpots, "What the scans of the quarter cannot show, the worst first"},
		{http.MethodGet, "/v1/regions", auth.Read, false, (*Server).getRegions, "What happened in each region"},
		{http.MethodGet, "/v1/alerts", auth.Read, true, (*Server).getAlerts, "Alerts as they are raised, withdrawn and escalated"},
		{http.MethodPut, "/v1/webhooks/:id", auth.Read, true, (*Server).putWebhook, "Have alerts delivered to an address, or change how"},
		{http.MethodGet, "/v1/webhooks/:id", auth.Read, true, (*Server).getWebhook, "A webhook, and how its deliveries go"},
		{http.MethodDelete, "/v1/webhooks/:id", auth.Read, true, (*Server).endWebhook, "End a webhook"},
		{http.MethodGet, "/v1/webhooks", auth.Read, true, (*Server).getWebhooks, "All webhooks"},

		{http.MethodGet, "/log/checkpoint", auth.Everybody, true, (*Server).getCheckpoint, "The signed state of the log (C2SP tlog-tiles)"},
		{http.MethodGet, "/log/tile/*", auth.Everybody, true, (*Server).getTile, "Hashes of the log's tree (C2SP tlog-tiles)"},
		{http.MethodGet, "/log/tile/entries/*", auth.Read, false, (*Server).getEntries, "Entries of the log (C2SP tlog-tiles)"},
		{http.MethodGet, "/log/copy/*", auth.Read, false, (*Server).getCopies, "The events behind entries of the log, for an audit"},
		{http.MethodGet, "/log/salts/*", auth.Read, false, (*Server).getSalts, "The salts of facts, for an audit"},

		{http.MethodPost, "/v1/cases", auth.Capture | auth.Read | auth.Admin, false, (*Server).postCase, "Open a case on findings"},
		{http.MethodGet, "/v1/cases", auth.Read, true, (*Server).getCases, "Cases, by id"},
		{http.MethodGet, "/v1/cases/:id", auth.Read, true, (*Server).getCase, "A case with its trail"},
		{http.MethodPost, "/v1/cases/:id/acts", auth.Capture | auth.Read | auth.Admin, true, (*Server).postCaseAct, "Do something in a case: notify, respond, decide, appeal and so on"},

		{http.MethodOptions, "/epcis", auth.Everybody, true, offer("OPTIONS, GET"), "What the path offers"},
		{http.MethodGet, "/epcis", auth.Read, false, (*Server).getEPCIS, "The resources of EPCIS"},
		{http.MethodOptions, "/epcis/", auth.Everybody, true, offer("OPTIONS, GET"), "What the path offers"},
		{http.MethodGet, "/epcis/", auth.Read, false, (*Server).getEPCIS, "The resources of EPCIS"},
		{http.MethodOptions, "/epcis/capture", auth.Everybody, true, offer("OPTIONS, GET, POST"), "What the path offers"},
		{http.MethodPost, "/epcis/capture", auth.Capture, false, (*Server).postCapture, "Capture the events of an EPCIS document"},
		{http.MethodGet, "/epcis/capture", auth.Capture | auth.Read, false, (*Server).getJobs, "Capture jobs, latest first"},
		{http.MethodOptions, "/epcis/capture/:id", auth.Everybody, true, offer("OPTIONS, GET"), "What the path offers"},
		{http.MethodGet, "/epcis/capture/:id", auth.Capture | auth.Read, false, (*Server).getJob, "A capture job"},
		{http.MethodOptions, "/epcis/events", auth.Everybody, true, offer("OPTIONS, GET"), "What the path offers"},
		{http.MethodGet, "/epcis/events", auth.Read, false, (*Server).getEvents, "Events that match a query, latest first"},
		{http.MethodOptions, "/epcis/events/:id", auth.Everybody, true, offer("OPTIONS, GET"), "What the path offers"},
		{http.MethodGet, "/epcis/events/:id", auth.Read, false, (*Server).getEvent, "An event"},
		{http.MethodOptions, "/epcis/eventTypes", auth.Everybody, true, offer("OPTIONS, GET"), "What the path offers"},
		{http.MethodGet, "/epcis/eventTypes", auth.Read, false, (*Server).getEventTypes, "The types of events"},
		{http.MethodGet, "/epcis/eventTypes/:id/events", auth.Read, false, eventsOf("eventType"), "Events of a type"},
		{http.MethodGet, "/epcis/epcs/:id/events", auth.Read, false, eventsOf("MATCH_anyEPC"), "Events of an object"},
		{http.MethodGet, "/epcis/bizSteps/:id/events", auth.Read, false, eventsOf("EQ_bizStep"), "Events of a business step"},
		{http.MethodGet, "/epcis/bizLocations/:id/events", auth.Read, false, eventsOf("EQ_bizLocation"), "Events at a business location"},
		{http.MethodGet, "/epcis/readPoints/:id/events", auth.Read, false, eventsOf("EQ_readPoint"), "Events at a read point"},
		{http.MethodGet, "/epcis/dispositions/:id/events", auth.Read, false, eventsOf("EQ_disposition"), "Events that leave a disposition"},

		{http.MethodGet, "/", auth.Everybody, true, (*Server).getPage, "The first page"},
		{http.MethodGet, "/static/:name", auth.Everybody, true, (*Server).getStatic, "What the pages are made of"},
		{http.MethodPost, "/session", auth.Everybody, true, (*Server).postSession, "Trade a key for a session of the pages"},
		{http.MethodPost, "/session/end", auth.Everybody, true, (*Server).endSession, "End the session"},

		{http.MethodGet, "/healthz", auth.Everybody, true, (*Server).getHealth, "Whether the process answers"},
		{http.MethodGet, "/readyz", auth.Everybody, true, (*Server).getReady, "Whether the log takes events and the views are current"},
		{http.MethodGet, "/metrics", auth.Read, false, (*Server).getMetrics, "Figures in Prometheus's form"},
		{http.MethodGet, "/openapi.json", auth.Everybody, true, (*Server).getOpenAPI, "This description"},
	}
}

// route builds the handler: the routes, and what stands before all of them.
func (s *Server) route() {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = s.routingError
	for _, r := range routes() {
		e.Add(r.method, r.path, s.guard(r))
	}
	s.echo = e
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := e.NewContext(req, w)
		s.answerError(c, refuse(errCrossOrigin, ""), isEPCIS(req.URL.Path))
	}))
	s.handler = csrf.Handler(e)
}
