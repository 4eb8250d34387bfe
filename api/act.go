package api

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/catalog"
	"waymark/internal/deal"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
)

// Asked is what every command to deals and quotes has beside what it asks for.
type Asked struct {
	Command string `json:"command"` // names it: the same again is done once
	// At is when it happened, where that is not now. The owner alone may say so.
	At time.Time `json:"at,omitzero"`
	// By names who asks in development mode, where there are no keys to tell
	// people apart.
	By string `json:"by,omitzero"`
}

// act returns who asks for something, and when.
func (s *Server) act(c echo.Context, a Asked) (deal.Act, error) {
	who, now := caller(c), s.now().UTC()
	out := deal.Act{Command: a.Command, By: who.ID, For: who.Partner, At: now}
	if !partner.ValidID(a.Command) {
		return out, refuseField("/command", idForm)
	}
	if a.By != "" {
		if who != developer {
			return out, refuseField("/by", "a key says who asks; it can be named in development mode only")
		}
		if !partner.ValidID(a.By) {
			return out, refuseField("/by", idForm)
		}
		out.By = a.By
	}
	if a.At.IsZero() {
		return out, nil
	}
	switch {
	case who.Partner != "" || !who.Scopes.Allows(auth.Admin):
		return out, refuseField("/at", "the owner alone may say when it happened")
	case a.At.After(now):
		return out, refuseField("/at", "is still to come")
	}
	out.At = a.At.UTC()
	return out, nil
}

// refusalOf returns what a client may learn of why a command is not done.
func refusalOf(err error) error {
	var r *deal.Refusal
	if !errors.As(err, &r) {
		return err
	}
	kind := map[deal.Kind]error{deal.Invalid: errRefused, deal.Unknown: errNotFound, deal.Forbidden: errForbidden, deal.Conflict: errStands}[r.Kind]
	switch {
	case r.Kind == deal.Unknown:
		return refuse(kind, "")
	case r.Field != "":
		return refuse(kind, "", FieldError{Field: r.Field, Detail: r.Detail})
	}
	return refuse(kind, r.Detail)
}

// eventsOf returns what was decided as events. Their ids follow from the command,
// so that the same append again is known.
func (s *Server) eventsOf(c echo.Context, stream string, a deal.Act, decided []any, encode func(any) (event.Event, error)) ([]event.Event, error) {
	of := ledger.CaptureID(stream + "|" + string(a.For) + "|" + a.Command)
	var out []event.Event
	for i, d := range decided {
		e, err := encode(d)
		if err != nil {
			return nil, err
		}
		e.ID, e.Meta = ledger.EventID(of, i, e.Data), caller(c).Meta
		s.figures.recorded(e.Type, 1, false)
		out = append(out, e)
	}
	return out, nil
}

// folding returns a fold that shows each event of a stream to a state.
func folding[S any, P interface {
	*S
	Apply(any) error
}](state P, r ledger.Recorded) (P, error) {
	if state == nil {
		state = new(S)
	}
	v, err := catalog.Events.Decode(r.Event)
	if err != nil {
		return nil, err
	}
	if err := state.Apply(v); err != nil {
		return nil, fmt.Errorf("stream %s at %d: %w", r.Stream, r.Revision, err)
	}
	return state, nil
}

// answerAct answers with what came of a command: a receipt, and what else there
// is to say.
func answerAct(c echo.Context, id string, rc ledger.Receipt, more any) error {
	status := 201
	if rc.Duplicate {
		status = 200
	}
	out := receipt{id: id, position: rc.Position, duplicate: rc.Duplicate}.appendTo(nil, 0)
	extra, err := json.Marshal(more, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode a %T: %w", more, err)
	}
	if len(extra) > 2 { // not {}
		out = append(append(out[:len(out)-1], ','), extra[1:]...)
	}
	return c.JSONBlob(status, jsontext.Value(out))
}
