package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/deal"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// A Draw draws up a copy of a quote as a document: in the format "pdf", "xlsx" or
// "html", marked so that the copy is known again. It returns [ErrNoFormat] for a
// format that it does not have.
type Draw func(q quote.Quote, c quote.Copy, format string) (mediaType string, document []byte, err error)

// ErrNoFormat: documents are not drawn up in that format.
var ErrNoFormat = errors.New("no such format of a quote")

// What is asked of quotes.
type (
	quoteRequest struct {
		Asked
		quote.Request
	}
	quoteEnd struct {
		Asked
		quote.Reason
	}
)

// A quoteState is what came of a command to a quote, beside its receipt.
type quoteState struct {
	Status        quote.Status `json:"status"`
	Total         int64        `json:"total"` // minor units
	Currency      string       `json:"currency"`
	NeedsApproval bool         `json:"needs_approval"`
	Copies        []quote.Copy `json:"copies,omitempty"`
}

// decideQuote has something decided on a quote, and returns how the quote stands
// then.
func (s *Server) decideQuote(c echo.Context, a deal.Act, id string, decide func(*quote.Quote, *quote.Trade) ([]any, error)) (quote.Quote, ledger.Receipt, error) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	if err := s.catchUp(ctx); err != nil { // what is granted may be on its way to the views
		return quote.Quote{}, ledger.Receipt{}, err
	}
	trade, stream := s.views.QuoteTrade(), ledger.AggregateStream("quote", id)
	var after quote.Quote
	rc, err := ledger.Decide(ctx, s.log, stream, folding[quote.Quote], func(q *quote.Quote) ([]event.Event, error) {
		if q == nil {
			q = &quote.Quote{}
		}
		decided, err := decide(q, trade)
		if err != nil {
			return nil, err
		}
		for _, d := range decided {
			if err := q.Apply(d); err != nil {
				return nil, err
			}
		}
		after = *q
		return s.eventsOf(c, stream, a, decided, quote.EventOf)
	})
	return after, rc, refusalOf(err)
}

func answerQuote(c echo.Context, q quote.Quote, rc ledger.Receipt, err error) error {
	if err != nil {
		return err
	}
	return answerAct(c, q.ID, rc, quoteState{q.Status, q.Total, q.Currency, q.NeedsApproval(), q.Copies})
}

// postQuote answers POST /v1/quotes: the owner makes a quote.
func (s *Server) postQuote(c echo.Context) error {
	var r quoteRequest
	if err := s.readDocument(c, &r); err != nil {
		return err
	}
	if err := refuseFaults(r.Request.Validate()); err != nil {
		return err
	}
	a, err := s.act(c, r.Asked)
	if err != nil {
		return err
	}
	if err := s.catchUp(c.Request().Context()); err != nil {
		return err
	}
	m := missing{dir: s.views.Directory()}
	m.partner("/partner", r.Partner)
	for i, l := range r.Lines {
		m.product(lineField(i), l.GTIN)
	}
	if len(m.list) > 0 {
		return refuse(errRefused, "", m.list...)
	}
	q, rc, err := s.decideQuote(c, a, r.ID, func(q *quote.Quote, t *quote.Trade) ([]any, error) { return q.Make(a, r.Request, t) })
	return answerQuote(c, q, rc, err)
}

// quoteCommand answers a command to the quote that the path names.
func quoteCommand[T any](asked func(*T) Asked, do func(*quote.Quote, deal.Act, *T, *quote.Trade) ([]any, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		id, err := pathValue(c, 2)
		if err != nil {
			return err
		}
		if !partner.ValidID(id) {
			return refuse(errNotFound, "")
		}
		var r T
		if err := s.readDocument(c, &r); err != nil {
			return err
		}
		a, err := s.act(c, asked(&r))
		if err != nil {
			return err
		}
		q, rc, err := s.decideQuote(c, a, id, func(q *quote.Quote, t *quote.Trade) ([]any, error) { return do(q, a, &r, t) })
		return answerQuote(c, q, rc, err)
	}
}

func plainly(a *Asked) Asked { return *a }

var (
	approveQuote = quoteCommand(plainly, func(q *quote.Quote, a deal.Act, _ *Asked, _ *quote.Trade) ([]any, error) { return q.Approve(a) })
	issueQuote   = quoteCommand(plainly, func(q *quote.Quote, a deal.Act, _ *Asked, t *quote.Trade) ([]any, error) { return q.Give(a, t) })
	acceptQuote  = quoteCommand(plainly, func(q *quote.Quote, a deal.Act, _ *Asked, t *quote.Trade) ([]any, error) { return q.Accept(a, t) })
	endQuote     = quoteCommand(func(r *quoteEnd) Asked { return r.Asked }, func(q *quote.Quote, a deal.Act, r *quoteEnd, t *quote.Trade) ([]any, error) {
		return q.End(a, r.Reason, t)
	})
)

