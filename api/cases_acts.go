package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/internal/compliance"
	"waymark/internal/dispute"
	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// doInCase records what a caller asks for. prepare adds what the server knows; it is
// no part of what is asked, so that the same command is the same whenever it
// comes again.
func (s *Server) doInCase(c echo.Context, a dispute.Act, prepare func(*dispute.Act) error) error {
	asked, err := json.Marshal(a, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode an act: %w", err)
	}
	sum := sha256.Sum256(asked)
	a.Request, a.At = hex.EncodeToString(sum[:]), s.now().UTC().Truncate(time.Millisecond)
	before := a
	if a.Do == dispute.Notify {
		before.Notice = &dispute.Notice{} // is made below
	}
	if err := refuseFaults(before.Validate()); err != nil {
		return err
	}
	if err := prepare(&a); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	stream := ledger.AggregateStream("case", a.Case)
	rc, err := ledger.Decide(ctx, s.log, stream, foldCase, func(known dispute.Case) ([]event.Event, error) {
		repeats, err := known.Repeats(a)
		if repeats || err != nil {
			return nil, err
		}
		return s.judge(c, stream, known, a)
	})
	if err != nil {
		return caseRefusal(err, a)
	}
	status := http.StatusCreated
	if rc.Duplicate {
		status = http.StatusOK
	}
	return c.JSONBlob(status, receipt{id: a.Command, position: rc.Position, duplicate: rc.Duplicate}.appendTo(nil, 0))
}

func foldCase(c dispute.Case, r ledger.Recorded) (dispute.Case, error) {
	v, err := event.NewCatalog(dispute.Acted).Decode(r.Event)
	if err != nil {
		return c, err
	}
	return c.Apply(v.(dispute.Act)), nil // the catalog has no other type
}

// judge returns the event of an act that may be done.
func (s *Server) judge(c echo.Context, stream string, known dispute.Case, a dispute.Act) ([]event.Event, error) {
	if a.At.Before(known.Updated) { // the server's clock was set back: a case's goes on
		a.At = known.Updated
	}
	concerned := known.Opening.Partner
	if a.Do == dispute.Open {
		concerned = a.Opening.Partner
	}
	p, _ := s.views.Directory().Partner(concerned)
	a, err := known.Judge(a, s.clockOf(p))
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(a, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode an act: %w", err)
	}
	e, err := dispute.Acted.New(ledger.EventID(ledger.CaptureID(stream+"/"+a.Command), 0, data), a, data)
	if err != nil {
		return nil, err
	}
	e.Meta = caller(c).Meta
	s.figures.recorded(e.Type, 1, false)
	return []event.Event{e}, nil
}

// caseRefusal says to a client why an act is not done.
func caseRefusal(err error, a dispute.Act) error {
	var b *compliance.Breach
	switch {
	case errors.As(err, &b):
		return refuseGuarded(b)
	case errors.Is(err, dispute.ErrRepeat):
		return refuse(errConflict, fmt.Sprintf("command %q was given before in this case, for something else; nothing was recorded now", a.Command))
	case errors.Is(err, dispute.ErrState) && a.Do == dispute.Open:
		return refuse(errConflict, "there is a case of this id, opened otherwise; nothing was recorded now")
	case errors.Is(err, dispute.ErrState):
		return refuse(errState, err.Error())
	}
	return err
}

// complete adds to an opening what its findings say: where the goods went, and
// under which law.
func (s *Server) complete(c echo.Context, a *dispute.Act) error {
	o := a.Opening
	if err := s.catchUp(c.Request().Context()); err != nil {
		return err
	}
	m := missing{dir: s.views.Directory()}
	m.partner("/partner", o.Partner)
	m.optionalPartner("/harmed", o.Harmed)
	if len(m.list) > 0 {
		return refuse(errRefused, "", m.list...)
	}
	found, err := s.findings("/findings", o.Findings, *o)
	if err != nil {
		return err
	}
	for i, f := range found {
		regime := compliance.Regime(f.Regime)
		if i == 0 || regime == compliance.EEAInternal { // the strictest holds for all
			o.From, o.To, o.Regime = f.From, f.To, regime
		}
	}
	return nil
}

// findings returns those that a case names, and refuses it where one of them
// does not stand or cannot carry it.
func (s *Server) findings(field string, ids []string, o dispute.Opening) ([]projections.Finding, error) {
	var out []projections.Finding
	var faults []FieldError
	for i, id := range ids {
		f, ok, err := s.views.Finding(id, "en")
		if err != nil {
			return nil, err
		}
		at := fmt.Sprintf("%s/%d", field, i)
		rules, fits := o.Track.RestsOn(f.Rule)
		switch {
		case !ok:
			faults = append(faults, FieldError{Field: at, Detail: fmt.Sprintf("%q is no finding", id)})
		case f.Status == diversion.Withdrawn:
			faults = append(faults, FieldError{Field: at, Detail: "the finding was withdrawn: " + f.Withdrawn})
		case f.Partner != "" && f.Partner != o.Partner:
			faults = append(faults, FieldError{Field: at, Detail: fmt.Sprintf("the finding is about another partner than %q", o.Partner)})
		case !fits:
			faults = append(faults, FieldError{Field: at, Detail: fmt.Sprintf("a finding of %s does not show %s; want one of %q", f.Rule, o.Track, rules)})
		}
		out = append(out, f)
	}
	if len(faults) > 0 {
		return nil, refuse(errRefused, "", faults...)
	}
	return out, nil
}

