package api

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/internal/dispute"
	"waymark/internal/partner"
	"waymark/projections"
)

// A caseOpening is what POST /v1/cases takes.
type caseOpening struct {
	ID       string         `json:"id"`
	Partner  partner.ID     `json:"partner"`
	Track    dispute.Track  `json:"track,omitzero"` // territory where left out
	Findings []string       `json:"findings"`
	Reasons  string         `json:"reasons"`
	Harmed   partner.ID     `json:"harmed,omitzero"`
	Tip      string         `json:"tip,omitzero"`
	Terms    *dispute.Terms `json:"terms,omitempty"`
}

// A caseAct is what POST /v1/cases/{id}/acts takes: a command, what to do, and
// the section that belongs to it.
type caseAct struct {
	Command    string              `json:"command"`
	Do         dispute.Action      `json:"do"`
	Reasons    string              `json:"reasons,omitzero"`
	Media      string              `json:"media,omitzero"`
	Clearance  *dispute.Clearance  `json:"clearance,omitempty"`
	Response   *dispute.Response   `json:"response,omitempty"`
	Decision   *dispute.Decision   `json:"decision,omitempty"`
	Seats      []dispute.Member    `json:"seats,omitempty"`
	Member     string              `json:"member,omitzero"`
	Vote       dispute.Outcome     `json:"vote,omitzero"`
	Settlement *dispute.Settlement `json:"settlement,omitempty"`
	Into       string              `json:"into,omitzero"`
	Reopening  *dispute.Reopening  `json:"reopening,omitempty"`
}

// A caseAnswer is a case as a caller may see it.
type caseAnswer struct {
	dispute.Case
	Wording  string            `json:"wording"`
	Overdue  bool              `json:"overdue"`
	Formula  string            `json:"formula,omitzero"` // of the loss
	Standing map[string]string `json:"standing"`         // how each finding stands now
	Can      []dispute.Action  `json:"can"`              // what the caller may do now
	Gaps     []string          `json:"data_gaps"`        // what could not have been seen
	AsOf     projections.AsOf  `json:"as_of"`
}

// postCase answers POST /v1/cases.
func (s *Server) postCase(c echo.Context) error {
	var o caseOpening
	if err := s.readDocument(c, &o); err != nil {
		return err
	}
	who := caller(c)
	if !s.hasRight(who, dispute.Open, dispute.Case{}) {
		return refuse(errForbidden, "it needs the role "+caseRights[dispute.Open].roles.String())
	}
	a := dispute.Act{Case: o.ID, Command: "open", Do: dispute.Open, By: who.ID, Reasons: o.Reasons}
	a.Opening = &dispute.Opening{Partner: o.Partner, Track: o.Track, Findings: o.Findings, Harmed: o.Harmed, Tip: o.Tip, Terms: dispute.Least}
	if a.Opening.Track == "" {
		a.Opening.Track = dispute.Territory
	}
	if o.Terms != nil {
		a.Opening.Terms = *o.Terms
	}
	return s.doInCase(c, a, func(a *dispute.Act) error { return s.complete(c, a) })
}

// postCaseAct answers POST /v1/cases/{id}/acts.
func (s *Server) postCaseAct(c echo.Context) error {
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	var in caseAct
	if err := s.readDocument(c, &in); err != nil {
		return err
	}
	who := caller(c)
	if err := s.catchUp(c.Request().Context()); err != nil { // rights are those of now
		return err
	}
	known, err := s.caseOf(c, id)
	if err != nil {
		return err
	}
	if _, ok := caseRights[in.Do]; !ok || in.Do == dispute.Open {
		return refuseField("/do", fmt.Sprintf("%q, want one of %s", in.Do, actionNames()))
	}
	if !s.hasRight(who, in.Do, known) {
		return refuse(errForbidden, fmt.Sprintf("it is not for this key to %s this case", in.Do))
	}
	a := dispute.Act{
		Case: id, Command: in.Command, Do: in.Do, By: who.ID, For: who.Partner, Reasons: in.Reasons, Media: in.Media,
		Clearance: in.Clearance, Response: in.Response, Decision: in.Decision, Seats: in.Seats, Member: in.Member, Vote: in.Vote,
		Settlement: in.Settlement, Into: in.Into, Reopening: in.Reopening,
	}
	return s.doInCase(c, a, func(a *dispute.Act) error { return s.prepare(c, a, known) })
}

// caseOf returns a case that the caller may know of.
func (s *Server) caseOf(c echo.Context, id string) (dispute.Case, error) {
	known, ok, err := sought(c.Request().Context(), s, func() (dispute.Case, bool, error) { return s.views.Case(id) })
	if err != nil {
		return known, err
	}
	if _, may := s.shown(caller(c), known); !ok || !may {
		return known, refuse(errNotFound, "")
	}
	return known, nil
}

// getCase answers GET /v1/cases/{id}.
func (s *Server) getCase(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	known, err := s.caseOf(c, id)
	if err != nil {
		return err
	}
	who := caller(c)
	seen, _ := s.shown(who, known)
	out := caseAnswer{
		Case: seen, Wording: known.Wording(), Overdue: known.Overdue(s.now()), Standing: map[string]string{}, Can: s.deeds(who, known), AsOf: s.views.AsOf(),
	}
	if seen.Notice != nil {
		out.Gaps = seen.Notice.Gaps
	}
	if seen.Decision != nil && seen.Decision.Loss != nil {
		out.Formula = seen.Decision.Loss.Formula()
	}
	for _, id := range seen.Opening.Findings {
		f, ok, err := s.views.Finding(id, "en")
		if err != nil {
			return err
		}
		if ok {
			out.Standing[id] = string(f.Status)
		}
	}
	return answer(c, http.StatusOK, out)
}

// getCases answers GET /v1/cases: to a caller bound to a partner, the cases that
// concern it or those below it and that it was told of.
func (s *Server) getCases(c echo.Context) error {
	q, err := s.query(c, "partner", "state", "limit", "after")
	if err != nil {
		return err
	}
	cq := projections.CaseQuery{Partner: partner.ID(q.text("partner")), State: dispute.State(q.text("state")), After: q.text("after"), Limit: q.limit("limit")}
	if cq.State != "" && !slices.Contains(dispute.States, cq.State) {
		q.fault("state", fmt.Sprintf("want one of %q", dispute.States))
	}
	if err := q.err(); err != nil {
		return err
	}
	who := caller(c)
	var page []projections.CaseLine
	more, asOf := false, s.views.AsOf()
	switch {
	case who.Partner == "" && !who.Roles.Plays(seers):
		return refuse(errForbidden, "it needs a role: "+seers.String())
	case who.Partner != "" && cq.Partner != "" && !belongs(s.views.Directory(), cq.Partner, who.Partner):
		page = []projections.CaseLine{}
	default:
		if who.Partner != "" {
			if cq.Told = true; cq.Partner == "" {
				cq.Partner = who.Partner
			}
		}
		if page, more, asOf, err = s.views.Cases(cq); err != nil {
			return err
		}
	}
	out := map[string]any{"cases": page, "as_of": asOf}
	if more {
		out["next"] = page[len(page)-1].ID
	}
	return answer(c, http.StatusOK, out)
}

// clockOf returns the clock on which a partner's rights run.
func (s *Server) clockOf(p partner.Partner) dispute.Clock {
	return func(from time.Time, days int) time.Time { return s.views.Calendars().Due(p, from, days) }
}
