package custody

import (
	"fmt"
	"slices"
	"strings"
)

// A Step is a business step of the Core Business Vocabulary (CBV 2.0 §7.1), by
// its bare word.
type Step string

// The steps that custody and detection know by name.
const (
	Commissioning   Step = "commissioning"
	Packing         Step = "packing"
	Unpacking       Step = "unpacking"
	Shipping        Step = "shipping"
	Departing       Step = "departing"
	VoidShipping    Step = "void_shipping"
	Receiving       Step = "receiving"
	Accepting       Step = "accepting"
	Arriving        Step = "arriving"
	Storing         Step = "storing"
	Stocking        Step = "stocking"
	RetailSelling   Step = "retail_selling"
	Inspecting      Step = "inspecting"
	Decommissioning Step = "decommissioning"
	Destroying      Step = "destroying"
)

// steps numbers the business steps for storage: a step's code is its place,
// counted from 1. Only ever append.
var steps = []Step{
	"accepting", "arriving", "assembling", "collecting", "commissioning", "consigning", "creating_class_instance",
	"cycle_counting", "decommissioning", "departing", "destroying", "disassembling", "dispensing", "encoding",
	"entering_exiting", "holding", "inspecting", "installing", "killing", "loading", "other", "packing", "picking",
	"receiving", "removing", "repackaging", "repairing", "replacing", "reserving", "retail_selling", "sampling",
	"sensor_reporting", "shipping", "staging_outbound", "stock_taking", "stocking", "storing", "transporting",
	"unloading", "unpacking", "void_shipping",
}

var stepCodes = func() map[Step]byte {
	m := make(map[Step]byte, len(steps))
	for i, s := range steps {
		m[s] = byte(i + 1)
	}
	return m
}()

// Steps returns every business step of the vocabulary.
func Steps() []Step { return slices.Clone(steps) }

// stepNames lists the steps for a message.
var stepNames = func() string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}()

// Known tells whether s is a step of the vocabulary.
func (s Step) Known() bool { return stepCodes[s] != 0 }

// code returns the number under which s is stored; 0 stands for a step outside
// the vocabulary or none.
func (s Step) code() byte { return stepCodes[s] }

func stepOf(code byte) (Step, error) {
	if int(code) > len(steps) {
		return "", fmt.Errorf("no business step has number %d", code)
	}
	if code == 0 {
		return "", nil
	}
	return steps[code-1], nil
}

// Arrives tells whether s takes goods into a site's custody.
func (s Step) Arrives() bool {
	switch s {
	case Receiving, Accepting, Arriving, Storing, Stocking:
		return true
	}
	return false
}

// Leaves tells whether s gives goods out of a site's custody.
func (s Step) Leaves() bool { return s == Shipping || s == Departing }

// Ends tells whether no honest sighting follows s.
func (s Step) Ends() bool { return s == Decommissioning || s == Destroying }
