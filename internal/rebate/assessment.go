package rebate

import (
	"fmt"
	"slices"

	"waymark/internal/money"
	"waymark/internal/partner"
)

// Circumstances are what a penalty is reckoned from, as the decision found them.
type Circumstances struct {
	Offence    string         `json:"offence"`
	Date       partner.Date   `json:"date"` // of the decision
	Units      int64          `json:"units"`
	ListPrice  money.Amount   `json:"list_price,omitzero"`  // of one unit
	UnitRebate money.Amount   `json:"unit_rebate,omitzero"` // on one unit
	Rebate     money.Amount   `json:"rebate,omitzero"`      // of the period
	Plan       money.Amount   `json:"plan,omitzero"`        // purchases planned
	Severity   string         `json:"severity,omitzero"`
	Mitigation []string       `json:"mitigation,omitempty"`
	Earlier    []partner.Date `json:"earlier,omitempty"` // days of earlier final decisions that confirmed the offence
	// UnitLoss is the measured loss on one unit; nil where nobody measured it.
	UnitLoss *money.Amount `json:"unit_loss,omitempty"`
	// Harmed is the partner in whose territory the goods turned up.
	Harmed partner.ID `json:"harmed,omitzero"`
	// Informed tells whether somebody is to be rewarded.
	Informed bool `json:"informed,omitzero"`
}

// An Assessment is a penalty and how it comes about.
type Assessment struct {
	Schedule string       `json:"schedule"`
	Offence  string       `json:"offence"`
	Steps    []Step       `json:"steps"`
	Fine     money.Amount `json:"fine"`
	Shares   Shares       `json:"shares"`
	Measures []string     `json:"measures,omitempty"`
	// SignOff says why counsel has to agree; empty where nobody has to.
	SignOff []string `json:"sign_off,omitempty"`
}

// A Step is one stage of the reckoning and what the penalty is after it.
type Step struct {
	Name   string       `json:"name"`
	Factor money.Ratio  `json:"factor,omitzero"`
	Amount money.Amount `json:"amount"`
}

// Shares are what a penalty is split into. They sum to it.
type Shares struct {
	Harmed    money.Amount `json:"harmed"`
	Informant money.Amount `json:"informant"`
	Fund      money.Amount `json:"fund"`
}

// Assess reckons the penalty of an offence. deposit is what the partner's deposit
// holds. Factors are applied exactly and rounded once.
func (s Schedule) Assess(c Circumstances, deposit money.Amount) (Assessment, error) {
	i := slices.IndexFunc(s.Offences, func(o Offence) bool { return o.ID == c.Offence })
	if i < 0 {
		return Assessment{}, fmt.Errorf("assess %q by schedule %s: no such offence: %w", c.Offence, s.ID, ErrTerms)
	}
	o := s.Offences[i]
	a := Assessment{Schedule: s.ID, Offence: o.ID, Measures: o.Measures}
	base, err := o.base(c, deposit)
	if err != nil {
		return a, fmt.Errorf("assess %s by schedule %s: %w", o.ID, s.ID, err)
	}
	if base.Currency != s.Currency {
		return a, fmt.Errorf("assess %s by schedule %s: the basis is in %s: %w", o.ID, s.ID, base.Currency, money.ErrCurrency)
	}
	a.Fine = base
	a.Steps = append(a.Steps, Step{Name: string(o.Basis), Amount: base})
	factors, err := o.factors(c)
	if err != nil {
		return a, fmt.Errorf("assess %s by schedule %s: %w", o.ID, s.ID, err)
	}
	var applied []money.Ratio
	for _, f := range factors {
		applied = append(applied, f.Factor)
		if a.Fine, err = base.Scale(applied...); err != nil {
			return a, fmt.Errorf("assess %s by schedule %s: %w", o.ID, s.ID, err)
		}
		a.Steps = append(a.Steps, Step{f.Name, f.Factor, a.Fine})
	}
	if err := a.cap(s.Caps, c, deposit); err != nil {
		return a, fmt.Errorf("assess %s by schedule %s: %w", o.ID, s.ID, err)
	}
	a.Shares, err = s.Allocation.split(a.Fine, c)
	return a, err
}