// getQuote answers GET /v1/quotes/{id}. A quote of another partner's is as good
// as none.
func (s *Server) getQuote(c echo.Context) error {
	return s.document(c, func(id string) (any, bool, error) { return s.views.Quote(id, caller(c).Partner) })
}

// getQuotes answers GET /v1/quotes.
func (s *Server) getQuotes(c echo.Context) error {
	q, err := s.query(c, "partner", "status", "deal", "limit", "after")
	if err != nil {
		return err
	}
	qq := projections.QuoteQuery{Under: caller(c).Partner, Partner: partner.ID(q.text("partner")), Status: quote.Status(q.text("status")), Deal: q.text("deal"), Limit: q.limit("limit"), After: q.text("after")}
	switch qq.Status {
	case "", quote.Made, quote.Approved, quote.Issued, quote.Accepted, quote.Expired, quote.Revoked:
	default:
		q.fault("status", "want quoted, approved, issued, accepted, expired or revoked")
	}
	if err := q.err(); err != nil {
		return err
	}
	list, more, asOf, err := s.views.QuotePage(qq)
	if err != nil {
		return err
	}
	out := map[string]any{"quotes": list, "as_of": asOf}
	if more {
		out["next"] = list[len(list)-1].ID
	}
	return answer(c, http.StatusOK, out)
}

// getCopy answers GET /v1/quote-copies/{id}: whose a copy is that a watermark
// names.
func (s *Server) getCopy(c echo.Context) error {
	return s.document(c, func(id string) (any, bool, error) {
		of, err := quote.ParseCopyID(id)
		if err != nil {
			return nil, false, nil
		}
		return s.views.Copy(of)
	})
}

// QuoteCopy is a copy of a quote as JSON.
type QuoteCopy struct {
	Copy  quote.Copy  `json:"copy"`
	Quote quote.Quote `json:"quote"`
}

// getCopyDocument answers GET /v1/quote-copies/{id}/document: the copy in a
// format, which is noted.
func (s *Server) getCopyDocument(c echo.Context) error {
	params, err := s.query(c, "format")
	if err != nil {
		return err
	}
	format := params.text("format")
	switch format {
	case "":
		format = "json"
	case "json", "pdf", "xlsx", "html":
	default:
		params.fault("format", "want json, pdf, xlsx or html")
	}
	if err := params.err(); err != nil {
		return err
	}
	spelt, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	id, err := quote.ParseCopyID(spelt)
	if err != nil {
		return refuse(errNotFound, "")
	}
	t, ok, err := sought(c.Request().Context(), s, func() (projections.Trace, bool, error) { return s.views.Copy(id) })
	if err != nil {
		return err
	}
	if !ok || !belongs(s.views.Directory(), t.Partner, caller(c).Partner) {
		return refuse(errNotFound, "")
	}
	if format != "json" && s.draw == nil {
		return refuse(errAbsent, "quotes are not drawn up as "+format+" here")
	}
	a, err := s.act(c, Asked{Command: uuid.NewString()})
	if err != nil {
		return err
	}
	var media string
	var document []byte
	_, _, err = s.decideQuote(c, a, t.Quote, func(q *quote.Quote, trade *quote.Trade) ([]any, error) {
		events, err := q.Fetch(a, id, format, trade)
		if err != nil || format == "json" || document != nil {
			return events, err
		}
		cp, _ := q.Copy(id)
		media, document, err = s.draw(*q, cp, format) // drawn before it is noted: what fails was not handed over
		return events, err
	})
	if errors.Is(err, ErrNoFormat) {
		return refuse(errAbsent, "quotes are not drawn up as "+format+" here")
	}
	if err != nil {
		return err
	}
	if format == "json" {
		q, _, err := s.views.Quote(t.Quote, "")
		if err != nil {
			return err
		}
		own, _ := q.Copy(id)
		q.Copies, q.Recipients = []quote.Copy{own}, []string{own.Recipient}
		return answer(c, http.StatusOK, QuoteCopy{own, q})
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+t.Quote+"."+format+`"`)
	return c.Blob(http.StatusOK, media, document)
}

// leaks records that copies of quotes turned up: POST /v1/quote-leaks.
var leaks = &capture[quote.Surfacing]{
	typ:      quote.Surfaced,
	id:       func(l *quote.Surfacing) string { return l.ID },
	stream:   func(id string) string { return ledger.AggregateStream("leak", id) },
	count:    func(*quote.Surfacing) int { return 1 },
	validate: func(l *quote.Surfacing, now time.Time) []partner.Fault { return l.Validate(now) },
	missing:  func(*partner.Directory, *auth.Caller, *quote.Surfacing) []FieldError { return nil },
	unknown: func(v *projections.Views, l *quote.Surfacing) ([]FieldError, error) {
		_, ok, err := v.Copy(l.Copy)
		if ok || err != nil {
			return nil, err
		}
		return []FieldError{{Field: "/copy", Detail: "there is no copy " + l.Copy.String()}}, nil
	},
}
