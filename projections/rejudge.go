package projections

import (
	"encoding/binary"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// rejudge touches every item that was ever handled at, or sent to, the sites.
func (t *tx) rejudge(sites ...gs1.GLN) error {
	for _, g := range sites {
		if err := t.eventsAt(g, t.touchAll); err != nil {
			return err
		}
	}
	return nil
}

// rejudgePartner touches every item that a partner, or one below it, handled, or
// that is said to have gone to it.
func (t *tx) rejudgePartner(id partner.ID) error {
	if err := t.rejudge(t.dir.SitesOf(id)...); err != nil {
		return err
	}
	of := func(p partner.ID) bool { return p == id || t.dir.Under(p, id) }
	at := func(g gs1.GLN) bool { s, ok := t.dir.Site(g); return ok && of(s.Partner) }
	return t.rejudgeDocuments(at, of)
}

// rejudgeSite touches every item that was handled at a site, or that is said to
// have gone there; for a factory, which says who the manufacturer is and where
// goods are at home, every item.
func (t *tx) rejudgeSite(g gs1.GLN, factory bool) error {
	if factory {
		return t.eventsUnder([]byte{tableMoment}, t.touchAll)
	}
	if err := t.rejudge(g); err != nil {
		return err
	}
	return t.rejudgeDocuments(func(o gs1.GLN) bool { return o == g }, func(partner.ID) bool { return false })
}

// chunk is how many items are gathered before they are judged, where a change
// of the master data concerns many.
const chunk = 10_000

func (t *tx) touchAll(e *entry) error { return t.touchAllSince(e, whole) }

func (t *tx) touchAllSince(e *entry, since custody.Key) error {
	for _, f := range e.facts {
		t.touch(f.Item, since)
	}
	return t.judgeMany()
}

func (t *tx) judgeMany() error {
	if len(t.touched) < chunk {
		return nil
	}
	return t.judgeItems()
}

// rejudgeProduct touches every item of a product, and what it was packed in.
func (t *tx) rejudgeProduct(p partner.Product) error {
	for _, g := range []gs1.GTIN{p.GTIN, p.CartonGTIN} {
		it, err := gs1.SGTIN(g, "0")
		if g == 0 || err != nil {
			continue
		}
		prefix := append([]byte{tableItem}, it[:len(it)-1]...)
		for kv, err := range t.scan(prefix, nil) {
			if err != nil {
				return err
			}
			item, f, ok := splitFact(kv)
			if !ok {
				continue
			}
			t.touch(item, whole)
			if f.Link == custody.Into {
				t.touch(f.Other, whole)
			}
			if err := t.judgeMany(); err != nil {
				return err
			}
		}
	}
	return nil
}

// splitFact takes a row of an item's page apart, where it is a fact's.
func splitFact(kv [2][]byte) (gs1.Item, custody.Fact, bool) {
	n := len(kv[0]) - custody.KeySize - 2 // the NUL and the row's kind
	if n < 2 || kv[0][n] != 0 || kv[0][n+1] != pageFact {
		return "", custody.Fact{}, false
	}
	f, err := custody.ReadFact(custody.ReadKey(kv[0][n+2:]), kv[1], nil)
	return gs1.Item(kv[0][1:n]), f, err == nil
}

// rejudgeSince has every sighting judged anew from a time on.
func (t *tx) rejudgeSince(at time.Time) error {
	since := custody.Key{Time: max(0, at.UnixMilli())}
	for kv, err := range t.scan([]byte{tableMoment}, since.Append([]byte{tableMoment})) {
		if err != nil {
			return err
		}
		if err := t.withEvent(custody.ReadKey(kv[0][1:]), func(e *entry) error { return t.touchAllSince(e, since) }); err != nil {
			return err
		}
	}
	return nil
}

// rejudgeWaiver touches every item of which a waiver says something.
func (t *tx) rejudgeWaiver(w partner.Waiver) error {
	switch w.Reason {
	case partner.AsDeal, partner.AsTransfer:
		return t.rejudge(t.dir.SitesOf(w.Partner)...)
	case partner.AsRelocation:
		for _, it := range w.Items {
			t.touch(it, whole)
			if err := t.judgeMany(); err != nil {
				return err
			}
		}
	case partner.AsTestPurchase:
		return t.eventsUnder(markKey(markReporter, partner.ReporterHash(w.Reporter)), t.touchAll)
	case partner.AsDropShip:
		buyer := func(id partner.ID) bool { return t.dir.SameFamily(id, w.Partner) }
		to := func(g gs1.GLN) bool { s, ok := t.dir.Site(g); return ok && t.dir.SameFamily(s.Partner, w.Consignee) }
		return t.rejudgeDocuments(to, buyer)
	}
	return nil
}

// rejudgeDeals touches every item that was sold or activated where a deal's
// customer is: by the version before, if any, and by the one that holds now. A
// deal that is not over makes nobody look.
func (t *tx) rejudgeDeals(versions ...*deal.Registration) error {
	var countries []geo.Region
	for _, r := range versions {
		if r.ID != "" && r.Over() && !slices.Contains(countries, r.Country) {
			countries = append(countries, r.Country)
		}
	}
	for _, c := range countries {
		if err := t.eventsUnder(markKey(markActivation, countryMark(c)), t.touchAll); err != nil {
			return err
		}
		for _, s := range t.dir.Sites() {
			if s.Country != c {
				continue
			}
			if err := t.eventsAt(s.GLN, t.touchSold); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) touchSold(e *entry) error {
	if slices.ContainsFunc(e.facts, func(f custody.ItemFact) bool { return f.Fact.Step == custody.RetailSelling }) {
		return t.touchAll(e)
	}
	return nil
}

// What observations are marked by, so that they are found again.
const (
	markReporter   byte = 'r' // partner.ReporterHash
	markActivation byte = 'a' // countryMark
)

func markKey(kind byte, mark uint64) []byte { return key(tableMark, []byte{kind}, u64(mark)) }

func countryMark(c geo.Region) uint64 {
	return uint64(binary.BigEndian.Uint16(append([]byte(c), 0, 0)))
}

// noteMarks marks observations by what waivers and deals ask for.
func (t *tx) noteMarks(e *entry) error {
	if len(e.facts) == 0 || e.facts[0].Fact.Kind != custody.Sighted {
		return nil
	}
	f := e.facts[0].Fact
	if f.Reporter != 0 {
		if err := t.set(f.Key.Append(markKey(markReporter, f.Reporter)), nil); err != nil {
			return err
		}
	}
	if f.Sight != custody.Activation {
		return nil
	}
	return t.set(f.Key.Append(markKey(markActivation, countryMark(f.Region.Country()))), nil)
}
