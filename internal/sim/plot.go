package sim

import (
	"slices"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A kind is what plots of one name do with goods: a diversion that must be
// found, or a control that must not.
type kind struct {
	id    string
	run   func(s *scene, t moment) // with each part of a plot's goods; nil: it has no parts
	need  need
	each  int  // units of a carton, where units are counted
	least int  // cartons, however small the preset
	whole bool // in whole pallets where there are enough
	hub   bool // the goods never reach the owner: they go another way from the hub
	check func(c *settingCheck, p *Plot, owner *Profile)
}

// A need says which fields of a plot must be given.
type need uint8

const (
	needOwner need = 1 << iota
	needWith
	needTo
	needRegions
	needCartons
	needUnits
	needCustomer
)

// Kinds that are more than the way of some goods.
const (
	counterfeits  = "D10"
	leaking       = "D11"
	overordering  = "D12"
	unscanning    = "D16"
	backlogging   = "C06"
	byTransit     = "C11" // planted by itself, with every pallet through a transit site
	byTourists    = "C05" // planted by noise
	ownedCartons  = needOwner | needCartons
	ownedUnits    = needOwner | needUnits
	cartonsAbroad = ownedCartons | needTo
	unitsAbroad   = ownedUnits | needTo
)

// kinds lists every kind that a plot may have.
var kinds = []kind{
	{id: "D01", need: cartonsAbroad, run: shipAbroad, whole: true, check: toOutsiderAbroad},
	{id: "D02", need: cartonsAbroad, run: leak, check: toPlaceAbroad},
	{id: "D03", need: cartonsAbroad, run: seep, least: 2, check: toPlaceAbroad},
	{id: "D04", need: ownedUnits | needRegions, run: clone, each: 5, check: toFarApart},
	{id: "D05", need: ownedCartons | needWith, run: pool, hub: true, least: 9, check: byHub},
	{id: "D06", need: cartonsAbroad, run: reimport, check: toOutsiderAtHome},
	{id: "D07", need: ownedUnits, run: sellTwice, each: 10},
	{id: "D08", need: ownedUnits, run: destroyAndSell, each: 10},
	{id: "D09", need: cartonsAbroad, run: scrape, least: 12, check: toPlaceAbroad},
	{id: counterfeits, need: needRegions | needUnits},
	{id: leaking, need: needOwner | needTo, check: toPlaceAbroad},
	{id: overordering, need: cartonsAbroad | needWith, run: passOn, check: toDealerOfOther},
	{id: "D13", need: unitsAbroad | needWith | needCustomer, run: snatch, each: 10, check: toCustomer},
	{id: "D14", need: cartonsAbroad | needWith, run: handOver, check: toShopOfOther},
	{id: "D15", need: cartonsAbroad, run: shipToRestricted, check: toRestricted},
	{id: unscanning, need: needOwner},
	{id: "C01", need: cartonsAbroad, run: sellTo, check: toOutsiderLawfully},
	{id: "C02", need: ownedCartons | needWith, run: transfer, check: toOtherAllowed},
	{id: "C03", need: cartonsAbroad, run: sellTo, check: toOutsiderAllowed},
	{id: "C04", need: cartonsAbroad, run: shopIn, check: toOwnShop},
	{id: backlogging, need: needOwner | needUnits},
	{id: "C07", need: cartonsAbroad, run: lapse, least: 2, check: toOutsiderLapsed},
	{id: "C08", need: unitsAbroad, run: plantEvidence, each: 5, check: toPlaceAbroad},
	{id: "C09", need: cartonsAbroad, run: lose, check: toPlaceAbroad},
	{id: "C10", need: cartonsAbroad, run: shopIn, check: toOwnShop},
	{id: "C12", need: ownedCartons | needWith, run: giveBack, least: 2, check: byManufacturersHub},
	{id: "C13", need: unitsAbroad, run: relocate, each: 5, check: toNewHome},
	{id: "C14", need: cartonsAbroad, run: shopIn, check: toOwnShop},
}

// boxes returns how many cartons a plot takes, where a carton holds so many
// units at least.
func (k *kind) boxes(p *Plot, size Preset, smallest int) int {
	if p.Units > 0 {
		each := min(k.each, smallest)
		return (size.count(p.Units, 3) + each - 1) / each
	}
	return size.count(p.Cartons, max(k.least, 1))
}

// kindOf returns the kind called id, nil where there is none.
func kindOf(id string) *kind {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.id == id })
	if i < 0 {
		return nil
	}
	return &kinds[i]
}

// A scene is a plot's part of one lot, from the moment when the goods stand
// unpacked in the owner's warehouse, or at the hub.
type scene struct {
	*journey
	plot  *Plot
	goods goods
	units int
	order int // how many scenes of the plot there were before
}

func (w *World) member(id partner.ID) *member {
	i := slices.IndexFunc(w.members, func(m *member) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return w.members[i]
}

// complete tells whether everybody whom a plot needs is there.
func (w *World) complete(p *Plot) bool {
	_, owner := w.Setting.profile(p.Owner)
	_, with := w.Setting.profile(p.With)
	return owner && (with || p.With == "")
}

// with returns the other distributor of a scene.
func (s *scene) with() *member { return s.w.member(s.plot.With) }

// outsider returns the warehouse of the dealer without contract to whom the
// goods go.
func (s *scene) outsider() site { return s.w.outsiders[s.plot.To] }

// plant records that goods of the scene are diverted, first at t.
func (s *scene) plant(who partner.ID, from, to geo.Region, t moment, g goods) *Truth {
	truth := s.w.plant(s.plot.Kind, who, from, to, t)
	truth.Items = append(truth.Items, s.lot.items(g)...)
	truth.Units += s.lot.units(g)
	return truth
}

// clear records that cartons and the units in them must stay clean.
func (s *scene) clear(to geo.Region, t moment) {
	truth := s.plant("", s.w.site(s.m.dc).Country, to, t, s.goods)
	if s.goods.level == cartons {
		for c := s.goods.lo; c < s.goods.hi; c++ {
			truth.Items = append(truth.Items, s.lot.items(s.lot.unitsIn(int(c)))...)
		}
	}
}

// home returns the country of the partner whose warehouse or shop s is.
func (w *World) home(s site) geo.Region {
	owner := w.owner(s)
	i := slices.IndexFunc(w.Partners, func(p partner.Partner) bool { return p.ID == owner })
	return w.Partners[i].Country
}

// all returns the code of every one of a list of goods.
func (s *scene) all(list []goods) (items []gs1.Item) {
	for _, g := range list {
		items = append(items, s.lot.items(g)...)
	}
	return items
}

// C11: every pallet through a transit site.
func (j *journey) transit() {
	hub := j.w.site(j.w.own[j.m.Hub])
	if hub.Role != partner.Transit {
		return
	}
	t := j.w.plant(byTransit, "", "", hub.Region(), 0)
	t.Items = append(t.Items, j.lot.items(j.lot.full())...)
	t.Units += j.lot.units(j.lot.full())
}
