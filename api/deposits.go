package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/projections"
)

// A depositing asks for a deposit to be paid in, held, let go or paid back.
type depositing struct {
	account.Note
	Amount money.Amount `json:"amount"`
	Case   string       `json:"case,omitzero"` // of a hold
	Rate   *money.Rate  `json:"rate,omitempty"`
}

// depositAct answers the posts under /v1/deposits/{partner}.
func depositAct(act account.Act) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		id, err := s.partnerOf(c)
		if err != nil {
			return err
		}
		var r depositing
		request, err := s.money(c, &r, &r.Note)
		if err != nil {
			return err
		}
		var d rebate.Decision
		if act == account.Hold {
			if d, err = s.decision(r.Case); err != nil {
				return err
			}
		}
		bq := projections.BookQuery{Partners: []partner.ID{id}}
		return s.book(c, r.ID, request, bq, func(_ *account.Book, made *booking) (err error) {
			made.Posting, err = r.post(act, id, d)
			return err
		})
	}
}

// post returns what is posted.
func (r depositing) post(act account.Act, id partner.ID, d rebate.Decision) (account.Posting, error) {
	switch act {
	case account.PayIn:
		return rebate.Paid(r.Note, id, r.Amount)
	case account.Hold:
		return rebate.Holding(r.Note, d, id, r.Amount)
	case account.Release:
		return rebate.Released(r.Note, id, r.Amount)
	case account.Refund:
		return rebate.Refunded(r.Note, id, r.Amount, r.Rate)
	}
	return rebate.Collected(r.Note, id, r.Amount)
}

// partnerOf returns the partner that the path names, if the caller may know of
// it.
func (s *Server) partnerOf(c echo.Context) (partner.ID, error) {
	id, err := pathValue(c, 2)
	if err != nil {
		return "", err
	}
	_, found, err := sought(c.Request().Context(), s, func() (partner.Partner, bool, error) {
		p, ok := s.views.Directory().Partner(partner.ID(id))
		return p, ok, nil
	})
	if err != nil {
		return "", err
	}
	if !found || !belongs(s.views.Directory(), partner.ID(id), caller(c).Partner) {
		return "", refuse(errNotFound, "")
	}
	return partner.ID(id), nil
}

// A topUp is what a partner has to pay in, and by when.
type topUp struct {
	Due money.Amount `json:"due"`
	By  partner.Date `json:"by,omitzero"`
}

// getDeposit answers GET /v1/deposits/{partner}, and with a schedule, what is to
// be paid in to reach its floor.
func (s *Server) getDeposit(c echo.Context) error {
	q, err := s.query(c, "schedule")
	if err != nil {
		return err
	}
	id, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	list, asOf, err := s.views.Deposits(id)
	if err != nil {
		return err
	}
	own := []projections.Deposit{}
	for _, d := range list {
		if d.Partner == id {
			own = append(own, d)
		}
	}
	out := map[string]any{"deposits": own, "as_of": asOf}
	if name := q.text("schedule"); name != "" {
		due, err := s.topUp(name, own)
		if err != nil {
			return err
		}
		out["top_up"] = due
	}
	return answer(c, http.StatusOK, out)
}

func (s *Server) topUp(schedule string, own []projections.Deposit) (topUp, error) {
	sch, found, err := s.views.PenaltySchedule(schedule)
	if err != nil {
		return topUp{}, err
	}
	if !found {
		return topUp{}, refuse(errQuery, "", FieldError{Field: "schedule", Detail: fmt.Sprintf("%q is not recorded as a penalty schedule", shorten(schedule))})
	}
	have := money.Of(0, sch.Currency)
	for _, d := range own {
		if d.Free.Currency == sch.Currency {
			if have, err = d.Free.Plus(d.Held); err != nil {
				return topUp{}, err
			}
		}
	}
	terms := sch.Deposit
	terms.Floor.Currency = sch.Currency
	due, by, err := terms.TopUp(have, partner.Date(s.now().UTC().Format(time.DateOnly)))
	return topUp{due, by}, err
}

// getDeposits answers GET /v1/deposits. A caller bound to a partner gets those
// of that partner and those below it.
func (s *Server) getDeposits(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	list, asOf, err := s.views.Deposits(caller(c).Partner)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, map[string]any{"deposits": list, "as_of": asOf})
}
