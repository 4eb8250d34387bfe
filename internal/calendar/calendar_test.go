package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark/internal/calendar"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

var (
	china = calendar.Calendar{ID: "cn-2026", Countries: []geo.Region{"CN"}, Weekend: []string{"saturday", "sunday"}, Periods: []calendar.Period{
		{Name: "Lunar New Year", From: "2026-02-15", To: "2026-02-23", Kind: calendar.Holiday},
		{Name: "made up for", From: "2026-02-14", To: "2026-02-14", Kind: calendar.Worked},
	}}
	gulf = calendar.Calendar{ID: "gulf-2026", Countries: []geo.Region{"AE", "SA", "QA"}, Weekend: []string{"Friday", "Saturday"}, Periods: []calendar.Period{
		{Name: "Ramadan", From: "2026-02-18", To: "2026-03-19", Kind: calendar.Quiet},
		{Name: "Eid al-Fitr", From: "2026-03-20", To: "2026-03-22", Kind: calendar.Holiday},
	}}
)

// A period ends at the end of a day where the partner is: the same days, when
// clocks are put forward between.
func TestDue(t *testing.T) {
	var b calendar.Book
	b.Set(china)
	b.Set(gulf)
	for _, c := range []struct {
		name, country, zone, from string
		days                      int
		want                      string
	}{
		{"within a week", "TH", "Asia/Bangkok", "2026-03-03T08:00:00Z", 2, "2026-03-05T17:00:00Z"},
		{"a day that has begun there already", "TH", "Asia/Bangkok", "2026-03-03T18:00:00Z", 2, "2026-03-06T17:00:00Z"},
		{"over a weekend", "DE", "Europe/Berlin", "2026-03-06T09:00:00Z", 2, "2026-03-10T23:00:00Z"},
		{"clocks in Europe go forward on 29 March", "DE", "Europe/Berlin", "2026-03-27T09:00:00Z", 1, "2026-03-30T22:00:00Z"},
		{"clocks in America went forward on 8 March", "US", "America/Los_Angeles", "2026-03-06T20:00:00Z", 1, "2026-03-10T07:00:00Z"},
		{"and had not before", "US", "America/Los_Angeles", "2026-03-05T20:00:00Z", 1, "2026-03-07T08:00:00Z"},
		{"Lunar New Year, after a Saturday that is worked", "CN", "Asia/Shanghai", "2026-02-13T02:00:00Z", 2, "2026-02-24T16:00:00Z"},
		{"a weekend of Friday and Saturday", "AE", "Asia/Dubai", "2026-02-05T08:00:00Z", 1, "2026-02-08T20:00:00Z"},
		{"nothing falls due in Ramadan, nor in Eid after it", "AE", "Asia/Dubai", "2026-02-16T08:00:00Z", 2, "2026-03-23T20:00:00Z"},
		{"before Ramadan", "AE", "Asia/Dubai", "2026-02-15T08:00:00Z", 2, "2026-02-17T20:00:00Z"},
		{"a zone that nobody knows is UTC", "FR", "Mars/Olympus", "2026-03-03T08:00:00Z", 1, "2026-03-05T00:00:00Z"},
	} {
		from, _ := time.Parse(time.RFC3339, c.from)
		got := b.Due(partner.Partner{Country: geo.Region(c.country), TimeZone: c.zone}, from, c.days)
		if got.Format(time.RFC3339) != c.want {
			t.Errorf("%s: %d working days from %s are over at %s, want %s", c.name, c.days, c.from, got.Format(time.RFC3339), c.want)
		}
	}
}

// Whatever the calendar, a period ends after it began, later if it is longer, at
// the end of a day that is worked and not quiet.
func TestDueGrows(t *testing.T) {
	zones := []string{"UTC", "Asia/Kolkata", "America/New_York", "Europe/Berlin", "Pacific/Apia"}
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]*calendar.Calendar{&china, &gulf, calendar.Usual}).Draw(t, "calendar")
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		from := time.Unix(rapid.Int64Range(1_767_225_600, 1_790_000_000).Draw(t, "from"), 0)
		days := rapid.IntRange(1, 15).Draw(t, "days")
		due, longer := c.Due(from, zone, days), c.Due(from, zone, days+1)
		if !due.After(from) || longer.Before(due) {
			t.Fatalf("%d days from %s are over at %s, one more at %s", days, from, due, longer)
		}
		last := partner.Date(due.In(zone).Add(-time.Second).Format(time.DateOnly))
		if !c.Works(last) {
			t.Fatalf("a period ends on %s, which is not worked", last)
		}
	})
}

func TestFaults(t *testing.T) {
	for want, spoil := range map[string]func(*calendar.Calendar){
		"":             func(*calendar.Calendar) {},
		"/id":          func(c *calendar.Calendar) { c.ID = "a b" },
		"/countries":   func(c *calendar.Calendar) { c.Countries = nil },
		"/countries/0": func(c *calendar.Calendar) { c.Countries = []geo.Region{"US-CA"} },
		"/weekend/0":   func(c *calendar.Calendar) { c.Weekend = []string{"viernes"} },
		"/weekend": func(c *calendar.Calendar) {
			c.Weekend = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
		},
		"/periods/0/name": func(c *calendar.Calendar) { c.Periods[0].Name = "" },
		"/periods/0/from": func(c *calendar.Calendar) { c.Periods[0].From = "soon" },
		"/periods/0/to":   func(c *calendar.Calendar) { c.Periods[0].To = "2026-01-01" },
		"/periods/0/kind": func(c *calendar.Calendar) { c.Periods[0].Kind = "lazy" },
	} {
		c := china
		c.Periods = append([]calendar.Period(nil), china.Periods...)
		spoil(&c)
		f := c.Validate()
		if len(f) > 1 || len(f) == 0 != (want == "") || len(f) == 1 && f[0].Field != want {
			t.Errorf("faults are %v, want one at %q", f, want)
		}
	}
}

// The last version holds; a copy keeps what it was copied from.
func TestBook(t *testing.T) {
	var none *calendar.Book
	if none.Of("CN") != calendar.Usual || none.All() != nil || len(none.Clone().All()) != 0 {
		t.Error("no book holds calendars")
	}
	var b calendar.Book
	b.Set(china)
	before := b.Clone()
	next := china
	next.Periods = nil
	b.Set(next)
	if got, ok := b.Get("cn-2026"); !ok || got.Periods != nil || len(before.All()[0].Periods) != 2 || before.Of("CN").ID != "cn-2026" {
		t.Errorf("the book holds %+v", b.All())
	}
}
