package projections

import (
	"fmt"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
)

// A trail is an item's way as a query reads it.
type trail struct {
	rows
	*state
	way  *custody.Way
	lang string
	own  page
	refs []FindingRef
	by   map[custody.Key][]string // rules that a sighting set off
}

// trail reads the way of an item, by any of its codes. It is nil where nothing
// is known.
func (q rows) trail(s *state, it gs1.Item, lang string) (*trail, error) {
	pages, err := q.pages()
	if err != nil {
		return nil, err
	}
	defer pages.close()
	t := &trail{rows: q, state: s, lang: lang, by: map[custody.Key][]string{}}
	if err := pages.read(it, &t.own); err != nil || len(t.own.facts) == 0 {
		return nil, err
	}
	for _, f := range t.own.facts {
		if f.Link == custody.AliasOf {
			it = f.Other
			if err := pages.read(it, &t.own); err != nil {
				return nil, err
			}
			break
		}
	}
	entries, stays, err := custody.Timeline(it, t.own.facts, pages.facts)
	if err != nil {
		return nil, err
	}
	t.way = custody.NewWay(it, entries, stays, q.trade(s, newDocuments()))
	return t, t.gather(pages, it, t.own.findings)
}

// gather lists the findings that concern the item: its own, and those of its
// containers that were set off while it was inside.
func (t *trail) gather(pages *pages, it gs1.Item, own []diversion.ID) error {
	if err := t.list(it, own, func(custody.Key) bool { return true }); err != nil {
		return err
	}
	inherited := map[gs1.Item]map[custody.Key]bool{}
	for _, e := range t.way.Entries {
		if e.Via != "" {
			if inherited[e.Via] == nil {
				inherited[e.Via] = map[custody.Key]bool{}
			}
			inherited[e.Via][e.Key] = true
		}
	}
	for _, via := range sortedKeys(inherited) {
		var pg page
		if err := pages.read(via, &pg); err != nil {
			return err
		}
		if err := t.list(via, pg.findings, func(k custody.Key) bool { return inherited[via][k] }); err != nil {
			return err
		}
	}
	return nil
}

// list adds the findings that an item is a member of, where the sighting of it
// that made it one is of concern.
func (t *trail) list(it gs1.Item, ids []diversion.ID, concerns func(custody.Key) bool) error {
	for _, id := range ids {
		var row findingRow
		found, err := t.load(key(tableFinding, id[:]), &row)
		if err != nil {
			return err
		}
		m, err := t.get(memberKey(id, it))
		if err != nil {
			return err
		}
		_, terms := readMember(m)
		if !found || !row.Stands || len(terms) == 0 || !concerns(terms[0].Key) {
			continue
		}
		why := row.Rule
		if r, ok := diversion.ByID(row.Rule); ok {
			why = r.Why.Fill(t.lang, row.words(t.dir))
		}
		t.refs = append(t.refs, FindingRef{id.String(), row.Rule, row.status(t.clock), why})
		t.by[terms[0].Key] = append(t.by[terms[0].Key], row.Rule)
	}
	return nil
}

// Item returns where an item is and what is known against it, in the words of a
// language; false where nothing is known of it.
func (v *Views) Item(it gs1.Item, lang string) (Item, bool, error) {
	q, s, done := v.read()
	defer done()
	t, err := q.trail(s, it, lang)
	if t == nil || err != nil {
		return Item{}, false, err
	}
	now := t.way.Walk(nil)
	a := Item{
		Item: t.way.Item, ElementString: t.way.Item.ElementString(), GTIN: t.way.Product, Holder: now.Holder, Site: now.Site,
		ShippedTo: now.ShippedTo, BoundTo: now.Bound.Partner, Disposition: now.Disposition, Findings: t.refs, AsOf: s.asOf(),
	}
	if p, ok := s.dir.Product(t.way.Product); ok {
		a.Product = p.Name
	}
	if n := len(t.way.Stays); n > 0 && t.way.Stays[n-1].Open() {
		a.Container = t.way.Stays[n-1].In
	}
	if inside := unitsIn(t.way); inside > 1 {
		a.Contents = inside
	}
	if a.Findings == nil {
		a.Findings = []FindingRef{}
	}
	if a.BoundTo != "" {
		a.Territory = s.dir.Territory(a.BoundTo, a.GTIN, time.UnixMilli(s.clock)).Compact()
	}
	t.moments(&a, &now)
	return a, true, nil
}

// moments fills in the times of an answer.
func (t *trail) moments(a *Item, now *custody.State) {
	if now.Since != (custody.Key{}) {
		since := now.Since.At()
		a.Since = &since
	}
	for _, e := range t.way.Entries {
		if e.Kind == custody.Notified {
			continue
		}
		at := e.At()
		a.LastSeen = &at
		if e.Via == "" && e.Step == custody.Commissioning {
			a.Commissioned = &at
		}
		if e.Kind == custody.Sighted {
			a.LastRegion = e.Region
		} else if site, ok := t.dir.Site(e.Site); ok {
			a.LastRegion = site.Region()
		}
	}
}

// Provenance returns the whole way of an item, in the words of a language; false
// where nothing is known of it.
func (v *Views) Provenance(it gs1.Item, lang string) (Provenance, bool, error) {
	q, s, done := v.read()
	defer done()
	t, err := q.trail(s, it, lang)
	if t == nil || err != nil {
		return Provenance{}, false, err
	}
	p := Provenance{Item: t.way.Item, Hops: make([]Hop, 0, len(t.way.Entries)), Findings: t.refs, AsOf: s.asOf()}
	if p.Findings == nil {
		p.Findings = []FindingRef{}
	}
	for i := range t.way.Entries {
		h, err := t.hop(&t.way.Entries[i])
		if err == nil && t.way.Entries[i].Kind == custody.Notified {
			err = v.announced(q, &h)
		}
		if err != nil {
			return p, true, err
		}
		p.Hops = append(p.Hops, h)
	}
	p.Quotes, err = q.quoted(p.Hops)
	return p, true, err
}

// hop tells one entry in full.
func (t *trail) hop(e *custody.Entry) (Hop, error) {
	h := Hop{Time: e.At(), Step: e.Step, Sight: e.Sight, Inherited: e.Via, Site: e.Site, To: e.To, Order: e.Order, ASN: e.ASN,
		Region: e.Region, Findings: t.by[e.Key]}
	switch e.Kind {
	case custody.Handled:
		h.Kind = "hop"
	case custody.Sighted:
		h.Kind = "observation"
	case custody.Notified:
		h.Kind, h.EventID = "asn", e.ASN
	}
	if e.Link == custody.Into || e.Link == custody.OutOf {
		h.Parent = e.Other
	}
	if site, ok := t.dir.Site(e.Site); ok {
		h.SiteName, h.Partner, h.Region = site.Name, site.Partner, site.Region()
		if p, ok := t.dir.Partner(site.Partner); ok {
			h.PartnerName = p.Name
		}
	}
	if to, ok := t.dir.Site(e.To); ok {
		h.ToPartner, h.ToRegion = to.Partner, to.Region()
	}
	if o, ok := t.way.Trade.Order(e.Order); e.Order != "" && ok {
		h.Quote = o.Quote
	}
	if e.Kind == custody.Notified {
		return h, nil
	}
	r, found, err := t.byKey(e.Key)
	if err == nil && !found && e.Link != custody.HasAlias {
		err = fmt.Errorf("the event of a fact at %s is missing", e.At())
	}
	h.Position, h.EventID, h.Recorded = r.position, r.id, r.recorded()
	return h, err
}
