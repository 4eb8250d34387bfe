package projections

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// Attempts counts the shipments of a partner to a region that were not let go.
type Attempts struct {
	Shipper  partner.ID       `json:"shipper"`
	To       geo.Region       `json:"to"`
	Attempts int64            `json:"attempts"` // the same one on one day counts once
	Units    int64            `json:"units"`
	Rules    map[string]int64 `json:"rules"` // attempts, by what stood against them
	First    partner.Date     `json:"first"`
	Last     partner.Date     `json:"last"`
	Policy   string           `json:"policy"` // version that the last was judged by
}

// applyBlocked counts shipments that were not let go.
func applyBlocked(t *tx, e *entry) error {
	b, ok := e.value.(diversion.Blocked)
	if !ok {
		return nil
	}
	var to geo.Region
	if site, ok := t.dir.Site(b.To); ok {
		to = site.Region()
	}
	k := key(tableBlocked, []byte(b.Shipper), []byte{0}, []byte(to))
	a := Attempts{Shipper: b.Shipper, To: to, First: b.Day}
	if _, err := t.load(k, &a); err != nil {
		return err
	}
	a.Attempts++
	a.Units += b.Units
	a.First, a.Last = min(a.First, b.Day), max(a.Last, b.Day)
	a.Policy = b.Policy
	if a.Rules == nil {
		a.Rules = map[string]int64{}
	}
	for _, r := range b.Rules {
		a.Rules[r]++
	}
	data, err := json.Marshal(a, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep attempts of %s: %w", b.Shipper, err)
	}
	return t.set(k, data)
}

// Attempts returns what was not let go, of a partner and those below it or, "",
// of all, ordered by shipper and destination.
func (v *Views) Attempts(under partner.ID) ([]Attempts, AsOf, error) {
	q, s, done := v.read()
	defer done()
	out := []Attempts{}
	for kv, err := range q.scan([]byte{tableBlocked}, nil) {
		var a Attempts
		if err := orDamaged(err, kv, &a); err != nil {
			return nil, s.asOf(), err
		}
		if under == "" || a.Shipper == under || s.dir.Under(a.Shipper, under) {
			out = append(out, a)
		}
	}
	return out, s.asOf(), nil
}
