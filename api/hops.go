package api

import (
	"fmt"
	"time"

	"waymark/api/auth"
	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// hops records handlings of items: POST /v1/hops.
var hops = &capture[custody.Hop]{
	typ:    custody.HopRecorded,
	id:     func(h *custody.Hop) string { return h.ID },
	stream: captureStream,
	count:  func(h *custody.Hop) int { return len(h.Items) },
	validate: func(h *custody.Hop, now time.Time) []partner.Fault {
		faults := h.Validate(now)
		if h.Parent != "" && !countable(h.Parent) {
			faults = append(faults, partner.Fault{Field: "/parent", Detail: itemForm})
		}
		return itemFaults(faults, h.Items)
	},
	missing: func(dir *partner.Directory, who *auth.Caller, h *custody.Hop) []FieldError {
		m := missing{dir: dir}
		m.ownSite(who, "/site", h.Site)
		m.site("/to", h.To)
		m.items(h.Items)
		m.item("/parent", -1, h.Parent)
		return m.list
	},
}

const itemForm = "want one object: a GTIN with a serial, an SSCC or another GS1 key of one object"

// countable reports whether an item can be handled: one object that a GS1 key
// names, neither a class nor a place.
func countable(it gs1.Item) bool {
	switch it.Kind() {
	case gs1.KindNone, gs1.KindOther, gs1.KindSGLN, gs1.KindPGLN:
		return false
	}
	return !it.Class()
}

// itemFaults appends the faults of items that are no single objects.
func itemFaults(faults []partner.Fault, items []gs1.Item) []partner.Fault {
	for i, it := range items {
		if !countable(it) {
			faults = append(faults, partner.Fault{Field: fmt.Sprintf("/items/%d", i), Detail: itemForm})
		}
	}
	return faults
}

// missing gathers what a document names that is not registered.
type missing struct {
	dir  *partner.Directory
	list []FieldError
}

func (m *missing) add(field, format string, args ...any) {
	m.list = append(m.list, FieldError{Field: field, Detail: fmt.Sprintf(format, args...)})
}

func (m *missing) site(field string, g gs1.GLN) {
	if g == 0 {
		return
	}
	if _, ok := m.dir.Site(g); !ok {
		m.add(field, unknownSite, g)
	}
}

const unknownSite = "%s is not registered as a site"

// ownSite asks that the caller may speak for the site. A site of another
// partner is as good as none.
func (m *missing) ownSite(who *auth.Caller, field string, g gs1.GLN) {
	s, ok := m.dir.Site(g)
	if !ok || !belongs(m.dir, s.Partner, who.Partner) {
		m.add(field, unknownSite, g)
	}
}

func (m *missing) partner(field string, id partner.ID) {
	if _, ok := m.dir.Partner(id); !ok {
		m.add(field, "%q is not registered as a partner", id)
	}
}

func (m *missing) product(field string, g gs1.GTIN) {
	if _, ok := m.dir.Product(g); !ok {
		m.add(field, "%s is not registered as a product", g)
	}
}

func (m *missing) items(items []gs1.Item) {
	known := gs1.GTIN(0) // items of one scan are mostly of one product
	for i, it := range items {
		g, ok := it.GTIN()
		if !ok || g == known {
			continue
		}
		if _, ok := m.dir.Product(g); ok {
			known = g
			continue
		}
		m.item("/items", i, it)
	}
}

// item asks that the product of an item is registered; n is its place in the
// list called field, or -1.
func (m *missing) item(field string, n int, it gs1.Item) {
	if n >= 0 {
		field = fmt.Sprintf("%s/%d", field, n)
	}
	if g, ok := it.GTIN(); ok {
		m.product(field, g)
	}
}

// belongs reports whether a partner is top or below it. An empty top is
// everybody's.
func belongs(dir *partner.Directory, id, top partner.ID) bool {
	return top == "" || id == top || dir.Under(id, top)
}