// base returns what the offence's factors are applied to.
func (o Offence) base(c Circumstances, deposit money.Amount) (money.Amount, error) {
	if c.Units < 0 {
		return money.Amount{}, fmt.Errorf("%d units, want none or more: %w", c.Units, ErrTerms)
	}
	each := o.Each
	switch o.Basis {
	case FixedAmount:
		return o.Each, nil
	case RebateShare:
		return c.Rebate, nil
	case DepositShare:
		return deposit, nil
	case PlanShare:
		return c.Plan, nil
	case ListPrice:
		each = c.ListPrice
	case UnitRebate:
		each = c.UnitRebate
	}
	return each.Times(c.Units)
}

// factors returns what the base is multiplied by, by name.
func (o Offence) factors(c Circumstances) ([]Step, error) {
	var out []Step
	if o.Rate != 0 {
		out = append(out, Step{Name: "rate", Factor: o.Rate})
	}
	if len(o.Severity) > 0 {
		f, ok := o.Severity[c.Severity]
		if !ok {
			return nil, fmt.Errorf("severity %q: %w", c.Severity, ErrTerms)
		}
		out = append(out, Step{Name: "severity " + c.Severity, Factor: f})
	}
	if n := o.Repeat.nth(c); n > 0 && len(o.Repeat.Factors) > 0 {
		f := o.Repeat.Factors[min(n, len(o.Repeat.Factors))-1]
		out = append(out, Step{Name: fmt.Sprintf("offence number %d", n), Factor: f})
	}
	for _, m := range slices.Compact(slices.Sorted(slices.Values(c.Mitigation))) {
		f, ok := o.Mitigation[m]
		if !ok {
			return nil, fmt.Errorf("mitigation %q: %w", m, ErrTerms)
		}
		out = append(out, Step{Name: "mitigation " + m, Factor: f})
	}
	return out, nil
}

// nth returns the number of the offence within the window, from 1.
func (r Repeat) nth(c Circumstances) int {
	at, ok := c.Date.Start()
	if !ok {
		return 1
	}
	n := 1
	for _, d := range c.Earlier {
		then, ok := d.Start()
		if ok && !then.After(at) && (r.WindowDays == 0 || !then.AddDate(0, 0, r.WindowDays).Before(at)) {
			n++
		}
	}
	return n
}

// legalRatio is the share of the measured loss above which a penalty is generally
// held to be excessive (guard G8).
const legalRatio = 130 * money.One / 100

// cap cuts the penalty to its caps, and says where counsel has to agree.
func (a *Assessment) cap(caps Caps, c Circumstances, deposit money.Amount) error {
	if c.UnitLoss == nil {
		a.SignOff = append(a.SignOff, "the loss has not been measured")
	} else {
		loss, err := c.UnitLoss.Times(c.Units)
		if err != nil {
			return err
		}
		if caps.LossRatio > 0 {
			most, err := loss.Scale(caps.LossRatio)
			if err != nil {
				return err
			}
			if err := a.cut("cap by measured loss", caps.LossRatio, most); err != nil {
				return err
			}
		}
		most, err := loss.Scale(legalRatio)
		if err != nil {
			return err
		}
		if a.Fine.Minor > most.Minor {
			a.SignOff = append(a.SignOff, "it is more than 130 % of the measured loss")
		}
	}
	if caps.Deposit {
		if err := a.cut("cap by deposit", 0, deposit); err != nil {
			return err
		}
	}
	if a.Fine.Minor > deposit.Minor {
		a.SignOff = append(a.SignOff, "it is more than the deposit holds")
	}
	return nil
}

func (a *Assessment) cut(name string, factor money.Ratio, most money.Amount) error {
	if _, err := a.Fine.Minus(most); err != nil {
		return err
	}
	if a.Fine.Minor > most.Minor {
		a.Fine = money.Of(max(0, most.Minor), a.Fine.Currency)
		a.Steps = append(a.Steps, Step{name, factor, a.Fine})
	}
	return nil
}

// split shares a penalty out by largest remainder.
func (al Allocation) split(fine money.Amount, c Circumstances) (Shares, error) {
	if c.Harmed == "" {
		al.Harmed, al.Fund = 0, al.Fund+al.Harmed
	}
	if !c.Informed {
		al.Informant, al.Fund = 0, al.Fund+al.Informant
	}
	parts, err := fine.Split(int64(al.Harmed), int64(al.Informant), int64(al.Fund))
	if err != nil {
		return Shares{}, err
	}
	return Shares{parts[0], parts[1], parts[2]}, nil
}
