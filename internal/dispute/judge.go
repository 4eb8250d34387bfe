package dispute

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"waymark/internal/compliance"
)

// ErrState: the case does not stand so that this can be done now.
var ErrState = errors.New("not as the case stands")

// ErrRepeat: the command was given before, with other content.
var ErrRepeat = errors.New("command was given before with other content")

// A Clock returns when a number of working days, counted from a moment on the
// calendar of the partner concerned, is over.
type Clock func(from time.Time, days int) time.Time

// from says in which states an action can be taken.
var from = map[Action][]State{
	Open:      {None},
	Clear:     {Opened, Notified, Responded, Decided, Appealed, Arbitrated, Final},
	Notify:    {Opened},
	Respond:   {Notified, Responded},
	Decide:    {Notified, Responded},
	Appeal:    {Decided},
	Seat:      {Appealed},
	Recuse:    {Appealed},
	CastVote:  {Appealed},
	Arbitrate: {Appealed},
	Finalise:  {Decided, Arbitrated},
	Settle:    {Final},
	Withdraw:  {Opened, Notified, Responded, Decided, Appealed, Arbitrated, Final},
	Merge:     {Opened, Notified, Responded},
	Reopen:    {Final, Settled, Withdrawn},
}

// Can tells whether an action can be taken in a state, whoever takes it.
func Can(s State, do Action) bool { return slices.Contains(from[do], s) }

// Repeats tells whether the act was recorded before. The error is ErrRepeat
// where its command was, for something else.
func (c Case) Repeats(a Act) (bool, error) {
	request, known := c.Commands[a.Command]
	if known && request != a.Request {
		return false, fmt.Errorf("command %s of case %s: %w", a.Command, a.Case, ErrRepeat)
	}
	return known, nil
}

// Judge says whether a may be done in the case, and completes it: with the end of
// the clock that it starts and the outcome that it declares. The act is one that
// [Act.Validate] finds nothing wrong with. Errors are ErrState or a
// [compliance.Breach].
func (c Case) Judge(a Act, clock Clock) (Act, error) {
	if !Can(c.State, a.Do) {
		if c.State == None {
			return a, fmt.Errorf("%w: there is no such case", ErrState)
		}
		return a, fmt.Errorf("%w: it is %s, and to %s it wants one that is %s", ErrState, c.State, a.Do, either(from[a.Do]))
	}
	if a.At.Before(c.Updated) {
		return a, fmt.Errorf("%w: it was last changed at %s, after %s", ErrState, c.Updated.Format(time.RFC3339Nano), a.At.Format(time.RFC3339Nano))
	}
	if err := c.lawful(a); err != nil {
		return a, err
	}
	switch a.Do {
	case Open:
		a.Due = clock(a.At, a.Opening.Terms.Notice)
	case Reopen:
		a.Due = clock(a.At, c.Opening.Terms.Notice)
	case Notify:
		a.Due = clock(a.At, c.Opening.Terms.Response)
	case Decide:
		a.Due = clock(a.At, c.Opening.Terms.Appeal)
		return a, c.decide(a)
	case Appeal:
		return a, c.appeal(a)
	case Seat:
		return a, c.seat(a)
	case Recuse:
		return a, c.member(a.Member)
	case CastVote:
		return a, c.vote(a)
	case Arbitrate:
		return c.arbitrate(a)
	case Finalise:
		return a, c.finalise(a)
	case Settle:
		return a, c.settle(a)
	}
	return a, nil
}

// lawful holds an act that turns against the partner to G2: nothing is held
// against parallel trade within the EEA, unless counsel cleared the case.
func (c Case) lawful(a Act) error {
	if a.Do == Clear && c.Opening.Regime == compliance.EEAInternal {
		return a.Clearance.withinEEA()
	}
	if a.Do != Notify && a.Do != Decide || c.Opening.Track != Territory && c.Opening.Track != Records {
		return nil
	}
	against := a.Do == Notify || a.Decision.Outcome == Confirmed
	if against && c.Opening.Regime == compliance.EEAInternal && c.Clearance == nil {
		return &compliance.Breach{Guard: compliance.G2, Detail: "parallel trade within the EEA is free: counsel must clear the case, for an active sale into a reserved territory under a condition on all buyers"}
	}
	if a.Do == Decide && against && c.Opening.Regime == compliance.EEAInternal && a.Decision.SaleType != Active {
		return &compliance.Breach{Guard: compliance.G5, Detail: "a sale that is not shown to be active is taken for a passive one, which is free within the EEA"}
	}
	return nil
}

