package deal

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Submission is that a partner asked for a deal.
type Submission struct {
	Deal    string    `json:"deal"`
	Act     Act       `json:"act"`
	Request Request   `json:"request"`
	Due     time.Time `json:"due"`              // by when the owner is to decide
	Outside bool      `json:"outside,omitzero"` // of what the partner may sell there
	Behind  []string  `json:"behind,omitempty"` // deals for the customer that were submitted before and wait
}

// An Approval is that the owner took a deal.
type Approval struct {
	Deal    string       `json:"deal"`
	Act     Act          `json:"act"`
	From    partner.Date `json:"from"`
	Until   partner.Date `json:"until"`            // last day of protection
	Outside bool         `json:"outside,omitzero"` // it is a waiver too
	Reason  string       `json:"reason,omitzero"`
}

// A Code says why a deal is rejected.
type Code string

const (
	Duplicate        Code = "duplicate"        // the partner's own, submitted before
	ChannelConflict  Code = "channel_conflict" // another partner was first
	ExistingCustomer Code = "existing_customer"
	OutsideTerritory Code = "outside_territory"
	TooEarly         Code = "too_early"
	Insufficient     Code = "insufficient" // too little is told
	DirectActive     Code = "direct_active"
)

// Codes are the ones that people may give.
var Codes = []Code{Duplicate, ExistingCustomer, OutsideTerritory, TooEarly, Insufficient, DirectActive}

// A Rejection is that a deal was not taken: by the owner or, where another was
// first, by the rule.
type Rejection struct {
	Deal    string       `json:"deal"`
	Act     Act          `json:"act"`
	Code    Code         `json:"code"`
	Reason  string       `json:"reason,omitzero"`
	Against string       `json:"against,omitzero"` // the deal that was first
	Matched []Match      `json:"matched,omitempty"`
	Since   partner.Date `json:"since,omitzero"` // day on which that was submitted
}

// An Extension is that a deal is protected for longer.
type Extension struct {
	Deal     string       `json:"deal"`
	Act      Act          `json:"act"`
	Until    partner.Date `json:"until"`
	Progress string       `json:"progress"` // what was done for it
}

// A Closing is how a deal ended.
type Closing struct {
	Deal    string       `json:"deal"`
	Act     Act          `json:"act"`
	Status  Status       `json:"status"` // Won, Lost, Withdrawn or Expired
	On      partner.Date `json:"on"`
	Deliver partner.Date `json:"deliver,omitzero"` // of one won: last day of delivery
	Reason  string       `json:"reason,omitzero"`
}

// What happens to a deal that is kept here.
var (
	Submitted = event.Define[Submission]("deal.submitted")
	Approved  = event.Define[Approval]("deal.approved")
	Refused   = event.Define[Rejection]("deal.rejected")
	Extended  = event.Define[Extension]("deal.extended")
	Closed    = event.Define[Closing]("deal.closed")
)

// EventOf returns the event of something that happened to a deal. It has no id
// yet.
func EventOf(payload any) (event.Event, error) {
	switch e := payload.(type) {
	case Submission:
		return Submitted.New(uuid.Nil, e, nil)
	case Approval:
		return Approved.New(uuid.Nil, e, nil)
	case Rejection:
		return Refused.New(uuid.Nil, e, nil)
	case Extension:
		return Extended.New(uuid.Nil, e, nil)
	case Closing:
		return Closed.New(uuid.Nil, e, nil)
	}
	return event.Event{}, fmt.Errorf("a %T is nothing that happens to a deal", payload)
}
