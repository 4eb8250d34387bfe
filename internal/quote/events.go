package quote

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Making is that a quote was made.
type Making struct {
	Act     deal.Act `json:"act"`
	Request Request  `json:"request"`
	Version int      `json:"price_list_version"`
	Lines   []Line   `json:"lines"`
	Total   int64    `json:"total"`
	Limit   int64    `json:"limit"`
}

// An Approving is that somebody beside its maker answers for a quote.
type Approving struct {
	Quote string   `json:"quote"`
	Act   deal.Act `json:"act"`
}

// An Issuing is that each recipient of a quote was given a copy.
type Issuing struct {
	Quote  string   `json:"quote"`
	Act    deal.Act `json:"act"`
	Copies []Copy   `json:"copies"`
}

// A Downloading is that a copy was drawn up and handed over.
type Downloading struct {
	Quote  string   `json:"quote"`
	Act    deal.Act `json:"act"`
	Copy   CopyID   `json:"copy"`
	Format string   `json:"format"`
}

// An Accepting is that the partner took the quote.
type Accepting struct {
	Quote string   `json:"quote"`
	Act   deal.Act `json:"act"`
}

// An Ending is that a quote no longer holds.
type Ending struct {
	Quote  string   `json:"quote"`
	Act    deal.Act `json:"act"`
	Status Status   `json:"status"` // Expired or Revoked
	Reason string   `json:"reason,omitzero"`
}

// What happens to a quote.
var (
	Quoted     = event.Define[Making]("quote.made")
	Approval   = event.Define[Approving]("quote.approved")
	Issue      = event.Define[Issuing]("quote.issued")
	Download   = event.Define[Downloading]("quote.downloaded")
	Acceptance = event.Define[Accepting]("quote.accepted")
	Ended      = event.Define[Ending]("quote.ended")
)

// Subject returns the id of the quote that an event is about, "" where it is
// about none.
func Subject(payload any) string {
	switch e := payload.(type) {
	case Making:
		return e.Request.ID
	case Approving:
		return e.Quote
	case Issuing:
		return e.Quote
	case Downloading:
		return e.Quote
	case Accepting:
		return e.Quote
	case Ending:
		return e.Quote
	}
	return ""
}

// A Surfacing is that a copy of a quote, known by its watermark, turned up
// somewhere.
type Surfacing struct {
	ID          string     `json:"id"`
	Time        time.Time  `json:"time"` // when it was seen
	Copy        CopyID     `json:"copy"`
	Country     geo.Region `json:"country"`
	Subdivision geo.Region `json:"subdivision,omitzero"`
	Source      Source     `json:"source"`
	Evidence    []string   `json:"evidence,omitempty"` // hashes of what was traced
}

// A Source says in what a copy was seen.
type Source string

const (
	Tender      Source = "tender"
	Marketplace Source = "marketplace"
	Message     Source = "message"
	Print       Source = "print"
	Other       Source = "other"
)

// Surfaced records that a copy turned up.
var Surfaced = event.Define[Surfacing]("quote.surfaced")

// skew is how far a clock may be ahead.
const skew = 24 * time.Hour

// Validate returns everything that is wrong with s by itself, at the time now.
func (s Surfacing) Validate(now time.Time) []partner.Fault {
	var c partner.Checker
	c.ID("/id", s.ID)
	c.Require(!s.Time.IsZero(), "/time", "missing, want an ISO 8601 time with zone")
	c.Require(!s.Time.After(now.Add(skew)), "/time", "%s is still to come", s.Time.Format(time.RFC3339))
	c.Require(s.Copy != 0, "/copy", "missing, want the id of a copy, %d hexadecimal digits", copyDigits)
	c.Country("/country", s.Country)
	c.Subdivision("/subdivision", s.Subdivision, s.Country)
	c.OneOf("/source", string(s.Source), string(Tender), string(Marketplace), string(Message), string(Print), string(Other))
	c.Require(len(s.Evidence) <= 20, "/evidence", "%d, want at most 20", len(s.Evidence))
	for i, e := range s.Evidence {
		c.Require(e != "", fmt.Sprintf("/evidence/%d", i), "empty")
		c.Printable(fmt.Sprintf("/evidence/%d", i), e, 200)
	}
	return c.Faults
}

// Region returns where the copy was seen, as finely as it is known.
func (s *Surfacing) Region() geo.Region {
	if s.Subdivision != "" {
		return s.Subdivision
	}
	return s.Country
}

// EventOf returns the event of something that happened to a quote. It has no id
// yet.
func EventOf(payload any) (event.Event, error) {
	switch e := payload.(type) {
	case Making:
		return Quoted.New(uuid.Nil, e, nil)
	case Approving:
		return Approval.New(uuid.Nil, e, nil)
	case Issuing:
		return Issue.New(uuid.Nil, e, nil)
	case Downloading:
		return Download.New(uuid.Nil, e, nil)
	case Accepting:
		return Acceptance.New(uuid.Nil, e, nil)
	case Ending:
		return Ended.New(uuid.Nil, e, nil)
	}
	return event.Event{}, fmt.Errorf("a %T is nothing that happens to a quote", payload)
}
