package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"waymark/internal/deal"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// What is asked of deals.
type (
	dealRequest struct {
		Asked
		deal.Request
	}
	dealApproval struct {
		Asked
		deal.Answer
	}
	dealRejection struct {
		Asked
		deal.No
	}
	dealExtension struct {
		Asked
		deal.Longer
	}
	dealOutcome struct {
		Asked
		deal.Outcome
	}
)

// A dealState is what came of a command to a deal, beside its receipt.
type dealState struct {
	Status    deal.Status            `json:"status"`
	Rejection *projections.Rejection `json:"rejection,omitempty"`
}

// dealTerms are the terms that hold for deals: /v1/deal-terms.
var dealTerms = &resource[deal.Terms]{
	kind: "deal-terms", many: "deal-terms",
	typ:      deal.TermsSet,
	name:     plainID,
	id:       func(t deal.Terms) string { return t.ID },
	setID:    func(t *deal.Terms, id string) { t.ID = id },
	validate: deal.Terms.Validate,
	missing:  func(*missing, deal.Terms) {},
	find:     func(v *projections.Views, id string) (deal.Terms, bool) { t := v.Terms(); return t, t.ID == id },
	all:      func(v *projections.Views) []deal.Terms { return []deal.Terms{v.Terms()} },
}

// decideDeal has the desk of a deal's country decide on something, and answers
// with what came of it.
func (s *Server) decideDeal(c echo.Context, a deal.Act, id string, decide func(*deal.Desk, *deal.Trade) (string, []any, error)) error {
	country, ok := deal.CountryOf(id)
	if !ok {
		return refuse(errNotFound, "")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	if err := s.catchUp(ctx); err != nil { // what is granted may be on its way to the views
		return err
	}
	trade := s.views.DealTrade()
	stream := ledger.AggregateStream("deals", deal.DeskID(country))
	var state dealState
	rc, err := ledger.Decide(ctx, s.log, stream, folding[deal.Desk], func(k *deal.Desk) ([]event.Event, error) {
		if k == nil {
			k = &deal.Desk{}
		}
		of, decided, err := decide(k, trade)
		if err != nil {
			return nil, err
		}
		for _, d := range decided {
			if err := k.Apply(d); err != nil {
				return nil, err
			}
		}
		id = of
		d, _ := k.Get(id)
		state = dealState{Status: d.Status}
		if r := d.Rejection; r != nil {
			state.Rejection = &projections.Rejection{Code: r.Code, Reason: r.Reason, Matched: r.Matched, Since: r.Since}
		}
		return s.eventsOf(c, stream, a, decided, deal.EventOf)
	})
	if err != nil {
		return refusalOf(err)
	}
	return answerAct(c, id, rc, state)
}

// postDeal answers POST /v1/deals: a partner asks for a deal.
func (s *Server) postDeal(c echo.Context) error {
	var q dealRequest
	if err := s.readDocument(c, &q); err != nil {
		return err
	}
	if q.Partner == "" {
		q.Partner = caller(c).Partner
	}
	if err := refuseFaults(q.Request.Validate()); err != nil {
		return err
	}
	a, err := s.act(c, q.Asked)
	if err != nil {
		return err
	}
	if err := s.dealMissing(c, &q); err != nil {
		return err
	}
	return s.decideDeal(c, a, deal.NewID(q.Country, a, q.Partner), func(k *deal.Desk, t *deal.Trade) (string, []any, error) {
		return k.Submit(a, q.Request, t)
	})
}

// dealMissing refuses a request that names what is not registered, or not the
// caller's to speak for.
func (s *Server) dealMissing(c echo.Context, q *dealRequest) error {
	for try := 0; ; try++ {
		m := missing{dir: s.views.Directory()}
		m.partner("/partner", q.Partner)
		if len(m.list) == 0 && !belongs(m.dir, q.Partner, caller(c).Partner) {
			m.add("/partner", "%q is not registered as a partner", q.Partner)
		}
		m.products("/products", q.Products)
		if len(m.list) == 0 {
			return nil
		}
		if try > 0 {
			return refuse(errRefused, "", m.list...)
		}
		if err := s.catchUp(c.Request().Context()); err != nil {
			return err
		}
	}
}

// dealCommand answers a command to the deal that the path names.
func dealCommand[T any](asked func(*T) Asked, do func(*deal.Desk, deal.Act, string, *T, *deal.Trade) ([]any, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		id, err := pathValue(c, 2)
		if err != nil {
			return err
		}
		var q T
		if err := s.readDocument(c, &q); err != nil {
			return err
		}
		a, err := s.act(c, asked(&q))
		if err != nil {
			return err
		}
		return s.decideDeal(c, a, id, func(k *deal.Desk, t *deal.Trade) (string, []any, error) {
			events, err := do(k, a, id, &q, t)
			return id, events, err
		})
	}
}

var (
	approveDeal = dealCommand(func(q *dealApproval) Asked { return q.Asked }, func(k *deal.Desk, a deal.Act, id string, q *dealApproval, t *deal.Trade) ([]any, error) {
		return k.Approve(a, id, q.Answer, t)
	})
	rejectDeal = dealCommand(func(q *dealRejection) Asked { return q.Asked }, func(k *deal.Desk, a deal.Act, id string, q *dealRejection, t *deal.Trade) ([]any, error) {
		return k.Reject(a, id, q.No, t)
	})
	extendDeal = dealCommand(func(q *dealExtension) Asked { return q.Asked }, func(k *deal.Desk, a deal.Act, id string, q *dealExtension, t *deal.Trade) ([]any, error) {
		return k.Extend(a, id, q.Longer, t)
	})
	closeDeal = dealCommand(func(q *dealOutcome) Asked { return q.Asked }, func(k *deal.Desk, a deal.Act, id string, q *dealOutcome, t *deal.Trade) ([]any, error) {
		return k.Close(a, id, q.Outcome, t)
	})
)

// putDeal answers PUT /v1/deals/{id}: a deal that another system keeps. One that
// is kept here is changed by what happens to it alone.
func (s *Server) putDeal(c echo.Context) error {
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	if _, here := deal.CountryOf(id); here {
		return refuse(errStands, "ids of this form are of deals that are kept here: approve, reject, extend or end them")
	}
	return deals.put(s, c)
}

// getDeal answers GET /v1/deals/{id}. A deal of another partner's is as good as
// none.
func (s *Server) getDeal(c echo.Context) error {
	return s.document(c, func(id string) (any, bool, error) { return s.views.Deal(id, caller(c).Partner) })
}

// getDeals answers GET /v1/deals.
func (s *Server) getDeals(c echo.Context) error {
	q, err := s.query(c, "partner", "status", "limit", "after")
	if err != nil {
		return err
	}
	dq := projections.DealQuery{Under: caller(c).Partner, Partner: partner.ID(q.text("partner")), Status: deal.Status(q.text("status")), Limit: q.limit("limit"), After: q.text("after")}
	switch dq.Status {
	case "", deal.Pending, deal.Rejected, deal.Withdrawn, deal.Open, deal.Won, deal.Lost, deal.Expired:
	default:
		q.fault("status", "want pending, rejected, withdrawn, registered, won, lost or expired")
	}
	if err := q.err(); err != nil {
		return err
	}
	list, more, asOf, err := s.views.DealPage(dq)
	if err != nil {
		return err
	}
	out := map[string]any{"deals": list, "as_of": asOf}
	if more {
		out["next"] = list[len(list)-1].ID
	}
	return answer(c, http.StatusOK, out)
}

// lineField names the product of a line.
func lineField(i int) string { return fmt.Sprintf("/lines/%d/gtin", i) }
