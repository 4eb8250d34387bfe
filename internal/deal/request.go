package deal

import (
	"slices"
	"strings"
	"unicode"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A Request is what a partner asks to be protected for: a sale that it works on.
type Request struct {
	Partner     partner.ID   `json:"partner"`
	Customer    string       `json:"customer"` // the organisation's legal name, no person's
	Domain      string       `json:"domain,omitzero"`
	TaxID       string       `json:"tax_id,omitzero"`
	Country     geo.Region   `json:"country"`
	Subdivision geo.Region   `json:"subdivision,omitzero"`
	Site        string       `json:"site,omitzero"` // where the goods are to be used
	Lat         *float64     `json:"lat,omitempty"` // degrees, WGS 84
	Lon         *float64     `json:"lon,omitempty"`
	Products    []string     `json:"products"` // GTINs of 14 digits, or product lines
	Quantity    int64        `json:"quantity"` // units
	Value       int64        `json:"value"`    // minor units of Currency
	Currency    string       `json:"currency"`
	Close       partner.Date `json:"close"` // the day on which the sale is expected
}

// maxValue bounds amounts of money, in minor units, so that sums are exact.
const maxValue = 1_000_000_000_000_000

// mailDomains are those under which anybody may write: they name no customer.
var mailDomains = strings.Fields(`gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com proton.me protonmail.com
	gmx.de gmx.net web.de qq.com 163.com 126.com foxmail.com sina.com aliyun.com mail.ru yandex.ru naver.com orange.fr`)

// Validate returns everything that is wrong with r by itself.
func (r Request) Validate() []partner.Fault {
	var c partner.Checker
	c.ID("/partner", string(r.Partner))
	c.Text("/customer", r.Customer)
	if r.Domain != "" {
		d := normaliseDomain(r.Domain)
		c.Require(validDomain(d), "/domain", "%q, want a domain such as example.com", r.Domain)
		c.Require(!slices.Contains(mailDomains, d), "/domain", "%q is a mail provider's and names no customer", d)
	}
	tax := normaliseTaxID(r.TaxID, r.Country)
	c.Require(r.TaxID == "" || 4 <= len(tax) && len(tax) <= 32, "/tax_id", "%q, want 4 to 32 letters and digits", r.TaxID)
	c.Country("/country", r.Country)
	c.Subdivision("/subdivision", r.Subdivision, r.Country)
	c.Printable("/site", r.Site, 400)
	c.Place(r.Lat, r.Lon)
	c.Require(len(r.Products) > 0, "/products", "missing, want GTINs or product lines")
	c.Require(len(r.Products) <= 500, "/products", "%d, want at most 500", len(r.Products))
	c.Products("/products", r.Products)
	c.Require(0 < r.Quantity && r.Quantity <= maxQuantity, "/quantity", "%d, want 1 to %d", r.Quantity, maxQuantity)
	c.Require(0 < r.Value && r.Value <= maxValue, "/value", "%d, want 1 to %d minor units", r.Value, int64(maxValue))
	c.Currency("/currency", r.Currency)
	c.Period("/close", r.Close, "/close", "")
	return c.Faults
}

// normaliseDomain returns the domain within what people write for one: an
// address of a page or of mail.
func normaliseDomain(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if i := strings.IndexAny(s, "/?#:"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimPrefix(strings.TrimSuffix(s, "."), "www.")
}

func validDomain(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			return false
		}
	}
	return true
}

// normaliseTaxID returns the letters and digits of a tax number, without the
// country that it may begin with.
func normaliseTaxID(s string, country geo.Region) string {
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s))
	if country == "GR" { // which tax numbers call EL
		s = strings.TrimPrefix(s, "EL")
	}
	if rest, ok := strings.CutPrefix(s, string(country)); ok && country != "" && len(rest) >= 4 {
		return rest
	}
	return s
}

// A Match names a field by which two customers are one.
type Match string

const (
	ByTaxID  Match = "tax_id"
	ByDomain Match = "domain"
	ByName   Match = "customer"
)

// SameCustomer returns by what two requests are for one customer, in one country;
// none where they are not. Two tax numbers that differ are two customers.
func (r *Request) SameCustomer(o *Request) (by []Match) {
	if r.Country != o.Country {
		return nil
	}
	if a, b := normaliseTaxID(r.TaxID, r.Country), normaliseTaxID(o.TaxID, o.Country); a != "" && b != "" {
		if a != b {
			return nil
		}
		by = append(by, ByTaxID)
	}
	if a, b := normaliseDomain(r.Domain), normaliseDomain(o.Domain); a != "" && a == b {
		by = append(by, ByDomain)
	}
	if CustomerHash(r.Customer) == CustomerHash(o.Customer) {
		by = append(by, ByName)
	}
	return by
}

// overlap tells whether two lists of products, each by GTIN or by line, have one
// in common.
func overlap(dir *partner.Directory, a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return x == y || within(dir, x, y) || within(dir, y, x) })
	})
}

// within tells whether a GTIN is of a line.
func within(dir *partner.Directory, gtin, line string) bool {
	g, err := gs1.ParseGTIN(gtin)
	if err != nil {
		return false
	}
	p, ok := dir.Product(g)
	return ok && p.Line == line
}
