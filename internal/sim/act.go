package sim

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A deed is a kind of act.
type deed uint8

const (
	handling deed = iota
	sight
	ordering
	noticing
)

// An act is one message in short: a world of a million units keeps two million
// of them, and each is spelt out only when it is its turn.
type act struct {
	arrival, at moment
	lot         *lot
	seen        *seen // of a sight
	seq         uint32
	papers
	site, to  site // of an order, to is where it is shipped to
	billed    site // of an order, whose warehouse buys where it is not that of to; the first site never buys
	deed      deed
	step      step
	goods     goods
	packed    bool // goods go into, or come out of, their parent
	kept      bool // no noise loses it
	proof     bool // the truth rests on this very scan
	unscanned bool // nobody took the scan
	planted   bool // it belongs to a plot
	misread   bool
	consumer  bool // by a phone, whose clock is right
}

// A seen is what an observation says beside its time and item.
type seen struct {
	kind     custody.Sight
	source   custody.Source
	region   geo.Region
	lat, lon float64
	accuracy float64
	device   uint64
	venue    bool   // at the act's site
	at       string // the name of the venue, where it is none of ours
	reporter string
}

// A step numbers the business steps that happen here.
type step uint8

const (
	commissioning step = iota
	packing
	unpacking
	shipping
	receiving
	departing
	arriving
	selling
	destroying
	missing // stock is counted, and found to be stolen
)

var steps = [...]custody.Step{custody.Commissioning, custody.Packing, custody.Unpacking, custody.Shipping, custody.Receiving,
	custody.Departing, custody.Arriving, custody.RetailSelling, custody.Destroying, custody.Step("stock_taking")}

// message spells out an act.
func (w *World) message(a *act) Message {
	m := Message{Arrival: w.Start.Add(a.arrival), Misread: a.misread}
	switch a.deed {
	case handling:
		m.Hop = w.hop(a)
	case sight:
		m.Observation = w.observation(a)
	case ordering:
		m.Order = w.order(a)
	case noticing:
		m.ASN = w.notice(a)
	}
	return m
}

// id returns the name of an act's message.
func (w *World) id(a *act) string {
	b := append(make([]byte, 0, 40), a.lot.name...)
	return uuid.NewSHA1(w.space, binary.BigEndian.AppendUint32(b, a.seq)).String()
}

func (a *act) orderID() string {
	if a.doc == 0 || a.unordered {
		return ""
	}
	return fmt.Sprintf("SO-%s-%03d", a.lot.name, a.doc)
}

func (a *act) noticeID() string {
	if a.doc == 0 {
		return ""
	}
	return fmt.Sprintf("DN-%s-%03d", a.lot.name, a.doc)
}

func (w *World) hop(a *act) *custody.Hop {
	h := &custody.Hop{ID: w.id(a), Time: w.Start.Add(a.at), Step: steps[a.step], Items: a.lot.items(a.goods), Site: w.site(a.site).GLN,
		Order: a.orderID(), ASN: a.noticeID(), Device: "scan-" + w.site(a.site).GLN.String()}
	if a.packed {
		h.Parent = a.lot.parent(a.goods)
	}
	if a.step == shipping || a.step == departing {
		h.To = w.site(a.to).GLN
	}
	switch a.step {
	case destroying:
		h.Disposition = "destroyed"
	case missing:
		h.Disposition = "stolen"
	}
	if a.misread {
		h.Items[0] = misread(h.Items[0])
	}
	return h
}

func (w *World) observation(a *act) *custody.Observation {
	s := a.seen
	lat, lon := s.lat, s.lon
	o := &custody.Observation{ID: w.id(a), Time: w.Start.Add(a.at), Item: a.lot.item(a.goods), Kind: s.kind, Country: s.region.Country(),
		Lat: &lat, Lon: &lon, AccuracyM: s.accuracy, Source: s.source, DeviceHash: fmt.Sprintf("%016x", s.device)}
	if s.region != s.region.Country() {
		o.Subdivision = s.region
	}
	o.Venue, o.Reporter = s.at, s.reporter
	if s.venue {
		o.Venue = w.site(a.site).GLN.String()
	}
	if a.misread {
		o.Item = misread(o.Item)
	}
	return o
}

func (w *World) order(a *act) *custody.Order {
	buyer := a.to
	if a.billed != 0 {
		buyer = a.billed
	}
	return &custody.Order{ID: a.orderID(), Seller: w.owner(a.site), Buyer: w.owner(buyer), ShipTo: w.site(a.to).GLN, Date: w.dateOf(a.at),
		Lines: []custody.OrderLine{{GTIN: a.lot.product.GTIN, Quantity: int64(a.lot.units(a.goods))}}}
}

func (w *World) notice(a *act) *custody.ASN {
	return &custody.ASN{ID: a.noticeID(), Order: a.orderID(), From: w.site(a.site).GLN, To: w.site(a.to).GLN,
		Items: a.lot.items(a.goods), Date: w.dateOf(a.at)}
}

func (w *World) dateOf(t moment) partner.Date {
	return partner.Date(w.Start.Add(t).Format(time.DateOnly))
}

// misread returns an item with a wrong check digit, as a damaged label gives
// it. It is no valid item: whatever reads it must refuse it.
func misread(it gs1.Item) gs1.Item {
	gtin, ok := it.GTIN()
	if !ok {
		return it
	}
	wrong := uint64(gtin)
	wrong = wrong - wrong%10 + (wrong%10+1)%10
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], wrong<<16)
	return it[:1] + gs1.Item(b[:6]) + it[7:]
}
