package custody_test

import (
	"testing"

	"waymark/internal/custody"
	"waymark/internal/gs1"
)

func TestOrderFaults(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*custody.Order)
		field string
	}{
		{"good", func(*custody.Order) {}, ""},
		{"no id", func(o *custody.Order) { o.ID = "" }, "/id"},
		{"no seller", func(o *custody.Order) { o.Seller = "" }, "/seller"},
		{"no buyer", func(o *custody.Order) { o.Buyer = "" }, "/buyer"},
		{"sold to the seller", func(o *custody.Order) { o.Buyer = o.Seller }, "/buyer"},
		{"shipped nowhere", func(o *custody.Order) { o.ShipTo = 0 }, "/ship_to"},
		{"no lines", func(o *custody.Order) { o.Lines = nil }, "/lines"},
		{"no product", func(o *custody.Order) { o.Lines[0].GTIN = 0 }, "/lines/0/gtin"},
		{"nothing of it", func(o *custody.Order) { o.Lines[0].Quantity = 0 }, "/lines/0/quantity"},
		{"no date", func(o *custody.Order) { o.Date = "" }, "/date"},
		{"30 February", func(o *custody.Order) { o.Date = "2026-02-30" }, "/date"},
		{"last century", func(o *custody.Order) { o.Date = "1999-12-31" }, "/date"},
		{"this century", func(o *custody.Order) { o.Date = "2000-01-01" }, ""},
		{"in ten years", func(o *custody.Order) { o.Date = "2036-01-02" }, ""},
		{"later", func(o *custody.Order) { o.Date = "2036-01-03" }, "/date"},
	} {
		o := custody.Order{ID: "O1", Seller: "P00", Buyer: "P01", ShipTo: 9522009000016, Lines: []custody.OrderLine{{GTIN: 9521234100010, Quantity: 10}}, Date: "2026-01-01"}
		c.spoil(&o)
		if f := o.Validate(noon); first(f) != c.field || len(f) > 1 {
			t.Errorf("%s: faults are %v, want one at %q", c.name, f, c.field)
		}
	}
}

func TestNoticeFaults(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*custody.ASN)
		field string
	}{
		{"good", func(*custody.ASN) {}, ""},
		{"no id", func(a *custody.ASN) { a.ID = "" }, "/id"},
		{"an order with a slash", func(a *custody.ASN) { a.Order = "a/b" }, "/order"},
		{"from nowhere", func(a *custody.ASN) { a.From = 0 }, "/from"},
		{"to nowhere", func(a *custody.ASN) { a.To = 0 }, "/to"},
		{"to where it comes from", func(a *custody.ASN) { a.To = a.From }, "/to"},
		{"of nothing", func(a *custody.ASN) { a.Items = nil }, "/items"},
		{"an item twice", func(a *custody.ASN) { a.Items = append(a.Items, a.Items[0]) }, "/items/1"},
		{"last century", func(a *custody.ASN) { a.Date = "1999-12-31" }, "/date"},
		{"in the year 9999", func(a *custody.ASN) { a.Date = "9999-12-31" }, "/date"},
	} {
		a := custody.ASN{ID: "A1", From: 9521234000013, To: 9522009000016, Items: []gs1.Item{unit(t, "1")}, Date: "2026-01-01"}
		c.spoil(&a)
		if f := a.Validate(noon); first(f) != c.field || len(f) > 1 {
			t.Errorf("%s: faults are %v, want one at %q", c.name, f, c.field)
		}
	}
}
