package account_test

import (
	"errors"
	"testing"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
)

func post(t *testing.T, b *account.Book, id string, day partner.Date, lines ...account.Line) account.Posting {
	t.Helper()
	p := account.Posting{ID: id, Act: account.PayIn, Partner: lines[0].Partner, Date: day, Lines: lines, By: "finance", Reason: "as agreed"}
	p.Evidence.Papers = []string{"bank-1"}
	if err := b.Post(p); err != nil {
		t.Fatal(err)
	}
	return p
}

func line(k account.Kind, p partner.ID, minor int64) account.Line {
	return account.Line{Kind: k, Partner: p, Amount: money.Of(minor, "USD")}
}

func TestAStatementOpensWhereThePeriodBeforeClosed(t *testing.T) {
	var b account.Book
	post(t, &b, "a", "2026-01-10", line(account.Bank, "P01", 500), line(account.Deposit, "P01", -500))
	since := []account.Posting{
		post(t, &b, "b", "2026-02-01", line(account.Deposit, "P01", 200), line(account.Held, "P01", -200)),
		post(t, &b, "c", "2026-02-28", line(account.Held, "P01", 50), line(account.Compensation, "P02", -50)),
		post(t, &b, "d", "2026-03-01", line(account.Bank, "P01", 7), line(account.Deposit, "P01", -7)),
	}
	s := account.NewStatement("P01", "2026-02-01", "2026-02-28", b.Balances, since)
	want := map[account.Kind][3]int64{account.Deposit: {500, -200, 300}, account.Held: {0, 150, 150}}
	if len(s.Totals) != len(want) || len(s.Entries) != 3 {
		t.Fatalf("totals %v and entries %v, want 2 and 3", s.Totals, s.Entries)
	}
	for _, got := range s.Totals {
		if w := want[got.Kind]; got.Opening.Minor != w[0] || got.Change.Minor != w[1] || got.Closing.Minor != w[2] {
			t.Errorf("%s is %v, want %v", got.Kind, got, w)
		}
	}
	if last := s.Entries[2]; last.Amount.Minor != -50 || last.Balance.Minor != 150 || last.Reason == "" {
		t.Errorf("the last entry is %+v, want -50 to 150 with its reason", last)
	}
	other := account.NewStatement("P02", "2026-02-01", "2026-02-28", b.Balances, since[1:2])
	if len(other.Entries) != 1 || other.Entries[0].Reason != "" || !other.Entries[0].Evidence.Empty() {
		t.Errorf("who is compensated reads %+v, want no word of the other's case", other.Entries)
	}
}

func TestWhatIsNoPostingIsRefused(t *testing.T) {
	sound := func() account.Posting {
		return account.Posting{
			ID: "a", Act: account.PayIn, Partner: "P01", Date: "2026-01-10", By: "finance", Reason: "as agreed",
			Lines:    []account.Line{line(account.Bank, "P01", 500), line(account.Deposit, "P01", -500)},
			Evidence: account.Evidence{Papers: []string{"bank-1"}},
		}
	}
	for name, tt := range map[string]struct {
		change func(*account.Posting)
		want   error
	}{
		"sound":       {func(*account.Posting) {}, nil},
		"unbalanced":  {func(p *account.Posting) { p.Lines[0].Amount.Minor++ }, account.ErrInvalid},
		"one line":    {func(p *account.Posting) { p.Lines = p.Lines[:1] }, account.ErrInvalid},
		"no evidence": {func(p *account.Posting) { p.Evidence = account.Evidence{} }, account.ErrInvalid},
		"no reason":   {func(p *account.Posting) { p.Reason = " " }, account.ErrInvalid},
		"by nobody":   {func(p *account.Posting) { p.By = "" }, account.ErrInvalid},
		"of nobody":   {func(p *account.Posting) { p.Lines[0].Partner = "" }, account.ErrInvalid},
		"no rate": {func(p *account.Posting) {
			p.Lines = append(p.Lines, account.Line{Kind: account.Exchange, Amount: money.Of(1, "EUR")}, account.Line{Kind: account.Exchange, Amount: money.Of(-1, "EUR")})
		}, account.ErrInvalid},
		"below nothing":    {func(p *account.Posting) { p.Lines[0].Amount.Minor, p.Lines[1].Amount.Minor = -500, 500 }, account.ErrShort},
		"reverses nothing": {func(p *account.Posting) { p.Reverses = []account.Part{{Posting: "b", Amount: money.Of(1, "USD")}} }, account.ErrInvalid},
	} {
		var b account.Book
		p := sound()
		tt.change(&p)
		if err := b.Post(p); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if tt.want != nil && len(b.Balances)+len(b.Standing) > 0 {
			t.Errorf("%s: refused, and in the books", name)
		}
	}
}
