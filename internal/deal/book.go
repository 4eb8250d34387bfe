package deal

import (
	"maps"
	"slices"
	"strings"

	"waymark/internal/geo"
)

// A Book holds the deals as they are known at one moment. The zero value, and
// nil for reading, is an empty one. It is not safe for concurrent changes;
// readers share one that nobody changes any more (see [Book.Clone]).
type Book struct {
	deals     map[string]*Registration
	countries map[geo.Region][]*Registration // ordered by id
}

// Clone returns a copy that may be changed apart from b.
func (b *Book) Clone() *Book {
	if b == nil {
		return &Book{}
	}
	return &Book{maps.Clone(b.deals), maps.Clone(b.countries)}
}

// Set makes r the version that holds of its id. The version before it, if any,
// is returned.
func (b *Book) Set(r Registration) (before Registration, found bool) {
	if b.deals == nil {
		b.deals, b.countries = map[string]*Registration{}, map[geo.Region][]*Registration{}
	}
	if old, ok := b.deals[r.ID]; ok {
		before, found = *old, true
		b.countries[old.Country] = slices.DeleteFunc(slices.Clone(b.countries[old.Country]), func(o *Registration) bool { return o == old })
	}
	r.customer = CustomerHash(r.Customer)
	b.deals[r.ID] = &r
	in := append(slices.Clone(b.countries[r.Country]), &r)
	slices.SortFunc(in, byID)
	b.countries[r.Country] = in
	return before, found
}

func byID(a, b *Registration) int { return strings.Compare(a.ID, b.ID) }

// Get returns the deal called id, or an empty one. It must not be changed.
func (b *Book) Get(id string) (*Registration, bool) {
	if b != nil {
		if r, ok := b.deals[id]; ok {
			return r, true
		}
	}
	return &Registration{}, false
}

// All returns every deal, ordered by id. They must not be changed.
func (b *Book) All() []*Registration {
	if b == nil {
		return nil
	}
	return slices.SortedFunc(maps.Values(b.deals), byID)
}

// In returns the deals with customers in a country, ordered by id. Neither the
// list nor the deals may be changed.
func (b *Book) In(country geo.Region) []*Registration {
	if b == nil {
		return nil
	}
	return b.countries[country]
}
