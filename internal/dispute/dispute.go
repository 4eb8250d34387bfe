// Package dispute holds the cases between an owner and its partners: from the
// findings that one rests on, through notice, response, decision, appeal and
// arbitration, to what is final and settled.
//
// A case is a fold over the acts of people; see [Case.Apply]. Whether an act is
// due process is judged before it is recorded, by [Case.Judge], and never again:
// what is recorded happened. Clocks count working days on the calendar of the
// partner concerned and are kept as the moments at which they end.
package dispute

import (
	"time"

	"waymark/internal/compliance"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A State says how far a case has come.
type State string

// The states of a case.
const (
	None       State = ""           // there is no such case
	Opened     State = "open"       // known to the owner alone
	Notified   State = "notified"   // the partner knows, with the evidence frozen
	Responded  State = "responded"  // and was heard
	Decided    State = "decided"    // the partner may appeal
	Appealed   State = "appealed"   // before a panel of both sides
	Arbitrated State = "arbitrated" // the panel has decided
	Final      State = "final"      // nothing can be appealed; measures may follow
	Settled    State = "settled"    // and have followed, or none had to
	Withdrawn  State = "withdrawn"  // late evidence explained it
	Merged     State = "merged"     // goes on as part of another case
)

// States lists the states in which a case can be.
var States = []State{Opened, Notified, Responded, Decided, Appealed, Arbitrated, Final, Settled, Withdrawn, Merged}

// An Action is a kind of act.
type Action string

// The actions.
const (
	Open      Action = "open"
	Clear     Action = "clear" // counsel lets a case within the EEA proceed
	Notify    Action = "notify"
	Respond   Action = "respond"
	Decide    Action = "decide"
	Appeal    Action = "appeal"
	Seat      Action = "seat"
	Recuse    Action = "recuse"
	CastVote  Action = "vote"
	Arbitrate Action = "arbitrate"
	Finalise  Action = "finalise"
	Settle    Action = "settle"
	Withdraw  Action = "withdraw"
	Merge     Action = "merge"
	Reopen    Action = "reopen"
)

// Actions lists the actions.
var Actions = []Action{Open, Clear, Notify, Respond, Decide, Appeal, Seat, Recuse, CastVote, Arbitrate, Finalise, Settle, Withdraw, Merge, Reopen}

// An Act is what one person did in a case. Of the sections below Media it has
// those that belong to its action.
type Act struct {
	Case    string     `json:"case"`
	Command string     `json:"command"` // names the act within its case: the same again is no second act
	Request string     `json:"request"` // SHA-256 of what was asked, in hexadecimal
	Do      Action     `json:"do"`
	By      string     `json:"by"`               // key of who acted
	For     partner.ID `json:"for,omitzero"`     // partner that the key is bound to
	At      time.Time  `json:"at"`               //
	Reasons string     `json:"reasons,omitzero"` // in words
	Media   string     `json:"media,omitzero"`   // https link to a recorded summary

	Opening    *Opening    `json:"opening,omitempty"`
	Clearance  *Clearance  `json:"clearance,omitempty"`
	Notice     *Notice     `json:"notice,omitempty"`
	Response   *Response   `json:"response,omitempty"`
	Decision   *Decision   `json:"decision,omitempty"`
	Seats      []Member    `json:"seats,omitempty"`
	Member     string      `json:"member,omitzero"` // who is recused
	Vote       Outcome     `json:"vote,omitzero"`
	Settlement *Settlement `json:"settlement,omitempty"`
	Into       string      `json:"into,omitzero"` // case that this one goes on in
	Reopening  *Reopening  `json:"reopening,omitempty"`
	Due        time.Time   `json:"due,omitzero"` // when the clock that the act starts ends
}

// Acted records an act.
var Acted = event.Define[Act]("case.acted")

// A Track is the kind of matter that a case is about.
type Track string

// The tracks.
const (
	Territory    Track = "territory" // goods outside the territory they were sold for
	Counterfeit  Track = "counterfeit"
	Clone        Track = "clone"
	Theft        Track = "theft"
	Recall       Track = "recall"
	Embargo      Track = "embargo"
	Unauthorised Track = "unauthorised_dealer" // of a selective system
	Records      Track = "records_incomplete"
)

// Tracks lists the tracks.
var Tracks = []Track{Territory, Counterfeit, Clone, Theft, Recall, Embargo, Unauthorised, Records}

// An Opening says what a case is about.
type Opening struct {
	Partner  partner.ID        `json:"partner"` // whom it concerns
	Track    Track             `json:"track"`
	From     geo.Region        `json:"from,omitzero"` // where the goods were sold for
	To       geo.Region        `json:"to,omitzero"`   // where they surfaced
	Regime   compliance.Regime `json:"regime"`        // law of that movement
	Findings []string          `json:"findings"`
	Harmed   partner.ID        `json:"harmed,omitzero"` // whose territory it is; told to no other partner
	Tip      string            `json:"tip,omitzero"`    // told to no partner
	Terms    Terms             `json:"terms"`
}

// Terms are the lengths of the clocks, in working days.
type Terms struct {
	Notice   int `json:"notice"`   // from opening to notice
	Response int `json:"response"` // from notice to the end of the hearing
	Appeal   int `json:"appeal"`   // from decision
}

// Least are the terms where nothing else is said. None may be shorter: they are
// a partner's rights.
var Least = Terms{Notice: 2, Response: 5, Appeal: 10}

// A Reopening says what a case is taken up again for.
type Reopening struct {
	Findings []string `json:"findings"`
}
