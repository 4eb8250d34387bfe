package account

import (
	"errors"
	"fmt"
	"maps"

	"waymark/internal/money"
	"waymark/internal/partner"
)

// Errors of posting.
var (
	// ErrKnown: a posting of that id is in the books, with other content.
	ErrKnown = errors.New("a posting of that id is in the books")
	// ErrInvalid: a posting is not what one must be.
	ErrInvalid = errors.New("posting is not valid")
	// ErrShort: an account would fall below nothing.
	ErrShort = errors.New("balance does not suffice")
	// ErrReversed: more of a posting would be taken back than it posted.
	ErrReversed = errors.New("posting is reversed already")
)

// A Standing is a posting in the books and how much of its debits has been
// taken back.
type Standing struct {
	Posting  Posting                  `json:"posting"`
	Reversed map[money.Currency]int64 `json:"reversed,omitempty"` // minor units
}

// A Book is the books, or as much of them as a posting touches. The zero value
// is empty; it is not safe for concurrent use.
type Book struct {
	Balances map[Account]int64 // debits less credits, in minor units
	Standing map[string]Standing
}

// Balance returns what an account says in the sense of its kind: what is owed,
// held or spent is positive.
func (b *Book) Balance(k Kind, p partner.ID, c money.Currency) money.Amount {
	return money.Of(k.Natural(b.Balances[Account{k, p, c}]), c)
}

// Post enters p. It changes nothing where it fails: with [ErrInvalid],
// [ErrKnown], [ErrShort] or [ErrReversed].
func (b *Book) Post(p Posting) error {
	after, err := b.check(p)
	if err != nil {
		return fmt.Errorf("post %s: %w", p.ID, err)
	}
	if b.Balances == nil {
		b.Balances = map[Account]int64{}
	}
	if b.Standing == nil {
		b.Standing = map[string]Standing{}
	}
	maps.Copy(b.Balances, after)
	for _, r := range p.Reverses {
		s := b.Standing[r.Posting]
		s.Reversed = maps.Clone(s.Reversed)
		if s.Reversed == nil {
			s.Reversed = map[money.Currency]int64{}
		}
		s.Reversed[r.Amount.Currency] += r.Amount.Minor
		b.Standing[r.Posting] = s
	}
	b.Standing[p.ID] = Standing{Posting: p}
	return nil
}

// check returns the balances of the accounts that p touches, after it.
func (b *Book) check(p Posting) (map[Account]int64, error) {
	if faults := p.Validate(); len(faults) > 0 {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, faults[0])
	}
	if _, known := b.Standing[p.ID]; known {
		return nil, ErrKnown
	}
	if err := b.checkReversal(p); err != nil {
		return nil, err
	}
	after := map[Account]int64{}
	for _, l := range p.Lines {
		a := l.Account()
		if _, seen := after[a]; !seen {
			after[a] = b.Balances[a]
		}
		sum, err := money.Of(after[a], a.Currency).Plus(l.Amount)
		if err != nil {
			return nil, err
		}
		after[a] = sum.Minor
	}
	for a, n := range after {
		if chart[a.Kind].guarded && a.Kind.Natural(n) < 0 {
			return nil, fmt.Errorf("%s of %s has %s: %w", a.Kind, a.Partner, b.Balance(a.Kind, a.Partner, a.Currency), ErrShort)
		}
	}
	return after, nil
}

// reversible tells whether p may be taken back: what takes back may not, but for
// a clawback, which gives way to an accrual, and that accrual.
func (p Posting) reversible() bool {
	return len(p.Reverses) == 0 || p.Act == Claw || p.Act == Accrue
}

// checkReversal asks that no posting is taken back beyond what it posted.
func (b *Book) checkReversal(p Posting) error {
	taken := map[Part]int64{} // by posting and currency
	for _, r := range p.Reverses {
		s, known := b.Standing[r.Posting]
		if !known || !s.Posting.reversible() {
			return fmt.Errorf("%w: %s is no posting that can be reversed", ErrInvalid, r.Posting)
		}
		k := Part{r.Posting, money.Of(0, r.Amount.Currency)}
		taken[k] += r.Amount.Minor
		if s.Reversed[r.Amount.Currency]+taken[k] > s.Posting.Debits(r.Amount.Currency) {
			return fmt.Errorf("reverse %s of %s: %w", r.Amount, r.Posting, ErrReversed)
		}
	}
	return nil
}
