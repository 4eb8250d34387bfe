package rebate_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
)

func day(s string) partner.Date { return partner.Date(s) }

// histories is how many random histories are told.
const histories = 10_000

// TestHistories tells random histories of money and asks, after every posting:
// do the books sum to nothing in every currency, is no account below nothing
// that must not be, does taking back the posting at once restore the books. At
// the end: do the same postings again give the same books, and does taking back
// any earlier posting give back what it took, to the partner it took it from.
func TestHistories(t *testing.T) {
	before := flag.Lookup("rapid.checks").Value.String()
	if err := flag.Set("rapid.checks", fmt.Sprint(histories)); err != nil {
		t.Fatal(err)
	}
	defer flag.Set("rapid.checks", before)
	rapid.Check(t, func(t *rapid.T) {
		h := history{t: t}
		for range rapid.IntRange(1, 12).Draw(t, "length") {
			h.act()
		}
		h.replay()
		h.takeBack()
	})
}

type history struct {
	t        *rapid.T
	book     account.Book
	postings []account.Posting
	claims   []rebate.Claim
}

func (h *history) act() {
	t := h.t
	p := rapid.SampledFrom([]partner.ID{"P01", "P09"}).Draw(t, "partner")
	c := rapid.SampledFrom([]money.Currency{"USD", "EUR"}).Draw(t, "currency")
	a := money.Of(rapid.Int64Range(0, 2_000_00).Draw(t, "amount"), c)
	n := note(fmt.Sprintf("p%d", len(h.postings)), "finance")
	d := decision()
	d.Partner = p
	s := rebate.Scheme{Programme: "Q-" + string(c), Partner: p, Period: "2026-01-01"}
	var post account.Posting
	var err error
	switch rapid.IntRange(0, 10).Draw(t, "act") {
	case 0, 1:
		some := false
		if post, some, err = rebate.Accrual(&h.book, n, s, a); err == nil && !some {
			return
		}
	case 2:
		post, err = rebate.Clawback(&h.book, n, s, d, account.Goods{}, a)
	case 3:
		post, err = rebate.Paid(n, p, a)
	case 4:
		post, err = rebate.Holding(n, d, p, a)
	case 5:
		post, err = rebate.Released(n, p, a)
	case 6:
		post, err = rebate.Refunded(n, p, a, nil)
	case 7:
		post, err = h.penalty(n, d, a)
	case 8:
		post, err = h.claim(n, s, a)
	case 9:
		post, err = rebate.Rewarded(n, d, a)
	case 10:
		post, err = rebate.Collected(n, p, a)
	}
	if err == nil {
		h.post(post)
	}
}

func (h *history) penalty(n account.Note, d rebate.Decision, a money.Amount) (account.Posting, error) {
	s := penalties()
	s.Currency = a.Currency
	s.Offences = []rebate.Offence{{ID: "x", Basis: rebate.FixedAmount, Each: a}}
	s.Caps = rebate.Caps{}
	c := rebate.Circumstances{Offence: "x", Date: "2026-04-09", Informed: rapid.Bool().Draw(h.t, "informed")}
	if d.Partner != "P01" {
		c.Harmed = "P01"
	}
	as, err := s.Assess(c, h.book.Balance(account.Deposit, d.Partner, a.Currency))
	if err != nil {
		return account.Posting{}, err
	}
	var r *money.Rate
	if rapid.Bool().Draw(h.t, "exchanged") {
		r = &money.Rate{ID: "r", From: "EUR", To: "USD", Value: "1.0837", Date: "2026-04-01"}
	}
	return rebate.Penalty(&h.book, n, d, s, c, as, r)
}

// claim takes the next step of a claim, or makes one.
func (h *history) claim(n account.Note, s rebate.Scheme, a money.Amount) (account.Posting, error) {
	i := slices.IndexFunc(h.claims, func(c rebate.Claim) bool { return c.Partner == s.Partner && c.Stage != rebate.Settled })
	if i < 0 {
		h.claims = append(h.claims, rebate.Claim{ID: fmt.Sprintf("c%d", len(h.claims)), Scheme: s, Amount: a, Stage: rebate.Claimed, ClaimedBy: "partner"})
		i = len(h.claims) - 1
	}
	if h.claims[i].Stage == rebate.Claimed {
		c, p, err := h.claims[i].Approve(&h.book, n)
		if err == nil && len(p.Lines) > 0 {
			h.claims[i] = c
		}
		return p, err
	}
	var r *money.Rate
	if rapid.Bool().Draw(h.t, "exchanged") {
		r = &money.Rate{ID: "r", From: "EUR", To: "USD", Value: "1.0837", Date: "2026-04-01"}
	}
	c, p, err := h.claims[i].Settle(&h.book, n, r)
	if err == nil {
		h.claims[i] = c
	}
	return p, err
}