func (c Case) decide(a Act) error {
	if c.State == Notified && a.At.Before(c.ResponseDue) {
		return &compliance.Breach{Guard: compliance.G9, Detail: "the partner has not responded, and may until " + c.ResponseDue.Format(time.RFC3339)}
	}
	if slices.Contains(c.Openers, a.By) {
		return &compliance.Breach{Guard: compliance.G4, Detail: "who opened a case does not decide it"}
	}
	return nil
}

func (c Case) appeal(a Act) error {
	if !a.At.Before(c.AppealDue) {
		return fmt.Errorf("%w: an appeal could be made until %s", ErrState, c.AppealDue.Format(time.RFC3339))
	}
	return nil
}

// seat asks that nobody judges who had to do with the case.
func (c Case) seat(a Act) error {
	for _, m := range a.Seats {
		switch {
		case slices.Contains(c.Openers, m.ID), m.ID == c.DecidedBy, m.ID == c.ClearedBy:
			return &compliance.Breach{Guard: compliance.G4, Detail: m.ID + " opened, cleared or decided the case, and cannot judge it again"}
		case m.Partner != "" && (m.Partner == c.Opening.Partner || m.Partner == c.Opening.Harmed):
			return &compliance.Breach{Guard: compliance.G4, Detail: m.ID + " comes from a partner that the case concerns"}
		case slices.ContainsFunc(c.Panel, func(p Member) bool { return p.ID == m.ID }):
			return fmt.Errorf("%w: %s has a seat, or was recused from it", ErrState, m.ID)
		}
	}
	if slices.ContainsFunc(c.Panel, func(m Member) bool { return m.Vote != "" && m.Recused == "" }) && whole(c.Panel) {
		return fmt.Errorf("%w: the panel has begun to vote", ErrState)
	}
	if panel := append(slices.Clone(c.Panel), a.Seats...); !whole(panel) {
		return fmt.Errorf("%w: a panel has an odd number of members, at least three, from both sides", ErrState)
	}
	return nil
}

func (c Case) member(id string) error {
	if sitting(c.Panel, id) < 0 {
		return fmt.Errorf("%w: %s has no seat on the panel", ErrState, id)
	}
	return nil
}

func (c Case) vote(a Act) error {
	if err := c.member(a.By); err != nil {
		return err
	}
	switch {
	case c.Panel[sitting(c.Panel, a.By)].Vote != "":
		return fmt.Errorf("%w: %s has voted", ErrState, a.By)
	case !whole(c.Panel):
		return fmt.Errorf("%w: the panel is not complete", ErrState)
	case a.Vote == Confirmed && c.Outcome() != Confirmed:
		return fmt.Errorf("%w: an appeal cannot make what was decided worse", ErrState)
	}
	return nil
}

func (c Case) arbitrate(a Act) (Act, error) {
	o, voted := verdict(c.Panel)
	if !whole(c.Panel) || !voted {
		return a, fmt.Errorf("%w: the panel is not complete, or has not voted", ErrState)
	}
	a.Decision = &Decision{Outcome: o, SaleType: c.Decision.SaleType}
	return a, nil
}

func (c Case) finalise(a Act) error {
	if c.State == Decided && a.At.Before(c.AppealDue) {
		return &compliance.Breach{Guard: compliance.G9, Detail: "the partner may appeal until " + c.AppealDue.Format(time.RFC3339)}
	}
	return nil
}

func (c Case) settle(a Act) error {
	if slices.Contains(c.Openers, a.By) {
		return &compliance.Breach{Guard: compliance.G4, Detail: "who opened a case does not settle it"}
	}
	if c.Outcome() != Confirmed && len(a.Settlement.Statements) > 0 {
		return &compliance.Breach{Guard: compliance.G4, Detail: "nothing was confirmed: no money moves on this case"}
	}
	return nil
}

func either(states []State) string {
	s := ""
	for i, st := range states {
		if i > 0 {
			s += " or "
		}
		s += string(st)
	}
	return s
}
