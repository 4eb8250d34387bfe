package diversion

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Policy is a policy pack: the thresholds, windows, budgets and lists by which
// rules judge. It is a versioned document, recorded as an event, and every
// finding names the version that it was made under. What a pack leaves out is as
// in the standard pack.
type Policy struct {
	Version string       `json:"version"`
	From    partner.Date `json:"from,omitzero"` // first day, UTC, on whose sightings it holds; "": from the beginning
	Note    string       `json:"note,omitzero"`

	Rules  map[string]RulePolicy `json:"rules,omitempty"` // by the rule's id
	Budget *Budget               `json:"alert_budget,omitempty"`

	Hubs      []geo.Region `json:"hubs,omitempty"` // where goods and travellers of many countries meet
	Baselines []Baseline   `json:"baselines,omitempty"`

	Quotas     []Quota      `json:"quotas,omitempty"`
	Capacities []Capacity   `json:"capacities,omitempty"`
	Embargoes  []geo.Region `json:"embargoes,omitempty"` // countries that nothing may be shipped to
	Listed     []Listed     `json:"listed,omitempty"`
}

// A RulePolicy is what a pack says of one rule.
type RulePolicy struct {
	Off bool               `json:"off,omitzero"`
	Set map[string]float64 `json:"set,omitempty"` // values of the rule's parameters, by name
}

// A Budget bounds how many alerts are told one by one. What is beyond it is told
// in a digest.
type Budget struct {
	Alerts int `json:"alerts"` // to Per events of the trade
	Per    int `json:"per"`
}

// A Baseline is what is known of an earlier quarter that the ledger does not
// hold: of a partner's scans, by distinct devices a day, so many were made in a
// destination.
type Baseline struct {
	Partner partner.ID `json:"partner"`
	To      geo.Region `json:"to"`
	Scans   int64      `json:"scans"` // in the destination
	Of      int64      `json:"of"`    // in all
}

// A Quota caps the units that may be shipped to a region in a calendar month.
type Quota struct {
	Region   geo.Region `json:"region"`
	Products []string   `json:"products,omitempty"` // GTINs or lines; none: all
	Units    int64      `json:"units"`
}

// A Capacity is what a partner can sell in 28 days, as it declared.
type Capacity struct {
	Partner partner.ID `json:"partner"`
	Units   int64      `json:"units"`
}

// A Listed is a party with which no trade is allowed.
type Listed struct {
	List    string     `json:"list"`  // whose list
	Entry   string     `json:"entry"` // its number there
	Name    string     `json:"name"`
	Aliases []string   `json:"aliases,omitempty"`
	Country geo.Region `json:"country,omitzero"`
}

// A Param is a number that a policy may set for a rule.
type Param struct {
	Name     string
	Default  float64
	Min, Max float64
	Meaning  Text // with its unit
}

// PolicyAdopted records a policy pack.
var PolicyAdopted = event.Define[Policy]("policy.adopted")

// Standard is the pack that holds where none was adopted.
var Standard = &Policy{
	Version: "standard-1",
	Note:    "thresholds as measured in the reference scenario",
	Budget:  &Budget{Alerts: 200, Per: 10_000},
	Hubs:    []geo.Region{"AE", "TH", "SG", "HK", "PA"},
}

// Params are the parameters of a rule.
type Params struct {
	Rule string
	List []Param
}

// Param returns the value of one of a rule's parameters.
func (p *Policy) Param(of Params, name string) float64 {
	if v, ok := p.Rules[of.Rule].Set[name]; ok {
		return v
	}
	for _, d := range of.List {
		if d.Name == name {
			return d.Default
		}
	}
	panic("rule " + of.Rule + " has no parameter " + name)
}

// on tells whether a rule is judged.
func (p *Policy) on(r *Rule) bool { return !p.Rules[r.ID].Off }

// Window returns how long late evidence may explain a rule's findings.
func (p *Policy) Window(r *Rule) time.Duration {
	if h, ok := p.Rules[r.ID].Set[windowHours]; ok {
		return time.Duration(h * float64(time.Hour))
	}
	return r.Window
}

// windowHours is the parameter that every rule has beside its own.
const windowHours = "window_hours"

