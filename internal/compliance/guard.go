package compliance

// A Guard is a line that the law draws and that no rule, call or user of this
// program may cross. Its text says which.
type Guard string

// The guards.
const (
	G1  Guard = "G1"  // a movement whose law is not known goes to legal review
	G2  Guard = "G2"  // parallel trade within the EEA is free: nothing may be held against it
	G3  Guard = "G3"  // volume counts for a rebate wherever in the EEA it went
	G4  Guard = "G4"  // no measure without a final decision of another person than who opened the case
	G5  Guard = "G5"  // a sale is taken for a passive one unless evidence shows it to be active
	G6  Guard = "G6"  // resale prices are nobody's business but the reseller's
	G7  Guard = "G7"  // a territorial measure in China wants an attested market share
	G8  Guard = "G8"  // a penalty beyond what loss and deposit bear wants counsel's signature
	G9  Guard = "G9"  // nobody is decided about before being heard
	G10 Guard = "G10" // who informed stays sealed
	G11 Guard = "G11" // of consumers, no more is kept than is needed
	G12 Guard = "G12" // personal data can be destroyed, custody facts stay
	G13 Guard = "G13" // who sells directly does not see what partners plan
	G14 Guard = "G14" // neutral words until a final decision
	G15 Guard = "G15" // embargoed goods wait for compliance to release them
	G16 Guard = "G16" // what is not known is said
	G17 Guard = "G17" // this is not legal advice
)

// A Breach is a refusal on a guard's account. Its detail may be told to whoever
// asked.
type Breach struct {
	Guard  Guard
	Detail string
}

func (b *Breach) Error() string { return string(b.Guard) + ": " + b.Detail }
