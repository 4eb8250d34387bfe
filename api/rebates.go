package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/internal/account"
	"waymark/internal/custody"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/ledger"
	"waymark/projections"
)

// programmes say what rebate is earned by what sales: /v1/rebate-programmes.
var programmes = &resource[rebate.Programme]{
	kind: "rebate-programme", many: "rebate-programmes",
	typ:      rebate.ProgrammeRecorded,
	name:     plainID,
	id:       func(p rebate.Programme) string { return p.ID },
	setID:    func(p *rebate.Programme, id string) { p.ID = id },
	validate: rebate.Programme.Validate,
	missing: func(m *missing, p rebate.Programme) {
		for i, id := range p.Partners {
			m.partner(fmt.Sprintf("/partners/%d", i), id)
		}
	},
	find: readable((*projections.Views).Programme),
	all:  readableAll((*projections.Views).Programmes),
}

// readable and readableAll ask the views for terms. A row that cannot be read is
// as good as none here: that the views are damaged is told by their health.
func readable[T any](find func(*projections.Views, string) (T, bool, error)) func(*projections.Views, string) (T, bool) {
	return func(v *projections.Views, id string) (T, bool) {
		d, ok, err := find(v, id)
		return d, ok && err == nil
	}
}

func readableAll[T any](all func(*projections.Views) ([]T, error)) func(*projections.Views) []T {
	return func(v *projections.Views) []T {
		list, _ := all(v)
		return list
	}
}

// An accruing asks what a partner earned in a period and has it accrue.
type accruing struct {
	account.Note
	rebate.Scheme             // the period by any day in it
	Multiplier    money.Ratio `json:"multiplier,omitzero"` // of the scorecard; 1 where it is left out
}

// A clawing asks for the rebate on goods of a case to be taken back.
type clawing struct {
	accruing
	Case  string              `json:"case"`
	Lines []custody.OrderLine `json:"lines"` // the goods that left their territory
}

// A term is a programme in one period of one partner.
type term struct {
	rebate.Scheme
	programme   rebate.Programme
	first, last partner.Date
	multiplier  money.Ratio
}

// term finds the programme, and makes the period one by its first day.
func (s *Server) term(ctx context.Context, a accruing) (term, error) {
	t := term{Scheme: a.Scheme, multiplier: a.Multiplier}
	if t.multiplier == 0 {
		t.multiplier = money.One
	}
	p, found, err := sought(ctx, s, func() (rebate.Programme, bool, error) { return s.views.Programme(a.Programme) })
	if err != nil {
		return t, err
	}
	m := missing{dir: s.views.Directory()}
	if !found {
		m.add("/programme", "%q is not recorded as a programme", shorten(a.Programme))
	}
	m.partner("/partner", a.Partner)
	t.programme = p
	var dated bool
	t.first, t.last, dated = p.Period.Days(a.Period)
	switch {
	case !dated:
		m.add("/period", "%q, want a day of the period, such as 2026-01-31", shorten(string(a.Period)))
	case found && !p.Concerns(a.Partner, a.Period):
		m.add("/period", "the programme does not concern %s on %s", shorten(string(a.Partner)), a.Period)
	}
	if t.multiplier < 0 || t.multiplier > 10*money.One {
		m.add("/multiplier", "%s, want 0 to 10", t.multiplier)
	}
	if len(m.list) > 0 {
		return t, refuse(errRefused, "", m.list...)
	}
	t.Period = t.first
	return t, nil
}

// sales returns what counts of a partner's orders, less what clawbacks took out.
func (s *Server) sales(t term, b *account.Book) (rebate.Sales, []string, error) {
	a, err := s.views.Sales(t.programme, t.Partner, t.first, t.last)
	if err != nil {
		return a.Sales, nil, err
	}
	if t.programme.Condition == rebate.Growth {
		begin, _ := t.first.Start()
		first, last, _ := t.programme.Period.Days(partner.Date(begin.AddDate(0, 0, -1).Format(time.DateOnly)))
		open := t.programme
		open.From = "" // what was bought before the programme began is what it grows from
		prior, err := s.views.Sales(open, t.Partner, first, last)
		if err != nil {
			return a.Sales, nil, err
		}
		a.PriorAmount, a.PriorUnits = prior.Amount, prior.Units
	}
	taken, err := rebate.Taken(b, t.Scheme, t.programme.Currency)
	if err != nil {
		return a.Sales, nil, err
	}
	left, err := a.Less(taken)
	return left, a.Orders[:min(len(a.Orders), maxNamedOrders)], err
}

// maxNamedOrders bounds the orders that an accrual names as its evidence.
const maxNamedOrders = 500

func (t term) books() projections.BookQuery {
	return projections.BookQuery{Partners: []partner.ID{t.Partner}, Scheme: t.Scheme}
}