// pointer writes a member's name as a JSON Pointer does (RFC 6901 §3), cut where
// it is longer than any that there is.
func pointer(name string) string {
	const longest = 64
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// most bounds the numbers of a pack, so that what is reckoned with them is exact.
const most = 1_000_000_000

// Validate returns everything that is wrong with p.
func (p Policy) Validate() []partner.Fault {
	var list []partner.Fault
	require := func(ok bool, field, format string, args ...any) {
		if !ok {
			list = append(list, partner.Fault{Field: field, Detail: fmt.Sprintf(format, args...)})
		}
	}
	require(partner.ValidID(p.Version), "/version", "%q, want 1 to 64 letters, digits, '-', '_' or '.'", p.Version)
	require(p.Version != Standard.Version, "/version", "%q is the pack that is built in: give yours another name", p.Version)
	_, dated := p.From.Start()
	require(p.From == "" || dated, "/from", "%q, want a date such as 2026-01-31", p.From)
	for _, id := range slices.Sorted(maps.Keys(p.Rules)) {
		at := "/rules/" + pointer(id)
		r, ok := ByID(id)
		require(ok, at, "no such rule")
		if ok {
			list = append(list, p.Rules[id].validate(at, r)...)
		}
	}
	if b := p.Budget; b != nil {
		require(0 < b.Alerts && b.Alerts <= most, "/alert_budget/alerts", "%d, want 1 to %d", b.Alerts, int(most))
		require(0 < b.Per && b.Per <= most, "/alert_budget/per", "%d, want 1 to %d", b.Per, int(most))
	}
	for i, b := range p.Baselines {
		at := fmt.Sprintf("/baselines/%d", i)
		require(partner.ValidID(string(b.Partner)), at+"/partner", "%q, want a partner's id", b.Partner)
		require(b.To != "", at+"/to", "missing, want a country or a subdivision")
		require(0 <= b.Scans && b.Scans <= b.Of && b.Of <= most, at+"/scans", "%d of %d, want a part of the whole", b.Scans, b.Of)
	}
	for i, q := range p.Quotas {
		at := fmt.Sprintf("/quotas/%d", i)
		require(q.Region != "", at+"/region", "missing, want a country or a subdivision")
		require(0 < q.Units && q.Units <= most, at+"/units", "%d, want 1 to %d", q.Units, int(most))
	}
	for i, c := range p.Capacities {
		at := fmt.Sprintf("/capacities/%d", i)
		require(partner.ValidID(string(c.Partner)), at+"/partner", "%q, want a partner's id", c.Partner)
		require(0 < c.Units && c.Units <= most, at+"/units", "%d, want 1 to %d", c.Units, int(most))
	}
	for i, r := range p.Embargoes {
		require(r != "" && r == r.Country(), fmt.Sprintf("/embargoes/%d", i), "%q, want an ISO 3166-1 alpha-2 country code", r)
	}
	for i, l := range p.Listed {
		require(len(nameWords(l.Name)) > 0, fmt.Sprintf("/listed/%d/name", i), "%q, want a name", l.Name)
	}
	return append(list, p.texts()...)
}

// texts checks what people wrote.
func (p Policy) texts() []partner.Fault {
	var c partner.Checker
	c.Printable("/note", p.Note, 4096)
	for i, q := range p.Quotas {
		if len(q.Products) > 0 {
			c.Products(fmt.Sprintf("/quotas/%d/products", i), q.Products)
		}
	}
	for i, l := range p.Listed {
		at := fmt.Sprintf("/listed/%d", i)
		c.Printable(at+"/list", l.List, 256)
		c.Printable(at+"/entry", l.Entry, 256)
		c.Printable(at+"/name", l.Name, 256)
		for n, a := range l.Aliases {
			c.Printable(fmt.Sprintf("%s/aliases/%d", at, n), a, 256)
		}
	}
	return c.Faults
}

func (rp RulePolicy) validate(at string, r *Rule) (list []partner.Fault) {
	for _, name := range slices.Sorted(maps.Keys(rp.Set)) {
		d, ok := r.param(name)
		v := rp.Set[name]
		switch {
		case !ok:
			list = append(list, partner.Fault{Field: at + "/set/" + pointer(name), Detail: "no such parameter of " + r.ID + ", want one of: " + r.paramNames()})
		case !(d.Min <= v && v <= d.Max):
			list = append(list, partner.Fault{Field: at + "/set/" + name, Detail: fmt.Sprintf("%v, want %v to %v: %s", v, d.Min, d.Max, d.Meaning.EN)})
		}
	}
	return list
}

// Policies are the packs that were adopted. The zero value holds the standard
// pack alone.
type Policies struct {
	list []adopted // by the day from which they hold, then version
	// Override, where it is set, holds instead of all: to ask what would be found.
	Override *Policy
}

type adopted struct {
	from time.Time
	*Policy
}

// Set makes a pack known, instead of an earlier one of its version. It returns
// the first day whose sightings are judged by another pack now.
func (ps *Policies) Set(p Policy) (changed time.Time) {
	from, _ := p.From.Start()
	changed = from
	ps.list = slices.DeleteFunc(slices.Clone(ps.list), func(a adopted) bool {
		if a.Version == p.Version && a.from.Before(changed) {
			changed = a.from
		}
		return a.Version == p.Version
	})
	ps.list = append(ps.list, adopted{from, p.complete()})
	slices.SortFunc(ps.list, func(a, b adopted) int {
		return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.Version, b.Version))
	})
	return changed
}

// complete fills in what the pack leaves out.
func (p Policy) complete() *Policy {
	if p.Budget == nil {
		p.Budget = Standard.Budget
	}
	if p.Hubs == nil {
		p.Hubs = Standard.Hubs
	}
	return &p
}

// At returns the pack by which a sighting at t is judged.
func (ps *Policies) At(t time.Time) *Policy {
	if ps == nil {
		return Standard
	}
	if ps.Override != nil {
		return ps.Override
	}
	for i := len(ps.list) - 1; i >= 0; i-- {
		if !t.Before(ps.list[i].from) {
			return ps.list[i].Policy
		}
	}
	return Standard
}

// Get returns the pack of a version.
func (ps *Policies) Get(version string) (Policy, bool) {
	for _, a := range ps.list {
		if a.Version == version {
			return *a.Policy, true
		}
	}
	return Policy{}, false
}

// All returns every pack that was adopted, by the day from which it holds.
func (ps *Policies) All() []Policy {
	out := make([]Policy, 0, len(ps.list))
	for _, a := range ps.list {
		out = append(out, *a.Policy)
	}
	return out
}

// Clone returns a copy that may be changed apart from ps.
func (ps *Policies) Clone() *Policies {
	return &Policies{list: slices.Clone(ps.list), Override: ps.Override}
}
