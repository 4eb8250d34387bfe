package projections

import (
	"fmt"
	"strings"
	"time"

	"waymark/internal/diversion"
	"waymark/internal/gs1"
)

// reasons returns all that speaks against the shipment, what forbids it first.
func (k *checking) reasons() ([]ShipReason, error) {
	var out, warnings []ShipReason
	for _, o := range k.objected {
		r, stands, err := k.objection(o)
		if err != nil {
			return nil, err
		}
		if stands && r.Warning {
			warnings = append(warnings, r)
		} else if stands {
			out = append(out, r)
		}
	}
	if n := len(k.unknown); n > 0 {
		out = append(out, ShipReason{
			Text: unknownGoods.Fill(k.lang, diversion.Facts{Units: n}), Units: n, Items: k.unknown[:min(n, Listed)], Evidence: []Evidence{},
		})
	}
	out = append(out, warnings...)
	for _, o := range k.held {
		words := heldBy
		if o.signal.Partner == "" {
			words = heldByOther
		}
		out = append(out, ShipReason{
			Text: words.Fill(k.lang, k.facts(o)), Warning: true, Units: o.units, Items: o.items[:min(len(o.items), Listed)], Evidence: []Evidence{},
		})
	}
	return append(out, k.findings...), nil
}

func (k *checking) facts(o *objection) diversion.Facts {
	return diversion.Facts{Units: o.units, Partner: partnerName(k.dir, o.signal.Partner), From: k.from.Region(), To: o.signal.To, Time: k.now}
}

// objection puts what a rule says into words, and false where what it gathers is
// not yet too much.
func (k *checking) objection(o *objection) (r ShipReason, stands bool, err error) {
	rule := o.signal.Rule
	facts := k.facts(o)
	if rule == diversion.Quotas {
		shipped, err := k.shipped(o)
		if err != nil || !rule.Stands(k.policy, diversion.Gathered{Units: shipped, Limit: o.signal.Limit}) {
			return r, false, err
		}
		facts.Units = shipped
	}
	r = ShipReason{
		Rule: rule.ID, Title: rule.Title.In(k.lang), Text: rule.Why.Fill(k.lang, facts), Strength: rule.Strength,
		Warning: !rule.Blocks(), Units: o.units, Items: o.items[:min(len(o.items), Listed)],
	}
	if rule == diversion.Quotas && k.check.Asker != "" { // what others shipped is theirs
		r.Text, r.Evidence = quotaFull.Fill(k.lang, facts), []Evidence{}
		return r, true, nil
	}
	r.Evidence, err = k.evidence(o)
	return r, true, err
}

// shipped returns the units that will have gone under a quota, with those that
// went already this month. An item counts once.
func (k *checking) shipped(o *objection) (int, error) {
	id := diversion.GroupID(o.signal.Rule, o.signal.Group)
	var f findingRow
	if _, err := k.load(key(tableFinding, id[:]), &f); err != nil {
		return 0, err
	}
	units := f.Units + o.units
	for _, it := range o.items {
		m, err := k.get(memberKey(id, it))
		if err != nil {
			return 0, err
		}
		again, _ := readMember(m)
		units -= again
	}
	return units, nil
}

// open notes the findings that alert and are open against an item.
func (k *checking) open(t *trail, it gs1.Item) error {
	for _, ref := range t.refs {
		id, ok := diversion.ParseID(ref.ID)
		if !ok || len(k.findings) == Listed {
			continue
		}
		var f findingRow
		if _, err := k.load(key(tableFinding, id[:]), &f); err != nil {
			return err
		}
		if f.Strength == diversion.Low || k.check.Asker != "" && (f.Partner == "" || !k.mayTell(f.Partner)) {
			continue
		}
		if i, known := k.told[id]; known {
			if r := &k.findings[i]; len(r.Items) < Listed {
				r.Items = append(r.Items, it)
			}
			continue
		}
		if err := k.note(id, &f, ref, it); err != nil {
			return err
		}
	}
	return nil
}

