package rebate

import (
	"fmt"
	"slices"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
)

// Penalty returns the posting that takes a penalty from a partner, in the order
// of the schedule, and shares it out. Where the partner's accounts are in
// another currency than the schedule's, the rate is used and kept. A penalty for
// which counsel has to agree needs a decision that counsel signed (G8).
func Penalty(b *account.Book, n account.Note, d Decision, s Schedule, c Circumstances, a Assessment, rate *money.Rate) (account.Posting, error) {
	p := d.Partner
	if err := d.Permits(p, n.By); err != nil {
		return account.Posting{}, err
	}
	if len(a.SignOff) > 0 && d.SignedOffBy == "" {
		return account.Posting{}, refuse("G8", "counsel has to agree to this penalty: %s", a.SignOff[0])
	}
	fine, shares := a.Fine, a.Shares
	if c.Harmed == p {
		return account.Posting{}, fmt.Errorf("share out a penalty of %s: it cannot be compensated for its own: %w", p, ErrTerms)
	}
	if rate != nil {
		var err error
		if fine, err = rate.Convert(fine); err != nil {
			return account.Posting{}, err
		}
		if shares, err = s.Allocation.split(fine, c); err != nil {
			return account.Posting{}, err
		}
	}
	if err := positive(fine, "take a penalty"); err != nil {
		return account.Posting{}, err
	}
	n.Evidence = d.evidence(n.Evidence)
	post := n.Posting(account.Penalise, p)
	post.Rate = rate
	if err := collect(b, &post, s.Collection, fine); err != nil {
		return post, err
	}
	share(&post, c.Harmed, shares)
	return post, nil
}

// collect adds the debits by which a penalty is taken.
func collect(b *account.Book, p *account.Posting, order []Source, fine money.Amount) error {
	left := fine
	for _, s := range order {
		kinds := []account.Kind{account.Held, account.Deposit}
		if s == FromRebate {
			kinds = []account.Kind{account.Payable, account.Accrued}
		}
		if s == ByInvoice {
			debit(p, account.Receivable, left)
			return nil
		}
		for _, k := range kinds {
			take := left.Least(b.Balance(k, p.Partner, fine.Currency))
			if take.Minor > 0 {
				debit(p, k, take)
				left.Minor -= take.Minor
			}
		}
	}
	if !left.IsZero() {
		return fmt.Errorf("collect a penalty of %s: %w: %s is left and the schedule sends no invoice", fine, account.ErrShort, left)
	}
	return nil
}

func debit(p *account.Posting, k account.Kind, a money.Amount) {
	if !a.IsZero() {
		p.Lines = append(p.Lines, account.Line{Kind: k, Partner: p.Partner, Amount: a})
	}
}

// share adds the credits by which a penalty is shared out.
func share(p *account.Posting, harmed partner.ID, s Shares) {
	for _, l := range []account.Line{
		{Kind: account.Compensation, Partner: harmed, Amount: s.Harmed.Neg()},
		{Kind: account.Reward, Partner: p.Partner, Amount: s.Informant.Neg()},
		{Kind: account.Fund, Partner: p.Partner, Amount: s.Fund.Neg()},
	} {
		if !l.Amount.IsZero() {
			p.Lines = append(p.Lines, l)
		}
	}
}

// Rewarded returns the posting that pays out the reward of a case. It is booked
// with the partner whose case it is: who informed is named nowhere.
func Rewarded(n account.Note, d Decision, a money.Amount) (account.Posting, error) {
	if err := d.Permits(d.Partner, n.By); err != nil {
		return account.Posting{}, err
	}
	n.Evidence = d.evidence(n.Evidence)
	p := n.Posting(account.PayOut, d.Partner)
	p.Move(own(account.Reward, d.Partner, a.Currency), own(account.Bank, d.Partner, a.Currency), a)
	return p, positive(a, "pay a reward")
}

// Compensated returns the posting that pays a harmed partner its share, in
// another currency where a rate is given.
func Compensated(n account.Note, d Decision, harmed partner.ID, a money.Amount, rate *money.Rate) (account.Posting, error) {
	if err := d.Permits(d.Partner, n.By); err != nil {
		return account.Posting{}, err
	}
	if err := positive(a, "pay a compensation"); err != nil {
		return account.Posting{}, err
	}
	n.Evidence.Cases = append(slices.Clone(n.Evidence.Cases), d.Case)
	p := n.Posting(account.PayOut, harmed)
	return p, pay(&p, own(account.Compensation, harmed, a.Currency), a, rate)
}
