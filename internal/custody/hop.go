package custody

import (
	"fmt"
	"time"

	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// MaxItems bounds the items of one hop or one advance shipping notice.
const MaxItems = 5000

// A Hop is one handling of items at a site, as a scanner posts it: the short
// form of an EPCIS visibility event. With step packing or unpacking and a
// parent it is an aggregation: the items go into, or come out of, the parent;
// unpacking without items empties it.
type Hop struct {
	ID     string     `json:"id"`   // the scanner's own, made when the scan is taken and kept through every retry
	Time   time.Time  `json:"time"` // when it happened, by the scanner's clock
	Step   Step       `json:"step"`
	Items  []gs1.Item `json:"items"`
	Parent gs1.Item   `json:"parent,omitzero"`
	Site   gs1.GLN    `json:"site"`
	To     gs1.GLN    `json:"to,omitzero"` // where a shipment is bound for
	Order  string     `json:"order,omitzero"`
	ASN    string     `json:"asn,omitzero"`
	Device string     `json:"device,omitzero"`
	// Disposition is the state the items are in from now on (CBV 2.0 §7.2).
	Disposition string `json:"disposition,omitzero"`
}

// HopRecorded records a hop as it was received.
var HopRecorded = event.Define[Hop]("hop.recorded")

// The time a document may claim: scanners are offline, late and skewed, so old
// times are taken as they are; a time further ahead of the clock than any time
// zone's slip explains is not.
const (
	maxAhead  = 26 * time.Hour
	firstYear = 1970
)

// Validate returns everything that is wrong with h by itself, at the time now.
func (h Hop) Validate(now time.Time) []partner.Fault {
	var f checker
	f.eventID("/id", h.ID)
	f.eventTime("/time", h.Time, now)
	f.Require(h.Step.Known(), "/step", "%q, want a business step of CBV 2.0: %s", string(h.Step), stepNames)
	emptying := h.Step == Unpacking && h.Parent != ""
	f.items("/items", h.Items, emptying)
	f.Require(h.Site != 0, "/site", "missing, want the GLN of the site, 13 digits")
	f.Require(h.Parent == "" || h.Step == Packing || h.Step == Unpacking, "/parent", "only packing and unpacking have a parent")
	f.OptionalID("/order", h.Order)
	f.OptionalID("/asn", h.ASN)
	f.Require(len(h.Device) <= 64, "/device", "%d bytes, want at most 64", len(h.Device))
	f.Require(len(h.Disposition) <= 64, "/disposition", "%d bytes, want at most 64", len(h.Disposition))
	for i, it := range h.Items {
		f.Require(it != h.Parent || h.Parent == "", fmt.Sprintf("/items/%d", i), "an item cannot be packed into itself")
	}
	return f.Faults
}

// checker gathers faults, of what events of the trade have in common.
type checker struct{ partner.Checker }

func (f *checker) eventID(field, s string) {
	ok := 0 < len(s) && len(s) <= 128
	for i := range len(s) {
		ok = ok && '!' <= s[i] && s[i] <= '~'
	}
	f.Require(ok, field, "want 1 to 128 printable ASCII characters without spaces, best a UUID")
}

// TimeForm says how the time of an event is written.
const TimeForm = "want an ISO 8601 time with zone, such as 2026-03-01T08:00:00Z"

func (f *checker) eventTime(field string, t, now time.Time) {
	f.Require(t.UTC().Year() >= firstYear, field, "missing or before %d, "+TimeForm, firstYear)
	f.Require(!t.After(now.Add(maxAhead)), field, "%s lies in the future; it is %s now", t.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
}

func (f *checker) items(field string, items []gs1.Item, mayBeNone bool) {
	f.Require(len(items) > 0 || mayBeNone, field, "missing, want at least one item")
	f.Require(len(items) <= MaxItems, field, "%d items, want at most %d", len(items), MaxItems)
	seen := make(map[gs1.Item]int, len(items))
	for i, it := range items {
		at := fmt.Sprintf("%s/%d", field, i)
		if first, dup := seen[it]; dup {
			f.Require(false, at, "%s stands already at %s/%d", it, field, first)
		}
		seen[it] = i
	}
}
