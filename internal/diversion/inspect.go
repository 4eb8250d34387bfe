package diversion

import (
	"slices"
	"time"

	"waymark/internal/compliance"
	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Sighting is one of an item's own facts, with what was known just before.
type Sighting struct {
	Way    *custody.Way
	Now    *custody.Entry
	Before *custody.State
	Index  int // of Now in the way's entries
	Policy *Policy

	site    *partner.Site // of a handling
	atSite  bool          // the site is known
	signals []Signal      // of earlier rules on this sighting
	past    *past
}

// An Inspection is all that rules say of an item's sightings, and what these add
// to the sums.
type Inspection struct {
	Signals []Signal
	Tallies []Tally
}

// Inspect judges every sighting of an item from a moment on, each by the policy
// of its time. The zero key asks for all. A code that is not a unit's first is
// judged with the unit, on the unit's way.
func Inspect(w *custody.Way, since custody.Key, policies *Policies) (out Inspection) {
	if w.Code {
		return out
	}
	i := -1
	var before past
	w.Walk(func(state *custody.State, e *custody.Entry) bool {
		i++
		if e.Via != "" || e.Kind == custody.Notified || e.Link == custody.AliasOf || e.Link == custody.HasAlias {
			return true
		}
		if !e.Key.Less(since) {
			s := Sighting{Way: w, Now: e, Before: state, Index: i, Policy: policies.At(e.At()), past: &before}
			s.judge(&out)
		}
		before.add(e, state.Bound.Partner != "")
		return true
	})
	if told(out.Signals, ClonedSerial) {
		out.uncount()
	}
	return out
}

// uncount takes a copied code out of what is counted over many units: which of
// its sightings were of the unit, nobody knows.
func (n *Inspection) uncount() {
	n.Signals = slices.DeleteFunc(n.Signals, func(s Signal) bool { return s.Rule == Concentration })
	n.Tallies = slices.DeleteFunc(n.Tallies, func(t Tally) bool { return t.Sum.Rule == Concentration.ID })
}

// judge asks every rule of the sighting.
func (s *Sighting) judge(out *Inspection) {
	if s.Now.Kind == custody.Handled {
		s.site, s.atSite = s.Way.Trade.Site(s.Now.Site)
	}
	for _, r := range Rules {
		if r.Check == nil && r.Count == nil || !s.Policy.on(r) {
			continue
		}
		if r.Count != nil {
			if t, ok := r.Count(s); ok {
				out.Tallies = append(out.Tallies, t)
			}
		}
		if r.Check == nil {
			continue
		}
		sig, found := r.Check(s)
		if !found {
			continue
		}
		sig.Rule, sig.Policy, sig.Trigger = r, s.Policy, s.Now.Key
		if sig.Strength == "" {
			sig.Strength = r.Strength
		}
		sig.Evidence = append([]Term{{s.Now.Key, SetOff}}, sig.Evidence...)
		s.signals = append(s.signals, sig)
	}
	for _, sig := range s.signals {
		if once := sig.Rule.Once || sig.Rule.Subject == PerItem; !once || !told(out.Signals, sig.Rule) {
			out.Signals = append(out.Signals, sig)
		}
	}
}

func told(signals []Signal, r *Rule) bool {
	for _, s := range signals {
		if s.Rule == r {
			return true
		}
	}
	return false
}

// found tells whether a rule before this one spoke on this sighting.
func (s *Sighting) found(r *Rule) bool { return told(s.signals, r) }

// past is what of an item's earlier sightings rules look back on.
type past struct {
	scanned   bool // a buyer scanned it since it was bound
	devices   map[uint64]bool
	countries map[geo.Region]bool
	leaps     int            // impossible travels between sightings in a row
	last      *custody.Entry // the last observation
}

// add takes note of a sighting.
func (p *past) add(e *custody.Entry, bound bool) {
	if e.Kind != custody.Sighted {
		return
	}
	p.scanned = p.scanned || bound && e.Sight == custody.Consumer
	if copied(e) {
		if p.devices == nil {
			p.devices, p.countries = map[uint64]bool{}, map[geo.Region]bool{}
		}
		if e.Device != 0 {
			p.devices[e.Device] = true
		}
		p.countries[e.Region.Country()] = true
		if p.last != nil && impossible(p.last, e) {
			p.leaps++
		}
	}
	p.last = e
}

// place returns where the sighting was, where that is known. Goods at a
// transit site are nowhere: they pass.
func (s *Sighting) place() (geo.Region, bool) {
	if s.Now.Kind == custody.Sighted {
		return s.Now.Region, s.Now.Region != ""
	}
	return s.site.Region(), s.atSite && s.site.Role != partner.Transit
}

// arrives tells whether the sighting takes the item into the custody of a
// partner at a site of its own.
func (s *Sighting) arrives() bool {
	return s.Now.Kind == custody.Handled && s.Now.Step.Arrives() && s.atSite &&
		s.site.Role != partner.Transit && !s.Way.Trade.Manufacturer(s.site.Partner)
}

// holds tells whether the last authorised holder may sell the product in a
// region: at the time of the sighting, or when the goods were bought.
func (s *Sighting) holds(r geo.Region) bool {
	b, t := s.Before.Bound, s.Way.Trade
	for _, at := range []time.Time{s.Now.At(), b.By.At()} {
		if st, _ := t.Stands(b.Partner, s.Way.Product, r, at); st == partner.Held {
			return true
		}
	}
	return false
}

// surfaced tells whether the item, bound to a holder, is seen at a place where
// neither that holder nor whoever keeps the site may sell it, and where nobody
// declared that it would be.
func (s *Sighting) surfaced() (geo.Region, bool) {
	r, ok := s.place()
	if !ok || s.Before.Bound.Partner == "" || s.Way.Product == 0 || s.found(SelfDealing) || s.holds(r) || s.relocated(r) {
		return "", false
	}
	if s.arrives() {
		if st, _ := s.Way.Trade.Stands(s.site.Partner, s.Way.Product, r, s.Now.At()); st == partner.Held {
			return "", false
		}
	}
	return r, true
}

// relocated tells whether the owner declared that it, or a container that it was
// in, was moved to a region.
func (s *Sighting) relocated(r geo.Region) bool {
	items := []gs1.Item{s.Way.Item}
	for _, stay := range s.Way.Stays {
		items = append(items, stay.In)
	}
	for i := range s.Way.Entries { // and what those were in
		if e := &s.Way.Entries[i]; e.Via != "" && e.Kind == custody.Handled {
			items = append(items, e.Via)
		}
	}
	return s.Way.Trade.Relocated(items, r, s.Now.At())
}

// home returns the country of the factory that made the item, or of any
// factory where its commissioning is not known.
func (s *Sighting) home(r geo.Region) bool {
	if f, ok := s.Way.Trade.Site(s.Before.Origin); ok {
		return f.Country == r.Country()
	}
	return s.Way.Trade.Home(r.Country())
}

// belongs returns the country of the holder that the goods are bound to.
func (s *Sighting) belongs(id partner.ID) geo.Region { return homeOf(s.Way.Trade, id) }

// homeOf returns the country of a partner, or of the one at the top of its tree.
func homeOf(t custody.Trade, id partner.ID) geo.Region {
	for _, p := range []partner.ID{id, t.Root(id)} {
		if h, ok := t.Partner(p); ok && h.Country != "" {
			return h.Country
		}
	}
	return ""
}

// lawful tells whether goods that go from one region to another move within
// the European Economic Area, where a sale nobody solicited is the buyer's
// right and is taken to be one until shown otherwise (guards G2, G5).
func lawful(from, to geo.Region, at time.Time) bool {
	return Regime(from, to, at) == compliance.EEAInternal
}

// Regime returns the legal regime of a movement.
func Regime(from, to geo.Region, at time.Time) compliance.Regime {
	return compliance.RegimeOf(from, to, at, nil)
}
