package account

import (
	"maps"
	"slices"

	"waymark/internal/money"
	"waymark/internal/partner"
)

// A Statement says what a partner had and owed when a period began, what
// happened in it, and what it has and owes at its end.
type Statement struct {
	Partner partner.ID   `json:"partner"`
	From    partner.Date `json:"from"`
	To      partner.Date `json:"to"` // last day
	Totals  []Total      `json:"totals"`
	Entries []Entry      `json:"entries"`
}

// A Total is the movement of one account. Amounts are as [Kind.Natural] has them.
type Total struct {
	Kind    Kind         `json:"kind"`
	Opening money.Amount `json:"opening"`
	Change  money.Amount `json:"change"`
	Closing money.Amount `json:"closing"`
}

// An Entry is a line of a posting, and what the account says after it.
type Entry struct {
	Date     partner.Date `json:"date"`
	Posting  string       `json:"posting"`
	Act      Act          `json:"act"`
	Kind     Kind         `json:"kind"`
	Amount   money.Amount `json:"amount"`
	Balance  money.Amount `json:"balance"`
	Reverses []Part       `json:"reverses,omitempty"`
	Rate     *money.Rate  `json:"rate,omitempty"`
	Evidence Evidence     `json:"evidence"`
	Reason   string       `json:"reason"`
}

// NewStatement draws the statement of a partner for the days from first to last.
// now is what its accounts say with everything posted, and since are all postings
// from the first day on that touch it, in the order of their days.
func NewStatement(p partner.ID, first, last partner.Date, now map[Account]int64, since []Posting) Statement {
	s := Statement{Partner: p, From: first, To: last, Totals: []Total{}, Entries: []Entry{}}
	opening, closing := map[Account]int64{}, map[Account]int64{}
	for a, n := range now {
		if a.Partner == p && a.Kind.Own() {
			opening[a] = a.Kind.Natural(n)
		}
	}
	each := func(f func(Posting, Line, Account, int64)) {
		for _, post := range since {
			for _, l := range post.Lines {
				if l.Partner == p && l.Kind.Own() {
					f(post, l, l.Account(), l.Kind.Natural(l.Amount.Minor))
				}
			}
		}
	}
	each(func(_ Posting, _ Line, a Account, n int64) { opening[a] -= n })
	maps.Copy(closing, opening)
	each(func(post Posting, l Line, a Account, n int64) {
		if post.Date <= last {
			closing[a] += n
			s.Entries = append(s.Entries, entry(p, post, l, money.Of(n, a.Currency), money.Of(closing[a], a.Currency)))
		}
	})
	for _, k := range Kinds {
		for _, c := range currenciesOf(closing, k) {
			a := Account{k, p, c}
			s.Totals = append(s.Totals, Total{k, money.Of(opening[a], c), money.Of(closing[a]-opening[a], c), money.Of(closing[a], c)})
		}
	}
	return s
}

// entry returns a line as its partner may read it: a posting that is about
// another shows neither its evidence nor its words.
func entry(p partner.ID, post Posting, l Line, amount, balance money.Amount) Entry {
	e := Entry{Date: post.Date, Posting: post.ID, Act: post.Act, Kind: l.Kind, Amount: amount, Balance: balance}
	if post.Partner == p {
		e.Reverses, e.Rate, e.Evidence, e.Reason = post.Reverses, post.Rate, post.Evidence, post.Reason
		return e
	}
	return e
}

func currenciesOf(m map[Account]int64, k Kind) []money.Currency {
	var out []money.Currency
	for a := range m {
		if a.Kind == k {
			out = append(out, a.Currency)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
