package sim

import (
	"fmt"
	"slices"
	"strings"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// plot checks one plot: the fields that its kind needs, and what must hold of
// them so that the case is what it is planted as.
func (c *settingCheck) plot(i int, p *Plot) {
	c.at = fmt.Sprintf("/plots/%d", i)
	k := kindOf(p.Kind)
	c.want(k != nil, "/kind", "%q, want one of %q", p.Kind, kindNames())
	if k == nil {
		return
	}
	before := len(c.Faults)
	c.given(k, needOwner, p.Owner != "", "/owner", "a distributor's id")
	c.given(k, needWith, p.With != "", "/with", "the other distributor's id")
	c.given(k, needTo, p.To != "", "/to", "a region")
	c.given(k, needRegions, len(p.Regions) > 0, "/regions", "regions")
	c.given(k, needCartons, p.Cartons > 0, "/cartons", "how many cartons, in preset M")
	c.given(k, needUnits, p.Units > 0, "/units", "how many units, in preset M")
	c.given(k, needCustomer, p.Customer != "", "/customer", "an organisation's name")
	owner, ok := c.profile(p.Owner)
	c.want(ok || p.Owner == "", "/owner", "%q is no distributor", p.Owner)
	_, other := c.profile(p.With)
	c.want(p.With == "" || other && p.With != p.Owner, "/with", "%q, want another distributor", p.With)
	if p.To != "" {
		c.region("/to", p.To)
	}
	c.regions("/regions", p.Regions)
	if p.NotTill != "" {
		at, ok := c.since(p.NotTill)
		c.want(ok && 0 <= at && at <= 60*day, "/not_till", "%q, want a day of the first 60 of the quarter", p.NotTill)
	}
	if k.run == nil || p.Kind == overordering {
		first := slices.IndexFunc(c.Plots, func(o Plot) bool { return o.Kind == p.Kind && o.Owner == p.Owner })
		c.want(first == i, "/kind", "there is a plot %s of the owner already", p.Kind)
	}
	if k.check != nil && len(c.Faults) == before {
		k.check(c, p, owner)
	}
}

// goods checks that a distributor gets the cartons that are planted, in the
// small presets too.
func (c *settingCheck) goods(p *Profile) {
	most, least := 0, c.Setting.Products[0].UnitsPerCarton
	for _, x := range c.Setting.Products {
		most, least = max(most, x.UnitsPerCarton), min(least, x.UnitsPerCarton)
	}
	for _, size := range []Preset{S, M} {
		need := 0
		for i := range c.Plots {
			if x := &c.Plots[i]; x.Owner == p.ID && kindOf(x.Kind).run != nil {
				need += kindOf(x.Kind).boxes(x, size, least)
			}
		}
		have := int(float64(p.Units) * size.scale() / float64(most))
		c.want(need <= have, "/units", "%d, %d cartons at least in preset %s, want the %d that are planted", p.Units, have, size, need)
	}
}

func (c *settingCheck) given(k *kind, n need, ok bool, field, what string) {
	if k.need&n != 0 {
		c.want(ok, field, "missing, a plot %s wants %s", k.id, what)
	} else {
		c.want(!ok, field, "a plot %s has none", k.id)
	}
}

func kindNames() (names []string) {
	for _, k := range kinds {
		names = append(names, k.id)
	}
	slices.Sort(names)
	return names
}

// outside tells whether goods of a distributor would be out of their territory
// in a region: it has no right there, and sells lawfully only by one.
func (c *settingCheck) outside(p *Profile, r geo.Region) bool {
	start, _ := c.quarter()
	return !p.holds(r) && !lawful(p.Regions[0].Country(), r, start)
}

func toPlaceAbroad(c *settingCheck, p *Plot, owner *Profile) {
	c.want(c.outside(owner, p.To), "/to", "%q, want a region outside the territory of %s, and not within the EEA as it is", p.To, owner.ID)
	c.want(p.To.Country() != c.Maker.Country, "/to", "%q, want a region outside %s, where the goods are made", p.To, c.Maker.Country)
}

func (c *settingCheck) toOutsider(p *Plot) {
	_, ok := c.outsider(p.To)
	c.want(ok, "/to", "%q, want a region with an outsider", p.To)
	c.want(!c.restricted(p.To), "/to", "%q is forbidden by the policy, which is D15", p.To)
}

func toOutsiderAbroad(c *settingCheck, p *Plot, owner *Profile) {
	c.toOutsider(p)
	toPlaceAbroad(c, p, owner)
}

func toOutsiderAtHome(c *settingCheck, p *Plot, owner *Profile) {
	c.toOutsider(p)
	c.want(p.To.Country() == c.Maker.Country && !owner.holds(p.To), "/to", "%q, want a region of %s that %s may not sell in", p.To, c.Maker.Country, owner.ID)
}

func toOutsiderLawfully(c *settingCheck, p *Plot, owner *Profile) {
	c.toOutsider(p)
	start, _ := c.quarter()
	c.want(!owner.holds(p.To) && lawful(owner.Regions[0].Country(), p.To, start), "/to", "%q, want a region outside the territory of %s but, as it is, in the EEA", p.To, owner.ID)
}

func toOutsiderAllowed(c *settingCheck, p *Plot, owner *Profile) {
	c.toOutsider(p)
	c.want(owner.holds(p.To), "/to", "%q, want a region that a right of %s covers", p.To, owner.ID)
}

func toOutsiderLapsed(c *settingCheck, p *Plot, owner *Profile) {
	toOutsiderAllowed(c, p, owner)
	start, end := c.quarter()
	last, ok := owner.Last.Start()
	c.want(ok && last.Before(end.AddDate(0, 0, -20)), "/owner", "%s, want a distributor whose last day lies 20 days before the quarter ends", owner.ID)
	for _, r := range owner.Rights {
		c.want(r.To != "" && r.To <= owner.Last && r.SellOff == 0, "/owner", "%s, want no right beyond its last day", owner.ID)
	}
	c.want(!lawful(owner.Regions[0].Country(), p.To, start), "/to", "%q, want a region outside the EEA", p.To)
}

// restricted tells whether the policy forbids shipments to an outsider.
func (c *settingCheck) restricted(r geo.Region) bool {
	if slices.Contains(c.Embargoes, r.Country()) {
		return true
	}
	return slices.ContainsFunc(c.Listed, func(l diversion.Listed) bool { return l.Country == r.Country() })
}

func toRestricted(c *settingCheck, p *Plot, _ *Profile) {
	o, ok := c.outsider(p.To)
	c.want(ok, "/to", "%q, want a region with an outsider", p.To)
	like := func(l diversion.Listed) bool {
		return l.Country == p.To.Country() && slices.ContainsFunc(append([]string{l.Name}, l.Aliases...), func(name string) bool { return firstWord(name) == firstWord(o.Name) })
	}
	c.want(!ok || slices.Contains(c.Embargoes, p.To.Country()) || slices.ContainsFunc(c.Listed, like), "/to",
		"%q, want a country under embargo, or an outsider whose name is like that of a party listed for its country", p.To)
}

func firstWord(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	return first
}

// farApart is how far, in kilometres, places are that nobody travels between in
// the time from one scan to the next.
const farApart = 2000

func toFarApart(c *settingCheck, p *Plot, owner *Profile) {
	n := len(p.Regions)
	c.want(n >= 4, "/regions", "%d, want at least 4", n)
	for i, r := range p.Regions {
		a, _ := c.place(r)
		b, _ := c.place(p.Regions[(i+1)%n])
		km := geo.Distance(a.Lat, a.Lon, b.Lat, b.Lon)
		at := fmt.Sprintf("/regions/%d", i)
		c.want(km >= farApart, at, "%.0f km from %s, which follows it: want %d", km, p.Regions[(i+1)%n], farApart)
		c.want(c.outside(owner, r) && r.Country() != c.Maker.Country, at, "%q, want a region outside the territory of %s", r, owner.ID)
	}
}

// toNewHome is for what a waiver lists.
func toNewHome(c *settingCheck, p *Plot, owner *Profile) {
	toPlaceAbroad(c, p, owner)
	most := int(partner.MaxItems / L.scale())
	c.want(p.Units <= most, "/units", "%d, want at most %d", p.Units, most)
}

// sureOf tells whether a distributor is sure to have a shop in a region: it has
// three at least, in the first regions.
func sureOf(p *Profile, r geo.Region) bool {
	i := slices.IndexFunc(p.Regions, func(own geo.Region) bool { return r.Contains(own) })
	return i >= 0 && i < max(3, p.Shops)
}

func toOwnShop(c *settingCheck, p *Plot, owner *Profile) {
	c.want(sureOf(owner, p.To), "/to", "%q, want a region where %s is sure to keep a shop: one of its first three", p.To, owner.ID)
}

func toShopOfOther(c *settingCheck, p *Plot, owner *Profile) {
	with, _ := c.profile(p.With)
	c.want(sureOf(with, p.To), "/to", "%q, want a region where %s is sure to keep a shop: one of its first three", p.To, with.ID)
}

func toDealerOfOther(c *settingCheck, p *Plot, owner *Profile) {
	with, _ := c.profile(p.With)
	i := slices.Index(with.Regions, p.To)
	c.want(0 <= i && i < max(2, with.Dealers), "/to", "%q, want a region where %s is sure to keep a dealer: one of its first two", p.To, with.ID)
	c.want(!c.outside(owner, p.To), "/to", "%q, want a region where %s may sell, or within the EEA as it is", p.To, owner.ID)
}

func toOtherAllowed(c *settingCheck, p *Plot, owner *Profile) {
	with, _ := c.profile(p.With)
	c.want(owner.holds(with.Regions[0]), "/with", "%q has its seat in %s, want one where %s may sell", p.With, with.Regions[0], owner.ID)
}

func toCustomer(c *settingCheck, p *Plot, owner *Profile) {
	with, _ := c.profile(p.With)
	c.want(with.holds(p.To), "/to", "%q, want a region of %s, who registered the deal", p.To, with.ID)
}

func (c *settingCheck) hubRole(p *Profile) partner.Role {
	i := slices.IndexFunc(c.Maker.Sites, func(s OwnSite) bool { return s.Name == p.Hub })
	return c.Maker.Sites[i].Role
}

func byManufacturersHub(c *settingCheck, p *Plot, owner *Profile) {
	c.want(c.hubRole(owner) == partner.Hub, "/owner", "%s is supplied by way of a transit site, want a hub", owner.ID)
}

// scales lists the scales of tiers, the best first.
var scales = []partner.Scale{partner.Strategic, partner.Core, partner.Ordinary}

func byHub(c *settingCheck, p *Plot, owner *Profile) {
	byManufacturersHub(c, p, owner)
	with, _ := c.profile(p.With)
	a, b := slices.Index(scales, owner.Tier.Scale), slices.Index(scales, with.Tier.Scale)
	c.want(0 <= a && a < b, "/with", "%s is %q, want a lower tier than that of %s, %q", with.ID, with.Tier.Scale, owner.ID, owner.Tier.Scale)
}
