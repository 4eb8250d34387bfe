package rebate

import (
	"errors"
	"fmt"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// Errors of claims.
var (
	// ErrNothing: there is no money to move.
	ErrNothing = errors.New("there is nothing to post")
	// ErrFourEyes: the same key cannot do two steps that two persons have to do.
	ErrFourEyes = errors.New("another person has to do this")
	// ErrTerms: a programme or schedule does not provide for what is asked.
	ErrTerms = errors.New("the terms do not provide for it")
	// ErrStage: a claim is not at the stage that the step needs.
	ErrStage = errors.New("the claim is at another stage")
)

// A Stage is how far a claim has come.
type Stage string

const (
	Claimed  Stage = "claimed"
	Approved Stage = "approved"
	Rejected Stage = "rejected"
	Settled  Stage = "settled"
)

// A Claim asks for rebate that has accrued to be paid. A step is recorded as
// the claim as it is after it.
type Claim struct {
	ID string `json:"id"`
	Scheme
	Amount money.Amount `json:"amount"`
	Stage  Stage        `json:"stage"`
	Method Method       `json:"method"`
	Date   partner.Date `json:"date"`
	// Who took each step, by key.
	ClaimedBy string `json:"claimed_by"`
	DecidedBy string `json:"decided_by,omitzero"`
	SettledBy string `json:"settled_by,omitzero"`
	Reason    string `json:"reason,omitzero"` // of the last step
}

// A Method is how a claim is settled.
type Method string

const (
	CreditNote Method = "credit_note"
	Cash       Method = "cash"
)

// ClaimRecorded records a claim as it is after a step.
var ClaimRecorded = event.Define[Claim]("rebate.claim-recorded")

// Validate returns everything that is wrong with c by itself.
func (c Claim) Validate() []partner.Fault {
	var f partner.Checker
	f.ID("/id", c.ID)
	f.ID("/programme", c.Programme)
	f.ID("/partner", string(c.Partner))
	_, ok := c.Period.Start()
	f.Require(ok, "/period", "%q, want the first day of the period", c.Period)
	_, ok = c.Date.Start()
	f.Require(ok, "/date", "%q, want a date such as 2026-01-31", c.Date)
	f.Currency("/amount/currency", string(c.Amount.Currency))
	f.Require(c.Amount.Minor > 0, "/amount", "%s, want more than nothing", c.Amount)
	f.OneOf("/method", string(c.Method), string(CreditNote), string(Cash))
	f.Printable("/reason", c.Reason, 2000)
	return f.Faults
}

// Approve returns the claim once it is approved, and the posting of that. Who
// claimed cannot approve.
func (c Claim) Approve(b *account.Book, n account.Note) (Claim, account.Posting, error) {
	if err := c.next(Claimed, n.By); err != nil {
		return c, account.Posting{}, err
	}
	p := c.of(n, account.Approve)
	p.Claim = c.ID
	if have := b.Balance(account.Accrued, c.Partner, c.Amount.Currency); have.Minor < c.Amount.Minor {
		return c, p, fmt.Errorf("approve claim %s of %s: %w: %s has accrued", c.ID, c.Amount, account.ErrShort, have)
	}
	p.Move(own(account.Accrued, c.Partner, c.Amount.Currency), own(account.Payable, c.Partner, c.Amount.Currency), c.Amount)
	c.Stage, c.DecidedBy, c.Reason = Approved, n.By, n.Reason
	return c, p, nil
}

// Reject returns the claim once it is refused. No money moves.
func (c Claim) Reject(by, reason string) (Claim, error) {
	if err := c.next(Claimed, by); err != nil {
		return c, err
	}
	c.Stage, c.DecidedBy, c.Reason = Rejected, by, reason
	return c, nil
}

// Settle returns the claim once it is settled, and the posting of that. What the
// partner owes is set off first; the rest is paid or credited, in another
// currency where a rate is given. Who claimed cannot settle.
func (c Claim) Settle(b *account.Book, n account.Note, rate *money.Rate) (Claim, account.Posting, error) {
	if err := c.next(Approved, n.By); err != nil {
		return c, account.Posting{}, err
	}
	p := c.of(n, account.Settle)
	p.Claim = c.ID
	cur := c.Amount.Currency
	payable := own(account.Payable, c.Partner, cur)
	due := c.Amount.Least(b.Balance(account.Payable, c.Partner, cur)) // less where some was clawed back since
	if due.Minor <= 0 {
		return c, p, fmt.Errorf("settle claim %s: %w", c.ID, ErrNothing)
	}
	owed := due.Least(b.Balance(account.Receivable, c.Partner, cur))
	if owed.Minor > 0 {
		p.Move(payable, own(account.Receivable, c.Partner, cur), owed)
		due.Minor -= owed.Minor
	}
	if err := pay(&p, payable, due, rate); err != nil {
		return c, p, fmt.Errorf("settle claim %s: %w", c.ID, err)
	}
	c.Stage, c.SettledBy, c.Reason = Settled, n.By, n.Reason
	return c, p, nil
}

// pay moves an amount from an account out of the bank, exchanged where a rate is
// given, which the posting keeps.
func pay(p *account.Posting, from account.Account, a money.Amount, rate *money.Rate) error {
	if rate == nil || a.IsZero() {
		p.Move(from, own(account.Bank, p.Partner, a.Currency), a)
		return nil
	}
	out, err := rate.Convert(a)
	if err != nil {
		return err
	}
	p.Rate = rate
	p.Move(from, ours(account.Exchange, a.Currency), a)
	p.Move(ours(account.Exchange, out.Currency), own(account.Bank, p.Partner, out.Currency), out)
	return nil
}

// next asks whether by may take the step from a stage on.
func (c Claim) next(at Stage, by string) error {
	switch {
	case c.Stage != at:
		return fmt.Errorf("claim %s is %s, want %s: %w", c.ID, c.Stage, at, ErrStage)
	case by == "" || by == c.ClaimedBy:
		return fmt.Errorf("claim %s was made by %s: %w", c.ID, c.ClaimedBy, ErrFourEyes)
	}
	return nil
}
