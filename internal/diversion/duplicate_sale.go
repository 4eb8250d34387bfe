package diversion

import (
	"time"

	"waymark/internal/custody"
)

// sameAct is how close two reports of a sale by one device are one sale.
const sameAct = 10 * time.Minute

// DuplicateSale finds a unit sold or activated a second time though it never
// came back in between.
var DuplicateSale = &Rule{
	ID: "R09", Version: 1, Title: Text{EN: "second sale of one serial", ZH: "同一序列号重复销售", ES: "segunda venta de un mismo número de serie"}, Strength: High, Subject: PerItem,
	Worth: Weight{8, soldTwice},
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
		return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: to, Evidence: []Term{{first, SoldBefore}}}, true
	},
	Why: Text{
		EN: "sold or activated again in {to} on {day} with no return recorded since the first time",
		ZH: "{day} 在 {to} 再次销售或激活，而首次销售或激活之后没有退货记录",
		ES: "unidad vendida o activada de nuevo en {to} el {day} sin que conste una devolución desde la primera vez",
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
