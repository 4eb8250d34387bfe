// Package diversion finds goods that left the territory they were sold for.
//
// A [Rule] looks at one sighting of an item, with what was known just before
// it, and says what it finds as a [Signal]. Rules are pure: the same way gives
// the same signals, whatever the order in which its facts arrived, so a fact
// that arrives late changes the verdict by itself. What rules say is derived
// and can be drawn anew from the ledger; what people decide about it is not
// here.
//
// Rules speak of possible sales out of territory. Whether one was is for
// people to decide (reference guard G14).
package diversion

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Strength says what a finding may do by itself.
type Strength string

const (
	High   Strength = "H" // may open a case, for a person to judge
	Medium Strength = "M" // alerts
	Low    Strength = "L" // counts only in sums
)

// A Status says how a finding stands.
type Status string

const (
	Provisional Status = "provisional" // late evidence may still explain it
	Active      Status = "active"
	Withdrawn   Status = "withdrawn" // late evidence explained it
)

// A Subject is what a finding is about.
type Subject byte

const (
	PerEvent Subject = iota // one handling, with all items in it that share a fate
	PerItem                 // one item, whichever sighting gives it away first
	PerGroup                // what the rule says belongs together
)

// A Rule finds one kind of possible diversion.
//
// A rule looks at sightings, one at a time (Check). What it says of sightings of
// one group may stand only once enough is gathered (Stands), or once sums over a
// quarter show it (Count and Judge).
type Rule struct {
	ID       string
	Version  int
	Title    Text // in neutral words, a noun phrase
	Strength Strength
	Subject  Subject
	Window   time.Duration // how long late evidence may explain a finding; 0: it is active at once
	Once     bool          // only the first sighting of an item that it speaks on counts
	Quiet    bool          // nobody is alerted before the window has passed
	Params   Params
	// Worth is what a handling, or a group of orders, that sets the rule off says
	// for a diversion. ByPlace tells that the rule rests on where an item was seen
	// and on nothing else: an observation is then worth what it is by itself.
	Worth   Weight
	ByPlace bool

	// Check looks at one of the item's own sightings.
	Check func(s *Sighting) (Signal, bool)
	// Count says what the sighting adds to the rule's sums.
	Count func(s *Sighting) (Tally, bool)
	// Stands tells of a group whether what is gathered makes a finding. Where it
	// is nil, one member does.
	Stands func(p *Policy, g Gathered) bool
	// Judge says which groups of a quarter the sums make findings of. The rule's
	// groups stand by it alone.
	Judge func(s *Season) []Verdict
	Looks Period // how often it does
	// Family, where it is set, names the one family of partners that a sum bears
	// on. Else it bears on all.
	Family func(t custody.Trade, s Sum) partner.ID
	// Why says in words why the finding was made.
	Why Text
}

// Gathered is what a group has of a rule's signals.
type Gathered struct {
	Members int // items, as they were handled
	Units   int // in them
	Limit   int // the least limit that the signals name
}

// hold is how long scans, notices and master data may come late: 99 % of them
// do within three days.
const hold = 72 * time.Hour

// Rules lists every rule, in the order in which a sighting is judged. A rule
// may look at what the rules before it found.
var Rules = []*Rule{
	UnknownSerial, OutOfTerritoryShipment, LapsedAuthorisation, RestrictedDestination, SelfDealing, ReImport, OutOfTerritoryReceipt,
	CustodyBreak, OutOfTerritoryScan, Concentration, ImpossibleTravel, ClonedSerial, DuplicateSale, SightingAfterEnd,
	VolumeAnomaly, Quotas, ScrapedCodes, OrderPooling, OrderLeakage, QuoteLeak, MissingScans,
}

// ByID returns the rule with an id.
func ByID(id string) (*Rule, bool) {
	for _, r := range Rules {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

func (r *Rule) param(name string) (Param, bool) {
	if name == windowHours {
		return Param{windowHours, r.Window.Hours(), 0, 8760, Text{EN: "hours for which late evidence may explain a finding", ZH: "迟到证据可解释预警的时限（小时）", ES: "horas durante las que un indicio tardío puede explicar un hallazgo"}}, true
	}
	for _, p := range r.Params.List {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}

func (r *Rule) paramNames() string {
	names := []string{windowHours}
	for _, p := range r.Params.List {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// A Signal is what one rule says of one sighting of one item.
type Signal struct {
	Rule     *Rule
	Policy   *Policy
	Strength Strength    // the rule's, unless the sighting makes it another
	Trigger  custody.Key // the sighting
	Partner  partner.ID  // last documented authorised holder; "" accuses nobody
	From, To geo.Region  // where the goods belong, and where they surfaced or went
	Group    string      // of a rule that gathers: what belongs together; else what of one event is told apart
	Limit    int         // see Gathered
	Evidence []Term
}

// A Term is one fact that a signal rests on.
type Term struct {
	custody.Key
	Role Role
}

// Finding returns the id of the finding that a signal of an item belongs to.
// It follows from the rule and the evidence alone, so it is the same on every
// node and after every rebuild.
func (s Signal) Finding(it gs1.Item) ID {
	switch s.Rule.Subject {
	case PerItem:
		return findingID(s.Rule, []byte(it))
	case PerGroup:
		return GroupID(s.Rule, s.Group)
	}
	b := s.Trigger.Append(make([]byte, 0, 64))
	b = append(append(b, 0), s.Partner...)
	if s.Group != "" {
		b = append(append(b, 0), s.Group...)
	}
	return findingID(s.Rule, b)
}

// GroupID returns the id of the finding of a rule on a group.
func GroupID(r *Rule, group string) ID { return findingID(r, []byte(group)) }

func findingID(r *Rule, subject []byte) ID {
	b := append(make([]byte, 0, 128), r.ID...)
	b = append(append(b, 0), subject...)
	sum := sha256.Sum256(b)
	return ID(sum[:16])
}

// An ID names a finding.
type ID [16]byte

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText returns id as its String.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error {
	v, ok := ParseID(string(b))
	if !ok {
		return fmt.Errorf("%q is no finding's id, want 32 hexadecimal digits", b)
	}
	*id = v
	return nil
}

// ParseID reads an id from its 32 hexadecimal digits.
func ParseID(s string) (id ID, ok bool) {
	b, err := hex.DecodeString(s)
	return ID(append(b, make([]byte, 16)...)[:16]), err == nil && len(b) == len(id)
}
