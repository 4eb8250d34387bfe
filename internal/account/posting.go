package account

import (
	"fmt"
	"strings"

	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// An Act is what a posting does.
type Act string

// The acts.
const (
	Accrue   Act = "accrual"    // a rebate is earned
	Claw     Act = "clawback"   // part of an accrual is taken back
	Approve  Act = "approval"   // a claim is approved
	Settle   Act = "settlement" // a claim is paid or credited
	Penalise Act = "penalty"    // a penalty is taken and shared out
	PayIn    Act = "pay_in"     // a deposit is paid in
	Hold     Act = "hold"       // part of a deposit is held
	Release  Act = "release"    // and let go
	Refund   Act = "refund"     // a deposit is paid back
	PayOut   Act = "pay_out"    // a reward or compensation is paid
	Collect  Act = "collection" // what a partner owed is paid
	Reverse  Act = "reversal"   // an earlier posting is taken back
)

// Acts lists every act.
var Acts = []Act{Accrue, Claw, Approve, Settle, Penalise, PayIn, Hold, Release, Refund, PayOut, Collect, Reverse}

// A Posting is one entry into the books. It stands for ever.
type Posting struct {
	ID      string       `json:"id"`
	Act     Act          `json:"act"`
	Partner partner.ID   `json:"partner"` // whom it is about
	Date    partner.Date `json:"date"`
	Lines   []Line       `json:"lines"`
	// Evidence is what the posting rests on.
	Evidence Evidence `json:"evidence"`
	// Reverses names the postings that this one takes back, in part or whole.
	Reverses []Part `json:"reverses,omitempty"`
	// Rate is what was exchanged at, where anything was.
	Rate      *money.Rate `json:"rate,omitempty"`
	Programme string      `json:"programme,omitzero"`
	Period    string      `json:"period,omitzero"` // first day of the period of a programme
	Claim     string      `json:"claim,omitzero"`
	// Taken are goods that count no longer under the programme, of a clawback.
	Taken Goods `json:"taken,omitzero"`
	// Request is the SHA-256 of what was asked for, in hexadecimal: asked again in
	// other words, the same id is a conflict.
	Request string `json:"request,omitzero"`
	By      string `json:"by"` // the key that posted it; no person's name
	Reason  string `json:"reason"`
}

// A Line is an amount into one account: positive for a debit, negative for a credit.
type Line struct {
	Kind    Kind         `json:"kind"`
	Partner partner.ID   `json:"partner,omitzero"`
	Amount  money.Amount `json:"amount"`
}

// Account returns the account that the line goes into.
func (l Line) Account() Account { return Account{l.Kind, l.Partner, l.Amount.Currency} }

// A Part is an amount of the debits of an earlier posting.
type Part struct {
	Posting string       `json:"posting"`
	Amount  money.Amount `json:"amount"`
}

// Goods are a number of units and what they are worth.
type Goods struct {
	Amount money.Amount `json:"amount"`
	Units  int64        `json:"units"`
}

// Evidence names what a posting rests on.
type Evidence struct {
	Cases    []string `json:"cases,omitempty"`
	Findings []string `json:"findings,omitempty"`
	Orders   []string `json:"orders,omitempty"`
	Events   []string `json:"events,omitempty"` // ids of events of the ledger
	Papers   []string `json:"papers,omitempty"` // references to papers kept elsewhere, such as of a bank
}

// Empty tells whether nothing is named.
func (e Evidence) Empty() bool {
	return len(e.Cases)+len(e.Findings)+len(e.Orders)+len(e.Events)+len(e.Papers) == 0
}

// Posted records a posting.
var Posted = event.Define[Posting]("account.posted")

// Bounds of a posting.
const (
	maxLines    = 1000
	maxNames    = 1000
	maxReason   = 2000 // bytes
	maxEvidence = 200  // bytes of one name
)

// Validate returns everything that is wrong with p by itself.
func (p Posting) Validate() []partner.Fault {
	var f partner.Checker
	f.ID("/id", p.ID)
	f.ID("/partner", string(p.Partner))
	acts := make([]string, len(Acts))
	for i, a := range Acts {
		acts[i] = string(a)
	}
	f.OneOf("/act", string(p.Act), acts...)
	_, dated := p.Date.Start()
	f.Require(dated, "/date", "%q, want a date such as 2026-01-31", p.Date)
	f.Require(p.By != "", "/by", "missing, want who posts it")
	f.Require(strings.TrimSpace(p.Reason) != "", "/reason", "missing, want the reason in words")
	f.Printable("/reason", p.Reason, maxReason)
	p.Evidence.check(&f)
	p.checkLines(&f)
	for i, r := range p.Reverses {
		f.Require(r.Posting != "" && r.Posting != p.ID && r.Amount.Minor > 0, fmt.Sprintf("/reverses/%d", i), "want an earlier posting and an amount above zero")
	}
	return f.Faults
}

func (p Posting) checkLines(f *partner.Checker) {
	f.Require(2 <= len(p.Lines) && len(p.Lines) <= maxLines, "/lines", "%d, want 2 to %d", len(p.Lines), maxLines)
	sums := map[money.Currency]money.Amount{}
	for i, l := range p.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		_, known := chart[l.Kind]
		f.Require(known, at+"/kind", "%q, want a kind of account", l.Kind)
		f.Require(!known || (l.Partner != "") == l.Kind.OfPartner(), at+"/partner", "%q: accounts of kind %s are kept by partner or for none", l.Partner, l.Kind)
		f.Currency(at+"/amount/currency", string(l.Amount.Currency))
		f.Require(!l.Amount.IsZero(), at+"/amount", "nothing, want an amount")
		sum, err := sums[l.Amount.Currency].Plus(l.Amount)
		f.Require(err == nil, at+"/amount", "the sum of the lines is out of range")
		sums[l.Amount.Currency] = sum
	}
	for _, s := range sums {
		f.Require(s.IsZero(), "/lines", "debits less credits are %s, want nothing", s)
	}
	f.Require(len(sums) < 2 || p.Rate != nil, "/rate", "missing: lines are in %d currencies", len(sums))
}

func (e Evidence) check(f *partner.Checker) {
	f.Require(!e.Empty(), "/evidence", "missing: a posting names what it rests on")
	for _, list := range []struct {
		field string
		names []string
	}{{"cases", e.Cases}, {"findings", e.Findings}, {"orders", e.Orders}, {"events", e.Events}, {"papers", e.Papers}} {
		at := "/evidence/" + list.field
		f.Require(len(list.names) <= maxNames, at, "%d, want at most %d", len(list.names), maxNames)
		for i, n := range list.names {
			f.Require(n != "", fmt.Sprintf("%s/%d", at, i), "empty")
			f.Printable(fmt.Sprintf("%s/%d", at, i), n, maxEvidence)
		}
	}
}

// Debits returns the sum of the debits in a currency, in minor units.
func (p Posting) Debits(c money.Currency) int64 {
	n := int64(0)
	for _, l := range p.Lines {
		if l.Amount.Currency == c && l.Amount.Minor > 0 {
			n += l.Amount.Minor
		}
	}
	return n
}
