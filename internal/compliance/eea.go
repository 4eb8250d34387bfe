package compliance

import (
	"time"

	"waymark/internal/geo"
)

// A membership is a country's time in the EEA, a day in UTC each; a zero end is open.
type membership struct{ from, to time.Time }

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// memberships lists the countries to which the EEA Agreement applies: those of the
// EU and Iceland, Liechtenstein, Norway; never Switzerland. The United Kingdom's
// ends with the transition period. A member that joined the EU later is counted
// from its accession, when the EEA Agreement was applied to it as well.
var memberships = func() map[geo.Region]membership {
	m := map[geo.Region]membership{}
	join := func(at time.Time, countries ...geo.Region) {
		for _, c := range countries {
			m[c] = membership{from: at}
		}
	}
	join(day(1994, 1, 1), "BE", "DE", "DK", "ES", "FR", "GR", "IE", "IT", "LU", "NL", "PT", "AT", "FI", "SE", "IS", "NO", "GB")
	join(day(1995, 5, 1), "LI")
	join(day(2004, 5, 1), "CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK")
	join(day(2007, 1, 1), "BG", "RO")
	join(day(2013, 7, 1), "HR")
	// Outermost regions of France and the Åland Islands have country codes of
	// their own; Mayotte is one since 2014. Svalbard, the Faroes, Greenland and the
	// overseas countries and territories are outside.
	join(day(1994, 1, 1), "GF", "GP", "MF", "MQ", "RE")
	join(day(1995, 1, 1), "AX")
	join(day(2014, 1, 1), "YT")
	gb := m["GB"]
	gb.to = day(2021, 1, 1)
	m["GB"] = gb
	return m
}()

// InEEA reports whether a region belongs to the European Economic Area at a time.
func InEEA(r geo.Region, at time.Time) bool {
	m, ok := memberships[r.Country()]
	return ok && !at.Before(m.from) && (m.to.IsZero() || at.Before(m.to))
}
