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
	"time"

	"waymark/internal/compliance"
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
)

// A Rule finds one kind of possible diversion.
type Rule struct {
	ID       string
	Version  int
	Title    string // in neutral words, a noun phrase
	Strength Strength
	Subject  Subject
	Window   time.Duration // how long late evidence may explain a finding; 0: it is active at once
	Once     bool          // only the first sighting of an item that it speaks on counts
	Quiet    bool          // nobody is alerted before the window has passed
	Decibans float64       // weight of the sighting that set it off

	// Check looks at one of the item's own sightings.
	Check func(s *Sighting) (Signal, bool)
	// Explain says in words why the finding was made.
	Explain func(f Facts) string
}

// hold is how long scans, notices and master data may come late: 99 % of them
// do within three days.
const hold = 72 * time.Hour

// Rules lists every rule, in the order in which a sighting is judged. A rule
// may look at what the rules before it found.
var Rules = []*Rule{
	UnknownSerial, OutOfTerritoryShipment, LapsedAuthorisation, ReImport, OutOfTerritoryReceipt,
	CustodyBreak, OutOfTerritoryScan, ImpossibleTravel, DuplicateSale, SightingAfterEnd,
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

// A Signal is what one rule says of one sighting of one item.
type Signal struct {
	Rule     *Rule
	Strength Strength    // the rule's, unless the sighting makes it another
	Trigger  custody.Key // the sighting
	Partner  partner.ID  // last documented authorised holder; "" accuses nobody
	From, To geo.Region  // where the goods belong, and where they surfaced or went
	Evidence []custody.Key
}

// Finding returns the id of the finding that a signal of an item belongs to.
// It follows from the rule and the evidence alone, so it is the same on every
// node and after every rebuild.
func (s Signal) Finding(it gs1.Item) ID {
	b := append(make([]byte, 0, 128), s.Rule.ID...)
	b = append(b, 0)
	if s.Rule.Subject == PerItem {
		b = append(b, it...)
	} else {
		b = s.Trigger.Append(b)
		b = append(append(b, 0), s.Partner...)
	}
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

// A Sighting is one of an item's own facts, with what was known just before.
type Sighting struct {
	Way    *custody.Way
	Now    *custody.Entry
	Before *custody.State
	Index  int // of Now in the way's entries

	site    *partner.Site // of a handling
	atSite  bool          // the site is known
	signals []Signal      // of earlier rules on this sighting
}

// Inspect judges every sighting of an item from a moment on and returns the
// signals. The zero key asks for all. A code that is not a unit's first is judged
// with the unit, on the unit's way.
func Inspect(w *custody.Way, since custody.Key) []Signal {
	if w.Code {
		return nil
	}
	var out []Signal
	i := -1
	w.Walk(func(before *custody.State, e *custody.Entry) bool {
		i++
		if e.Key.Less(since) || e.Via != "" || e.Kind == custody.Notified || e.Link == custody.AliasOf || e.Link == custody.HasAlias {
			return true
		}
		s := Sighting{Way: w, Now: e, Before: before, Index: i}
		if e.Kind == custody.Handled {
			s.site, s.atSite = w.Trade.Site(e.Site)
		}
		for _, r := range Rules {
			if sig, found := r.Check(&s); found {
				sig.Rule, sig.Trigger = r, e.Key
				if sig.Strength == "" {
					sig.Strength = r.Strength
				}
				sig.Evidence = append([]custody.Key{e.Key}, sig.Evidence...)
				s.signals = append(s.signals, sig)
			}
		}
		for _, sig := range s.signals {
			if once := sig.Rule.Once || sig.Rule.Subject == PerItem; !once || !told(out, sig.Rule) {
				out = append(out, sig)
			}
		}
		return true
	})
	return out
}

func told(signals []Signal, r *Rule) bool {
	for _, s := range signals {
		if s.Rule == r {
			return true
		}
	}
	return false
}

// found tells whether a rule before this one spoke on this sighting.
func (s *Sighting) found(r *Rule) bool { return told(s.signals, r) }

// place returns where the sighting was, where that is known. Goods at a
// transit site are nowhere: they pass.
func (s *Sighting) place() (geo.Region, bool) {
	if s.Now.Kind == custody.Sighted {
		return s.Now.Region, s.Now.Region != ""
	}
	return s.site.Region(), s.atSite && s.site.Role != partner.Transit
}

// arrives tells whether the sighting takes the item into the custody of a
// partner at a site of its own.
func (s *Sighting) arrives() bool {
	return s.Now.Kind == custody.Handled && s.Now.Step.Arrives() && s.atSite &&
		s.site.Role != partner.Transit && !s.Way.Trade.Manufacturer(s.site.Partner)
}

// holds tells whether the last authorised holder may sell the product in a
// region: at the time of the sighting, or when the goods were bought.
func (s *Sighting) holds(r geo.Region) bool {
	b, t := s.Before.Bound, s.Way.Trade
	for _, at := range []time.Time{s.Now.At(), b.By.At()} {
		if st, _ := t.Stands(b.Partner, s.Way.Product, r, at); st == partner.Held {
			return true
		}
	}
	return false
}

// surfaced tells whether the item, bound to a holder, is seen at a place where
// neither that holder nor whoever keeps the site may sell it.
func (s *Sighting) surfaced() (geo.Region, bool) {
	r, ok := s.place()
	if !ok || s.Before.Bound.Partner == "" || s.Way.Product == 0 || s.holds(r) {
		return "", false
	}
	if s.arrives() {
		if st, _ := s.Way.Trade.Stands(s.site.Partner, s.Way.Product, r, s.Now.At()); st == partner.Held {
			return "", false
		}
	}
	return r, true
}

// home returns the country of the factory that made the item, or of any
// factory where its commissioning is not known.
func (s *Sighting) home(r geo.Region) bool {
	if f, ok := s.Way.Trade.Site(s.Before.Origin); ok {
		return f.Country == r.Country()
	}
	return s.Way.Trade.Home(r.Country())
}

// belongs returns the country of the holder that the goods are bound to.
func (s *Sighting) belongs(id partner.ID) geo.Region { return homeOf(s.Way.Trade, id) }

// homeOf returns the country of a partner, or of the one at the top of its tree.
func homeOf(t custody.Trade, id partner.ID) geo.Region {
	for _, p := range []partner.ID{id, t.Root(id)} {
		if h, ok := t.Partner(p); ok && h.Country != "" {
			return h.Country
		}
	}
	return ""
}

// lawful tells whether goods that go from one region to another move within
// the European Economic Area, where a sale nobody solicited is the buyer's
// right and is taken to be one until shown otherwise (guards G2, G5).
func lawful(from, to geo.Region, at time.Time) bool {
	return Regime(from, to, at) == compliance.EEAInternal
}

// Regime returns the legal regime of a movement.
func Regime(from, to geo.Region, at time.Time) compliance.Regime {
	return compliance.RegimeOf(from, to, at, nil)
}
