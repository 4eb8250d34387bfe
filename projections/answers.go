package projections

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger"
)

// AsOf says up to where an answer is current.
type AsOf struct {
	Position ledger.Position `json:"position"`
	// Time is the latest event time seen so far: the clock of the trade, by
	// which findings cease to be provisional.
	Time time.Time `json:"time,omitzero"`
}

// Item is where one item is and what is known against it.
type Item struct {
	Item          gs1.Item      `json:"item"`
	ElementString string        `json:"element_string,omitzero"`
	GTIN          gs1.GTIN      `json:"gtin,omitzero"`
	Product       string        `json:"product,omitzero"` // name
	Commissioned  *time.Time    `json:"commissioned,omitempty"`
	Holder        partner.ID    `json:"holder,omitzero"` // who has it, last documented
	Site          gs1.GLN       `json:"site,omitzero"`
	Since         *time.Time    `json:"since,omitempty"`
	ShippedTo     gs1.GLN       `json:"shipped_to,omitzero"` // under way to
	Container     gs1.Item      `json:"container,omitzero"`  // packed in
	Contents      int           `json:"contents,omitzero"`   // units inside, for a carton or a pallet
	BoundTo       partner.ID    `json:"bound_to,omitzero"`   // last documented authorised holder
	Territory     geo.Territory `json:"territory,omitempty"` // where that holder may sell it
	Disposition   string        `json:"disposition,omitzero"`
	LastSeen      *time.Time    `json:"last_seen,omitempty"`
	LastRegion    geo.Region    `json:"last_region,omitzero"`
	Findings      []FindingRef  `json:"findings"`
	AsOf          AsOf          `json:"as_of"`
}

// FindingRef names a finding within another answer.
type FindingRef struct {
	ID     string           `json:"id"`
	Rule   string           `json:"rule"`
	Status diversion.Status `json:"status"`
	Why    string           `json:"why"`
}

// Provenance is the whole way of one item, oldest first.
type Provenance struct {
	Item     gs1.Item     `json:"item"`
	Hops     []Hop        `json:"hops"`
	Quotes   []QuoteRef   `json:"quotes"` // that the goods were sold under
	Findings []FindingRef `json:"findings"`
	AsOf     AsOf         `json:"as_of"`
}

// Hop is one fact in an item's way.
type Hop struct {
	Position    ledger.Position `json:"position"`
	EventID     string          `json:"event_id"`
	Time        time.Time       `json:"time"`
	Recorded    time.Time       `json:"recorded"`
	Kind        string          `json:"kind"` // hop, observation or asn
	Step        custody.Step    `json:"step,omitzero"`
	Sight       custody.Sight   `json:"observation,omitzero"`
	Inherited   gs1.Item        `json:"inherited_from,omitzero"` // the container whose fact this is
	Parent      gs1.Item        `json:"parent,omitzero"`         // packed into or taken out of
	Site        gs1.GLN         `json:"site,omitzero"`
	SiteName    string          `json:"site_name,omitzero"`
	Partner     partner.ID      `json:"partner,omitzero"`
	PartnerName string          `json:"partner_name,omitzero"`
	Region      geo.Region      `json:"region,omitzero"`
	To          gs1.GLN         `json:"to,omitzero"`
	ToPartner   partner.ID      `json:"to_partner,omitzero"`
	ToRegion    geo.Region      `json:"to_region,omitzero"`
	Order       string          `json:"order,omitzero"`
	Quote       string          `json:"quote,omitzero"`
	ASN         string          `json:"asn,omitzero"`
	Findings    []string        `json:"findings,omitempty"` // rules that this fact set off
}

