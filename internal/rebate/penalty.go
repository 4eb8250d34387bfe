package rebate

import (
	"fmt"

	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Schedule says what penalty an offence has. The last version recorded under
// an id is what holds.
type Schedule struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Currency   money.Currency `json:"currency"`
	From       partner.Date   `json:"from"`
	To         partner.Date   `json:"to,omitzero"`
	Offences   []Offence      `json:"offences"`
	Caps       Caps           `json:"caps,omitzero"`
	Collection []Source       `json:"collection"`
	Allocation Allocation     `json:"allocation"`
	Deposit    DepositTerms   `json:"deposit,omitzero"`
}

// An Offence is one thing that a schedule penalises. Records that are incomplete
// are an offence of their own, beside goods that left their territory.
type Offence struct {
	ID    string       `json:"id"` // such as "out_of_territory" or "records_incomplete"
	Basis Basis        `json:"basis"`
	Rate  money.Ratio  `json:"rate,omitzero"`   // of the basis, where that is a share or a multiple
	Each  money.Amount `json:"amount,omitzero"` // where the basis is per_unit or fixed
	// Severity and Mitigation are factors by class: a case has one class of
	// severity, and any number of grounds of mitigation.
	Severity   map[string]money.Ratio `json:"severity,omitempty"`
	Mitigation map[string]money.Ratio `json:"mitigation,omitempty"`
	Repeat     Repeat                 `json:"repeat,omitzero"`
	// Measures go beside money, such as "warning", "observation" or "plan_cut_10".
	Measures []string `json:"measures,omitempty"`
}

// Repeat are the factors of the first offence, the second and so on, within a
// window of days; the last holds for all beyond.
type Repeat struct {
	WindowDays int           `json:"window_days,omitzero"`
	Factors    []money.Ratio `json:"factors,omitempty"`
}

// A Basis is what a penalty is reckoned from.
type Basis string

const (
	EachUnit     Basis = "per_unit"      // an amount for each unit
	ListPrice    Basis = "list_price"    // a multiple of the list price, for each unit
	UnitRebate   Basis = "unit_rebate"   // a multiple of the rebate on each unit
	RebateShare  Basis = "rebate_share"  // a share of the rebate of the period
	DepositShare Basis = "deposit_share" // a share of the deposit
	PlanShare    Basis = "plan_share"    // a share of the planned purchases
	FixedAmount  Basis = "fixed"
)

var bases = []string{string(EachUnit), string(ListPrice), string(UnitRebate), string(RebateShare), string(DepositShare), string(PlanShare), string(FixedAmount)}

// Caps bound a penalty.
type Caps struct {
	LossRatio money.Ratio `json:"loss_ratio,omitzero"` // of the measured loss: 1.3 is 130 %
	Deposit   bool        `json:"deposit,omitzero"`    // what the deposit holds
}

// A Source is where a penalty is taken from.
type Source string

const (
	FromRebate  Source = "unpaid_rebate"
	FromDeposit Source = "deposit"
	ByInvoice   Source = "invoice"
)

// An Allocation says who gets a penalty. The shares sum to one. Where nobody was
// harmed or informed, that share goes to the fund.
type Allocation struct {
	Harmed    money.Ratio `json:"harmed"`
	Informant money.Ratio `json:"informant"`
	Fund      money.Ratio `json:"fund"`
}

// ScheduleRecorded records a penalty schedule as it is from now on.
var ScheduleRecorded = event.Define[Schedule]("penalty.schedule-recorded")

// maxFactor bounds a factor, a hundred times.
const maxFactor = 100 * money.One

// Validate returns everything that is wrong with s by itself.
func (s Schedule) Validate() []partner.Fault {
	var f partner.Checker
	f.ID("/id", s.ID)
	f.Text("/name", s.Name)
	f.Currency("/currency", string(s.Currency))
	f.Period("/from", s.From, "/to", s.To)
	f.Require(0 < len(s.Offences) && len(s.Offences) <= 100, "/offences", "%d, want 1 to 100", len(s.Offences))
	seen := map[string]bool{}
	for i, o := range s.Offences {
		at := fmt.Sprintf("/offences/%d", i)
		o.check(&f, at, s.Currency)
		f.Require(!seen[o.ID], at+"/id", "%q is there twice", o.ID)
		seen[o.ID] = true
	}
	factor(&f, "/caps/loss_ratio", s.Caps.LossRatio)
	f.Require(len(s.Collection) > 0, "/collection", "missing, want unpaid_rebate, deposit or invoice, in order")
	from := map[Source]bool{}
	for i, c := range s.Collection {
		at := fmt.Sprintf("/collection/%d", i)
		f.OneOf(at, string(c), string(FromRebate), string(FromDeposit), string(ByInvoice))
		f.Require(!from[c], at, "%q is there twice", c)
		f.Require(c != ByInvoice || i == len(s.Collection)-1, at, "an invoice comes last")
		from[c] = true
	}
	a := s.Allocation
	f.Require(a.Harmed >= 0 && a.Informant >= 0 && a.Fund >= 0 && a.Harmed+a.Informant+a.Fund == money.One, "/allocation", "shares sum to %s, want 1", a.Harmed+a.Informant+a.Fund)
	d := s.Deposit
	f.Require(d.Floor.Minor >= 0 && (d.Floor.IsZero() || d.Floor.Currency == s.Currency), "/deposit/floor", "%s, want an amount in %s", d.Floor, s.Currency)
	f.Require(0 <= d.TopUpDays && d.TopUpDays <= 365, "/deposit/top_up_days", "%d, want 0 to 365", d.TopUpDays)
	return f.Faults
}

func (o Offence) check(f *partner.Checker, at string, c money.Currency) {
	f.ID(at+"/id", o.ID)
	f.OneOf(at+"/basis", string(o.Basis), bases...)
	amount := o.Basis == EachUnit || o.Basis == FixedAmount
	f.Require(amount == (o.Each.Minor > 0), at+"/amount", "%s, want an amount where the basis is per_unit or fixed, and only there", o.Each)
	f.Require(o.Each.Minor >= 0 && (o.Each == (money.Amount{}) || o.Each.Currency == c), at+"/amount", "%s, want an amount in %s", o.Each, c)
	f.Require(amount == (o.Rate == 0), at+"/rate", "%s, want a rate where the basis is a share or multiple, and only there", o.Rate)
	factor(f, at+"/rate", o.Rate)
	for class, r := range o.Severity {
		f.ID(at+"/severity", class)
		factor(f, at+"/severity/"+class, r)
	}
	for ground, r := range o.Mitigation {
		f.ID(at+"/mitigation", ground)
		f.Require(0 <= r && r <= money.One, at+"/mitigation/"+ground, "%s, want 0 to 1", r)
	}
	for i, r := range o.Repeat.Factors {
		factor(f, fmt.Sprintf("%s/repeat/factors/%d", at, i), r)
	}
	f.Require(0 <= o.Repeat.WindowDays && o.Repeat.WindowDays <= 3660, at+"/repeat/window_days", "%d, want 0 to 3660", o.Repeat.WindowDays)
	for i, m := range o.Measures {
		f.ID(fmt.Sprintf("%s/measures/%d", at, i), m)
	}
}

func factor(f *partner.Checker, at string, r money.Ratio) {
	f.Require(0 <= r && r <= maxFactor, at, "%s, want 0 to 100", r)
}
