package diversion

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A Quarter is a calendar quarter in UTC: four times the year, and 0 to 3.
type Quarter int16

// QuarterOf returns the quarter of a time.
func QuarterOf(t time.Time) Quarter {
	t = t.UTC()
	return Quarter(t.Year()*4 + (int(t.Month())-1)/3)
}

// Start returns the first instant of q.
func (q Quarter) Start() time.Time {
	return time.Date(int(q)/4, time.Month(int(q)%4*3+1), 1, 0, 0, 0, 0, time.UTC)
}

// String returns q as in 2026-Q1.
func (q Quarter) String() string { return fmt.Sprintf("%d-Q%d", int(q)/4, int(q)%4+1) }

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// A Period is how often sums are looked at.
type Period time.Duration

// Periods of the rules.
const (
	Daily  = Period(day)
	Weekly = Period(week)
)

// Look returns the quarter of a time and the number of the look that first sees
// it.
func (p Period) Look(t time.Time) (Quarter, int) {
	q := QuarterOf(t)
	return q, int(t.Sub(q.Start()) / time.Duration(p))
}

// End returns when a look of a quarter is taken: at the end of its period, and
// of the quarter at the latest.
func (p Period) End(q Quarter, look int) time.Time {
	end := q.Start().Add(time.Duration(look+1) * time.Duration(p))
	if next := (q + 1).Start(); end.After(next) {
		return next
	}
	return end
}

// Looks returns how many looks of a quarter are taken when the trade's clock is
// at a time.
func (p Period) Looks(q Quarter, clock time.Time) int {
	n := 0
	for !p.End(q, n).After(clock) {
		if n++; p.End(q, n-1).Equal((q + 1).Start()) {
			break
		}
	}
	return n
}

// A Sum names one counter of a rule.
type Sum struct {
	Rule    string
	Quarter Quarter
	Look    uint8  // the first that counts it
	Out     bool   // of two counts that belong together, the one that speaks for a finding
	Of      string // whose: a partner, a site
	To      string // of what: a destination; "" of all
}

// A Tally is what one sighting adds to a sum: one, but whatever has the same
// Once counts once.
type Tally struct {
	Sum  Sum
	Once uint64
}

// A Season is a quarter to be judged by its sums.
type Season struct {
	Quarter  Quarter
	Looks    int // how many are taken
	Trade    custody.Trade
	Policies *Policies
	// Sums returns a rule's sums in a quarter, by name, and how much they are. It
	// must not be changed.
	Sums func(rule string, q Quarter) map[Sum]int64
	// Only, where it is not "", names the family of partners that is asked for.
	Only partner.ID
	// Known keeps what was worked out before: tails of distributions.
	Known map[Tail]float64
}

// A Verdict says that a group of a quarter makes a finding.
type Verdict struct {
	Group    string     `json:"group"`
	Partner  partner.ID `json:"partner,omitzero"`
	From     geo.Region `json:"from,omitzero"`
	To       geo.Region `json:"to,omitzero"`
	At       int64      `json:"at"`       // when it was first to be seen, milliseconds since 1970
	K        int64      `json:"k"`        // how many
	N        int64      `json:"n"`        // of how many
	Expected float64    `json:"expected"` // how many there would be with nothing wrong
	P        float64    `json:"p"`        // how likely so many are then
	Units    int64      `json:"units,omitzero"`
	Policy   string     `json:"policy"`
	// Candidates are the partners that come into question, the likeliest first;
	// their weights sum to one.
	Candidates []Candidate `json:"candidates,omitempty"`
	Since      int64       `json:"since,omitzero"` // first day of what is counted, where that is not the quarter
}

// Equal tells whether two verdicts say the same.
func (v *Verdict) Equal(o *Verdict) bool {
	a, b := *v, *o
	a.Candidates, b.Candidates = nil, nil
	return reflect.DeepEqual(a, b) && slices.Equal(v.Candidates, o.Candidates)
}

// A Candidate is a partner that may answer for a finding.
type Candidate struct {
	Partner partner.ID `json:"partner"`
	Weight  float64    `json:"weight"` // 0 to 1
}

// hashOf returns a number for strings that belong together.
func hashOf(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}
