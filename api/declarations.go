package api

import (
	"fmt"
	"slices"
	"strings"

	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/projections"
)

// waivers are what the owner declares beforehand: /v1/waivers. One without a
// first day holds from the day it is first recorded.
var waivers = &resource[partner.Waiver]{
	kind: "waiver", many: "waivers",
	typ:      partner.WaiverRecorded,
	name:     plainID,
	id:       func(w partner.Waiver) string { return w.ID },
	setID:    func(w *partner.Waiver, id string) { w.ID = id },
	complete: sinceRecorded(func(w *partner.Waiver) *partner.Date { return &w.From }),
	validate: func(w partner.Waiver) []partner.Fault { return itemFaults(w.Validate(), w.Items) },
	missing: func(m *missing, w partner.Waiver) {
		m.optionalPartner("/partner", w.Partner)
		m.optionalPartner("/consignee", w.Consignee)
		m.products("/products", w.Products)
		m.items(w.Items)
	},
	find: inDirectory((*partner.Directory).Waiver),
	all:  allIn((*partner.Directory).Waivers),
}

// deals are the projects that partners registered: /v1/deals. One without a day
// was registered on the day it is first recorded.
var deals = &resource[deal.Registration]{
	kind: "deal", many: "deals",
	typ:      deal.Registered,
	name:     plainID,
	id:       func(r deal.Registration) string { return r.ID },
	setID:    func(r *deal.Registration, id string) { r.ID = id },
	complete: sinceRecorded(func(r *deal.Registration) *partner.Date { return &r.Registered }),
	validate: deal.Registration.Validate,
	missing: func(m *missing, r deal.Registration) {
		m.partner("/partner", r.Partner)
		m.products("/products", r.Products)
	},
	find: func(v *projections.Views, id string) (deal.Registration, bool) {
		r, ok := v.Deals().Get(id)
		return *r, ok
	},
	all: func(v *projections.Views) []deal.Registration {
		var out []deal.Registration
		for _, r := range v.Deals().All() {
			out = append(out, *r)
		}
		return out
	},
}

// policies are the packs by which rules judge, by version: /v1/policies. The
// standard pack is one of them, and is never changed.
var policies = &resource[diversion.Policy]{
	kind: "policy", many: "policies",
	typ:      diversion.PolicyAdopted,
	name:     plainID,
	id:       func(p diversion.Policy) string { return p.Version },
	setID:    func(p *diversion.Policy, version string) { p.Version = version },
	validate: diversion.Policy.Validate,
	missing: func(m *missing, p diversion.Policy) {
		for i, b := range p.Baselines {
			m.partner(fmt.Sprintf("/baselines/%d/partner", i), b.Partner)
		}
		for i, c := range p.Capacities {
			m.partner(fmt.Sprintf("/capacities/%d/partner", i), c.Partner)
		}
		for i, q := range p.Quotas {
			m.products(fmt.Sprintf("/quotas/%d/products", i), q.Products)
		}
	},
	find: func(v *projections.Views, version string) (diversion.Policy, bool) {
		if version == diversion.Standard.Version {
			return *diversion.Standard, true
		}
		return v.Policies().Get(version)
	},
	all: func(v *projections.Views) []diversion.Policy {
		list := append(v.Policies().All(), *diversion.Standard)
		slices.SortFunc(list, func(a, b diversion.Policy) int { return strings.Compare(a.Version, b.Version) })
		return list
	},
}

func (m *missing) optionalPartner(field string, id partner.ID) {
	if id != "" {
		m.partner(field, id)
	}
}

// products asks that those of names that are GTINs are registered.
func (m *missing) products(field string, names []string) {
	for i, name := range names {
		if g, err := gs1.ParseGTIN(name); err == nil {
			m.product(fmt.Sprintf("%s/%d", field, i), g)
		}
	}
}
