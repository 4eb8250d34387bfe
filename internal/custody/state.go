package custody

import (
	"waymark/internal/deal"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Trade is what the fold knows beside the facts: the master data and the
// documents.
type Trade struct {
	*partner.Directory
	Order  func(id string) (*Order, bool) // nil: no orders are known
	Notice func(id string) (*ASN, bool)   // nil: no notices are known; Items may be left out
	Deals  *deal.Book                     // nil: no deals are known
}

// A Binding ties an item to the last authorised partner whose custody of it is
// documented.
type Binding struct {
	Partner partner.ID
	By      Key // the fact that documents it
}

// State is where an item is, and who answers for it, at one moment of its way.
type State struct {
	Commissioned bool
	Origin       gs1.GLN // where it was commissioned
	Holder       partner.ID
	Site         gs1.GLN
	Since        Key
	ShippedFrom  gs1.GLN // under way, until it arrives
	ShippedTo    gs1.GLN
	Shipped      Key
	Bound        Binding
	Sold         Key // the sale or activation since the last arrival; zero: none
	Ended        Key // destroyed, recalled or stolen; zero: not
	Stolen       bool
	Disposition  string
}

// A Way is an item's timeline with what is needed to fold it.
type Way struct {
	Item    gs1.Item
	Product gs1.GTIN // of the unit; 0 where it is not known
	Entries []Entry
	Stays   []Stay
	Trade   Trade

	// Documents names, in every order of time, the partners to whom a shipment,
	// a notice or an order says that the item went, at the root of their trees.
	Destinations []partner.ID
	// Documented tells whether any notice or order speaks of the item.
	Documented bool
	// Made tells whether the item was commissioned, or packed into, at any time.
	Made bool
	// Holds tells whether anything was ever packed into the item.
	Holds bool
	// Heard tells whether any unit packed into it was seen by buyers, or sold by
	// scan. It is known where the item itself was inspected, and false elsewhere.
	Heard bool
	// Code tells whether the item is only another code of a unit, which lives
	// through whatever is seen of the code.
	Code bool
}

// NewWay returns the way of an item.
func NewWay(it gs1.Item, entries []Entry, stays []Stay, t Trade) *Way {
	w := &Way{Item: it, Entries: entries, Stays: stays, Trade: t}
	gtin, ok := it.GTIN()
	hasCodes := false
	for i := range entries {
		e := &entries[i]
		w.Code = w.Code || e.Via == "" && e.Link == AliasOf
		hasCodes = hasCodes || e.Via == "" && e.Link == HasAlias
		if e.Via == "" && e.Link == Holding {
			w.Made, w.Holds = true, true
			if !ok {
				gtin, ok = e.Content, e.Content != 0
			}
		}
		if e.Via == "" && e.Step == Commissioning {
			w.Made = true
		}
		w.document(e)
	}
	w.Code = w.Code && !hasCodes
	if p, known := t.Product(gtin); known {
		w.Product = p.GTIN
	}
	return w
}

// document takes note of where a fact says that the item goes.
func (w *Way) document(e *Entry) {
	if e.Kind == Sighted {
		return
	}
	if e.To != 0 && (e.Step.Leaves() || e.Kind == Notified) {
		w.destination(e.To)
	}
	if e.Kind == Notified {
		w.Documented = true
	} else if e.ASN != "" && w.Trade.Notice != nil {
		if a, ok := w.Trade.Notice(e.ASN); ok {
			w.Documented = true
			w.destination(a.To)
		}
	}
	if e.Order != "" && w.Trade.Order != nil {
		if o, ok := w.Trade.Order(e.Order); ok {
			w.Documented = true
			w.add(o.Buyer)
			w.destination(o.ShipTo)
		}
	}
}

func (w *Way) destination(g gs1.GLN) {
	if s, ok := w.Trade.Site(g); ok {
		w.add(s.Partner)
	}
}

func (w *Way) add(id partner.ID) {
	root := w.Trade.Root(id)
	for _, d := range w.Destinations {
		if d == root {
			return
		}
	}
	w.Destinations = append(w.Destinations, root)
}

// Destined tells whether any document, or any shipment, says that the item
// went to a partner or its tree.
func (w *Way) Destined(id partner.ID) bool {
	root := w.Trade.Root(id)
	for _, d := range w.Destinations {
		if d == root {
			return true
		}
	}
	return false
}

// Walk calls visit with each entry and the state before it, until visit
// returns false. It returns the state after the last entry visited.
func (w *Way) Walk(visit func(before *State, e *Entry) bool) State {
	var s State
	for i := range w.Entries {
		e := &w.Entries[i]
		if visit != nil && !visit(&s, e) {
			return s
		}
		w.apply(&s, e)
	}
	return s
}

// apply folds one entry.
func (w *Way) apply(s *State, e *Entry) {
	switch e.Kind {
	case Notified:
		return
	case Sighted:
		if e.Sight == Activation {
			s.Sold = e.Key
		}
		return
	}
	if e.Step.Ends() || e.Ended {
		s.Ended, s.Stolen, s.Disposition = e.Key, e.Stolen, "destroyed"
		if e.Stolen {
			s.Disposition = "stolen"
		}
		return
	}
	site, known := w.Trade.Site(e.Site)
	switch {
	case e.Step == Commissioning:
		s.Commissioned, s.Origin = true, e.Site
		s.Site, s.Since, s.Disposition = e.Site, e.Key, "active"
		if known {
			s.Holder = site.Partner
		}
	case e.Step.Leaves():
		s.ShippedFrom, s.ShippedTo, s.Shipped, s.Disposition = e.Site, e.To, e.Key, "in_transit"
		w.bindShipped(s, e)
	case e.Step == VoidShipping:
		s.ShippedFrom, s.ShippedTo, s.Shipped = 0, 0, Key{}
	case e.Step == RetailSelling:
		s.Sold, s.Disposition = e.Key, "retail_sold"
	case e.Step.Arrives():
		s.Site, s.Since = e.Site, e.Key
		s.ShippedFrom, s.ShippedTo, s.Shipped, s.Sold, s.Disposition = 0, 0, Key{}, Key{}, "in_progress"
		if known && site.Role != partner.Transit {
			s.Holder = site.Partner
			w.bindReceived(s, site.Partner, e.Key)
		}
	}
}

// bindReceived binds the item to whoever received it, if that partner may sell
// it anywhere; back at the manufacturer it is bound to nobody.
func (w *Way) bindReceived(s *State, id partner.ID, by Key) {
	switch {
	case w.Trade.Manufacturer(id):
		s.Bound = Binding{}
	case w.Trade.Authorised(id, w.Product):
		s.Bound = Binding{id, by}
	}
}

// bindShipped binds the item to whom it was shipped, where a document lists
// the shipment: the consignee answers for it though its own scan be lost.
func (w *Way) bindShipped(s *State, e *Entry) {
	to, ok := w.Trade.Site(e.To)
	if !ok || to.Role == partner.Transit || w.Trade.Manufacturer(to.Partner) || !w.Trade.Authorised(to.Partner, w.Product) {
		return
	}
	if w.listed(e, to.Partner) {
		s.Bound = Binding{to.Partner, e.Key}
	}
}

// listed tells whether a notice or an order, not only the shipment itself,
// says that the item went to a partner.
func (w *Way) listed(e *Entry, id partner.ID) bool {
	if e.Order != "" && w.Trade.Order != nil {
		if o, ok := w.Trade.Order(e.Order); ok && w.Trade.SameFamily(o.Buyer, id) {
			return true
		}
	}
	for i := range w.Entries {
		n := &w.Entries[i]
		if n.Kind != Notified {
			continue
		}
		if s, ok := w.Trade.Site(n.To); ok && s.Partner == id {
			return true
		}
	}
	return false
}
