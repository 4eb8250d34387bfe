// Package calendar counts the working days of a country, so that a period ends
// on a day on which people there are at work. Calendars are data: who works when
// is decided in the country, often late, and differs from year to year.
package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Calendar says which days are worked in its countries. The last version
// recorded under an id is what holds.
type Calendar struct {
	ID        string       `json:"id"`
	Countries []geo.Region `json:"countries"`
	Weekend   []string     `json:"weekend,omitempty"` // names in English, such as "friday"; none: every day is worked
	Periods   []Period     `json:"periods,omitempty"`
}

// A Period is a run of days that differ from the ordinary ones.
type Period struct {
	Name string       `json:"name"`
	From partner.Date `json:"from"`
	To   partner.Date `json:"to"` // last day
	Kind Kind         `json:"kind"`
}

// A Kind says how the days of a period differ.
type Kind string

const (
	// Holiday is not worked.
	Holiday Kind = "holiday"
	// Quiet is worked, but nothing falls due in it: it does so on the first
	// working day after.
	Quiet Kind = "quiet"
	// Worked makes working days of a weekend, as where a holiday is made up for.
	Worked Kind = "worked"
)

// Recorded records a calendar as it is from now on.
var Recorded = event.Define[Calendar]("calendar.recorded")

// maxPeriods bounds the periods of one calendar.
const maxPeriods = 1000

// Validate returns everything that is wrong with c by itself.
func (c Calendar) Validate() []partner.Fault {
	var f partner.Checker
	f.ID("/id", c.ID)
	f.Require(len(c.Countries) > 0, "/countries", "missing, want ISO 3166-1 alpha-2 country codes")
	for i, r := range c.Countries {
		f.Country(fmt.Sprintf("/countries/%d", i), r)
	}
	f.Require(len(c.Weekend) < 7, "/weekend", "%d days, want at most 6", len(c.Weekend))
	for i, d := range c.Weekend {
		_, ok := weekday(d)
		f.Require(ok, fmt.Sprintf("/weekend/%d", i), "%q, want the name of a day in English, such as friday", d)
	}
	f.Require(len(c.Periods) <= maxPeriods, "/periods", "%d, want at most %d", len(c.Periods), maxPeriods)
	for i, p := range c.Periods {
		at := fmt.Sprintf("/periods/%d", i)
		f.Text(at+"/name", p.Name)
		f.Require(p.To != "", at+"/to", "missing, want a date such as 2026-01-31")
		f.Period(at+"/from", p.From, at+"/to", p.To)
		f.OneOf(at+"/kind", string(p.Kind), string(Holiday), string(Quiet), string(Worked))
	}
	return f.Faults
}

func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d, true
		}
	}
	return 0, false
}

// Usual is the calendar of a country that has none: Saturday and Sunday are not
// worked.
var Usual = &Calendar{ID: "usual", Weekend: []string{"saturday", "sunday"}}

// within tells whether a day lies in a period of a kind.
func (c *Calendar) within(d partner.Date, k Kind) bool {
	return slices.ContainsFunc(c.Periods, func(p Period) bool { return p.Kind == k && p.From <= d && d <= p.To })
}

// Works tells whether a day is worked.
func (c *Calendar) Works(d partner.Date) bool {
	t, ok := d.Start()
	if !ok || c.within(d, Holiday) {
		return false
	}
	return c.within(d, Worked) || !slices.ContainsFunc(c.Weekend, func(name string) bool { w, _ := weekday(name); return w == t.Weekday() })
}

// maxWait bounds a period, in days, where a calendar has hardly a working day.
const maxWait = 3660

// Due returns when a period of working days that begins at a time is over: at
// the end, where the zone is, of the last of them. The day of the beginning does
// not count. Nothing falls due in quiet days: it waits for the first working day
// after.
func (c *Calendar) Due(from time.Time, zone *time.Location, days int) time.Time {
	y, m, first := from.In(zone).Date()
	left := max(days, 1)
	for n := 1; n <= maxWait; n++ {
		d := partner.Date(time.Date(y, m, first+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		if !c.Works(d) {
			continue
		}
		if left--; left <= 0 && !c.within(d, Quiet) {
			return time.Date(y, m, first+n+1, 0, 0, 0, 0, zone)
		}
	}
	return time.Date(y, m, first+maxWait, 0, 0, 0, 0, zone)
}
