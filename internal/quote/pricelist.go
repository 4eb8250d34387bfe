package quote

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A PriceList is what units cost in some regions, in one currency, for a time.
// The last version recorded under an id is what holds; quotes keep the prices of
// the version that they were made from.
type PriceList struct {
	ID       string        `json:"id"`
	Regions  geo.Territory `json:"regions"`
	Currency string        `json:"currency"` // ISO 4217
	From     partner.Date  `json:"from"`
	To       partner.Date  `json:"to,omitzero"` // last day; open where empty
	Prices   []Price       `json:"prices"`
	// Discount is the most that a quote may take off, in hundredths of a percent.
	Discount int `json:"max_discount_bp,omitzero"`
	// Limit is the total of a quote, in minor units, above which somebody beside its
	// maker must approve it.
	Limit int64 `json:"approval_above"`
}

// A Price is what a unit of a product costs, in minor units.
type Price struct {
	GTIN  gs1.GTIN `json:"gtin"`
	Price int64    `json:"price"`
}

// PriceListSet records a price list as it is from now on.
var PriceListSet = event.Define[PriceList]("quote.price-list-set")

// Bounds that keep every sum exact: 500 lines of these are less than 2^63.
const (
	maxPrice    = 10_000_000_000
	maxQuantity = 1_000_000
	maxLines    = 500
	wholeBP     = 10_000
)

// Validate returns everything that is wrong with p by itself.
func (p PriceList) Validate() []partner.Fault {
	var c partner.Checker
	c.ID("/id", p.ID)
	c.Require(len(p.Regions) > 0, "/regions", "missing, want ISO 3166 codes such as DE or US-CA")
	c.Currency("/currency", p.Currency)
	c.Period("/from", p.From, "/to", p.To)
	c.Require(0 < len(p.Prices) && len(p.Prices) <= 5000, "/prices", "%d, want 1 to 5000", len(p.Prices))
	seen := map[gs1.GTIN]bool{}
	for i, l := range p.Prices {
		at := fmt.Sprintf("/prices/%d", i)
		c.Require(l.GTIN != 0, at+"/gtin", "missing, want a GTIN of 14 digits")
		c.Require(!seen[l.GTIN], at+"/gtin", "%s has a price already", l.GTIN)
		c.Require(0 < l.Price && l.Price <= maxPrice, at+"/price", "%d, want 1 to %d minor units", l.Price, int64(maxPrice))
		seen[l.GTIN] = true
	}
	c.Require(0 <= p.Discount && p.Discount < wholeBP, "/max_discount_bp", "%d, want 0 to 9999 hundredths of a percent", p.Discount)
	c.Require(p.Limit >= 0, "/approval_above", "%d, want minor units from 0 on", p.Limit)
	return c.Faults
}

// price returns what a unit of a product costs.
func (p *PriceList) price(g gs1.GTIN) (int64, bool) {
	for _, l := range p.Prices {
		if l.GTIN == g {
			return l.Price, true
		}
	}
	return 0, false
}

// discounted returns a price less so many hundredths of a percent, rounded to the
// nearest minor unit, halves up.
func discounted(price int64, bp int) int64 { return (price*int64(wholeBP-bp) + wholeBP/2) / wholeBP }

// A Book holds the price lists as they are known at one moment. The zero value,
// and nil for reading, is an empty one. It is not safe for concurrent changes.
type Book struct{ lists map[string]listed }

type listed struct {
	PriceList
	version int // counted from 1
}

// Clone returns a copy that may be changed apart from b.
func (b *Book) Clone() *Book {
	if b == nil {
		return &Book{}
	}
	return &Book{maps.Clone(b.lists)}
}

// Set makes p the version that holds of its id.
func (b *Book) Set(p PriceList) {
	if b.lists == nil {
		b.lists = map[string]listed{}
	}
	b.lists[p.ID] = listed{p, b.lists[p.ID].version + 1}
}

// Get returns the price list called id, and which version of it that is, counted
// from 1.
func (b *Book) Get(id string) (p PriceList, version int, found bool) {
	if b == nil {
		return PriceList{}, 0, false
	}
	l, ok := b.lists[id]
	return l.PriceList, l.version, ok
}

// All returns every price list, ordered by id.
func (b *Book) All() []PriceList {
	if b == nil {
		return nil
	}
	out := make([]PriceList, 0, len(b.lists))
	for _, l := range b.lists {
		out = append(out, l.PriceList)
	}
	slices.SortFunc(out, func(a, b PriceList) int { return strings.Compare(a.ID, b.ID) })
	return out
}
