package rebate_test

import (
	"errors"
	"testing"

	"waymark/internal/account"
	"waymark/internal/compliance"
	"waymark/internal/money"
	"waymark/internal/rebate"
)

func usd(decimal string) money.Amount {
	a, err := money.Parse(decimal, "USD")
	if err != nil {
		panic(err)
	}
	return a
}

func note(id, by string) account.Note {
	return account.Note{ID: id, Date: "2026-04-10", By: by, Reason: "as agreed", Evidence: account.Evidence{Papers: []string{"paper-1"}}}
}

// decision is one that lets money move.
func decision() rebate.Decision {
	return rebate.Decision{
		Case: "C-7", Partner: "P09", Regime: compliance.Other, Outcome: rebate.Confirmed, Final: true, OpenedBy: []string{"officer"}, DecidedBy: "committee",
		Findings: []string{"f1"}, Events: []string{"e1"}, SignedOffBy: "counsel",
	}
}

// quarterly gives 1, 2 and 3 % of all sales from 100,000, 400,000 and 500,000 on.
func quarterly() rebate.Programme {
	return rebate.Programme{
		ID: "Q-VOLUME", Name: "Quarterly volume", Currency: "USD", From: "2026-01-01", Period: rebate.Quarter,
		Condition: rebate.Volume, Measure: rebate.ByAmount, Form: rebate.Retrospective, Pay: rebate.Percentage,
		Tiers: []rebate.Tier{
			{From: rebate.Threshold{Amount: usd("100000")}, Rate: money.Percent(1)},
			{From: rebate.Threshold{Amount: usd("400000")}, Rate: money.Percent(2)},
			{From: rebate.Threshold{Amount: usd("500000")}, Rate: money.Percent(3)},
		},
	}
}

func penalties() rebate.Schedule {
	return rebate.Schedule{
		ID: "S-1", Name: "Schedule of 2026", Currency: "USD", From: "2026-01-01",
		Offences: []rebate.Offence{{
			ID: "out_of_territory", Basis: rebate.ListPrice, Rate: money.Percent(20),
			Severity:   map[string]money.Ratio{"natural": money.Percent(50), "malicious": money.One},
			Mitigation: map[string]money.Ratio{"self_report": money.Percent(50)},
			Repeat:     rebate.Repeat{WindowDays: 365, Factors: []money.Ratio{money.One, 2 * money.One}},
			Measures:   []string{"observation"},
		}},
		Caps:       rebate.Caps{LossRatio: 1_300_000},
		Collection: []rebate.Source{rebate.FromRebate, rebate.FromDeposit, rebate.ByInvoice},
		Allocation: rebate.Allocation{Harmed: money.Percent(50), Informant: money.Percent(20), Fund: money.Percent(30)},
		Deposit:    rebate.DepositTerms{Floor: usd("5000"), TopUpDays: 3},
	}
}

func diverted() rebate.Circumstances {
	loss := usd("90")
	return rebate.Circumstances{
		Offence: "out_of_territory", Date: "2026-04-09", Units: 240, ListPrice: usd("560"), Severity: "malicious", UnitLoss: &loss, Harmed: "P05", Informed: true,
	}
}

const mbo = money.Ratio(950_000)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func post(t *testing.T, b *account.Book, p account.Posting) {
	t.Helper()
	if err := b.Post(p); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, what string, got money.Amount, decimal string) {
	t.Helper()
	if got.Decimal() != decimal {
		t.Errorf("%s is %s, want %s", what, got.Decimal(), decimal)
	}
}

