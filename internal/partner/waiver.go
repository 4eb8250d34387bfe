package partner

import (
	"fmt"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/ledger/event"
)

// A Reason says what a waiver is for.
type Reason string

const (
	// AsDeal: the owner approved one deal of a partner outside its territory.
	AsDeal Reason = "deal"
	// AsTransfer: stock goes from one territory to another.
	AsTransfer Reason = "transfer"
	// AsRelocation: the end customer moved, and took the items with it.
	AsRelocation Reason = "relocation"
	// AsTestPurchase: whoever reports buys goods itself, to see where they come
	// from.
	AsTestPurchase Reason = "test-purchase"
	// AsDropShip: one partner is billed and another is sent the goods.
	AsDropShip Reason = "drop-ship"
)

// A Waiver is what the owner declared beforehand, so that it is not taken for
// diversion. The last version recorded under an id is what holds.
//
// A deal or a transfer names its partner and regions, and may name products; a
// relocation its items and regions; a test purchase its reporter; a drop-ship
// its partner, who is billed, and its consignee. Nothing else that would bound
// a waiver may be given, for it would not.
type Waiver struct {
	ID        string        `json:"id"`
	Reason    Reason        `json:"reason"`
	Partner   ID            `json:"partner,omitzero"`
	Consignee ID            `json:"consignee,omitzero"`
	Products  []string      `json:"products,omitempty"` // GTINs of 14 digits, or product lines; none: all
	Items     []gs1.Item    `json:"items,omitempty"`    // units, cartons or pallets, with what was ever in them
	Regions   geo.Territory `json:"regions,omitempty"`
	From      Date          `json:"from"`
	To        Date          `json:"to,omitzero"` // last day; open where empty
	Reporter  string        `json:"reporter,omitzero"`
}

// WaiverRecorded records a waiver as it is from now on.
var WaiverRecorded = event.Define[Waiver]("waiver.recorded")

// MaxItems bounds the items of one waiver.
const MaxItems = 5000

// Validate returns everything that is wrong with w by itself.
func (w Waiver) Validate() []Fault {
	var c Checker
	c.ID("/id", w.ID)
	c.OneOf("/reason", string(w.Reason), string(AsDeal), string(AsTransfer), string(AsRelocation), string(AsTestPurchase), string(AsDropShip))
	bounds := w.Reason.bounds()
	if bounds == nil {
		return c.Faults
	}
	given := map[string]bool{
		"partner": w.Partner != "", "consignee": w.Consignee != "", "products": len(w.Products) > 0,
		"items": len(w.Items) > 0, "regions": len(w.Regions) > 0, "reporter": w.Reporter != "",
	}
	for _, b := range bounds {
		c.Require(given[b.field] || !b.needed, "/"+b.field, "missing, a waiver for a %s wants %s", w.Reason, b.want)
		delete(given, b.field)
	}
	for _, f := range [...]string{"consignee", "products", "items", "regions", "reporter"} {
		c.Require(!given[f], "/"+f, "does not bound a waiver for a %s", w.Reason)
	}
	c.OptionalID("/partner", string(w.Partner))
	c.OptionalID("/consignee", string(w.Consignee))
	c.Require(w.Consignee == "" || w.Consignee != w.Partner, "/consignee", "%q is who is billed: want another partner", w.Consignee)
	c.Products("/products", w.Products)
	c.distinct(w.Items)
	c.Printable("/reporter", w.Reporter, 64)
	c.Period("/from", w.From, "/to", w.To)
	return c.Faults
}

// A bound is a field that says how far a waiver reaches.
type bound struct {
	field  string
	needed bool
	want   string
}

// bounds returns the fields that bound a waiver for r, nil for no reason.
func (r Reason) bounds() []bound {
	regions := bound{"regions", true, "ISO 3166 codes such as DE or US-CA"}
	switch r {
	case AsDeal, AsTransfer:
		return []bound{{"partner", true, "a partner's id"}, regions, {"products", false, ""}}
	case AsRelocation:
		return []bound{{"items", true, "the items that were moved"}, regions}
	case AsTestPurchase:
		return []bound{{"reporter", true, "the reporter as observations name it"}}
	case AsDropShip:
		return []bound{{"partner", true, "the id of who is billed"}, {"consignee", true, "the id of who is sent the goods"}}
	}
	return nil
}

// distinct refuses an item that is listed twice.
func (c *Checker) distinct(items []gs1.Item) {
	c.Require(len(items) <= MaxItems, "/items", "%d items, want at most %d", len(items), MaxItems)
	first := make(map[gs1.Item]int, len(items))
	for i, it := range items {
		at, twice := first[it]
		c.Require(!twice, fmt.Sprintf("/items/%d", i), "%s stands already at /items/%d", it, at)
		first[it] = i
	}
}
