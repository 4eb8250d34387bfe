package custody

import (
	"hash/fnv"
	"math"

	"waymark/internal/deal"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// An ItemFact is a fact of one item.
// Items that an event treats alike share one Fact, which nobody changes.
type ItemFact struct {
	Item gs1.Item
	Fact *Fact
}

// Facts returns what a hop says of each item that it names.
func (h Hop) Facts() []ItemFact {
	key := KeyOf(h.Time, h.ID)
	base := Fact{Key: key, Kind: Handled, Step: h.Step, Site: h.Site, To: h.To, Order: h.Order, ASN: h.ASN}
	base.Ended, base.Stolen = endedBy(h.Disposition)
	out := make([]ItemFact, 0, len(h.Items)+1)
	child, parent := base, base // shared by every child, and the parent's
	if h.Parent != "" {
		child.Link, parent.Link = Into, Holding
		if h.Step == Unpacking {
			child.Link, parent.Link = OutOf, Emptied
		}
		child.Other, parent.Count = h.Parent, len(h.Items)
		if len(h.Items) > 0 {
			parent.Content, _ = h.Items[0].GTIN()
		}
		out = append(out, ItemFact{h.Parent, &parent})
	}
	for _, it := range h.Items {
		out = append(out, ItemFact{it, &child})
	}
	return out
}

// endedBy tells whether a disposition says that an item must not be met again
// (CBV 2.0 §7.2), and whether because it was taken. An inactive one may come
// back.
func endedBy(disposition string) (ended, stolen bool) {
	switch disposition {
	case "stolen":
		return true, true
	case "destroyed", "disposed", "recalled":
		return true, false
	}
	return false, false
}

// Facts returns what an advance shipping notice says of each item that it
// lists. It has no moment of its own: it holds for the whole way.
func (a ASN) Facts() []ItemFact {
	at, _ := a.Date.Start()
	f := Fact{Key: KeyOf(at, "asn:"+a.ID), Kind: Notified, Site: a.From, To: a.To, Order: a.Order, ASN: a.ID}
	out := make([]ItemFact, len(a.Items))
	for i, it := range a.Items {
		out[i] = ItemFact{it, &f}
	}
	return out
}

// Fact returns what an observation says of its item. The place is kept no
// finer than a tenth of a degree, the device, the venue and the reporter as
// hashes: a venue by [deal.CustomerHash], a reporter by [partner.ReporterHash].
func (o Observation) Fact() ItemFact {
	f := Fact{Key: KeyOf(o.Time, o.ID), Kind: Sighted, Sight: o.Kind, Source: o.Source, Region: o.Region(),
		Device: hashOf(o.DeviceHash), Venue: deal.CustomerHash(o.Venue), Reporter: partner.ReporterHash(o.Reporter),
		Accuracy: uint32(math.Ceil(o.AccuracyM / 1000))}
	if o.Lat != nil && o.Lon != nil {
		f.HasPlace, f.Lat, f.Lon = true, int16(math.Round(*o.Lat*10)), int16(math.Round(*o.Lon*10))
	}
	return ItemFact{o.Item, &f}
}

func hashOf(s string) uint64 {
	if s == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
