package webhook

import (
	"fmt"
	"math"
	"time"

	"waymark/ledger"
)

// A Reason says why nothing is delivered any more.
type Reason string

// The reasons.
const (
	Gone      Reason = "gone"      // the receiver answered 410
	Exhausted Reason = "exhausted" // no attempt of the schedule arrived
	Moved     Reason = "moved"     // the ledger is a copy: tokens of the other mean nothing here
)

// A Cause says why an attempt failed.
type Cause string

// The causes.
const (
	BadStatus Cause = "status"    // the receiver did not answer 2xx
	Timeout   Cause = "timeout"   // it did not answer in time
	Refused   Cause = "refused"   // its name leads to an address that is not public
	Unreached Cause = "unreached" // no connection, or one that broke
)

// Causes lists every cause.
var Causes = []Cause{BadStatus, Timeout, Refused, Unreached}

// A Failure tells of an attempt that did not arrive.
type Failure struct {
	Cause   Cause     `json:"cause"`
	Status  int       `json:"status,omitzero"` // of the answer, where there was one
	Attempt int       `json:"attempt"`         // at this alert, from 1
	Next    time.Time `json:"next,omitzero"`   // not before; zero: never
}

// A Claim is held by the node that delivers.
type Claim struct {
	ID       string          `json:"id"`
	Node     string          `json:"node"`
	Position ledger.Position `json:"position"`
	TTL      int64           `json:"ttl_ms"` // milliseconds
}

// A State is what the stream of a webhook says of it. The zero value is that
// of one that was never registered.
type State struct {
	Registration
	Revision   int64     `json:"revision"` // of the last event; meaningless where none is registered
	Registered time.Time `json:"registered"`
	Rotated    time.Time `json:"rotated,omitzero"` // when the secret became another; zero: never
	Through    string    `json:"through"`          // token of the last alert dealt with
	Ended      bool      `json:"ended,omitzero"`
	Disabled   Reason    `json:"disabled,omitzero"`
	DisabledAt time.Time `json:"disabled_at,omitzero"`

	Claim     *Claim    `json:"claim,omitempty"` // nil: nobody delivers
	Holder    string    `json:"holder,omitzero"` // the node that delivered last
	Delivered int64     `json:"delivered"`
	Last      time.Time `json:"last,omitzero"` // when something was delivered

	Failure *Failure  `json:"failure,omitempty"` // of the last attempt; nil: it arrived
	Since   time.Time `json:"since,omitzero"`    // of the failures in a row
}

// Exists tells whether the webhook is registered and has not ended.
func (s *State) Exists() bool { return s.ID != "" && !s.Ended }

// Active tells whether alerts are to be delivered.
func (s *State) Active() bool { return s.Exists() && s.Disabled == "" }

// Fold returns the state after an event, whose payload is what: at a position
// and a revision, recorded at a time.
func (s State) Fold(what any, at ledger.Position, revision int64, created time.Time) State {
	s.Revision = revision
	switch e := what.(type) {
	case Registration:
		return s.registered(e, at, created)
	case Claimed:
		s.Claim = &Claim{e.Claim, e.Node, at, e.TTL}
	case Attempted:
		if s.Claim != nil && s.Claim.ID == e.Claim {
			return s.attempted(e, at, created)
		}
	case Disabled:
		s.Disabled, s.DisabledAt = e.Why, created
	case Ended:
		s.Ended, s.Claim = true, nil
	}
	return s
}

// registered begins with the first alert after the registration, or goes on
// where the webhook was: nothing is lost between.
func (s State) registered(r Registration, at ledger.Position, created time.Time) State {
	if !s.Exists() {
		return State{Registration: r, Revision: s.Revision, Registered: created, Through: endOf(at)}
	}
	if r.Version != s.Version {
		s.Rotated = created
	}
	s.Registration = r
	s.Disabled, s.DisabledAt = "", time.Time{}
	s.Failure, s.Since = nil, time.Time{}
	return s
}

func (s State) attempted(e Attempted, at ledger.Position, created time.Time) State {
	claim := s.Claim
	s.Claim, s.Holder, s.Through = nil, claim.Node, e.Through
	if e.Delivered > 0 {
		s.Delivered += int64(e.Delivered)
		s.Last = created
	}
	switch {
	case e.Position != claim.Position:
		s.Disabled, s.DisabledAt, s.Through = Moved, created, endOf(at)
	case e.Failure == nil:
		if e.Delivered > 0 {
			s.Failure, s.Since = nil, time.Time{}
		}
	default:
		if s.Failure == nil || e.Delivered > 0 {
			s.Since = created
		}
		f := *e.Failure
		s.Failure = &f
	}
	return s
}

// endOf returns a token behind every alert that the event at a position brought.
func endOf(at ledger.Position) string { return fmt.Sprintf("%d-%d", at, uint32(math.MaxUint32)) }
