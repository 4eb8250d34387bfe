// Package account keeps books by double entry: what is owed to partners and by
// them, in whole minor units. Every posting sums to zero in every currency, names
// its evidence, and is never changed: what was wrong is reversed by another.
package account

import (
	"waymark/internal/money"
	"waymark/internal/partner"
)

// A Kind of account says what its balance means.
type Kind string

// The kinds of accounts.
const (
	Expense      Kind = "rebate_expense" // what rebates cost the brand
	Accrued      Kind = "rebate_accrued" // rebate that a partner earned and has not been approved
	Payable      Kind = "rebate_payable" // rebate that was approved and not settled
	Deposit      Kind = "deposit"        // what a partner paid in as a deposit, free to be held
	Held         Kind = "deposit_held"   // what is held of a deposit
	Receivable   Kind = "receivable"     // what a partner owes
	Compensation Kind = "compensation"   // what a harmed partner is to get
	Reward       Kind = "reward"         // what informants are to get from the penalties of a partner; nobody is named
	Fund         Kind = "fund"           // what is kept of them for the care of the market
	Bank         Kind = "bank"           // what was paid in, less what was paid out or credited
	Loss         Kind = "loss"           // what the brand bears since nobody can be asked for it
	Exchange     Kind = "exchange"       // the two ends of an exchange of currencies
)

// chart says of every kind how it is kept.
var chart = map[Kind]struct {
	debit   bool // it grows by debits: the brand's cost or claim
	guarded bool // its balance is never below nothing
	partner bool // each partner has one of its own
	short   Kind // takes what a reversal cannot take back from it
}{
	Expense:      {debit: true, partner: true},
	Accrued:      {guarded: true, partner: true, short: Receivable},
	Payable:      {guarded: true, partner: true, short: Receivable},
	Deposit:      {guarded: true, partner: true, short: Receivable},
	Held:         {guarded: true, partner: true, short: Receivable},
	Receivable:   {debit: true, guarded: true, partner: true, short: Payable},
	Compensation: {guarded: true, partner: true, short: Receivable},
	Reward:       {guarded: true, partner: true, short: Loss},
	Fund:         {guarded: true, partner: true, short: Loss},
	Bank:         {debit: true, partner: true},
	Loss:         {debit: true, partner: true},
	Exchange:     {debit: true},
}

// Kinds lists every kind, in the order of statements.
var Kinds = []Kind{Expense, Accrued, Payable, Deposit, Held, Receivable, Compensation, Reward, Fund, Bank, Loss, Exchange}

// OfPartner tells whether each partner has an account of the kind of its own.
func (k Kind) OfPartner() bool { return chart[k].partner }

// Own tells whether the kind says what a partner has or owes, so that it belongs
// on its statement.
func (k Kind) Own() bool {
	switch k {
	case Accrued, Payable, Deposit, Held, Receivable, Compensation:
		return true
	}
	return false
}

// Natural returns a balance as people read it: what is owed, held or spent is
// positive.
func (k Kind) Natural(balance int64) int64 {
	if chart[k].debit {
		return balance
	}
	return -balance
}

// An Account is one account of the books.
type Account struct {
	Kind     Kind           `json:"kind"`
	Partner  partner.ID     `json:"partner,omitzero"`
	Currency money.Currency `json:"currency"`
}
