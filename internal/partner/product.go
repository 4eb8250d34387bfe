package partner

import (
	"slices"
	"strconv"

	"waymark/internal/gs1"
	"waymark/ledger/event"
)

// An Amount of money in a document: a decimal with the currency's digits.
type Amount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// A Product is a kind of unit, named by its GTIN.
type Product struct {
	GTIN           gs1.GTIN `json:"gtin"`
	Name           string   `json:"name"`
	Line           string   `json:"line"` // grants may name a whole line
	UnitValue      Amount   `json:"unit_value,omitzero"`
	CartonGTIN     gs1.GTIN `json:"carton_gtin,omitzero"`
	UnitsPerCarton int      `json:"units_per_carton,omitzero"`
}

// ProductRegistered records a product as it is from now on.
var ProductRegistered = event.Define[Product]("product.registered")

// Validate returns everything that is wrong with p by itself.
func (p Product) Validate() []Fault {
	var c Checker
	c.Require(p.GTIN != 0, "/gtin", "missing, want a GTIN of 14 digits")
	c.Text("/name", p.Name)
	c.ID("/line", p.Line)
	if p.UnitValue != (Amount{}) {
		c.Currency("/unit_value/currency", p.UnitValue.Currency)
		v, err := strconv.ParseFloat(p.UnitValue.Amount, 64)
		c.Require(err == nil && v >= 0 && len(p.UnitValue.Amount) <= 20, "/unit_value/amount", "%q, want a decimal such as \"500.00\"", p.UnitValue.Amount)
	}
	c.Require(p.UnitsPerCarton >= 0 && p.UnitsPerCarton <= 100_000, "/units_per_carton", "%d, want 0 to 100000", p.UnitsPerCarton)
	c.Require(p.CartonGTIN == 0 || p.CartonGTIN != p.GTIN, "/carton_gtin", "a carton needs a GTIN of its own")
	return c.Faults
}

// Among tells whether names, GTINs and lines, name the product.
func (p *Product) Among(names []string) bool {
	return slices.Contains(names, p.Line) || slices.Contains(gtinsOf(names), p.GTIN)
}