// prepare adds to an act what the server knows, and refuses what names things
// that are not there.
func (s *Server) prepare(c echo.Context, a *dispute.Act, known dispute.Case) error {
	if repeats, err := known.Repeats(*a); repeats || err != nil {
		return nil // is answered from the record
	}
	switch a.Do {
	case dispute.Notify:
		return s.freeze(c, a, known)
	case dispute.Decide:
		if a.Decision.Policy != "" || a.Decision.Inputs != "" {
			return refuseField("/decision", "policy and inputs are written by the server")
		}
		return s.inputs(a, known)
	case dispute.Seat:
		return s.seatable(a, known)
	case dispute.Reopen:
		if err := s.catchUp(c.Request().Context()); err != nil {
			return err
		}
		_, err := s.findings("/reopening/findings", a.Reopening.Findings, known.Opening)
		return err
	case dispute.Merge:
		into, ok, err := s.views.Case(a.Into)
		if err != nil {
			return err
		}
		if !ok || into.Opening.Partner != known.Opening.Partner || into.Closed() || into.State == dispute.Withdrawn || into.State == dispute.Merged {
			return refuseField("/into", "want a case of the same partner that is not closed")
		}
	}
	return nil
}

// seatable refuses a panel on which a partner would sit that is not registered,
// or that stands above or below one that the case concerns.
func (s *Server) seatable(a *dispute.Act, known dispute.Case) error {
	m := missing{dir: s.views.Directory()}
	for i, seat := range a.Seats {
		m.optionalPartner(fmt.Sprintf("/seats/%d/partner", i), seat.Partner)
	}
	if len(m.list) > 0 {
		return refuse(errRefused, "", m.list...)
	}
	if slices.ContainsFunc(a.Seats, func(seat dispute.Member) bool {
		return related(m.dir, seat.Partner, known.Opening.Partner) || related(m.dir, seat.Partner, known.Opening.Harmed)
	}) {
		return refuseGuarded(&compliance.Breach{Guard: compliance.G4, Detail: "nobody judges who comes from a partner that the case concerns, or from one above or below it"})
	}
	return nil
}

// inputs notes what a decision is made on: the policy, and the hash of what was
// told and answered.
func (s *Server) inputs(a *dispute.Act, known dispute.Case) error {
	heard, err := json.Marshal([]any{known.Opening, known.Notice, known.Responses}, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode what a decision is made on: %w", err)
	}
	sum := sha256.Sum256(heard)
	d := *a.Decision
	d.Inputs, d.Policy = hex.EncodeToString(sum[:]), s.views.Policies().At(a.At).Version
	a.Decision = &d
	return nil
}

// Of a finding that is frozen, so many items and events are kept by name.
const (
	frozenItems  = 100
	frozenEvents = 50
)

// freeze puts the findings into the notice, as they are now.
func (s *Server) freeze(c echo.Context, a *dispute.Act, known dispute.Case) error {
	if err := s.catchUp(c.Request().Context()); err != nil {
		return err
	}
	n := &dispute.Notice{}
	found, err := s.findings("/opening/findings", known.Opening.Findings, known.Opening)
	if err != nil {
		return err
	}
	for _, f := range found {
		n.Evidence = append(n.Evidence, frozen(f))
		spot, ok, err := s.views.BlindSpotOf(f.ID, "en")
		if err != nil {
			return err
		}
		if ok && spot.Text != "" && !slices.Contains(n.Gaps, spot.Text) {
			n.Gaps = append(n.Gaps, spot.Text)
		}
	}
	gaps, err := s.gapsOf(known.Opening.Partner)
	if err != nil {
		return err
	}
	n.Gaps = append(n.Gaps, gaps...)
	a.Notice = n
	return nil
}

func frozen(f projections.Finding) dispute.Frozen {
	out := dispute.Frozen{
		Finding: f.ID, Rule: f.Rule, RuleVersion: f.RuleVersion, Title: f.Title, Why: f.Why, Strength: string(f.Strength), Status: string(f.Status),
		From: f.From, To: f.To, Time: f.FirstEventTime, Units: f.ItemsCount, Items: f.Items[:min(len(f.Items), frozenItems)],
	}
	for _, e := range f.Evidence[:min(len(f.Evidence), frozenEvents)] {
		out.Events = append(out.Events, dispute.Source{Position: uint64(e.Position), EventID: e.EventID, Text: e.Text})
	}
	return out
}

// gapsOf says what is lacking in a partner's own records, so that nobody reads
// silence as guilt or innocence.
func (s *Server) gapsOf(p partner.ID) ([]string, error) {
	spots, err := s.views.BlindSpots(projections.BlindQuery{Partner: p, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(spots.BlindSpots) == 0 {
		return []string{"nothing is known of its scans in the quarter"}, nil
	}
	g := spots.BlindSpots[0].Gaps
	return []string{fmt.Sprintf("%.1f%% of %d arrivals were passed on without a scan of receipt", 100*g.Unreceived, g.Arrivals)}, nil
}
