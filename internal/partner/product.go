package partner

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	var c checker
	c.require(p.GTIN != 0, "/gtin", "missing, want a GTIN of 14 digits")
	c.text("/name", p.Name)
	c.id("/line", p.Line)
	if p.UnitValue != (Amount{}) {
		c.currency("/unit_value/currency", p.UnitValue.Currency)
		v, err := strconv.ParseFloat(p.UnitValue.Amount, 64)
		c.require(err == nil && v >= 0 && len(p.UnitValue.Amount) <= 20, "/unit_value/amount", "%q, want a decimal such as \"500.00\"", p.UnitValue.Amount)
	}
	c.require(p.UnitsPerCarton >= 0 && p.UnitsPerCarton <= 100_000, "/units_per_carton", "%d, want 0 to 100000", p.UnitsPerCarton)
	c.require(p.CartonGTIN == 0 || p.CartonGTIN != p.GTIN, "/carton_gtin", "a carton needs a GTIN of its own")
	return c.faults
}

// Among tells whether names, GTINs and lines, name the product.
func (p *Product) Among(names []string) bool {
	return slices.Contains(names, p.Line) || slices.Contains(gtinsOf(names), p.GTIN)
}

// products checks a list of GTINs and product lines.
func (c *checker) products(field string, names []string) {
	for i, name := range names {
		at := fmt.Sprintf("%s/%d", field, i)
		c.require(ValidID(name), at, "%q, want a GTIN or a product line", name)
		c.require(len(name) != 14 || !digits(name) || gtinsOf(names[i:i+1]) != nil, at, "%q, a GTIN with a wrong check digit", name)
	}
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
