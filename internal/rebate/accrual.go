package rebate

import (
	"fmt"
	"slices"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
)

// A Scheme places a posting: the programme, the partner, the first day of the
// period.
type Scheme struct {
	Programme string       `json:"programme"`
	Partner   partner.ID   `json:"partner"`
	Period    partner.Date `json:"period"`
}

// of heads a posting of the scheme.
func (s Scheme) of(n account.Note, act account.Act) account.Posting {
	p := n.Posting(act, s.Partner)
	p.Programme, p.Period = s.Programme, string(s.Period)
	return p
}

// includes tells whether p is a posting of the scheme.
func (s Scheme) includes(p account.Posting) bool {
	return p.Programme == s.Programme && p.Partner == s.Partner && p.Period == string(s.Period)
}

// own returns an account of a partner.
func own(k account.Kind, p partner.ID, c money.Currency) account.Account {
	return account.Account{Kind: k, Partner: p, Currency: c}
}

// ours returns an account that no partner has.
func ours(k account.Kind, c money.Currency) account.Account {
	return account.Account{Kind: k, Currency: c}
}

// Accrual returns the posting that brings what has accrued so far to what has
// been earned: more where more was sold, and back by a reversal of the latest
// accruals where sales were cancelled. It returns false where nothing changes.
func Accrual(b *account.Book, n account.Note, s Scheme, earned money.Amount) (account.Posting, bool, error) {
	so, _ := accruals(b, s, earned.Currency)
	delta, err := earned.Minus(so)
	switch {
	case err != nil:
		return account.Posting{}, false, fmt.Errorf("accrue under programme %s: %w", s.Programme, err)
	case delta.IsZero():
		return account.Posting{}, false, nil
	case delta.Minor < 0:
		p, err := takeBack(b, s.of(n, account.Reverse), s, delta.Neg())
		return p, err == nil, err
	}
	p := s.of(n, account.Accrue)
	p.Move(own(account.Expense, s.Partner, earned.Currency), own(account.Accrued, s.Partner, earned.Currency), delta)
	return p, true, nil
}

// Clawback returns the posting that brings what has accrued down to what is
// earned without goods that a final decision says left their territory.
func Clawback(b *account.Book, n account.Note, s Scheme, d Decision, goods account.Goods, earned money.Amount) (account.Posting, error) {
	if err := d.Permits(s.Partner, n.By); err != nil {
		return account.Posting{}, err
	}
	so, _ := accruals(b, s, earned.Currency)
	excess, err := so.Minus(earned)
	if err != nil {
		return account.Posting{}, fmt.Errorf("claw back under programme %s: %w", s.Programme, err)
	}
	if excess.Minor <= 0 {
		return account.Posting{}, fmt.Errorf("claw back under programme %s: %w: %s accrued, %s earned", s.Programme, ErrNothing, so, earned)
	}
	n.Evidence = d.evidence(n.Evidence)
	p := s.of(n, account.Claw)
	p.Taken = goods
	return takeBack(b, p, s, excess)
}

// Taken returns the goods that count no longer under a scheme, since a clawback
// that stands took them out.
func Taken(b *account.Book, s Scheme, c money.Currency) (account.Goods, error) {
	sum := account.Goods{Amount: money.Of(0, c)}
	for _, st := range b.Standing {
		p := st.Posting
		if p.Act != account.Claw || !s.includes(p) || len(st.Reversed) > 0 {
			continue
		}
		var err error
		if sum.Amount, err = sum.Amount.Plus(p.Taken.Amount); err != nil {
			return sum, err
		}
		sum.Units += p.Taken.Units
	}
	return sum, nil
}

// Accrued returns what has accrued under a scheme, less what was taken back.
func Accrued(b *account.Book, s Scheme, c money.Currency) money.Amount {
	sum, _ := accruals(b, s, c)
	return sum
}

// accruals returns what has accrued and is not reversed, and the accruals that
// still have something, the latest first.
func accruals(b *account.Book, s Scheme, c money.Currency) (money.Amount, []account.Part) {
	sum := money.Of(0, c)
	var live []account.Standing
	for _, st := range b.Standing {
		if st.Posting.Act == account.Accrue && s.includes(st.Posting) {
			live = append(live, st)
		}
	}
	slices.SortFunc(live, func(a, b account.Standing) int {
		switch {
		case a.Posting.Date != b.Posting.Date && a.Posting.Date > b.Posting.Date, a.Posting.Date == b.Posting.Date && a.Posting.ID > b.Posting.ID:
			return -1
		case a.Posting.ID == b.Posting.ID:
			return 0
		}
		return 1
	})
	var parts []account.Part
	for _, st := range live {
		if left := st.Posting.Debits(c) - st.Reversed[c]; left > 0 {
			sum.Minor += left
			parts = append(parts, account.Part{Posting: st.Posting.ID, Amount: money.Of(left, c)})
		}
	}
	return sum, parts
}

// takeBack completes p as the reversal of an amount of accruals, the latest
// first. It takes from what has accrued, then from what was approved; what was
// paid out already the partner owes.
func takeBack(b *account.Book, p account.Posting, s Scheme, a money.Amount) (account.Posting, error) {
	_, parts := accruals(b, s, a.Currency)
	left := a
	for _, part := range parts {
		take := part.Amount.Least(left)
		if take.IsZero() {
			break
		}
		p.Reverses = append(p.Reverses, account.Part{Posting: part.Posting, Amount: take})
		left.Minor -= take.Minor
	}
	if !left.IsZero() {
		return account.Posting{}, fmt.Errorf("take back %s under programme %s: %w", a, s.Programme, account.ErrReversed)
	}
	expense := own(account.Expense, s.Partner, a.Currency)
	rest := drain(b, &p, expense, a, account.Accrued, account.Payable)
	p.Move(own(account.Receivable, s.Partner, a.Currency), expense, rest)
	return p, nil
}

// drain moves up to an amount out of accounts of p's partner, in their order,
// and returns what they did not have.
func drain(b *account.Book, p *account.Posting, to account.Account, a money.Amount, from ...account.Kind) money.Amount {
	for _, k := range from {
		have := b.Balance(k, p.Partner, a.Currency)
		take := a.Least(have)
		if take.Minor <= 0 {
			continue
		}
		p.Move(own(k, p.Partner, a.Currency), to, take)
		a.Minor -= take.Minor
	}
	return a
}
