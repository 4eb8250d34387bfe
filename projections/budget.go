package projections

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/diversion"
	"waymark/internal/partner"
)

// A budget bounds how many alerts are told one by one. Each event of the trade
// earns a part of an alert; what is told when nothing is left goes into a digest.
// It follows from the log alone, and so is the same after a rebuild.
type budget struct {
	Spent   int64          `json:"spent"` // of the whole budget, in parts of an alert; 0: all is left
	Waiting []diversion.ID `json:"waiting,omitempty"`
	Counts  map[string]int `json:"counts,omitempty"` // what waits, by change and rule
	Of      perPartner     `json:"of,omitempty"`     // the same, by whom it is about
	Since   int64          `json:"since,omitzero"`   // the trade's clock when the first began to wait
	changed bool
}

// perPartner counts changes by the partner that they are about, then by change
// and rule.
type perPartner map[partner.ID]map[string]int

// A digest is told after an hour of trade, or when so many wait.
const (
	maxWaiting = 1000
	digestHour = int64(time.Hour / time.Millisecond)
)

func (q rows) budget() (b budget, err error) {
	_, err = q.load([]byte{tableBudget}, &b)
	return b, err
}

func (t *tx) writeBudget() error {
	b := &t.v.budget
	if !b.changed {
		return nil
	}
	b.changed = false
	data, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep the alert budget: %w", err)
	}
	return t.set([]byte{tableBudget}, data)
}

func (t *tx) limit() *diversion.Budget { return t.policies.At(time.UnixMilli(t.clock)).Budget }

// earn credits an event of the trade.
func (t *tx) earn() {
	b := &t.v.budget
	if b.Spent == 0 {
		return
	}
	b.Spent = max(0, b.Spent-int64(t.limit().Alerts))
	b.changed = true
}

// spend tells whether there is budget for an alert on a finding. The last quarter
// is kept for those that may open a case.
func (t *tx) spend(f *findingRow) bool {
	b, l := &t.v.budget, t.limit()
	whole := int64(l.Alerts) * int64(l.Per)
	if f.Strength != diversion.High {
		whole -= whole / 4
	}
	if b.Spent+int64(l.Per) > whole {
		return false
	}
	b.Spent += int64(l.Per)
	b.changed = true
	return true
}

// wait puts a change into the next digest.
func (t *tx) wait(c Change, id diversion.ID, f *findingRow) {
	b := &t.v.budget
	if b.Counts == nil {
		b.Counts, b.Of, b.Since = map[string]int{}, perPartner{}, t.clock
	}
	what := string(c) + " " + f.Rule
	b.Counts[what]++
	if b.Of[f.Partner] == nil {
		b.Of[f.Partner] = map[string]int{}
	}
	b.Of[f.Partner][what]++
	if len(b.Waiting) < maxWaiting && !slices.Contains(b.Waiting, id) {
		b.Waiting = append(b.Waiting, id)
	}
	b.changed = true
}

// digest tells what waits, once that is much or has waited long.
func (t *tx) digest() error {
	b := &t.v.budget
	if b.Counts == nil || len(b.Waiting) < maxWaiting && t.clock < b.Since+digestHour {
		return nil
	}
	a := alertRow{Change: Digest, Clock: t.clock, Waiting: b.Waiting, Counts: b.Counts, Of: b.Of}
	b.Waiting, b.Counts, b.Of, b.Since, b.changed = nil, nil, nil, 0, true
	return t.tell(a)
}