// TestFromSalesToSettledPenalty is the worked example: 1,200 units at USD 500, of
// which 240 turn out to have left the territory.
func TestFromSalesToSettledPenalty(t *testing.T) {
	var b account.Book
	prog, s := quarterly(), rebate.Scheme{Programme: "Q-VOLUME", Partner: "P09", Period: "2026-01-01"}
	sales := rebate.Sales{Amount: usd("600000"), Units: 1200}
	earned := must[rebate.Earning](t)(prog.Earn(sales, mbo))
	want(t, "the rebate", earned.Amount, "17100.00")
	p, any, err := rebate.Accrual(&b, note("accrual-1", "finance"), s, earned.Amount)
	if err != nil || !any {
		t.Fatal(err)
	}
	post(t, &b, p)
	post(t, &b, must[account.Posting](t)(rebate.Paid(note("deposit-1", "finance"), "P09", usd("30000"))))

	d := decision()
	left := must[rebate.Sales](t)(sales.Without(d, usd("120000"), 240))
	less := must[rebate.Earning](t)(prog.Earn(left, mbo))
	want(t, "the rebate without the goods that left", less.Amount, "9120.00")
	claw := must[account.Posting](t)(rebate.Clawback(&b, note("clawback-1", "finance"), s, d, account.Goods{Amount: usd("120000"), Units: 240}, less.Amount))
	if len(claw.Reverses) != 1 || claw.Reverses[0].Posting != "accrual-1" {
		t.Errorf("the clawback reverses %v, want part of accrual-1", claw.Reverses)
	}
	want(t, "the clawback", claw.Reverses[0].Amount, "7980.00")
	post(t, &b, claw)
	want(t, "what has accrued", b.Balance(account.Accrued, "P09", "USD"), "9120.00")
	taken, err := rebate.Taken(&b, s, "USD")
	if again, less := must[rebate.Sales](t)(sales.Less(taken)), left; err != nil || again.Amount != less.Amount || again.Units != less.Units {
		t.Errorf("sales still count as %v, %v; want %v", again, err, less)
	}

	sch := penalties()
	a := must[rebate.Assessment](t)(sch.Assess(diverted(), b.Balance(account.Deposit, "P09", "USD")))
	want(t, "the fine", a.Fine, "26880.00")
	want(t, "the share of the harmed", a.Shares.Harmed, "13440.00")
	want(t, "the share of the informant", a.Shares.Informant, "5376.00")
	want(t, "the share of the fund", a.Shares.Fund, "8064.00")
	if len(a.SignOff) != 0 {
		t.Errorf("counsel is asked: %q, want nobody", a.SignOff)
	}
	fine := must[account.Posting](t)(rebate.Penalty(&b, note("penalty-1", "finance"), d, sch, diverted(), a, nil))
	post(t, &b, fine)
	want(t, "what has accrued after the fine", b.Balance(account.Accrued, "P09", "USD"), "0.00")
	want(t, "the deposit after the fine", b.Balance(account.Deposit, "P09", "USD"), "12240.00")
	want(t, "what is owed", b.Balance(account.Receivable, "P09", "USD"), "0.00")
	want(t, "the compensation", b.Balance(account.Compensation, "P05", "USD"), "13440.00")
	post(t, &b, must[account.Posting](t)(rebate.Rewarded(note("reward-1", "finance"), d, usd("5376"))))

	second := diverted()
	second.Earlier = append(second.Earlier, "2025-11-01")
	a = must[rebate.Assessment](t)(sch.Assess(second, usd("30000")))
	want(t, "a second fine", a.Fine, "28080.00")
	if got := a.Steps[len(a.Steps)-2].Amount; got != usd("53760") {
		t.Errorf("a second fine before its cap is %s, want 53760.00", got)
	}
}

func TestWithdrawnFindingsProposeReversals(t *testing.T) {
	var b account.Book
	d := decision()
	d.Findings = []string{"f1", "f2"}
	post(t, &b, must[account.Posting](t)(rebate.Paid(note("deposit-1", "finance"), "P09", usd("30000"))))
	s := rebate.Scheme{Programme: "Q-VOLUME", Partner: "P09", Period: "2026-01-01"}
	p, _, _ := rebate.Accrual(&b, note("accrual-1", "finance"), s, usd("17100"))
	post(t, &b, p)
	post(t, &b, must[account.Posting](t)(rebate.Clawback(&b, note("clawback-1", "finance"), s, d, account.Goods{}, usd("9120"))))
	sch := penalties()
	a := must[rebate.Assessment](t)(sch.Assess(diverted(), usd("30000")))
	post(t, &b, must[account.Posting](t)(rebate.Penalty(&b, note("penalty-1", "finance"), d, sch, diverted(), a, nil)))
	post(t, &b, must[account.Posting](t)(rebate.Rewarded(note("reward-1", "finance"), d, usd("5376"))))
	post(t, &b, must[account.Posting](t)(rebate.Compensated(note("comp-1", "finance"), d, "P05", usd("13440"), nil)))

	gone := func(f string) bool { return f == "f1" }
	list := rebate.Proposals(&b, gone)
	ids := map[string]bool{}
	for _, pr := range list {
		ids[pr.Posting] = true
		if len(pr.Remaining) != 1 || pr.Remaining[0] != "f2" {
			t.Errorf("%s rests on %v, want f2", pr.Posting, pr.Remaining)
		}
	}
	if len(list) != 3 || !ids["clawback-1"] || !ids["penalty-1"] || !ids["reward-1"] {
		t.Fatalf("proposed for %v, want the clawback, the penalty and the reward", ids)
	}
	want(t, "the deposit before anybody agrees", b.Balance(account.Deposit, "P09", "USD"), "12240.00")
	for _, id := range []string{"penalty-1", "clawback-1"} {
		post(t, &b, must[account.Posting](t)(b.Reversal(note("back-"+id, "controller"), id)))
	}
	want(t, "the deposit", b.Balance(account.Deposit, "P09", "USD"), "30000.00")
	want(t, "what has accrued", b.Balance(account.Accrued, "P09", "USD"), "17100.00")
	want(t, "what has accrued under the programme", rebate.Accrued(&b, s, "USD"), "17100.00")
	want(t, "what the compensated owes", b.Balance(account.Receivable, "P05", "USD"), "13440.00")
	want(t, "what the brand bears of the reward", b.Balance(account.Loss, "P09", "USD"), "5376.00")
	if list := rebate.Proposals(&b, gone); len(list) != 1 || list[0].Posting != "reward-1" {
		t.Errorf("proposed again: %v, want the reward only", list)
	}
	if _, err := b.Reversal(note("again", "controller"), "penalty-1"); !errors.Is(err, account.ErrReversed) {
		t.Errorf("a second reversal: %v, want %v", err, account.ErrReversed)
	}
}

