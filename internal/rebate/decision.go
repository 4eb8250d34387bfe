// Package rebate says what partners earn and what is taken back: programmes,
// claims, penalties, deposits and rewards, as postings of the books. Nothing
// that takes from a partner is posted without a final decision that a person
// made, and nothing at all that follows from a flow inside the EEA.
package rebate

import (
	"fmt"
	"slices"

	"waymark/internal/account"
	"waymark/internal/compliance"
	"waymark/internal/partner"
)

// A Refusal is a guard that does not let a posting pass.
type Refusal struct {
	Guard  string // of the list of guards, such as "G2"
	Detail string
}

func (r *Refusal) Error() string { return "guard " + r.Guard + ": " + r.Detail }

func refuse(guard, format string, args ...any) error {
	return &Refusal{guard, fmt.Sprintf(format, args...)}
}

// A Decision is what became of a case, as far as money depends on it.
type Decision struct {
	Case     string            `json:"case"`
	Partner  partner.ID        `json:"partner"` // whom it is about
	Regime   compliance.Regime `json:"regime"`
	Outcome  string            `json:"outcome"`   // Confirmed or another
	Final    bool              `json:"final"`     // no appeal is open
	OpenedBy []string          `json:"opened_by"` // who opened it, and who took it up again
	// DecidedBy is the key of the person who decided.
	DecidedBy string   `json:"decided_by"`
	Findings  []string `json:"findings"`
	Events    []string `json:"events,omitempty"`
	// SignedOffBy is the key under which counsel agreed, where that is needed.
	SignedOffBy string `json:"signed_off_by,omitzero"`
}

// Confirmed is the outcome on which money may move.
const Confirmed = "confirmed"

// Permits refuses, with a [Refusal], what the decision does not carry when by
// posts it about p: money moves on a final, confirmed decision of a person other
// than the one who opened the case (G4), which names what it rests on, and never
// for a flow inside the EEA (G2). Where the law is not known, counsel signs (G1).
func (d Decision) Permits(p partner.ID, by string) error {
	switch {
	case d.Regime == compliance.EEAInternal:
		return refuse("G2", "case %s is about a flow inside the EEA: no penalty, rebate change, hold or supply stop follows from it", d.Case)
	case d.Case == "" || d.Partner != p:
		return refuse("G4", "want the decision of a case about %s", p)
	case !d.Final:
		return refuse("G4", "case %s is not final", d.Case)
	case d.Outcome != Confirmed:
		return refuse("G4", "case %s ended %q, want %q", d.Case, d.Outcome, Confirmed)
	case d.DecidedBy == "" || len(d.OpenedBy) == 0 || slices.Contains(d.OpenedBy, d.DecidedBy):
		return refuse("G4", "case %s was not decided by another person than the one who opened it", d.Case)
	case by == "" || slices.Contains(d.OpenedBy, by):
		return refuse("G4", "who opened case %s cannot post on it", d.Case)
	case len(d.Findings) == 0:
		return refuse("G4", "the decision of case %s names no finding", d.Case)
	case (d.Regime == compliance.Other || d.Regime == "") && d.SignedOffBy == "":
		return refuse("G1", "the law that governs case %s is not known: counsel has to sign", d.Case)
	}
	return nil
}

// evidence returns e with what the decision rests on.
func (d Decision) evidence(e account.Evidence) account.Evidence {
	if !slices.Contains(e.Cases, d.Case) {
		e.Cases = append(slices.Clone(e.Cases), d.Case)
	}
	for _, f := range d.Findings {
		if !slices.Contains(e.Findings, f) {
			e.Findings = append(slices.Clone(e.Findings), f)
		}
	}
	for _, id := range d.Events {
		if !slices.Contains(e.Events, id) {
			e.Events = append(slices.Clone(e.Events), id)
		}
	}
	return e
}
