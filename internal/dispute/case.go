package dispute

import (
	"maps"
	"slices"
	"time"

	"waymark/internal/partner"
)

// A Case is what the acts in it make of it. The zero value is no case.
type Case struct {
	ID      string    `json:"id"`
	State   State     `json:"state"`
	Round   int       `json:"round"` // 1, and one more each time it was reopened
	Opening Opening   `json:"opening"`
	Openers []string  `json:"openers,omitempty"` // who opened it and who reopened it
	Updated time.Time `json:"updated"`

	// Clocks: when they end.
	NoticeDue   time.Time `json:"notice_due,omitzero"`
	ResponseDue time.Time `json:"response_due,omitzero"`
	AppealDue   time.Time `json:"appeal_due,omitzero"`

	Clearance  *Clearance  `json:"clearance,omitempty"`
	ClearedBy  string      `json:"cleared_by,omitzero"`
	Notice     *Notice     `json:"notice,omitempty"`
	Responses  []Response  `json:"responses,omitempty"`
	Decision   *Decision   `json:"decision,omitempty"`
	DecidedBy  string      `json:"decided_by,omitzero"`
	DecisionID string      `json:"decision_id,omitzero"` // command that decided, or arbitrated
	Panel      []Member    `json:"panel,omitempty"`
	Settlement *Settlement `json:"settlement,omitempty"`
	Into       string      `json:"into,omitzero"`

	Trail    []Step            `json:"trail"`
	Commands map[string]string `json:"commands,omitempty"` // command → SHA-256 of what was asked
}

// A Step is an entry of a case's trail.
type Step struct {
	Round   int        `json:"round"`
	Do      Action     `json:"do"`
	Command string     `json:"command,omitzero"`
	By      string     `json:"by"`
	For     partner.ID `json:"for,omitzero"`
	At      time.Time  `json:"at"`
	Reasons string     `json:"reasons,omitzero"`
	Media   string     `json:"media,omitzero"`
	Outcome Outcome    `json:"outcome,omitzero"`
	Inputs  string     `json:"inputs,omitzero"` // what a decision was made on, as SHA-256
	Policy  string     `json:"policy,omitzero"`
}

// Apply returns the case after an act that was recorded. c is not changed.
func (c Case) Apply(a Act) Case {
	c.Trail = append(slices.Clip(c.Trail), c.step(a))
	c.Commands = maps.Clone(c.Commands)
	if c.Commands == nil {
		c.Commands = map[string]string{}
	}
	c.Commands[a.Command] = a.Request
	c.Updated = a.At
	switch a.Do {
	case Open:
		c.ID, c.State, c.Round, c.Opening, c.NoticeDue = a.Case, Opened, 1, *a.Opening, a.Due
		c.Openers = []string{a.By}
	case Clear:
		c.Clearance, c.ClearedBy = a.Clearance, a.By
	case Notify:
		c.State, c.Notice, c.ResponseDue = Notified, a.Notice, a.Due
	case Respond:
		c.State, c.Responses = Responded, append(slices.Clip(c.Responses), *a.Response)
	case Decide:
		c.State, c.Decision, c.DecidedBy, c.DecisionID, c.AppealDue = Decided, a.Decision, a.By, a.Command, a.Due
	case Appeal:
		c.State = Appealed
	case Seat:
		c.Panel = append(slices.Clip(c.Panel), a.Seats...)
	case Recuse:
		c.Panel = c.changed(a.Member, func(m *Member) { m.Recused = a.Reasons })
	case CastVote:
		c.Panel = c.changed(a.By, func(m *Member) { m.Vote = a.Vote })
	case Arbitrate:
		c.State, c.DecisionID = Arbitrated, a.Command
		c.Decision = c.judged(a)
	case Finalise:
		c.State = Final
	case Settle:
		c.State, c.Settlement = Settled, a.Settlement
	case Withdraw:
		c.State = Withdrawn
	case Merge:
		c.State, c.Into = Merged, a.Into
	case Reopen:
		c = c.anew(a)
	}
	return c
}

func (c Case) step(a Act) Step {
	s := Step{Round: c.Round, Do: a.Do, Command: a.Command, By: a.By, For: a.For, At: a.At, Reasons: a.Reasons, Media: a.Media, Outcome: a.Vote}
	if a.Do == Open || a.Do == Reopen {
		s.Round++
	}
	if a.Decision != nil {
		s.Outcome, s.Inputs, s.Policy = a.Decision.Outcome, a.Decision.Inputs, a.Decision.Policy
	}
	return s
}

// changed returns the panel with one sitting member changed.
func (c Case) changed(id string, change func(*Member)) []Member {
	panel := slices.Clone(c.Panel)
	if i := sitting(panel, id); i >= 0 {
		change(&panel[i])
	}
	return panel
}

// judged returns the decision as the panel leaves it.
func (c Case) judged(a Act) *Decision {
	d := *c.Decision
	if d.Outcome = a.Decision.Outcome; d.Outcome != Confirmed {
		d.Severity, d.Units, d.Loss = "", 0, nil
	}
	return &d
}

// anew returns the case in its next round: nothing of what was decided in the
// one before stands but what its trail says.
func (c Case) anew(a Act) Case {
	return Case{
		ID: c.ID, State: Opened, Round: c.Round + 1, Opening: c.Opening.with(a.Reopening.Findings), Openers: append(slices.Clip(c.Openers), a.By),
		Updated: a.At, NoticeDue: a.Due, Clearance: c.Clearance, ClearedBy: c.ClearedBy, Trail: c.Trail, Commands: c.Commands,
	}
}

func (o Opening) with(findings []string) Opening {
	o.Findings = findings
	return o
}

// Outcome returns what is decided, as it stands; "" before anything is.
func (c Case) Outcome() Outcome {
	if c.Decision == nil {
		return ""
	}
	return c.Decision.Outcome
}

// Closed tells whether the outcome can no longer be appealed in this round.
func (c Case) Closed() bool { return c.State == Final || c.State == Settled }

// Overdue tells whether something should have been done by now.
func (c Case) Overdue(now time.Time) bool {
	switch c.State {
	case Opened:
		return !now.Before(c.NoticeDue)
	case Notified:
		return !now.Before(c.ResponseDue)
	}
	return false
}
