package api

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/projections"
)

// penaltySchedules say what penalty an offence has: /v1/penalty-schedules.
var penaltySchedules = &resource[rebate.Schedule]{
	kind: "penalty-schedule", many: "penalty-schedules",
	typ:      rebate.ScheduleRecorded,
	name:     plainID,
	id:       func(p rebate.Schedule) string { return p.ID },
	setID:    func(p *rebate.Schedule, id string) { p.ID = id },
	validate: rebate.Schedule.Validate,
	missing:  func(*missing, rebate.Schedule) {},
	find:     readable((*projections.Views).PenaltySchedule),
	all:      readableAll((*projections.Views).PenaltySchedules),
}

// A penalising asks for the penalty of a case.
type penalising struct {
	account.Note
	Case          string               `json:"case"`
	Schedule      string               `json:"schedule"`
	Circumstances rebate.Circumstances `json:"circumstances"`
	Rate          *money.Rate          `json:"rate,omitempty"` // where the partner's accounts are in another currency
}

// schedule returns the schedule that a penalty is reckoned by.
func (s *Server) schedule(c echo.Context, id string, cs rebate.Circumstances) (rebate.Schedule, error) {
	sch, found, err := sought(c.Request().Context(), s, func() (rebate.Schedule, bool, error) { return s.views.PenaltySchedule(id) })
	if err != nil {
		return sch, err
	}
	m := missing{dir: s.views.Directory()}
	switch _, dated := cs.Date.Start(); {
	case !found:
		m.add("/schedule", "%q is not recorded as a penalty schedule", shorten(id))
	case !dated:
		m.add("/circumstances/date", "%q, want the day of the decision", shorten(string(cs.Date)))
	case cs.Date < sch.From || sch.To != "" && cs.Date > sch.To:
		m.add("/circumstances/date", "the schedule does not hold on %s", cs.Date)
	}
	if cs.Harmed != "" {
		m.partner("/circumstances/harmed", cs.Harmed)
	}
	if len(m.list) > 0 {
		return sch, refuse(errRefused, "", m.list...)
	}
	return sch, nil
}

// postPenalty answers POST /v1/penalties. A case has one penalty: another takes
// the reversal of the first.
func (s *Server) postPenalty(c echo.Context) error {
	var r penalising
	request, err := s.money(c, &r, &r.Note)
	if err != nil {
		return err
	}
	d, err := s.decision(r.Case)
	if err != nil {
		return err
	}
	if err := d.Permits(d.Partner, r.By); err != nil {
		return moneyProblem(err)
	}
	sch, err := s.schedule(c, r.Schedule, r.Circumstances)
	if err != nil {
		return err
	}
	bq := projections.BookQuery{Partners: []partner.ID{d.Partner}}
	if r.Circumstances.Harmed != "" {
		bq.Partners = append(bq.Partners, r.Circumstances.Harmed)
	}
	return s.book(c, r.ID, request, bq, func(b *account.Book, made *booking) error {
		if err := s.unpunished(r.Case); err != nil {
			return err
		}
		deposit, err := depositOf(b, d.Partner, sch, r.Rate)
		if err != nil {
			return err
		}
		a, err := sch.Assess(r.Circumstances, deposit)
		if err != nil {
			return err
		}
		made.Assessment = &a
		made.Posting, err = rebate.Penalty(b, r.Note, d, sch, r.Circumstances, a, r.Rate)
		return err
	})
}

// unpunished asks that a case has no penalty that stands.
func (s *Server) unpunished(id string) error {
	ids, err := s.views.PostingsOf(id)
	if err != nil {
		return err
	}
	for _, posting := range ids {
		p, found, err := s.views.Posting(posting)
		if err != nil {
			return err
		}
		if found && p.Posting.Act == account.Penalise && len(p.Reversed) == 0 {
			return &rebate.Refusal{Guard: "G4", Detail: fmt.Sprintf("case %s has its penalty, %s: a second one has no decision", id, posting)}
		}
	}
	return nil
}

// depositOf returns what a partner's deposit holds in the schedule's currency.
func depositOf(b *account.Book, p partner.ID, sch rebate.Schedule, rate *money.Rate) (money.Amount, error) {
	c := sch.Currency
	if rate != nil {
		if c = rate.To; c == sch.Currency {
			c = rate.From
		}
	}
	sum, err := b.Balance(account.Deposit, p, c).Plus(b.Balance(account.Held, p, c))
	if err != nil || rate == nil {
		return sum, err
	}
	return rate.Convert(sum)
}

// An assessing asks what penalty circumstances would have.
type assessing struct {
	Partner       partner.ID           `json:"partner"`
	Circumstances rebate.Circumstances `json:"circumstances"`
}

// postAssessment answers POST /v1/penalty-schedules/{id}/assessments. It posts
// nothing.
func (s *Server) postAssessment(c echo.Context) error {
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	var r assessing
	if err := s.readDocument(c, &r); err != nil {
		return err
	}
	sch, err := s.schedule(c, id, r.Circumstances)
	if err != nil {
		return err
	}
	b, _, err := s.views.Books(projections.BookQuery{Partners: []partner.ID{r.Partner}})
	if err != nil {
		return err
	}
	deposit, err := depositOf(b, r.Partner, sch, nil)
	if err != nil {
		return moneyProblem(err)
	}
	a, err := sch.Assess(r.Circumstances, deposit)
	if err != nil {
		return moneyProblem(err)
	}
	return answer(c, http.StatusOK, a)
}

// A payingOut asks for what a penalty gave others to be paid.
type payingOut struct {
	account.Note
	Case   string       `json:"case"`
	To     partner.ID   `json:"to,omitzero"` // the harmed partner; left out: the informant, whom nobody names
	Amount money.Amount `json:"amount"`
	Rate   *money.Rate  `json:"rate,omitempty"`
}

// postPayout answers POST /v1/payouts.
func (s *Server) postPayout(c echo.Context) error {
	var r payingOut
	request, err := s.money(c, &r, &r.Note)
	if err != nil {
		return err
	}
	d, err := s.decision(r.Case)
	if err != nil {
		return err
	}
	whose := d.Partner
	if r.To != "" {
		whose = r.To
		m := missing{dir: s.views.Directory()}
		m.partner("/to", r.To)
		if len(m.list) > 0 {
			return refuse(errRefused, "", m.list...)
		}
	}
	bq := projections.BookQuery{Partners: []partner.ID{whose}}
	return s.book(c, r.ID, request, bq, func(b *account.Book, made *booking) (err error) {
		if r.To == "" {
			made.Posting, err = rebate.Rewarded(r.Note, d, r.Amount)
		} else {
			made.Posting, err = rebate.Compensated(r.Note, d, r.To, r.Amount, r.Rate)
		}
		return err
	})
}
