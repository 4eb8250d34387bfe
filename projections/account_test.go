package projections_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"waymark/internal/account"
	"waymark/internal/compliance"
	"waymark/internal/custody"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// A purse posts to a log and to a book in memory, which is the model.
type purse struct {
	t     *testing.T
	log   *pebblelog.Log
	heads map[partner.ID]ledger.Expected
	model account.Book
	all   []account.Posting
}

func newPurse(t *testing.T) *purse {
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return &purse{t: t, log: log, heads: map[partner.ID]ledger.Expected{}}
}

func (p *purse) append(stream string, at ledger.Expected, e event.Event, err error) ledger.Receipt {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := p.log.Append(p.t.Context(), stream, at, e)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// post enters what the model takes, and tells whether it did.
func (p *purse) post(post account.Posting) bool {
	p.t.Helper()
	if p.model.Post(post) != nil {
		return false
	}
	at, known := p.heads[post.Partner]
	if !known {
		at = ledger.NoStream
	}
	e, err := account.Posted.New(uuid.New(), post, nil)
	r := p.append(ledger.AggregateStream("account", string(post.Partner)), at, e, err)
	p.heads[post.Partner] = ledger.Expected(r.Revision)
	p.all = append(p.all, post)
	return true
}

// views draws the views of the log.
func (p *purse) views() *projections.Views {
	p.t.Helper()
	v, err := projections.Open(p.log, projections.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { v.Close() })
	if err := v.CatchUp(p.t.Context(), nil); err != nil {
		p.t.Fatal(err)
	}
	return v
}

func wire(id string, day int) account.Note {
	return account.Note{
		ID: id, Date: partner.Date(fmt.Sprintf("2026-%02d-%02d", day/28%12+1, day%28+1)), By: "finance", Reason: "as agreed",
		Evidence: account.Evidence{Papers: []string{"bank-1"}},
	}
}

var verdict = rebate.Decision{
	Case: "C-1", Partner: "P1", Regime: compliance.CNDomestic, Outcome: rebate.Confirmed, Final: true, OpenedBy: []string{"officer"}, DecidedBy: "committee",
	Findings: []string{"8f14e45fceea167a5a36dedd4bea2543"},
}

// TestBooksAgreeWithTheModel posts at random and asks the views for balances,
// revisions and statements.
func TestBooksAgreeWithTheModel(t *testing.T) {
	p := newPurse(t)
	r := rand.New(rand.NewPCG(1, 2))
	partners := []partner.ID{"P1", "P2", "P3"}
	for i := range 400 {
		who, n := partners[r.IntN(3)], wire(fmt.Sprintf("p%d", i), r.IntN(300))
		a := money.Of(r.Int64N(100_000)+1, []money.Currency{"USD", "EUR"}[r.IntN(2)])
		d := verdict
		d.Partner = who
		s := rebate.Scheme{Programme: "Q", Partner: who, Period: "2026-01-01"}
		var post account.Posting
		var err error
		switch r.IntN(7) {
		case 0, 1:
			post, err = rebate.Paid(n, who, a)
		case 2:
			post, _, err = rebate.Accrual(&p.model, n, s, a)
		case 3:
			post, err = rebate.Holding(n, d, who, a)
		case 4:
			post, err = rebate.Clawback(&p.model, n, s, d, account.Goods{}, a)
		case 5:
			post = n.Posting(account.Penalise, who)
			post.Move(account.Account{Kind: account.Deposit, Partner: who, Currency: a.Currency}, account.Account{Kind: account.Compensation, Partner: partners[r.IntN(3)], Currency: a.Currency}, a)
		case 6:
			if len(p.all) > 0 {
				post, err = p.model.Reversal(n, p.all[r.IntN(len(p.all))].ID)
			}
		}
		if err == nil && len(post.Lines) > 0 {
			p.post(post)
		}
	}
	if len(p.all) < 100 {
		t.Fatalf("%d postings, want many", len(p.all))
	}
	v := p.views()
	for _, who := range partners {
		b, at, err := v.Books(projections.BookQuery{Partners: []partner.ID{who}})
		if err != nil || at != p.heads[who] {
			t.Errorf("the stream of %s is at %d, %v; want %d", who, at, err, p.heads[who])
		}
		for a, n := range p.model.Balances {
			if a.Partner == who && b.Balances[a] != n {
				t.Errorf("%v is %d, want %d", a, b.Balances[a], n)
			}
		}
		got, err := v.Statement(who, "2026-03-01", "2026-06-30")
		if err != nil {
			t.Fatal(err)
		}
		if want := p.statement(who, "2026-03-01", "2026-06-30"); !reflect.DeepEqual(got.Statement, want) {
			t.Errorf("the statement of %s is\n%+v, want\n%+v", who, got.Statement, want)
		}
	}
	for _, post := range p.all {
		b, _, err := v.Books(projections.BookQuery{Postings: []string{post.ID}})
		if err != nil {
			t.Fatal(err)
		}
		got, want := b.Standing[post.ID], p.model.Standing[post.ID]
		if got.Posting.ID != post.ID || fmt.Sprint(got.Reversed) != fmt.Sprint(want.Reversed) {
			t.Errorf("%s stands as %v, want %v", post.ID, got, want)
		}
	}
	s := rebate.Scheme{Programme: "Q", Partner: "P1", Period: "2026-01-01"}
	b, _, err := v.Books(projections.BookQuery{Scheme: s})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []money.Currency{"USD", "EUR"} {
		if got, want := rebate.Accrued(b, s, c), rebate.Accrued(&p.model, s, c); got != want {
			t.Errorf("%s has accrued, want %s", got, want)
		}
	}
}

// statement draws a statement from all postings.
func (p *purse) statement(who partner.ID, first, last partner.Date) account.Statement {
	var since []account.Posting
	for _, post := range p.all {
		touches := post.Partner == who || slices.ContainsFunc(post.Lines, func(l account.Line) bool { return l.Partner == who })
		if touches && post.Date >= first {
			since = append(since, post)
		}
	}
	slices.SortStableFunc(since, func(a, b account.Posting) int {
		switch {
		case a.Date < b.Date:
			return -1
		case a.Date > b.Date:
			return 1
		}
		return 0
	})
	return account.NewStatement(who, first, last, p.model.Balances, since)
}

// TestAPostingCountsOnce enters a posting that the log holds twice, as two nodes
// could leave it.
func TestAPostingCountsOnce(t *testing.T) {
	p := newPurse(t)
	post, err := rebate.Paid(wire("dep", 1), "P1", money.Of(500, "USD"))
	if err != nil || !p.post(post) {
		t.Fatal(err)
	}
	e, err := account.Posted.New(uuid.New(), post, nil)
	p.append(ledger.AggregateStream("account", "P1"), p.heads["P1"], e, err)
	b, at, err := p.views().Books(projections.BookQuery{Partners: []partner.ID{"P1"}})
	if err != nil || at != 1 || b.Balance(account.Deposit, "P1", "USD") != money.Of(500, "USD") {
		t.Errorf("the deposit is %s at %d, %v; want 5.00 at 1", b.Balance(account.Deposit, "P1", "USD"), at, err)
	}
}

// TestProposalsFollowFindings posts on a finding that no view knows, which is
// one that was withdrawn.
func TestProposalsFollowFindings(t *testing.T) {
	p := newPurse(t)
	paid, _ := rebate.Paid(wire("dep", 1), "P1", money.Of(500, "USD"))
	hold, err := rebate.Holding(wire("hold", 2), verdict, "P1", money.Of(200, "USD"))
	if err != nil || !p.post(paid) || !p.post(hold) {
		t.Fatal(err)
	}
	list, _, err := p.views().Proposals()
	if err != nil || len(list) != 1 || list[0].Posting != "hold" || len(list[0].Lines) != 2 {
		t.Fatalf("proposed: %+v, %v; want the hold", list, err)
	}
	back, err := p.model.Reversal(wire("back", 3), "hold")
	if err != nil || !p.post(back) {
		t.Fatal(err)
	}
	if list, _, err := p.views().Proposals(); err != nil || len(list) != 0 {
		t.Errorf("proposed again: %+v, %v", list, err)
	}
}

// TestSalesAddUpOrders counts the orders of a quarter that a programme covers.
func TestSalesAddUpOrders(t *testing.T) {
	p := newPurse(t)
	put := func(stream string, e event.Event, err error) { p.append(stream, ledger.NoStream, e, err) }
	for id, line := range map[uint64]string{9521234100010: "panel", 9521234100027: "power"} {
		prod := partner.Product{Name: line, Line: line, UnitValue: partner.Amount{Amount: "500.00", Currency: "USD"}}
		if err := prod.GTIN.UnmarshalText([]byte(fmt.Sprintf("%014d", id))); err != nil {
			t.Fatal(err)
		}
		e, err := partner.ProductRegistered.New(uuid.New(), prod, nil)
		put("wm-product-"+line, e, err)
	}
	for i, day := range []partner.Date{"2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"} {
		o := custody.Order{ID: fmt.Sprintf("SO-%d", i), Seller: "P0", Buyer: "P1", Date: day, Lines: []custody.OrderLine{{Quantity: 10}, {Quantity: 1}}}
		o.Lines[0].GTIN.UnmarshalText([]byte("09521234100010"))
		o.Lines[1].GTIN.UnmarshalText([]byte("09521234100027"))
		e, err := custody.OrderPlaced.New(uuid.New(), o, nil)
		put("wm-order-"+o.ID, e, err)
	}
	v := p.views()
	prog := rebate.Programme{ID: "Q", Currency: "USD", Products: []string{"panel"}, From: "2026-01-01", Measure: rebate.ByAmount}
	a, err := v.Sales(prog, "P1", "2026-01-01", "2026-03-31")
	if err != nil || a.Units != 20 || a.Amount != money.Of(1_000_000, "USD") || !slices.Equal(a.Orders, []string{"SO-1", "SO-2"}) || a.Groups["panel"] != a.Amount {
		t.Errorf("sales are %+v, %v; want 20 units for 10000.00 by SO-1 and SO-2", a, err)
	}
	prog.Currency = "EUR"
	if _, err := v.Sales(prog, "P1", "2026-01-01", "2026-03-31"); err == nil {
		t.Error("products priced in dollars count in euros")
	}
}
