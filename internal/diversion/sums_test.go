package diversion_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark/internal/diversion"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestQuarters(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want time.Time
	}{
		{day(2026, 1, 1), day(2026, 1, 1)},
		{day(2026, 3, 31).Add(24*time.Hour - 1), day(2026, 1, 1)},
		{day(2026, 4, 1), day(2026, 4, 1)},
		{day(2024, 2, 29), day(2024, 1, 1)},
		{day(2026, 12, 31), day(2026, 10, 1)},
		{time.Date(2026, 4, 1, 7, 0, 0, 0, time.FixedZone("Shanghai", 8*3600)), day(2026, 1, 1)},
		{time.Date(2026, 3, 31, 20, 0, 0, 0, time.FixedZone("New York", -4*3600)), day(2026, 4, 1)},
	} {
		if got := diversion.QuarterOf(c.at).Start(); !got.Equal(c.want) {
			t.Errorf("the quarter of %v begins on %v, want %v", c.at, got, c.want)
		}
	}
	if a, b := diversion.QuarterOf(day(2025, 12, 31)), diversion.QuarterOf(day(2026, 1, 1)); b != a+1 {
		t.Errorf("quarters %d and %d of two years do not follow each other", a, b)
	}
}

func TestLooksOfAWeek(t *testing.T) {
	winter, leap, spring := diversion.QuarterOf(day(2026, 1, 1)), diversion.QuarterOf(day(2024, 1, 1)), diversion.QuarterOf(day(2026, 4, 1))
	for _, c := range []struct {
		at   time.Time
		q    diversion.Quarter
		look int
	}{
		{day(2026, 1, 1), winter, 0},
		{day(2026, 1, 8).Add(-1), winter, 0},
		{day(2026, 1, 8), winter, 1},
		{day(2026, 3, 31).Add(23 * time.Hour), winter, 12},
		{day(2024, 3, 31), leap, 12},
		{day(2026, 4, 1), spring, 0},
		{day(2026, 6, 30), spring, 12},
	} {
		if q, look := diversion.Weekly.Look(c.at); q != c.q || look != c.look {
			t.Errorf("%v is first seen by look %d of %v, want %d of %v", c.at, look, q.Start(), c.look, c.q.Start())
		}
	}
	for _, c := range []struct {
		q    diversion.Quarter
		look int
		want time.Time
	}{
		{winter, 0, day(2026, 1, 8)},
		{winter, 11, day(2026, 3, 26)},
		{winter, 12, day(2026, 4, 1)}, // 90 days: a look of six
		{leap, 12, day(2024, 4, 1)},   // 91 days: a whole week
		{spring, 12, day(2026, 7, 1)},
		{diversion.QuarterOf(day(2026, 7, 1)), 13, day(2026, 10, 1)}, // 92 days: one more look, of a day
	} {
		if got := diversion.Weekly.End(c.q, c.look); !got.Equal(c.want) {
			t.Errorf("look %d of the quarter from %v is taken at %v, want %v", c.look, c.q.Start(), got, c.want)
		}
	}
}

func TestLooksThatWereTaken(t *testing.T) {
	winter, leap, summer := diversion.QuarterOf(day(2026, 1, 1)), diversion.QuarterOf(day(2024, 1, 1)), diversion.QuarterOf(day(2026, 7, 1))
	for _, c := range []struct {
		p     diversion.Period
		q     diversion.Quarter
		clock time.Time
		want  int
	}{
		{diversion.Weekly, winter, day(2025, 12, 31), 0},
		{diversion.Weekly, winter, day(2026, 1, 8).Add(-time.Millisecond), 0},
		{diversion.Weekly, winter, day(2026, 1, 8), 1},
		{diversion.Weekly, winter, day(2026, 3, 31), 12},
		{diversion.Weekly, winter, day(2026, 4, 1), 13},
		{diversion.Weekly, winter, day(2031, 1, 1), 13},
		{diversion.Weekly, leap, day(2024, 4, 1), 13},
		{diversion.Weekly, summer, day(2026, 9, 30), 13},
		{diversion.Weekly, summer, day(2026, 10, 1), 14},
		{diversion.Daily, winter, day(2026, 1, 2), 1},
		{diversion.Daily, winter, day(2027, 1, 2), 90},
		{diversion.Daily, leap, day(2025, 1, 2), 91},
		{diversion.Daily, summer, day(2027, 1, 2), 92},
	} {
		if got := c.p.Looks(c.q, c.clock); got != c.want {
			t.Errorf("%d looks of the quarter from %v are taken at %v, want %d", got, c.q.Start(), c.clock, c.want)
		}
	}
}

// Every moment is seen by the first look that ends after it, of its own quarter.
func TestALookSeesWhatWasBeforeItsEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := day(2023, 1, 1).Add(time.Duration(rapid.Int64Range(0, 4*366*24*3600).Draw(t, "second")) * time.Second)
		p := rapid.SampledFrom([]diversion.Period{diversion.Daily, diversion.Weekly}).Draw(t, "period")
		q, look := p.Look(at)
		if end := p.End(q, look); !at.Before(end) || look > 0 && at.Before(p.End(q, look-1)) {
			t.Fatalf("%v is said to be first seen by look %d, taken at %v", at, look, end)
		}
		if before, after := p.Looks(q, at), p.Looks(q, p.End(q, look)); before != look || after != look+1 {
			t.Fatalf("%d looks before and %d after look %d at %v", before, after, look, at)
		}
	})
}
