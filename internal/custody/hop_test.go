package custody_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

func TestHopFaults(t *testing.T) {
	good := custody.Hop{ID: "h", Time: noon, Step: custody.Receiving, Items: []gs1.Item{unit(t, "1")}, Site: 9521234000013}
	many := make([]gs1.Item, custody.MaxItems+1)
	for i := range many {
		many[i] = unit(t, fmt.Sprint(i))
	}
	for _, c := range []struct {
		name  string
		spoil func(*custody.Hop)
		field string
	}{
		{"good", func(*custody.Hop) {}, ""},
		{"no id", func(h *custody.Hop) { h.ID = "" }, "/id"},
		{"a space in the id", func(h *custody.Hop) { h.ID = "a b" }, "/id"},
		{"no time", func(h *custody.Hop) { h.Time = time.Time{} }, "/time"},
		{"a day ahead", func(h *custody.Hop) { h.Time = noon.Add(25 * time.Hour) }, ""},
		{"two days ahead", func(h *custody.Hop) { h.Time = noon.Add(48 * time.Hour) }, "/time"},
		{"two years old", func(h *custody.Hop) { h.Time = noon.AddDate(-2, 0, 0) }, ""},
		{"no step", func(h *custody.Hop) { h.Step = "" }, "/step"},
		{"a step of its own", func(h *custody.Hop) { h.Step = "teleporting" }, "/step"},
		{"no items", func(h *custody.Hop) { h.Items = nil }, "/items"},
		{"too many items", func(h *custody.Hop) { h.Items = many }, "/items"},
		{"an item twice", func(h *custody.Hop) { h.Items = append(h.Items, h.Items[0]) }, "/items/1"},
		{"no site", func(h *custody.Hop) { h.Site = 0 }, "/site"},
		{"a parent while receiving", func(h *custody.Hop) { h.Parent = unit(t, "c") }, "/parent"},
		{"packed into itself", func(h *custody.Hop) { h.Step, h.Parent = custody.Packing, h.Items[0] }, "/items/0"},
		{"emptied", func(h *custody.Hop) { h.Step, h.Parent, h.Items = custody.Unpacking, unit(t, "c"), nil }, ""},
		{"a long device", func(h *custody.Hop) { h.Device = strings.Repeat("d", 65) }, "/device"},
		{"an order with a slash", func(h *custody.Hop) { h.Order = "a/b" }, "/order"},
	} {
		h := good
		h.Items = append([]gs1.Item(nil), good.Items...)
		c.spoil(&h)
		if got := first(h.Validate(noon)); got != c.field {
			t.Errorf("%s: fault at %q, want %q", c.name, got, c.field)
		}
	}
}

func first(f []partner.Fault) string {
	if len(f) == 0 {
		return ""
	}
	return f[0].Field
}
