package dispute

import (
	"slices"
	"time"

	"waymark/internal/compliance"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Clearance is counsel's leave to proceed. Within the EEA all of it must hold:
// an active sale, a reserved territory, a condition on all buyers.
type Clearance struct {
	SaleType     SaleType `json:"sale_type"`
	SaleEvidence string   `json:"sale_evidence,omitzero"` // what shows that the partner sought the sale
	Reserved     bool     `json:"reserved,omitzero"`      // the territory is exclusive or reserved
	AllBuyers    bool     `json:"all_buyers,omitzero"`    // every buyer is under the same condition
}

func (l *Clearance) withinEEA() error {
	switch {
	case l.SaleType != Active:
		return &compliance.Breach{Guard: compliance.G2, Detail: "within the EEA only an active sale can be cleared, not one that is " + string(l.SaleType)}
	case !l.Reserved:
		return &compliance.Breach{Guard: compliance.G2, Detail: "within the EEA a case wants a territory that is exclusive or reserved"}
	case !l.AllBuyers:
		return &compliance.Breach{Guard: compliance.G2, Detail: "within the EEA a case wants a condition that every buyer is under"}
	}
	return nil
}

// A SaleType says who sought a sale.
type SaleType string

// The types of sale. Unknown is treated as Passive.
const (
	Unknown SaleType = "unknown"
	Passive SaleType = "passive" // the buyer came to the seller
	Active  SaleType = "active"  // the seller sought the buyer
)

// A Notice tells the partner what is held against it.
type Notice struct {
	Evidence []Frozen `json:"evidence"`
	Gaps     []string `json:"gaps,omitempty"` // what could not have been seen
}

// Frozen is a finding as it was when notice was given. Nothing that is learnt
// later changes it.
type Frozen struct {
	Finding     string     `json:"finding"`
	Rule        string     `json:"rule"`
	RuleVersion int        `json:"rule_version"`
	Title       string     `json:"title"`
	Why         string     `json:"why"`
	Strength    string     `json:"strength"`
	Status      string     `json:"status"`
	From        geo.Region `json:"from,omitzero"`
	To          geo.Region `json:"to,omitzero"`
	Time        time.Time  `json:"time"`
	Units       int        `json:"units"`
	Items       []gs1.Item `json:"items"` // the first of them
	Events      []Source   `json:"events"`
}

// A Source is an event that a frozen finding rests on.
type Source struct {
	Position uint64 `json:"position,omitzero"` // in the log; not told to partners
	EventID  string `json:"event_id,omitzero"` // not told to partners
	Text     string `json:"text"`
}

// A Response is what the partner says.
type Response struct {
	Text     string   `json:"text"`
	Evidence []string `json:"evidence,omitempty"` // https links to documents
	Admits   bool     `json:"admits,omitzero"`
}

// An Outcome is what was found.
type Outcome string

// The outcomes.
const (
	Confirmed    Outcome = "confirmed"
	Unfounded    Outcome = "unfounded"
	Inconclusive Outcome = "inconclusive"
	LawfulSale   Outcome = "lawful_sale"
	DataError    Outcome = "data_error"
)

// Outcomes lists the outcomes.
var Outcomes = []Outcome{Confirmed, Unfounded, Inconclusive, LawfulSale, DataError}

// A Severity says how goods left their territory.
type Severity string

// The severities.
const (
	Benign    Severity = "benign"    // into an area where nobody sells
	Natural   Severity = "natural"   // over a border nearby, by logistics
	Malicious Severity = "malicious" // on purpose
)

// A Decision is a person's judgement of a case.
type Decision struct {
	Outcome      Outcome  `json:"outcome"`
	Severity     Severity `json:"severity,omitzero"` // of what is confirmed
	SaleType     SaleType `json:"sale_type"`
	SaleEvidence string   `json:"sale_evidence,omitzero"` // needed where the sale was active
	Units        int64    `json:"units,omitzero"`         // confirmed
	Loss         *Loss    `json:"loss,omitempty"`
	Policy       string   `json:"policy,omitzero"` // version of the pack that the findings were judged by
	Inputs       string   `json:"inputs,omitzero"` // SHA-256 of the notice and the responses, in hexadecimal
}

// A Side is a side of a panel.
type Side string

// The sides.
const (
	OfOwner    Side = "owner"
	OfPartners Side = "partners"
)

// A Member sits on a panel.
type Member struct {
	ID      string     `json:"id"` // key
	Side    Side       `json:"side"`
	Partner partner.ID `json:"partner,omitzero"` // that the member comes from
	Recused string     `json:"recused,omitzero"` // why it no longer sits
	Vote    Outcome    `json:"vote,omitzero"`
}

// A Settlement names what was booked, or says that nothing had to be.
type Settlement struct {
	Statements []string `json:"statements,omitempty"`
}

// whole tells whether a panel can judge: an odd number of at least three
// members, with both sides among them.
func whole(panel []Member) bool {
	n, sides := 0, map[Side]bool{}
	for _, m := range panel {
		if m.Recused == "" {
			n++
			sides[m.Side] = true
		}
	}
	return n >= 3 && n%2 == 1 && sides[OfOwner] && sides[OfPartners]
}

// sitting returns the place of a member who sits, or -1.
func sitting(panel []Member, id string) int {
	return slices.IndexFunc(panel, func(m Member) bool { return m.ID == id && m.Recused == "" })
}

// verdict returns what more than half of the panel voted for, else Inconclusive.
// voted is false while a vote is missing.
func verdict(panel []Member) (o Outcome, voted bool) {
	n, votes := 0, map[Outcome]int{}
	for _, m := range panel {
		if m.Recused != "" {
			continue
		}
		if m.Vote == "" {
			return "", false
		}
		n++
		votes[m.Vote]++
	}
	for o, k := range votes {
		if 2*k > n {
			return o, true
		}
	}
	return Inconclusive, n > 0
}
