package diversion

import (
	"maps"
	"slices"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A baseline knows how often a holder's goods are scanned in a place with nothing
// wrong: from what was counted of it in the quarter before, and of others.
type baseline struct {
	s      *Season
	policy *Policy
	in     map[pair]int64 // the quarter before
	all    map[partner.ID]int64
	pooled map[partner.ID][2]rate // of each holder, by class
	total  [2]rate
}

// A rate is a share of scans.
type rate struct{ part, whole float64 }

// Classes of pairs.
const (
	far = iota
	hub
)

// newBaseline adds up what the ledger counted in the quarter before, at its last
// look, and what the policy says of it; and for the classes what is counted now,
// at a look.
func newBaseline(s *Season, p *Policy, before scans, looks int, now scans, look int) *baseline {
	b := &baseline{s: s, policy: p, in: map[pair]int64{}, all: map[partner.ID]int64{}, pooled: map[partner.ID][2]rate{}}
	for at, n := range before.out {
		b.in[at] += n[looks-1]
	}
	for h, n := range before.all {
		b.all[h] += n[looks-1]
	}
	for _, known := range p.Baselines {
		if before.all[known.Partner] == nil {
			b.in[pair{known.Partner, string(known.To)}] += known.Scans
			b.all[known.Partner] = max(b.all[known.Partner], known.Of)
		}
	}
	b.pool(now, look)
	return b
}

// pool adds up, by class, the scans of all pairs of a holder and a place where
// anything was ever seen outside its territory.
func (b *baseline) pool(now scans, look int) {
	out, all := maps.Clone(b.in), maps.Clone(b.all)
	for at, n := range now.out {
		out[at] += n[look]
	}
	for h, n := range now.all {
		all[h] += n[look]
	}
	places := map[string]bool{}
	for at, n := range out {
		if n > 0 {
			places[at.to] = true
		}
	}
	hubs := 0
	for to := range places {
		hubs += btoi(b.hub(to))
	}
	for h, n := range all {
		r := b.pooled[h]
		if b.hub(string(homeOf(b.s.Trade, h))) {
			r[hub].whole += float64(n * int64(len(places)))
		} else {
			r[hub].whole += float64(n * int64(hubs))
			r[far].whole += float64(n * int64(len(places)-hubs))
		}
		b.pooled[h] = r
	}
	for at, n := range out {
		r := b.pooled[at.holder]
		r[b.class(at)].part += float64(n)
		b.pooled[at.holder] = r
	}
	for _, r := range b.pooled {
		for c := range r {
			b.total[c].part += r[c].part
			b.total[c].whole += r[c].whole
		}
	}
}

// of returns the Beta distribution of the rate of a pair.
func (b *baseline) of(at pair) (alpha, beta float64) {
	p := b.policy
	w, s, m := p.Param(concentrationParams, "weight"), p.Param(concentrationParams, "prior"), b.usual(at)
	in := float64(b.in[at])
	all := max(float64(b.all[at.holder]), in)
	return w * (in + s*m), w * (all - in + s*(1-m))
}

// usual returns the rate that is usual for pairs like this one: that of the other
// holders', as far as they have been scanned, and else the policy's.
func (b *baseline) usual(at pair) float64 {
	c := b.class(at)
	name := [...]string{far: "far_rate", hub: "hub_rate"}[c]
	known, own := b.total[c], b.pooled[at.holder][c]
	guess := b.policy.Param(concentrationParams, name)
	return (known.part - own.part + guessed*guess) / (known.whole - own.whole + guessed)
}

// guessed is how many scans, by pair, the policy's guess of a rate weighs.
const guessed = 1000

// class returns what kind of pair it is: in a hub, or from one, goods and
// travellers of many countries meet.
func (b *baseline) class(at pair) int {
	return btoi(b.hub(at.to) || b.hub(string(homeOf(b.s.Trade, at.holder))))
}

func (b *baseline) hub(place string) bool {
	return slices.Contains(b.policy.Hubs, geo.Region(place).Country())
}
