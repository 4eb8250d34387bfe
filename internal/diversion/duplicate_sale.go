package diversion

import (
	"fmt"
	"time"

	"waymark/internal/custody"
)

// sameAct is how close two reports of a sale by one device are one sale.
const sameAct = 10 * time.Minute

// DuplicateSale finds a unit sold or activated a second time though it never
// came back in between.
var DuplicateSale = &Rule{
	ID: "R09", Version: 1, Title: "second sale of one serial", Strength: High, Subject: PerItem, Decibans: 8,
	Check: func(s *Sighting) (Signal, bool) {
		first := s.Before.Sold
		if !sale(s.Now) || first == (custody.Key{}) {
			return Signal{}, false
		}
		if f, ok := s.entry(first); ok && s.Now.At().Sub(f.At()) <= sameAct && (f.Kind != s.Now.Kind || f.Device == s.Now.Device && f.Venue == s.Now.Venue) {
			return Signal{}, false
		}
		to, _ := s.place()
		b := s.Before.Bound
		return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: to, Evidence: []custody.Key{first}}, true
	},
	Explain: func(f Facts) string {
		return fmt.Sprintf("sold or activated again in %s on %s with no return recorded since the first time", f.To, f.day())
	},
}

func sale(e *custody.Entry) bool {
	return e.Kind == custody.Sighted && e.Sight == custody.Activation || e.Kind == custody.Handled && e.Step == custody.RetailSelling
}

// entry returns the entry with a key.
func (s *Sighting) entry(k custody.Key) (*custody.Entry, bool) {
	for i := s.Index - 1; i >= 0; i-- {
		if e := &s.Way.Entries[i]; e.Key == k {
			return e, true
		}
	}
	return nil, false
}
