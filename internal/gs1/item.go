package gs1

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// An Item is the canonical identity of one object, or of a class of objects.
// Two spellings of one key are one Item; items compare with == and order with <.
//
// Its bytes are the kind, the key's number in big-endian binary of a width set by
// the kind, then the serial, which holds no NUL: neighbouring serials are
// neighbours in storage, and item+"\x00" is never a prefix of another such.
type Item string

// SGTIN returns the trade item with a serial of 1 to 20 characters of set 82.
func SGTIN(g GTIN, serial string) (Item, error) {
	if !g.Valid() {
		return "", fmt.Errorf("make SGTIN: %d is not a GTIN", uint64(g))
	}
	return withSerial(KindSGTIN, uint64(g), serial)
}

// LGTIN returns the lot of a trade item, of 1 to 20 characters of set 82.
func LGTIN(g GTIN, lot string) (Item, error) {
	if !g.Valid() {
		return "", fmt.Errorf("make LGTIN: %d is not a GTIN", uint64(g))
	}
	return withSerial(KindLGTIN, uint64(g), lot)
}

func withSerial(k Kind, n uint64, serial string) (Item, error) {
	s := &schemes[k]
	r := reader{in: serial}
	if serial == "" {
		return "", r.fault(0, FaultLength, "(%s) is empty", s.qual)
	}
	if _, err := r.text(s.qual, 0, len(serial), s.max, s.set); err != nil {
		return "", err
	}
	return compose(k, n, serial), nil
}

// GTINItem returns the class of all items of a GTIN.
func GTINItem(g GTIN) Item { return compose(KindGTIN, uint64(g), "") }

// SSCCItem returns the logistic unit.
func SSCCItem(s SSCC) Item { return compose(KindSSCC, uint64(s), "") }

// ItemFromBytes returns the item whose stored form is b, which it does not keep.
func ItemFromBytes(b []byte) (Item, error) {
	it := Item(b)
	if err := it.validate(); err != nil {
		return "", fmt.Errorf("read stored item %x: %w", b, err)
	}
	return it, nil
}

func (it Item) validate() error {
	k := it.Kind()
	if k == KindOther {
		switch read, err := ParseItem(string(it[1:])); {
		case err != nil:
			return err
		case read != it:
			return fmt.Errorf("it is a %s, kept as a URI", read.Kind())
		}
		return nil
	}
	if int(k) >= len(schemes) || schemes[k].ai == "" {
		return fmt.Errorf("kind %d is not known", k)
	}
	s := &schemes[k]
	if len(it) < 1+s.width() {
		return fmt.Errorf("%s has %d bytes, want at least %d", k, len(it), 1+s.width())
	}
	if !s.fits(it.number()) {
		return fmt.Errorf("%s number %d is not valid", k, it.number())
	}
	ext := it.extension()
	if k == KindCPI {
		ref, serial, found := strings.Cut(ext, string(cpiSeparator))
		if found && (serial == "" || len(serial) > cpiSerialMax || !numeric.all(serial)) {
			return fmt.Errorf("CPI serial %q is not valid", serial)
		}
		ext = ref
	}
	if k == KindSGLN && ext == noExtension || len(ext) > s.max || s.must && ext == "" || !s.set.all(ext) && ext != "" {
		return fmt.Errorf("%s extension %q is not valid", k, ext)
	}
	return nil
}

// compose builds an item of parts that are known to be valid.
func compose(k Kind, n uint64, ext string) Item {
	var b [48]byte
	b[0] = byte(k)
	w := schemes[k].width()
	switch w {
	case 6:
		binary.BigEndian.PutUint64(b[1:], n<<16)
	case 8:
		binary.BigEndian.PutUint64(b[1:], n)
	}
	return Item(append(b[:1+w], ext...))
}

// Kind returns the key that identifies the item.
func (it Item) Kind() Kind {
	if it == "" {
		return KindNone
	}
	return Kind(it[0])
}

// scheme returns how the item's key is written, and false for other URIs.
func (it Item) scheme() (*scheme, bool) {
	k := it.Kind()
	if int(k) >= len(schemes) || schemes[k].ai == "" || len(it) < 1+schemes[k].width() {
		return nil, false
	}
	return &schemes[k], true
}

// number returns the key's digits; 0 when it has none.
func (it Item) number() (n uint64) {
	s, ok := it.scheme()
	if !ok {
		return 0
	}
	for i := 1; i <= s.width(); i++ {
		n = n<<8 | uint64(it[i])
	}
	return n
}

// extension returns what follows the number.
func (it Item) extension() string {
	s, ok := it.scheme()
	if !ok {
		return ""
	}
	return string(it[1+s.width():])
}

// GTIN returns the trade item number of an SGTIN, LGTIN, GTIN, UPUI or ITIP.
func (it Item) GTIN() (GTIN, bool) {
	switch it.Kind() {
	case KindSGTIN, KindGTIN, KindLGTIN, KindUPUI:
		return GTIN(it.number()), true
	case KindITIP, KindLITIP:
		return GTIN(it.number() / 1e4), true
	}
	return 0, false
}

// SSCC returns the number of a logistic unit.
func (it Item) SSCC() (SSCC, bool) {
	if it.Kind() != KindSSCC {
		return 0, false
	}
	return SSCC(it.number()), true
}

// Serial returns the serial number, "" where the key has none. A GIAI and a GINC
// are not divided: they have no serial.
func (it Item) Serial() string {
	switch it.Kind() {
	case KindLGTIN, KindLITIP, KindGIAI, KindGINC:
		return ""
	case KindCPI:
		_, serial, _ := strings.Cut(it.extension(), string(cpiSeparator))
		return serial
	}
	return it.extension()
}

// Lot returns the lot number of an LGTIN.
func (it Item) Lot() string {
	if k := it.Kind(); k == KindLGTIN || k == KindLITIP {
		return it.extension()
	}
	return ""
}

// Class reports whether the item names a class of objects (a GTIN, a lot, an
// asset type) rather than one object; CBV §8.3.
func (it Item) Class() bool {
	s, ok := it.scheme()
	if !ok {
		return false
	}
	switch it.Kind() {
	case KindGRAI, KindGDTI, KindSGCN, KindITIP, KindCPI:
		return it.Serial() == ""
	}
	return s.class
}

// String returns the canonical Digital Link, or the URI itself.
func (it Item) String() string { return it.DigitalLink() }

// MarshalText returns the canonical Digital Link; the empty item has none.
func (it Item) MarshalText() ([]byte, error) { return it.AppendText(nil) }

// AppendText appends what MarshalText returns.
func (it Item) AppendText(b []byte) ([]byte, error) { return it.appendLink(b), nil }

// UnmarshalText reads any spelling that ParseItem reads; empty text is no item.
func (it *Item) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*it = ""
		return nil
	}
	*it, err = ParseItem(string(text))
	return err
}