func TestNoMoneyWithoutADecision(t *testing.T) {
	for _, tt := range []struct {
		name, guard string
		change      func(*rebate.Decision)
		by          string
	}{
		{"within the EEA", "G2", func(d *rebate.Decision) { d.Regime = compliance.EEAInternal }, "finance"},
		{"not final", "G4", func(d *rebate.Decision) { d.Final = false }, "finance"},
		{"unfounded", "G4", func(d *rebate.Decision) { d.Outcome = "unfounded" }, "finance"},
		{"decided by the opener", "G4", func(d *rebate.Decision) { d.DecidedBy = "officer" }, "finance"},
		{"decided by nobody", "G4", func(d *rebate.Decision) { d.DecidedBy = "" }, "finance"},
		{"posted by the opener", "G4", func(*rebate.Decision) {}, "officer"},
		{"posted by nobody", "G4", func(*rebate.Decision) {}, ""},
		{"about another", "G4", func(d *rebate.Decision) { d.Partner = "P01" }, "finance"},
		{"of no case", "G4", func(d *rebate.Decision) { d.Case = "" }, "finance"},
		{"on nothing", "G4", func(d *rebate.Decision) { d.Findings = nil }, "finance"},
		{"law unknown", "G1", func(d *rebate.Decision) { d.SignedOffBy = "" }, "finance"},
	} {
		var b account.Book
		s := rebate.Scheme{Programme: "Q-VOLUME", Partner: "P09", Period: "2026-01-01"}
		p, _, _ := rebate.Accrual(&b, note("accrual-1", "finance"), s, usd("17100"))
		post(t, &b, p)
		d, sch := decision(), penalties()
		tt.change(&d)
		a := must[rebate.Assessment](t)(sch.Assess(diverted(), usd("30000")))
		acts := map[string]func() error{
			"penalty": func() error { _, err := rebate.Penalty(&b, note("x", tt.by), d, sch, diverted(), a, nil); return err },
			"clawback": func() error {
				_, err := rebate.Clawback(&b, note("x", tt.by), s, d, account.Goods{}, usd("9120"))
				return err
			},
			"hold":   func() error { _, err := rebate.Holding(note("x", tt.by), d, "P09", usd("100")); return err },
			"reward": func() error { _, err := rebate.Rewarded(note("x", tt.by), d, usd("100")); return err },
			"compensation": func() error {
				_, err := rebate.Compensated(note("x", tt.by), d, "P05", usd("100"), nil)
				return err
			},
		}
		for act, try := range acts {
			if d.Partner == "P01" && (act == "reward" || act == "compensation" || act == "penalty") {
				continue // they take the partner from the decision
			}
			var r *rebate.Refusal
			if err := try(); !errors.As(err, &r) || r.Guard != tt.guard {
				t.Errorf("%s, %s: %v, want guard %s", tt.name, act, err, tt.guard)
			}
		}
	}
}

func TestCounselSignsWhatCourtsWouldCut(t *testing.T) {
	var b account.Book
	sch, d := penalties(), decision()
	d.Regime, d.SignedOffBy = compliance.CNDomestic, ""
	sch.Caps = rebate.Caps{}
	low := usd("10")
	for name, change := range map[string]func(*rebate.Circumstances){
		"loss not measured":     func(c *rebate.Circumstances) { c.UnitLoss = nil },
		"more than 130 %":       func(c *rebate.Circumstances) { c.UnitLoss = &low },
		"more than the deposit": func(c *rebate.Circumstances) { c.Units = 260 },
	} {
		c := diverted()
		change(&c)
		a := must[rebate.Assessment](t)(sch.Assess(c, usd("28000")))
		var r *rebate.Refusal
		if _, err := rebate.Penalty(&b, note("x", "finance"), d, sch, c, a, nil); !errors.As(err, &r) || r.Guard != "G8" {
			t.Errorf("%s: %v, want guard G8", name, err)
		}
		signed := d
		signed.SignedOffBy = "counsel"
		if _, err := rebate.Penalty(&b, note("x", "finance"), signed, sch, c, a, nil); err != nil {
			t.Errorf("%s, signed: %v", name, err)
		}
	}
}