// Finding is a rule's verdict on a handling or on an item, with its evidence.
type Finding struct {
	ID             string             `json:"id"`
	Rule           string             `json:"rule"`
	RuleVersion    int                `json:"rule_version"`
	Title          string             `json:"title"`
	Policy         string             `json:"policy"` // version of the policy pack that it was judged by
	Strength       diversion.Strength `json:"strength"`
	Status         diversion.Status   `json:"status"`
	ItemsCount     int                `json:"items_count"` // units, counting those inside cartons and pallets
	Items          []gs1.Item         `json:"items"`       // as they were handled; at most 100 in lists
	Partner        partner.ID         `json:"partner,omitzero"`
	From           geo.Region         `json:"from,omitzero"`
	To             geo.Region         `json:"to,omitzero"`
	FirstEventTime time.Time          `json:"first_event_time"`
	RaisedPosition ledger.Position    `json:"raised_position"`
	Alerted        bool               `json:"alerted"` // an alert of it was sent out
	Why            string             `json:"why"`
	Withdrawn      string             `json:"withdrawn,omitzero"` // what explains it, where it was withdrawn
	Evidence       []Evidence         `json:"evidence"`
	// Statistics are the figures of a rule that judges many sightings together.
	Statistics *Statistics           `json:"statistics,omitempty"`
	Candidates []diversion.Candidate `json:"candidates,omitempty"` // who comes into question, the likeliest first
	Documents  []string              `json:"documents,omitempty"`  // orders, or the quote, that it rests on
	Regime     string                `json:"regime"`
	Score      *Score                `json:"score,omitempty"` // of one finding alone, asked for by its id
	AsOf       *AsOf                 `json:"as_of,omitempty"`
	// CannotSee says of a finding of scans what could not have been seen there.
	CannotSee *BlindSpot `json:"cannot_see,omitempty"`
}

// Statistics are what a rule counted, and how likely that is with nothing wrong.
type Statistics struct {
	Count    int64   `json:"count"`
	Of       int64   `json:"of,omitzero"`
	Expected float64 `json:"expected"`
	Chance   float64 `json:"chance,omitzero"`
}

// Evidence is one term of a finding.
type Evidence struct {
	Position ledger.Position `json:"position"`
	EventID  string          `json:"event_id"`
	Role     string          `json:"role"` // what the event is to the finding, in English
	Text     string          `json:"text"`
	Decibans float64         `json:"decibans"`
}

// FindingQuery selects findings; zero fields select all.
type FindingQuery struct {
	Rule    string
	Partner partner.ID       // with the partners below it
	Region  geo.Region       // where the goods surfaced, or a region that holds it
	Status  diversion.Status // "" selects all but withdrawn ones
	Since   time.Time        // first event time
	Limit   int
	After   string // id of the last finding of the page before
	Lang    string // of the words: "zh", "es", else English
}

// Page is a list of findings, latest first.
type Page struct {
	Findings []Finding `json:"findings"`
	Next     string    `json:"next,omitzero"` // pass as after; empty at the end
	AsOf     AsOf      `json:"as_of"`
	// CannotSee says what no finding would be made of, to whoever may see all.
	CannotSee *CannotSee `json:"cannot_see,omitempty"`
}

// Change is what happened to a finding.
type Change string

const (
	Raised    Change = "raised"
	Withdrawn Change = "withdrawn"
	Escalated Change = "escalated" // no longer provisional
	Digest    Change = "digest"    // many changes at once, beyond the alert budget
)

// Alert tells a change of a finding as it happened. Its Token grows strictly
// and is the same after a rebuild.
type Alert struct {
	Token   string   `json:"token"` // "<position>-<n>"
	Change  Change   `json:"change"`
	Finding Finding  `json:"finding,omitzero"`
	Digest  *Summary `json:"digest,omitempty"`
}

// A Summary tells of changes that the alert budget left no room to tell one by
// one.
type Summary struct {
	Changes  int            `json:"changes"`
	Counts   map[string]int `json:"counts"`   // by change and rule, "raised R02"
	Findings []string       `json:"findings"` // ids; at most 1,000
}

// Region counts what happened in one region.
type Region struct {
	Region       geo.Region     `json:"region"`
	Name         string         `json:"name"`
	Hops         int64          `json:"hops"`
	Items        int64          `json:"items_received"` // as they were handled: a pallet is one
	Observations int64          `json:"observations"`
	Findings     map[string]int `json:"findings"` // open ones, by rule
}

// Stored is an event of the trade as the ledger holds it, with what is needed
// to show it in EPCIS form.
type Stored struct {
	EventID  string
	Position ledger.Position
	Recorded time.Time
	Value    any // custody.Hop, custody.Observation or epcis.Captured
}