func (h *history) post(p account.Posting) {
	before := maps.Clone(h.book.Balances)
	if err := h.book.Post(p); err != nil {
		if !errors.Is(err, account.ErrShort) && !errors.Is(err, account.ErrInvalid) {
			h.t.Fatal(err)
		}
		if !equal(before, h.book.Balances) {
			h.t.Fatalf("%s was refused and changed the books", p.ID)
		}
		return
	}
	h.postings = append(h.postings, p)
	check(h.t, &h.book)
	if r, err := h.book.Reversal(note("back", "controller"), p.ID); err == nil {
		trial := copyOf(&h.book)
		if err := trial.Post(r); err != nil {
			h.t.Fatalf("take back %s at once: %v", p.ID, err)
		}
		if !equal(before, trial.Balances) {
			h.t.Fatalf("%s, taken back, leaves %v, want %v", p.ID, trial.Balances, before)
		}
	}
}

// check asks for books in order.
func check(t *rapid.T, b *account.Book) {
	sums := map[money.Currency]int64{}
	for a, n := range b.Balances {
		sums[a.Currency] += n
		switch a.Kind {
		case account.Expense, account.Bank, account.Loss, account.Exchange:
		default:
			if a.Kind.Natural(n) < 0 {
				t.Fatalf("%v is at %d", a, a.Kind.Natural(n))
			}
		}
	}
	for c, n := range sums {
		if n != 0 {
			t.Fatalf("the books are off by %d %s", n, c)
		}
	}
}

func (h *history) replay() {
	var again account.Book
	for _, p := range h.postings {
		if err := again.Post(p); err != nil {
			h.t.Fatalf("replay %s: %v", p.ID, err)
		}
	}
	if !equal(again.Balances, h.book.Balances) {
		h.t.Fatalf("replayed %v, want %v", again.Balances, h.book.Balances)
	}
}

// takeBack takes back one posting of the history, however much came after it.
func (h *history) takeBack() {
	if len(h.postings) == 0 {
		return
	}
	p := rapid.SampledFrom(h.postings).Draw(h.t, "taken back")
	r, err := h.book.Reversal(note("late", "controller"), p.ID)
	if err != nil {
		return
	}
	want := standing(h.book.Balances)
	for _, l := range p.Lines {
		want[pot(l.Account())] -= l.Amount.Minor
	}
	if err := h.book.Post(r); err != nil {
		h.t.Fatalf("take back %s: %v", p.ID, err)
	}
	check(h.t, &h.book)
	if got := standing(h.book.Balances); !equal(got, want) {
		h.t.Fatalf("taking back %s leaves %v, want %v", p.ID, got, want)
	}
	if err := h.book.Post(r); !errors.Is(err, account.ErrKnown) {
		h.t.Fatalf("taking back %s twice: %v, want %v", p.ID, err, account.ErrKnown)
	}
}

// pot puts together the accounts that stand in for each other in a reversal.
func pot(a account.Account) account.Account {
	switch a.Kind {
	case account.Expense, account.Bank, account.Exchange:
	case account.Reward, account.Fund, account.Loss:
		a.Kind = account.Loss
	default:
		a.Kind = account.Receivable
	}
	return a
}

func standing(balances map[account.Account]int64) map[account.Account]int64 {
	out := map[account.Account]int64{}
	for a, n := range balances {
		out[pot(a)] += n
	}
	return out
}

// equal compares balances, where none is nothing.
func equal(a, b map[account.Account]int64) bool {
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	for k, n := range b {
		if a[k] != n {
			return false
		}
	}
	return true
}

func copyOf(b *account.Book) *account.Book {
	return &account.Book{Balances: maps.Clone(b.Balances), Standing: maps.Clone(b.Standing)}
}
