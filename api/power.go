package api

import (
	"errors"

	"github.com/labstack/echo/v4"

	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/projections"
)

// getBlindSpots answers GET /v1/blind-spots: what the scans of the quarter cannot
// show. A caller bound to a partner is not told: who knows what is not seen knows
// how not to be.
func (s *Server) getBlindSpots(c echo.Context) error {
	q, err := s.query(c, "partner", "region", "limit", "after", "lang")
	if err != nil {
		return err
	}
	b := projections.BlindQuery{
		Partner: partner.ID(q.text("partner")),
		Limit:   q.limit("limit"),
		After:   q.text("after"),
		Lang:    q.language(c.Request()),
	}
	if r := q.text("region"); r != "" {
		if b.Region, err = geo.ParseRegion(r); err != nil {
			q.fault("region", "want an ISO 3166 code such as DE or US-CA")
		}
	}
	if err := q.err(); err != nil {
		return err
	}
	page, err := s.views.BlindSpots(b)
	if bad := new(projections.BadToken); errors.As(err, &bad) {
		q.fault("after", "want what came as next; the list has changed since: begin anew")
		return q.err()
	}
	if err != nil {
		return err
	}
	return answerIn(c, b.Lang, page)
}
