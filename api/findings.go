package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/projections"
)

// getFindings answers GET /v1/findings. A caller bound to a partner gets the
// findings about that partner and those below it.
func (s *Server) getFindings(c echo.Context) error {
	q, err := s.query(c, "rule", "partner", "region", "status", "since", "limit", "after", "lang")
	if err != nil {
		return err
	}
	f := projections.FindingQuery{
		Rule:    q.text("rule"),
		Partner: partner.ID(q.text("partner")),
		Status:  diversion.Status(q.text("status")),
		Since:   q.time("since"),
		Limit:   q.limit("limit"),
		After:   q.text("after"),
		Lang:    q.language(c.Request()),
	}
	if r := q.text("region"); r != "" {
		if f.Region, err = geo.ParseRegion(r); err != nil {
			q.fault("region", "want an ISO 3166 code such as DE or US-CA")
		}
	}
	switch f.Status {
	case "", diversion.Provisional, diversion.Active, diversion.Withdrawn:
	default:
		q.fault("status", "want provisional, active or withdrawn")
	}
	if _, ok := diversion.ByID(f.Rule); f.Rule != "" && !ok {
		q.fault("rule", "there is no such rule; there are "+ruleIDs())
	}
	if _, ok := diversion.ParseID(f.After); f.After != "" && !ok {
		q.fault("after", "want the id that came as next")
	}
	if err := q.err(); err != nil {
		return err
	}
	if top := caller(c).Partner; top != "" {
		if f.Partner == "" {
			f.Partner = top
		} else if !belongs(s.views.Directory(), f.Partner, top) {
			return answerIn(c, f.Lang, projections.Page{Findings: []projections.Finding{}, AsOf: s.views.AsOf()})
		}
	}
	page, err := s.views.Findings(f)
	if errors.As(err, new(*projections.BadToken)) { // the form of an id, and of no finding
		q.fault("after", "want the id that came as next")
		return q.err()
	}
	if err != nil {
		return err
	}
	if caller(c).Partner == "" {
		sum, err := s.views.CannotSee(f.Lang)
		if err != nil {
			return err
		}
		page.CannotSee = &sum
	}
	return answerIn(c, f.Lang, page)
}

// ruleIDs lists the rules.
func ruleIDs() string {
	var ids []string
	for _, r := range diversion.Rules {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, ", ")
}

// getFinding answers GET /v1/findings/{id}.
func (s *Server) getFinding(c echo.Context) error {
	q, err := s.query(c, "lang")
	if err != nil {
		return err
	}
	lang := q.language(c.Request())
	if err := q.err(); err != nil {
		return err
	}
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	f, ok, err := sought(c.Request().Context(), s, func() (projections.Finding, bool, error) { return s.views.Finding(id, lang) })
	if err != nil {
		return err
	}
	if !ok || !s.mayKnow(caller(c).Partner, f) {
		return refuse(errNotFound, "")
	}
	if caller(c).Partner == "" {
		spot, ok, err := s.views.BlindSpotOf(id, lang)
		if err != nil {
			return err
		}
		if ok {
			f.CannotSee = &spot
		}
	}
	return answerIn(c, lang, f)
}

// mayKnow reports whether a caller bound to top may know of a finding.
func (s *Server) mayKnow(top partner.ID, f projections.Finding) bool {
	return top == "" || f.Partner != "" && belongs(s.views.Directory(), f.Partner, top)
}

// getRegions answers GET /v1/regions.
func (s *Server) getRegions(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	regions, asOf, err := s.views.Regions()
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, map[string]any{"regions": regions, "as_of": asOf})
}