// postAccrual answers POST /v1/rebates/accruals: it brings what has accrued to
// what the orders recorded so far have earned.
func (s *Server) postAccrual(c echo.Context) error {
	var a accruing
	request, err := s.money(c, &a, &a.Note)
	if err != nil {
		return err
	}
	t, err := s.term(c.Request().Context(), a)
	if err != nil {
		return err
	}
	return s.book(c, a.ID, request, t.books(), func(b *account.Book, made *booking) error {
		sales, orders, err := s.sales(t, b)
		if err != nil {
			return err
		}
		earning, err := t.programme.Earn(sales, t.multiplier)
		if err != nil {
			return err
		}
		n := a.Note
		n.Evidence.Orders = append(slices.Clone(n.Evidence.Orders), orders...)
		var any bool
		made.Earning = &earning
		made.Posting, any, err = rebate.Accrual(b, n, t.Scheme, earning.Amount)
		if err == nil && !any {
			err = fmt.Errorf("accrue under programme %s: %w: %s has accrued", t.Programme, rebate.ErrNothing, earning.Amount)
		}
		return err
	})
}

// postClawback answers POST /v1/rebates/clawbacks.
func (s *Server) postClawback(c echo.Context) error {
	var r clawing
	request, err := s.money(c, &r, &r.Note)
	if err != nil {
		return err
	}
	t, err := s.term(c.Request().Context(), r.accruing)
	if err != nil {
		return err
	}
	d, err := s.decision(r.Case)
	if err != nil {
		return err
	}
	return s.book(c, r.ID, request, t.books(), func(b *account.Book, made *booking) error {
		if err := d.Permits(t.Partner, r.By); err != nil {
			return err
		}
		goods, err := s.views.Worth(t.programme, r.Lines)
		if err != nil {
			return err
		}
		sales, _, err := s.sales(t, b)
		if err != nil {
			return err
		}
		if sales, err = sales.Without(d, goods.Amount, goods.Units); err != nil {
			return err
		}
		earning, err := t.programme.Earn(sales, t.multiplier)
		if err != nil {
			return err
		}
		made.Earning = &earning
		made.Posting, err = rebate.Clawback(b, r.Note, t.Scheme, d, goods, earning.Amount)
		return err
	})
}

// A claiming asks for rebate to be paid.
type claiming struct {
	account.Note
	rebate.Scheme
	Amount money.Amount  `json:"amount"`
	Method rebate.Method `json:"method"`
}

// postClaim answers POST /v1/rebates/claims. A caller bound to a partner claims
// for that partner and those below it. Nothing is posted yet.
func (s *Server) postClaim(c echo.Context) error {
	var r claiming
	if _, err := s.money(c, &r, &r.Note); err != nil {
		return err
	}
	t, err := s.term(c.Request().Context(), accruing{Note: r.Note, Scheme: r.Scheme})
	if err != nil {
		return err
	}
	if !belongs(s.views.Directory(), r.Partner, caller(c).Partner) {
		return refuseField("/partner", fmt.Sprintf("%q is not registered as a partner", shorten(string(r.Partner))))
	}
	claim := rebate.Claim{
		ID: r.ID, Scheme: t.Scheme, Amount: r.Amount, Stage: rebate.Claimed, Method: r.Method, Date: r.Date, ClaimedBy: r.By, Reason: r.Reason,
	}
	if err := refuseFaults(claim.Validate()); err != nil {
		return err
	}
	return s.step(c, claim.ID, func(before *rebate.Claim) (rebate.Claim, error) {
		if before != nil && *before != claim {
			return claim, refuse(errConflict, "this claim was made before with other content")
		}
		return claim, nil
	}, claim.Partner)
}

// step records a claim after a step that posts nothing.
func (s *Server) step(c echo.Context, id string, next func(before *rebate.Claim) (rebate.Claim, error), p partner.ID) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	s.booking.Lock()
	defer s.booking.Unlock()
	for {
		claim, created, err := s.tryStep(ctx, caller(c).Meta, id, next, p)
		if errors.Is(err, ledger.ErrConflict) && ctx.Err() == nil {
			continue // another server posted about the partner
		}
		if err != nil {
			return err
		}
		status := http.StatusOK
		if created {
			status = http.StatusCreated
		}
		return answer(c, status, claim)
	}
}

// tryStep takes a step on the books as they are now. It fails with
// [ledger.ErrConflict] where they have changed meanwhile.
func (s *Server) tryStep(ctx context.Context, meta []byte, id string, next func(before *rebate.Claim) (rebate.Claim, error), p partner.ID) (claim rebate.Claim, created bool, err error) {
	if err := s.catchUp(ctx); err != nil {
		return claim, false, err
	}
	before, found, err := s.views.Claim(id)
	if err != nil {
		return claim, false, err
	}
	was := &before
	if !found {
		was = nil
	}
	if claim, err = next(was); err != nil {
		return claim, false, moneyProblem(err)
	}
	if found && claim == before {
		return claim, false, nil
	}
	_, at, err := s.views.Books(projections.BookQuery{Partners: []partner.ID{p}})
	if err != nil {
		return claim, false, err
	}
	e, err := rebate.ClaimRecorded.New(ledger.EventID(ledger.CaptureID("claim "+id), 0, []byte(claim.Stage)), claim, nil)
	if err != nil {
		return claim, false, err
	}
	e.Meta = meta
	if _, err = s.log.Append(ctx, accountStream(p), at, e); err == nil {
		s.figures.recorded(e.Type, 1, false)
	}
	return claim, !found, err
}