func (k *checking) note(id diversion.ID, f *findingRow, ref FindingRef, it gs1.Item) error {
	r := ShipReason{Rule: ref.Rule, Text: ref.Why, Strength: f.Strength, Warning: true, Finding: ref.ID, Units: f.Units, Items: []gs1.Item{it}, Evidence: []Evidence{}}
	if rule, ok := diversion.ByID(ref.Rule); ok {
		r.Title = rule.Title.In(k.lang)
	}
	members, err := k.members(id, 1)
	if err != nil {
		return err
	}
	if r.Evidence, err = k.v.evidence(k.rows, id, f, members, k.lang); err != nil {
		return err
	}
	if k.told == nil {
		k.told = map[diversion.ID]int{}
	}
	k.told[id] = len(k.findings)
	k.findings = append(k.findings, r)
	return nil
}

// What an answer names as its grounds.
var (
	policyText = diversion.Text{EN: "policy", ZH: "政策", ES: "política"}
	grantText  = diversion.Text{EN: "grant", ZH: "授权", ES: "autorización"}
	listText   = diversion.Text{EN: "listed party", ZH: "名单所列主体", ES: "parte listada"}
	embargo    = diversion.Text{EN: "embargo", ZH: "禁运", ES: "embargo"}
	quotaText  = diversion.Text{EN: "quota of the month", ZH: "当月配额", ES: "cupo del mes"}
)

// evidence names what an objection rests on: the grants that there are, or the
// policy and what it says; and the event that binds the goods.
func (k *checking) evidence(o *objection) ([]Evidence, error) {
	out := []Evidence{}
	name := func(kind byte, id, role, text string) error {
		event, position, err := k.v.recorded(k.rows, kind, id)
		out = append(out, Evidence{Position: position, EventID: event, Role: role, Text: text})
		return err
	}
	policy := func(what string) error {
		return name(masterPolicy, k.policy.Version, policyText.EN, fmt.Sprintf("%s %s, %s", policyText.In(k.lang), k.policy.Version, what))
	}
	var err error
	switch o.signal.Rule {
	case diversion.Quotas:
		err = policy(fmt.Sprintf("%s %s: %d", quotaText.In(k.lang), o.signal.To, o.signal.Limit))
	case diversion.RestrictedDestination:
		r := diversion.Restricted(k.trade, k.policy, k.to)
		if r.Embargo {
			err = policy(embargo.In(k.lang) + ": " + string(k.to.Country))
		}
		if l := r.Listed; l != nil && err == nil {
			err = policy(fmt.Sprintf("%s: %s %s %q (%.2f)", listText.In(k.lang), l.List, l.Entry, l.Name, r.Match))
		}
	default:
		err = k.grants(o, name)
	}
	if err != nil {
		return out, err
	}
	for _, term := range o.signal.Evidence {
		r, found, err := k.byKey(term.Key)
		if err != nil {
			return out, err
		}
		if found {
			out = append(out, Evidence{Position: r.position, EventID: r.id, Role: term.Role.Text().EN, Text: term.Role.Text().In(k.lang) + ": " + term.At().Format(time.RFC3339)})
		}
	}
	return out, nil
}

// grants names the shipper's grants of the product, up to a bound.
func (k *checking) grants(o *objection, name func(kind byte, id, role, text string) error) error {
	holder, ok := k.dir.Grantee(o.signal.Partner)
	if !ok {
		return nil
	}
	n := 0
	for _, g := range k.dir.Grants() {
		if g.Partner != holder || !k.names(g.Products, o.product) {
			continue
		}
		if n++; n > most {
			return nil
		}
		regions := make([]string, 0, len(g.Regions))
		for _, r := range g.Regions {
			regions = append(regions, string(r))
		}
		text := fmt.Sprintf("%s %s: %s, %s … %s", grantText.In(k.lang), g.ID, strings.Join(regions, " "), g.From, g.To)
		if err := name(masterGrant, g.ID, grantText.EN, strings.TrimSpace(text)); err != nil {
			return err
		}
	}
	return nil
}

// names tells whether a list of GTINs and lines names a product.
func (k *checking) names(list []string, g gs1.GTIN) bool {
	p, ok := k.dir.Product(g)
	for _, name := range list {
		if ok && (name == p.Line || name == p.GTIN.String()) {
			return true
		}
	}
	return false
}
