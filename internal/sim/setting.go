package sim

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Setting is what a world is made from: who trades what with whom, where, and
// what is planted. Its JSON form is a world file; testdata/worlds holds an
// example and says what each field means.
type Setting struct {
	Name          string               `json:"name"`
	Start         partner.Date         `json:"start"`               // first day of a calendar quarter, UTC
	PartnerPrefix uint64               `json:"partner_prefix"`      // of 7 digits; a distributor's location numbers begin with it plus its number
	Pallet        int                  `json:"cartons_per_pallet"`  // of a full pallet
	Policy        string               `json:"policy_version"`      // names the policy pack of the world
	Embargoes     []geo.Region         `json:"embargoes,omitempty"` // countries that the policy forbids
	Listed        []diversion.Listed   `json:"listed,omitempty"`    // parties that the policy forbids, each in its country
	Maker         Manufacturer         `json:"maker"`
	Products      []partner.Product    `json:"products"` // each with a GTIN for its cartons
	Distributors  []Profile            `json:"distributors"`
	Outsiders     []Outsider           `json:"outsiders,omitempty"` // dealers without any contract
	Places        map[geo.Region]Place `json:"places,omitempty"`    // that stand for regions, beside those that are built in
	Field         *Field               `json:"noise,omitempty"`     // the built-in table where it is left out
	Plots         []Plot               `json:"plots"`
}

// A Manufacturer makes the goods, and owns the hubs.
type Manufacturer struct {
	ID        partner.ID `json:"id"`
	Name      string     `json:"name"`
	Prefix    uint64     `json:"prefix"` // GS1 company prefix of 7 digits
	Country   geo.Region `json:"country"`
	Currency  string     `json:"currency"`
	TimeZone  string     `json:"timezone"`
	Languages []string   `json:"languages,omitempty"`
	Sites     []OwnSite  `json:"sites"` // one factory, and hubs or transit sites
}

// An OwnSite is a site of the manufacturer.
type OwnSite struct {
	Name   string       `json:"name"`
	Role   partner.Role `json:"role"`
	Region geo.Region   `json:"region"`
}

// An Outsider is a dealer without any contract, one in a region.
type Outsider struct {
	Region geo.Region `json:"region"`
	Name   string     `json:"name"`
}

// ID returns the outsider's id as a partner.
func (o Outsider) ID() partner.ID { return partner.ID("IND-" + string(o.Region)) }

// A Place is a city that stands for its region.
type Place struct {
	City     string  `json:"city"`
	Lat      float64 `json:"lat"` // degrees, WGS 84
	Lon      float64 `json:"lon"`
	TimeZone string  `json:"timezone"` // IANA
}

// A Profile is what a distributor is like.
type Profile struct {
	ID       partner.ID   `json:"id"`
	Number   int          `json:"number"` // 1 to 89, its own
	Name     string       `json:"name"`
	Tier     partner.Tier `json:"tier"`
	Currency string       `json:"currency"`
	Language string       `json:"language"`
	Regions  []geo.Region `json:"regions"` // where it keeps dealers and shops; its seat comes first
	Rights   []Right      `json:"rights"`
	Units    int          `json:"units"` // in preset M
	Hub      string       `json:"hub"`   // of the manufacturer, through which its goods come
	// Last is the last day on which it may trade, where that lies in the quarter.
	Last    partner.Date `json:"last,omitzero"`
	Dealers int          `json:"dealers,omitzero"` // 2 to 20; 0: 2 to 5, as the seed has it
	Shops   int          `json:"shops,omitzero"`   // 3 to 40; 0: 3 to 8
}

// A Right is one grant of a profile, for every product line.
type Right struct {
	ID        string        `json:"id"`
	Regions   geo.Territory `json:"regions"`
	Exclusive bool          `json:"exclusive,omitzero"`
	From      partner.Date  `json:"from"`
	To        partner.Date  `json:"to,omitzero"`
	SellOff   int           `json:"sell_off_days,omitzero"`
}

// holds tells whether the profile may ever sell in a region.
func (p *Profile) holds(r geo.Region) bool {
	return slices.ContainsFunc(p.Rights, func(g Right) bool { return g.Regions.Contains(r) })
}

// A Plot says what to plant: goods that go a way that has an answer. Which
// fields it needs depends on the kind.
type Plot struct {
	Kind     string       `json:"kind"`              // "D01"; see kinds
	Owner    partner.ID   `json:"owner,omitzero"`    // whose goods
	With     partner.ID   `json:"with,omitzero"`     // the other distributor in it
	To       geo.Region   `json:"to,omitzero"`       // where the goods surface
	Regions  []geo.Region `json:"regions,omitempty"` // where there are several
	Cartons  int          `json:"cartons,omitzero"`  // in preset M, or
	Units    int          `json:"units,omitzero"`    // in preset M
	NotTill  partner.Date `json:"not_till,omitzero"` // first day
	Customer string       `json:"customer,omitzero"` // an organisation's name
}

// A SettingError lists what is wrong with a world file.
type SettingError []partner.Fault

func (e SettingError) Error() string {
	var b strings.Builder
	for i, f := range e {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Error())
	}
	return b.String()
}

// ReadSetting reads a world file. What is wrong with it comes as a
// [SettingError], by the place in the document.
func ReadSetting(in io.Reader) (*Setting, error) {
	var s Setting
	if err := json.UnmarshalRead(in, &s, json.RejectUnknownMembers(true)); err != nil {
		var wrong *json.SemanticError
		if !errors.As(err, &wrong) {
			return nil, fmt.Errorf("read a world file: %w", err)
		}
		f := partner.Fault{Field: string(wrong.JSONPointer)}
		if f.Detail = fmt.Sprintf("a JSON %s, want %v", wrong.JSONKind, wrong.GoType); wrong.Err != nil {
			f.Detail = wrong.Err.Error()
		}
		return nil, SettingError{f}
	}
	if faults := s.Validate(); len(faults) > 0 {
		return nil, SettingError(faults)
	}
	return &s, nil
}

// profile returns the distributor called id.
func (s *Setting) profile(id partner.ID) (*Profile, bool) {
	i := slices.IndexFunc(s.Distributors, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Distributors[i], true
}

// outsider tells who trades in a region without any contract.
func (s *Setting) outsider(r geo.Region) (Outsider, bool) {
	for _, o := range s.Outsiders {
		if o.Region == r {
			return o, true
		}
	}
	return Outsider{}, false
}

// place returns the place of a region.
func (s *Setting) place(r geo.Region) (Place, bool) {
	if p, ok := s.Places[r]; ok {
		return p, true
	}
	p, ok := gazetteer[r]
	return p, ok
}

// field returns what goes wrong in the field.
func (s *Setting) field() *Field {
	if s.Field != nil {
		return s.Field
	}
	return &usual
}

// quarter returns the first instant of the quarter and the first after it.
func (s *Setting) quarter() (start, end time.Time) {
	start, _ = s.Start.Start()
	return start, start.AddDate(0, 3, 0)
}

// gln returns the n-th location number under a company prefix of 7 digits.
func gln(prefix uint64, n int) gs1.GLN {
	stem := prefix*100_000 + uint64(n)
	return gs1.GLN(stem*10 + uint64(gs1.CheckDigit(stem)))
}
