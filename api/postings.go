package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// A booking is what the books say to a request that moves money.
type booking struct {
	ID        string          `json:"id"`
	Position  ledger.Position `json:"position"`
	Duplicate bool            `json:"duplicate"`
	Posting   account.Posting `json:"posting"`
	// How the amount comes about, where it was reckoned.
	Earning    *rebate.Earning    `json:"earning,omitempty"`
	Assessment *rebate.Assessment `json:"assessment,omitempty"`
	Claim      *rebate.Claim      `json:"claim,omitempty"`
}

// A draft says what a request posts, given the part of the books that it asked
// for. It is made anew where another posting came between.
type draft func(b *account.Book, into *booking) error

// money reads the body of a request that moves money into v, heads it with who
// asks and when, and returns the SHA-256 of what is asked for. It takes the role
// finance, but for a partner that speaks for itself where the route lets it.
func (s *Server) money(c echo.Context, v any, n *account.Note) (request string, err error) {
	if who := caller(c); who.Partner == "" && !who.Roles.Plays(auth.Finance) {
		return "", refuse(errForbidden, "it needs the role finance")
	}
	if _, err := mediaType(c.Request(), typeJSON); err != nil {
		return "", err
	}
	if _, err := s.query(c); err != nil {
		return "", err
	}
	body, err := readBody(c, s.limits.Body)
	if err != nil {
		return "", err
	}
	defer release(body)
	if err := decode(body.Bytes(), v); err != nil {
		return "", err
	}
	asked, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("encode a %T: %w", v, err)
	}
	sum := sha256.Sum256(append([]byte(c.Request().URL.EscapedPath()+"\n"), asked...))
	n.By = caller(c).ID
	if n.Date == "" {
		n.Date = partner.Date(s.now().UTC().Format(time.DateOnly))
	}
	var f partner.Checker
	f.ID("/id", n.ID)
	_, dated := n.Date.Start()
	f.Require(dated, "/date", "%q, want a date such as 2026-01-31", n.Date)
	f.Require(n.Reason != "", "/reason", "missing, want the reason in words")
	return hex.EncodeToString(sum[:]), refuseFaults(f.Faults)
}

// book enters what a draft posts, once: the same request again is answered with
// what it posted. Postings are made one at a time, each on the books as they are
// then; where another server's came between, the draft is made again.
func (s *Server) book(c echo.Context, id, request string, bq projections.BookQuery, d draft) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	s.booking.Lock()
	defer s.booking.Unlock()
	for {
		if err := s.catchUp(ctx); err != nil {
			return err
		}
		b, at, err := s.views.Books(bq)
		if err != nil {
			return err
		}
		if done, found, err := s.views.Posting(id); err != nil {
			return err
		} else if found {
			if done.Posting.Request != request || done.Posting.By != caller(c).ID {
				return refuse(errConflict, "this id was posted before with other content; nothing was posted now")
			}
			return answer(c, http.StatusOK, booking{ID: id, Position: done.Position, Duplicate: true, Posting: done.Posting})
		}
		var made booking
		if err := d(b, &made); err != nil {
			return moneyProblem(err)
		}
		made.ID, made.Posting.Request = id, request
		if err := b.Post(made.Posting); err != nil {
			return moneyProblem(err)
		}
		events, err := made.events(caller(c).Meta)
		if err != nil {
			return err
		}
		r, err := s.log.Append(ctx, accountStream(bq.Partners[0]), at, events...)
		if errors.Is(err, ledger.ErrConflict) && ctx.Err() == nil {
			continue
		}
		if err != nil {
			return err
		}
		s.figures.recorded(events[0].Type, 1, r.Duplicate)
		made.Position, made.Duplicate = r.Position, r.Duplicate
		return answer(c, http.StatusCreated, made)
	}
}

// accountStream is the stream of all that is posted about a partner.
func accountStream(p partner.ID) string { return ledger.AggregateStream("account", string(p)) }

// events returns the posting as an event, and the claim that it moves on.
func (b *booking) events(meta []byte) ([]event.Event, error) {
	id := ledger.CaptureID("posting " + b.ID)
	posted, err := account.Posted.New(ledger.EventID(id, 0, []byte(b.Posting.Request)), b.Posting, nil)
	if err != nil {
		return nil, err
	}
	posted.Meta = meta
	if b.Claim == nil {
		return []event.Event{posted}, nil
	}
	claim, err := rebate.ClaimRecorded.New(ledger.EventID(id, 1, []byte(b.Posting.Request)), *b.Claim, nil)
	claim.Meta = meta
	return []event.Event{posted, claim}, err
}

