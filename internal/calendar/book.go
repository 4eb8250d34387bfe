package calendar

import (
	"maps"
	"slices"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A Book holds the calendars as they are known at one moment. The zero value, and
// nil for reading, is an empty one. It is not safe for concurrent changes.
type Book struct{ byID map[string]*Calendar }

// Clone returns a copy that may be changed apart from b.
func (b *Book) Clone() *Book {
	if b == nil {
		return &Book{}
	}
	return &Book{maps.Clone(b.byID)}
}

// Set makes c the version that holds of its id.
func (b *Book) Set(c Calendar) {
	if b.byID == nil {
		b.byID = map[string]*Calendar{}
	}
	b.byID[c.ID] = &c
}

// Get returns the calendar called id.
func (b *Book) Get(id string) (Calendar, bool) {
	if b != nil {
		if c, ok := b.byID[id]; ok {
			return *c, true
		}
	}
	return Calendar{}, false
}

// All returns every calendar, ordered by id.
func (b *Book) All() []Calendar {
	if b == nil {
		return nil
	}
	out := make([]Calendar, 0, len(b.byID))
	for _, c := range b.byID {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Calendar) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Of returns the calendar of a country: the first by id of those that name it,
// or [Usual].
func (b *Book) Of(country geo.Region) *Calendar {
	best := (*Calendar)(nil)
	if b != nil {
		for _, c := range b.byID {
			if slices.Contains(c.Countries, country) && (best == nil || c.ID < best.ID) {
				best = c
			}
		}
	}
	if best == nil {
		return Usual
	}
	return best
}

// Due returns when a period of working days is over for a partner, in its own
// zone and by its country's calendar.
func (b *Book) Due(p partner.Partner, from time.Time, days int) time.Time {
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return b.Of(p.Country).Due(from, zone, days).UTC()
}
