package diversion

import (
	"slices"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A baseline knows how often a holder's goods were scanned in a place before,
// when nothing was known to be wrong.
type baseline struct {
	s      *Season
	policy *Policy
	in     map[pair]int64
	all    map[partner.ID]int64
}

// newBaseline adds up what the ledger counted in the quarter before, at its last
// look, and what the policy says of it.
func newBaseline(s *Season, p *Policy, before scans, looks int) *baseline {
	b := &baseline{s, p, map[pair]int64{}, map[partner.ID]int64{}}
	for at, n := range before.out {
		b.in[at] += n[looks-1]
	}
	for h, n := range before.all {
		b.all[h] += n[looks-1]
	}
	for _, known := range p.Baselines {
		if b.all[known.Partner] == 0 || before.all[known.Partner] == nil {
			b.in[pair{known.Partner, string(known.To)}] += known.Scans
			b.all[known.Partner] = max(b.all[known.Partner], known.Of)
		}
	}
	return b
}

// of returns the Beta distribution of the rate of a pair.
func (b *baseline) of(at pair) (alpha, beta float64) {
	p := b.policy
	w, s, m := p.Param(concentrationParams, "weight"), p.Param(concentrationParams, "prior"), b.class(at)
	in := float64(b.in[at])
	all := max(float64(b.all[at.holder]), in)
	return w * (in + s*m), w * (all - in + s*(1-m))
}

// class returns the rate that is usual for pairs like this one.
func (b *baseline) class(at pair) float64 {
	home := homeOf(b.s.Trade, at.holder)
	hub := slices.Contains(b.policy.Hubs, geo.Region(at.to).Country()) || slices.Contains(b.policy.Hubs, home.Country())
	if hub {
		return b.policy.Param(concentrationParams, "hub_rate")
	}
	return b.policy.Param(concentrationParams, "far_rate")
}