func TestVolumeInsideTheEEAStaysQualifying(t *testing.T) {
	d := decision()
	d.Regime = compliance.EEAInternal
	var r *rebate.Refusal
	s := rebate.Sales{Amount: usd("600000"), Units: 1200}
	if _, err := s.Without(d, usd("1"), 1); !errors.As(err, &r) || r.Guard != "G3" {
		t.Errorf("taken out of the volume: %v, want guard G3", err)
	}
}

func TestFourEyesSettleAClaim(t *testing.T) {
	var b account.Book
	s := rebate.Scheme{Programme: "Q-VOLUME", Partner: "P09", Period: "2026-01-01"}
	p, _, _ := rebate.Accrual(&b, note("accrual-1", "finance"), s, usd("1000"))
	post(t, &b, p)
	c := rebate.Claim{ID: "cl-1", Scheme: s, Amount: usd("1000"), Stage: rebate.Claimed, Method: rebate.Cash, Date: "2026-04-10", ClaimedBy: "p09-key"}
	if _, _, err := c.Approve(&b, note("x", "p09-key")); !errors.Is(err, rebate.ErrFourEyes) {
		t.Errorf("approved by who claimed: %v, want %v", err, rebate.ErrFourEyes)
	}
	if _, _, err := c.Settle(&b, note("x", "finance"), nil); !errors.Is(err, rebate.ErrStage) {
		t.Errorf("settled before it was approved: %v, want %v", err, rebate.ErrStage)
	}
	big := c
	big.Amount = usd("1000.01")
	if _, _, err := big.Approve(&b, note("x", "finance")); !errors.Is(err, account.ErrShort) {
		t.Errorf("approved beyond what accrued: %v, want %v", err, account.ErrShort)
	}
	c, p, err := c.Approve(&b, note("approve-1", "finance"))
	if err != nil {
		t.Fatal(err)
	}
	post(t, &b, p)
	rate := &money.Rate{ID: "ecb-1", From: "EUR", To: "USD", Value: "1.10", Date: "2026-04-09"}
	c, p, err = c.Settle(&b, note("settle-1", "treasury"), rate)
	if err != nil || c.Stage != rebate.Settled {
		t.Fatal(err)
	}
	post(t, &b, p)
	if p.Rate.ID != "ecb-1" {
		t.Errorf("the posting keeps rate %v, want ecb-1", p.Rate)
	}
	want(t, "what was paid out", b.Balance(account.Bank, "P09", "EUR"), "-909.09")
	want(t, "what is payable", b.Balance(account.Payable, "P09", "USD"), "0.00")

	// What was paid out already the partner owes, and owes no more once it is set off.
	d := decision()
	post(t, &b, must[account.Posting](t)(rebate.Clawback(&b, note("clawback-1", "finance"), s, d, account.Goods{}, usd("400"))))
	want(t, "what is owed", b.Balance(account.Receivable, "P09", "USD"), "600.00")
	next := s
	next.Period = "2026-04-01"
	p, _, _ = rebate.Accrual(&b, note("accrual-2", "finance"), next, usd("700"))
	post(t, &b, p)
	c2 := rebate.Claim{ID: "cl-2", Scheme: next, Amount: usd("700"), Stage: rebate.Claimed, Method: rebate.CreditNote, Date: "2026-07-10", ClaimedBy: "p09-key"}
	c2, p, _ = c2.Approve(&b, note("approve-2", "finance"))
	post(t, &b, p)
	_, p, err = c2.Settle(&b, note("settle-2", "treasury"), nil)
	if err != nil {
		t.Fatal(err)
	}
	post(t, &b, p)
	want(t, "what is owed after", b.Balance(account.Receivable, "P09", "USD"), "0.00")
	want(t, "credited", b.Balance(account.Bank, "P09", "USD"), "-100.00")
}

func TestTopUpIsDueBelowTheFloor(t *testing.T) {
	terms := penalties().Deposit
	due, by, err := terms.TopUp(usd("3200.50"), "2026-02-27")
	if err != nil || due != usd("1799.50") || by != "2026-03-02" {
		t.Errorf("due %s by %s, %v; want 1799.50 by 2026-03-02", due, by, err)
	}
	if due, by, err := terms.TopUp(usd("5000"), "2026-02-27"); err != nil || !due.IsZero() || by != "" {
		t.Errorf("at the floor due %s by %s, %v; want nothing", due, by, err)
	}
}
