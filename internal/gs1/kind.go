package gs1

// A Kind is the GS1 key that identifies an item. Its value is the first byte of
// a stored item: values are never reused.
type Kind uint8

const (
	KindNone  Kind = 0  // the empty item
	KindOther Kind = 1  // any other absolute URI, taken as it is
	KindSGTIN Kind = 2  // a trade item with a serial number, (01)(21)
	KindSSCC  Kind = 3  // a logistic unit, (00)
	KindGTIN  Kind = 4  // a class of trade items, (01)
	KindLGTIN Kind = 5  // a lot of trade items, (01)(10)
	KindGRAI  Kind = 6  // a returnable asset, (8003); a class without its serial
	KindGIAI  Kind = 7  // an individual asset, (8004)
	KindUPUI  Kind = 8  // a tobacco unit packet, (01)(235)
	KindITIP  Kind = 9  // a piece of a trade item, (8006)(21); a class without its serial
	KindLITIP Kind = 10 // a lot of pieces, (8006)(10)
	KindSGLN  Kind = 11 // a place, (414) and perhaps (254)
	KindPGLN  Kind = 12 // a party, (417)
	KindGDTI  Kind = 13 // a document, (253); a class without its serial
	KindSGCN  Kind = 14 // a coupon, (255); a class without its serial
	KindGSRN  Kind = 15 // a service recipient, (8018)
	KindGSRNP Kind = 16 // a service provider, (8017)
	KindGSIN  Kind = 17 // a shipment, (402)
	KindGINC  Kind = 18 // a consignment, (401)
	KindCPI   Kind = 19 // a component or part, (8010)(8011); a class without its serial
)

// String returns the key's name, such as "SGTIN".
func (k Kind) String() string {
	switch k {
	case KindNone:
		return "nothing"
	case KindOther:
		return "URI"
	case KindLITIP:
		return "LITIP"
	}
	if int(k) < len(schemes) {
		return schemes[k].name
	}
	return "unknown kind"
}

// A scheme says how one kind of key is written. A key is a number of fixed
// width, a text, or both; what follows the number is the extension: a serial, a
// lot, or for keys without a number the whole reference.
type scheme struct {
	name   string // upper case; in lower case the scheme of the EPC URN, TDS §6.3
	ai     string // of the key
	digits int    // width of the number; 0 for a text key
	check  int    // how many leading digits the check digit closes; 0 for none
	lead   int    // digits of the number that stand before the company prefix; in the URN after it
	zero   bool   // the leading digit is always 0 and is not in the URN
	qual   string // AI of the extension; "" when it directly follows the number
	max    int    // longest extension; 0 for none
	set    charset
	must   bool // no item without the extension
	class  bool // names a class even with its extension
}

var schemes = [...]scheme{
	KindSGTIN: {name: "SGTIN", ai: "01", digits: 14, check: 14, lead: 1, qual: "21", max: 20, set: set82, must: true},
	KindSSCC:  {name: "SSCC", ai: "00", digits: 18, check: 18, lead: 1},
	KindGTIN:  {name: "GTIN", ai: "01", digits: 14, check: 14, lead: 1, class: true},
	KindLGTIN: {name: "LGTIN", ai: "01", digits: 14, check: 14, lead: 1, qual: "10", max: 20, set: set82, must: true, class: true},
	KindGRAI:  {name: "GRAI", ai: "8003", digits: 14, check: 14, zero: true, max: 16, set: set82},
	KindGIAI:  {name: "GIAI", ai: "8004", max: 30, set: set82, must: true},
	KindUPUI:  {name: "UPUI", ai: "01", digits: 14, check: 14, lead: 1, qual: "235", max: 28, set: set82, must: true},
	KindITIP:  {name: "ITIP", ai: "8006", digits: 18, check: 14, lead: 1, qual: "21", max: 20, set: set82},
	KindLITIP: {name: "LITIP", ai: "8006", digits: 18, check: 14, lead: 1, qual: "10", max: 20, set: set82, must: true, class: true},
	KindSGLN:  {name: "SGLN", ai: "414", digits: 13, check: 13, qual: "254", max: 20, set: set82},
	KindPGLN:  {name: "PGLN", ai: "417", digits: 13, check: 13},
	KindGDTI:  {name: "GDTI", ai: "253", digits: 13, check: 13, max: 17, set: set82},
	KindSGCN:  {name: "SGCN", ai: "255", digits: 13, check: 13, max: 12, set: numeric},
	KindGSRN:  {name: "GSRN", ai: "8018", digits: 18, check: 18},
	KindGSRNP: {name: "GSRNP", ai: "8017", digits: 18, check: 18},
	KindGSIN:  {name: "GSIN", ai: "402", digits: 17, check: 17},
	KindGINC:  {name: "GINC", ai: "401", max: 30, set: set82, must: true},
	KindCPI:   {name: "CPI", ai: "8010", max: 30, set: set39, must: true},
}

// A CPI is a text key with a serial of its own, kept behind a separator that
// character set 39 does not hold.
const (
	cpiSerialAI  = "8011"
	cpiSerialMax = 12
	cpiSeparator = '\x1d'
)

// noExtension is how the URN of an SGLN says that it has none, TDS §6.3.3.
const noExtension = "0"

// width is the number of bytes that hold the scheme's number in a stored item.
func (s *scheme) width() int {
	switch {
	case s.digits == 0:
		return 0
	case s.digits <= 14:
		return 6
	}
	return 8
}

// fits reports whether n is a number of the scheme, closed by its check digit.
func (s *scheme) fits(n uint64) bool {
	limit, head := uint64(1), n
	for range s.digits {
		limit *= 10
	}
	for range s.digits - s.check {
		head /= 10
	}
	if n >= limit || s.zero && n >= limit/10 {
		return false
	}
	return s.digits == 0 || head != 0 && closed(head)
}

// kindsOf lists the kinds that a primary AI may begin: first those that a
// qualifier tells apart, the most specific first, and last the one without.
var kindsOf = func() map[string][]Kind {
	m := map[string][]Kind{
		"01":   {KindSGTIN, KindUPUI, KindLGTIN, KindGTIN},
		"8006": {KindITIP, KindLITIP, KindITIP},
	}
	for k := range schemes {
		if ai := schemes[k].ai; ai != "" && m[ai] == nil {
			m[ai] = []Kind{Kind(k)}
		}
	}
	return m
}()

// attached reports whether an extension directly follows the number.
func (s *scheme) attached() bool { return s.digits > 0 && s.qual == "" && s.max > 0 }
