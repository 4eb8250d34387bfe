package projections

import (
	"cmp"
	"slices"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
)

// A Deposit is what a partner has paid in, in one currency.
type Deposit struct {
	Partner    partner.ID   `json:"partner"`
	Free       money.Amount `json:"free"`
	Held       money.Amount `json:"held"`
	Receivable money.Amount `json:"receivable"` // what the partner owes beside it
}

// Deposits returns the deposits of a partner and those below it, or of all
// where id is empty, ordered by partner and currency.
func (v *Views) Deposits(id partner.ID) ([]Deposit, AsOf, error) {
	q, s, done := v.read()
	defer done()
	var whose []partner.ID
	if id != "" {
		whose = family(s.dir, id)
	} else {
		for _, p := range s.dir.Partners() {
			whose = append(whose, p.ID)
		}
	}
	out := []Deposit{}
	for _, p := range whose {
		b := &account.Book{Balances: map[account.Account]int64{}}
		if err := q.balances(b, p); err != nil {
			return nil, s.asOf(), err
		}
		seen := map[money.Currency]bool{}
		for a := range b.Balances {
			switch a.Kind {
			case account.Deposit, account.Held, account.Receivable:
				seen[a.Currency] = true
			}
		}
		for c := range seen {
			out = append(out, Deposit{p, b.Balance(account.Deposit, p, c), b.Balance(account.Held, p, c), b.Balance(account.Receivable, p, c)})
		}
	}
	slices.SortFunc(out, func(a, b Deposit) int {
		return cmp.Or(cmp.Compare(a.Partner, b.Partner), cmp.Compare(a.Free.Currency, b.Free.Currency))
	})
	return out, s.asOf(), nil
}
