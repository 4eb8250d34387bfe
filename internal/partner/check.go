package partner

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waymark/internal/geo"
)

// A Fault is one thing wrong with a document: where, and what was expected.
type Fault struct {
	Field  string // JSON Pointer (RFC 6901) into the document
	Detail string
}

func (f Fault) Error() string { return f.Field + ": " + f.Detail }

// A Checker gathers what is wrong with a document. Its methods name the field
// at fault by a JSON Pointer; each finds at most one fault in a field, but Text.
type Checker struct{ Faults []Fault }

// Require adds a fault unless ok.
func (c *Checker) Require(ok bool, field, format string, args ...any) {
	if !ok {
		c.Faults = append(c.Faults, Fault{field, fmt.Sprintf(format, args...)})
	}
}

// ID asks for what [ValidID] takes.
func (c *Checker) ID(field, s string) { c.Require(ValidID(s), field, "%q, want "+idForm, s) }

// OptionalID asks for nothing or an id.
func (c *Checker) OptionalID(field, s string) {
	c.Require(s == "" || ValidID(s), field, "%q, want "+idForm, s)
}

const idForm = "1 to 64 letters, digits, '-', '_' or '.'"

// ValidID tells whether s may name a partner, a grant, an order or an ASN.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 64 || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_' || b == '.') {
			return false
		}
	}
	return true
}

// Text asks for a name: 1 to 200 characters that can be seen.
func (c *Checker) Text(field, s string) {
	n := utf8.RuneCountInString(s)
	c.Require(0 < n && n <= 200, field, "%d characters, want 1 to 200", n)
	c.Require(strings.TrimSpace(s) == s, field, "begins or ends with a space")
	c.Require(printable(s), field, "holds a character that cannot be seen")
}

// Printable asks for at most limit bytes, and characters that can be seen.
func (c *Checker) Printable(field, s string, limit int) {
	c.Require(len(s) <= limit, field, "%d bytes, want at most %d", len(s), limit)
	c.Require(len(s) > limit || printable(s), field, "holds a character that cannot be seen")
}

// printable tells whether every character of s can be seen, or is a space: none
// controls the terminal or turns the writing round.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// OneOf asks for one of the allowed; "" among them, first, allows nothing.
func (c *Checker) OneOf(field, s string, allowed ...string) {
	if slices.Contains(allowed, s) {
		return
	}
	if len(allowed) > 0 && allowed[0] == "" {
		allowed = allowed[1:]
	}
	c.Require(false, field, "%q, want one of %q", s, allowed)
}

// Country asks for a country of ISO 3166-1.
func (c *Checker) Country(field string, r geo.Region) {
	c.Require(r != "" && r.Country() == r, field, "%q, want an ISO 3166-1 alpha-2 country code", r)
}

// Subdivision asks for nothing or a part of the country.
func (c *Checker) Subdivision(field string, r, country geo.Region) {
	c.Require(r == "" || r.Country() == country && r != country, field, "%q, want an ISO 3166-2 code of %s", r, country)
}

// Place asks, at /lat and /lon, for nothing or a point on Earth, in degrees. The
// point 0, 0 is none.
func (c *Checker) Place(lat, lon *float64) {
	c.Require((lat == nil) == (lon == nil), "/lat", "lat and lon go together")
	if lat == nil || lon == nil {
		return
	}
	north, east := math.Abs(*lat) <= 90, math.Abs(*lon) <= 180
	c.Require(north, "/lat", "%v, want -90 to 90 degrees", *lat)
	c.Require(east, "/lon", "%v, want -180 to 180 degrees", *lon)
	c.Require(*lat != 0 || *lon != 0, "/lat", "0, 0 is what a device without a fix reports")
}

// Currency asks for a currency in use, by ISO 4217.
func (c *Checker) Currency(field, s string) {
	c.Require(len(s) == 3 && strings.Contains(currencies, " "+s+" "), field, "%q, want the ISO 4217 code of a currency in use, such as EUR", s)
}

// currencies are the codes of ISO 4217 in which prices are given: no funds,
// metals or tests, nor what was withdrawn by 2026.
const currencies = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD " +
	"CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD " +
	"HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD " +
	"MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG " +
	"QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD " +
	"TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "

// Zone asks for a time zone of IANA's.
func (c *Checker) Zone(field, s string) {
	_, err := time.LoadLocation(s)
	c.Require(s != "" && s != "Local" && err == nil, field, "%q, want an IANA time zone such as Europe/Berlin", s)
}

// Period asks for a first day and a last one, which may be open.
func (c *Checker) Period(first string, from Date, last string, to Date) {
	begin, dated := from.Start()
	c.Require(dated, first, "%q, want a date such as 2026-01-31", from)
	if to == "" {
		return
	}
	end, ok := to.Start()
	c.Require(ok, last, "%q, want a date such as 2026-01-31", to)
	c.Require(!ok || !dated || !end.Before(begin), last, "%s is before %s, %s", to, first[1:], from)
}

// Products asks for GTINs and product lines. What has 14 digits is a GTIN.
func (c *Checker) Products(field string, names []string) {
	for i, name := range names {
		at := fmt.Sprintf("%s/%d", field, i)
		c.Require(ValidID(name), at, "%q, want a GTIN or a product line", name)
		number := len(name) == 14 && strings.Trim(name, "0123456789") == ""
		c.Require(!number || gtinsOf(names[i:i+1]) != nil, at, "%q is a GTIN with a wrong check digit", name)
	}
}
