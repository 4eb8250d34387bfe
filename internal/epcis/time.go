package epcis

import "time"

// The years an event may lie in.
const firstYear, lastYear = 1970, 2999

// parseTime reads an xsd:dateTimeStamp: RFC 3339 with any number of decimals
// of a second, of which nine are kept. What is wrong with it comes back as
// what was expected instead.
func parseTime(s string) (_ time.Time, expected string) {
	const form = len("2006-01-02T15:04:05")
	if len(s) < form+1 || s[4] != '-' || s[7] != '-' || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, wantTime
	}
	year, month, day := digits(s[0:4]), digits(s[5:7]), digits(s[8:10])
	hour, minute, second := digits(s[11:13]), digits(s[14:16]), digits(s[17:19])
	nano, zone, ok := decimals(s[form:])
	offset, zoned := parseZone(zone)
	switch {
	case year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || !ok || !zoned:
		return time.Time{}, wantTime
	case month < 1 || month > 12 || day < 1 || day > daysIn(year, month):
		return time.Time{}, "a day of the calendar"
	case hour > 23 || minute > 59 || second > 59:
		return time.Time{}, "a time of the day"
	case year < firstYear || year > lastYear:
		return time.Time{}, "a year from 1970 to 2999"
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nano, location(offset)), ""
}

// digits returns the number that s spells, or -1.
func digits(s string) int {
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// decimals reads a fraction of a second, if there is one.
func decimals(s string) (nano int, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	i := 1
	for unit := int(time.Second) / 10; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		nano += int(s[i]-'0') * unit
		unit /= 10
	}
	return nano, s[i:], i > 1
}

// parseZone reads Z or an offset of at most 14 hours, in minutes.
func parseZone(s string) (minutes int, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	h, m := digits(s[1:3]), digits(s[4:6])
	if h < 0 || m < 0 || m > 59 || h*60+m > 14*60 {
		return 0, false
	}
	if s[0] == '-' {
		return -h*60 - m, true
	}
	return h*60 + m, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// zones holds a location for every quarter of an hour from -14:00 to +14:00.
var zones = func() (z [2*14*4 + 1]*time.Location) {
	for i := range z {
		z[i] = time.FixedZone("", (i-14*4)*15*60)
	}
	z[14*4] = time.UTC
	return z
}()

func location(minutes int) *time.Location {
	if minutes%15 != 0 {
		return time.FixedZone("", minutes*60)
	}
	return zones[minutes/15+14*4]
}

// formatTime writes an instant with milliseconds, or with as many decimals as
// it has where those do not suffice.
func formatTime(t time.Time) string {
	if t.Nanosecond()%int(time.Millisecond) == 0 {
		return t.Format("2006-01-02T15:04:05.000Z07:00")
	}
	return t.Format(time.RFC3339Nano)
}

// zoneOffset reports whether s is an eventTimeZoneOffset.
func zoneOffset(s string) bool {
	_, ok := parseZone(s)
	return ok && len(s) == 6
}
