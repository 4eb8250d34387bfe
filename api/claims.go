package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/projections"
)

// A claimStep asks for the next step of a claim.
type claimStep struct {
	account.Note
	Rate *money.Rate `json:"rate,omitempty"` // where it is settled in another currency
}

// claimOf returns the claim that the path names, if the caller may know of it.
func (s *Server) claimOf(c echo.Context) (rebate.Claim, error) {
	id, err := pathValue(c, 3)
	if err != nil {
		return rebate.Claim{}, err
	}
	claim, found, err := sought(c.Request().Context(), s, func() (rebate.Claim, bool, error) { return s.views.Claim(id) })
	if err != nil {
		return claim, err
	}
	if !found || !belongs(s.views.Directory(), claim.Partner, caller(c).Partner) {
		return claim, refuse(errNotFound, "")
	}
	return claim, nil
}

// getClaim answers GET /v1/rebates/claims/{id}.
func (s *Server) getClaim(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	claim, err := s.claimOf(c)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, claim)
}

// getClaims answers GET /v1/rebates/claims, ordered by id, a page at a time.
func (s *Server) getClaims(c echo.Context) error {
	q, err := s.query(c, "partner", "stage", "limit", "after")
	if err != nil {
		return err
	}
	limit, after := q.limit("limit"), q.text("after")
	under, stage := partner.ID(q.text("partner")), rebate.Stage(q.text("stage"))
	if err := q.err(); err != nil {
		return err
	}
	all, asOf, err := s.views.Claims()
	if err != nil {
		return err
	}
	dir := s.views.Directory()
	page, next := []rebate.Claim{}, ""
	for _, claim := range all {
		mine := belongs(dir, claim.Partner, caller(c).Partner) && belongs(dir, claim.Partner, under)
		if !mine || stage != "" && claim.Stage != stage || after != "" && strings.Compare(claim.ID, after) <= 0 {
			continue
		}
		if len(page) == limit {
			next = page[limit-1].ID
			break
		}
		page = append(page, claim)
	}
	out := map[string]any{"claims": page, "as_of": asOf}
	if next != "" {
		out["next"] = next
	}
	return answer(c, http.StatusOK, out)
}

// postApproval answers POST /v1/rebates/claims/{id}/approval.
func (s *Server) postApproval(c echo.Context) error {
	return s.stepClaim(c, func(claim rebate.Claim, b *account.Book, r claimStep) (rebate.Claim, account.Posting, error) {
		return claim.Approve(b, r.Note)
	})
}

// postSettlement answers POST /v1/rebates/claims/{id}/settlement.
func (s *Server) postSettlement(c echo.Context) error {
	return s.stepClaim(c, func(claim rebate.Claim, b *account.Book, r claimStep) (rebate.Claim, account.Posting, error) {
		return claim.Settle(b, r.Note, r.Rate)
	})
}

// stepClaim has a step of a claim post. The claim is evidence of it.
func (s *Server) stepClaim(c echo.Context, next func(rebate.Claim, *account.Book, claimStep) (rebate.Claim, account.Posting, error)) error {
	claim, err := s.claimOf(c)
	if err != nil {
		return err
	}
	var r claimStep
	request, err := s.money(c, &r, &r.Note)
	if err != nil {
		return err
	}
	r.Evidence.Papers = append(r.Evidence.Papers, "claim "+claim.ID)
	bq := projections.BookQuery{Partners: []partner.ID{claim.Partner}}
	return s.book(c, r.ID, request, bq, func(b *account.Book, made *booking) error {
		now, _, err := s.views.Claim(claim.ID) // the books have been caught up with
		if err != nil {
			return err
		}
		after, p, err := next(now, b, r)
		made.Claim, made.Posting = &after, p
		return err
	})
}

// postRejection answers POST /v1/rebates/claims/{id}/rejection.
func (s *Server) postRejection(c echo.Context) error {
	claim, err := s.claimOf(c)
	if err != nil {
		return err
	}
	var r claimStep
	if _, err := s.money(c, &r, &r.Note); err != nil {
		return err
	}
	return s.step(c, claim.ID, func(before *rebate.Claim) (rebate.Claim, error) {
		if before.Stage == rebate.Rejected && before.DecidedBy == r.By && before.Reason == r.Reason {
			return *before, nil
		}
		return before.Reject(r.By, r.Reason)
	}, claim.Partner)
}