// moneyProblem turns what the books and the guards say into what a client may
// learn.
func moneyProblem(err error) error {
	var guard *rebate.Refusal
	var fault partner.Fault
	switch {
	case errors.As(err, &guard):
		return &refusal{kind: errGuarded, detail: guard.Detail, guard: guard.Guard}
	case errors.Is(err, rebate.ErrFourEyes):
		return &refusal{kind: errGuarded, detail: err.Error(), guard: "G4"}
	case errors.Is(err, account.ErrShort), errors.Is(err, account.ErrReversed), errors.Is(err, rebate.ErrNothing), errors.Is(err, rebate.ErrStage):
		return refuse(errState, err.Error())
	case errors.As(err, &fault):
		return refuse(errRefused, "", FieldError{Field: fault.Field, Detail: fault.Detail})
	case errors.Is(err, account.ErrInvalid), errors.Is(err, money.ErrCurrency), errors.Is(err, money.ErrRange), errors.Is(err, rebate.ErrTerms):
		return refuse(errRefused, err.Error())
	}
	return err
}

// decision returns what became of a case. A case that nobody knows carries no
// money, as one that is not final.
func (s *Server) decision(id string) (rebate.Decision, error) {
	d, found, err := s.decisions(id)
	if err != nil || found {
		return d, err
	}
	return rebate.Decision{}, moneyProblem(&rebate.Refusal{Guard: "G4", Detail: fmt.Sprintf("no case %s with a final decision is known", shorten(id))})
}

// decided reads what became of a case from its acts.
func (s *Server) decided(id string) (rebate.Decision, bool, error) {
	c, found, err := s.views.Case(id)
	if err != nil || !found {
		return rebate.Decision{}, false, err
	}
	d := rebate.Decision{
		Case: c.ID, Partner: c.Opening.Partner, Regime: c.Opening.Regime, Outcome: string(c.Outcome()), Final: c.Closed(),
		OpenedBy: c.Openers, DecidedBy: c.DecidedBy, Findings: c.Opening.Findings, SignedOffBy: c.ClearedBy,
	}
	if c.Notice != nil {
		for _, f := range c.Notice.Evidence {
			for _, e := range f.Events {
				if e.EventID != "" && len(d.Events) < maxNamedEvents {
					d.Events = append(d.Events, e.EventID)
				}
			}
		}
	}
	return d, true, nil
}

// maxNamedEvents bounds the events that a posting names as its evidence; all of
// them are in the case.
const maxNamedEvents = 500

// getPosting answers GET /v1/postings/{id}. To a caller bound to a partner, a
// posting about another is not found.
func (s *Server) getPosting(c echo.Context) error {
	return s.document(c, func(id string) (any, bool, error) {
		p, ok, err := s.views.Posting(id)
		return p, ok && belongs(s.views.Directory(), p.Posting.Partner, caller(c).Partner), err
	})
}

// getReversals answers GET /v1/reversals: the postings that rest on findings
// which no longer stand.
func (s *Server) getReversals(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	list, asOf, err := s.views.Proposals()
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, map[string]any{"reversals": list, "as_of": asOf})
}

// A reversing asks for a posting to be taken back.
type reversing struct {
	account.Note
	Posting string `json:"posting"`
}

// postReversal answers POST /v1/reversals. Who posted cannot take back.
func (s *Server) postReversal(c echo.Context) error {
	var r reversing
	request, err := s.money(c, &r, &r.Note)
	if err != nil {
		return err
	}
	was, found, err := sought(c.Request().Context(), s, func() (projections.Posting, bool, error) { return s.views.Posting(r.Posting) })
	if err != nil {
		return err
	}
	if !found {
		return refuseField("/posting", fmt.Sprintf("%q is not in the books", shorten(r.Posting)))
	}
	bq := projections.BookQuery{Partners: []partner.ID{was.Posting.Partner}, Postings: []string{r.Posting}}
	return s.book(c, r.ID, request, bq, func(b *account.Book, made *booking) error {
		if was.Posting.By == r.By {
			return fmt.Errorf("posting %s was made by %s: %w", r.Posting, r.By, rebate.ErrFourEyes)
		}
		made.Posting, err = b.Reversal(r.Note, r.Posting)
		return err
	})
}
