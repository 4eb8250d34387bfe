package sim

import (
	"cmp"
	"fmt"
	"slices"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
)

// policy makes the policy pack of the world: what is forbidden, and what is
// known of buyers' scans in the quarter before, of which no messages are made.
func (w *World) policy() *diversion.Policy {
	p := &diversion.Policy{Version: w.Setting.Policy, Note: "generated for " + w.Setting.Name,
		Embargoes: slices.Clone(w.Setting.Embargoes), Listed: slices.Clone(w.Setting.Listed)}
	for _, m := range w.members {
		p.Baselines = append(p.Baselines, w.baselines(m)...)
	}
	return p
}

// baselines counts a distributor's scans of the quarter before by the noise of
// this one, from a stream of its own.
func (w *World) baselines(m *member) (out []diversion.Baseline) {
	s := newStream(w.Seed, fmt.Sprintf("baseline/%s", m.ID))
	n := int(float64(m.Units) * w.Preset.scale() * scanned * sold * (.9 + .2*s.Float64()))
	in := map[geo.Region]int64{}
	for range n {
		source := custody.IP
		if s.chance(.4) {
			source = custody.GPS
		}
		_, r := w.field.strays(s, w.Noise, w.site(pick(s, m.shops)).Region(), source)
		if w.outside(m, r) && !w.atHome(r) {
			in[m.destination(r)]++
		}
	}
	if len(in) == 0 {
		in[m.destination(w.elsewhere(m))] = 0
	}
	for r, k := range in {
		out = append(out, diversion.Baseline{Partner: m.ID, To: r, Scans: k, Of: int64(n)})
	}
	slices.SortFunc(out, func(a, b diversion.Baseline) int { return cmp.Compare(a.To, b.To) })
	return out
}

// atHome tells whether a region lies in the country that makes the goods.
func (w *World) atHome(r geo.Region) bool { return r.Country() == w.Setting.Maker.Country }

// elsewhere returns a region outside a member's territory.
func (w *World) elsewhere(m *member) geo.Region {
	for _, r := range w.field.Abroad {
		if w.outside(m, r) && !w.atHome(r) {
			return r
		}
	}
	return w.Setting.Maker.Country
}

// destination returns a region as finely as the member's territory is drawn
// there.
func (m *member) destination(r geo.Region) geo.Region {
	country := r.Country()
	for _, g := range m.Rights {
		for _, own := range g.Regions {
			if own != country && own.Country() == country {
				return r
			}
		}
	}
	return country
}
