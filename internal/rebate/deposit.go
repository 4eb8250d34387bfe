package rebate

import (
	"fmt"
	"time"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
)

// Paid returns the posting of a deposit that a partner paid in.
func Paid(n account.Note, p partner.ID, a money.Amount) (account.Posting, error) {
	post := n.Posting(account.PayIn, p)
	post.Move(own(account.Bank, p, a.Currency), own(account.Deposit, p, a.Currency), a)
	return post, positive(a, "pay in a deposit")
}

// Collected returns the posting of what a partner paid of what it owed.
func Collected(n account.Note, p partner.ID, a money.Amount) (account.Posting, error) {
	post := n.Posting(account.Collect, p)
	post.Move(own(account.Bank, p, a.Currency), own(account.Receivable, p, a.Currency), a)
	return post, positive(a, "collect what is owed")
}

// Holding returns the posting that holds part of a deposit until the penalty of
// a case is taken or the hold is let go.
func Holding(n account.Note, d Decision, p partner.ID, a money.Amount) (account.Posting, error) {
	if err := d.Permits(p, n.By); err != nil {
		return account.Posting{}, err
	}
	n.Evidence = d.evidence(n.Evidence)
	post := n.Posting(account.Hold, p)
	post.Move(own(account.Deposit, p, a.Currency), own(account.Held, p, a.Currency), a)
	return post, positive(a, "hold a deposit")
}

// Released returns the posting that lets go of what is held.
func Released(n account.Note, p partner.ID, a money.Amount) (account.Posting, error) {
	post := n.Posting(account.Release, p)
	post.Move(own(account.Held, p, a.Currency), own(account.Deposit, p, a.Currency), a)
	return post, positive(a, "release a deposit")
}

// Refunded returns the posting that pays back part of a deposit that is free.
func Refunded(n account.Note, p partner.ID, a money.Amount, rate *money.Rate) (account.Posting, error) {
	if err := positive(a, "refund a deposit"); err != nil {
		return account.Posting{}, err
	}
	post := n.Posting(account.Refund, p)
	return post, pay(&post, own(account.Deposit, p, a.Currency), a, rate)
}

// positive asks for more than nothing.
func positive(a money.Amount, what string) error {
	if a.Minor <= 0 {
		return fmt.Errorf("%s of %s: %w", what, a, ErrNothing)
	}
	return nil
}

// DepositTerms say how much of a deposit a partner keeps up.
type DepositTerms struct {
	Floor     money.Amount `json:"floor,omitzero"`
	TopUpDays int          `json:"top_up_days"`
}

// TopUp returns what a partner has to pay in, and by when, given what its
// deposit holds on a day; nothing where that reaches the floor.
func (t DepositTerms) TopUp(balance money.Amount, day partner.Date) (due money.Amount, by partner.Date, err error) {
	due, err = t.Floor.Minus(balance)
	if err != nil || due.Minor <= 0 {
		return money.Of(0, t.Floor.Currency), "", err
	}
	at, ok := day.Start()
	if !ok {
		return due, "", fmt.Errorf("reckon a top-up from %q: want a date", day)
	}
	return due, partner.Date(at.AddDate(0, 0, t.TopUpDays).Format(time.DateOnly)), nil
}
