package gs1_test

import (
	"strings"
	"testing"

	"waymark/internal/gs1"
)

func FuzzParseItem(f *testing.F) {
	for _, s := range spellings {
		f.Add(s.urn)
		f.Add(s.link)
		f.Add(s.element)
	}
	f.Add("]d201095212341000101727123121A1\x1d10LOT7")
	f.Add(`(01)09521234100010(21)A\(1)`)
	f.Add("https://example.com/a/01/95050003/lot/x/ser/%2541?q#f")
	f.Fuzz(func(t *testing.T, s string) {
		it, err := gs1.ParseItem(s)
		if err != nil {
			if it != "" {
				t.Fatalf("ParseItem(%q) is %q beside an error", s, it)
			}
			return
		}
		again := func(how, spelling string) {
			if back, err := gs1.ParseItem(spelling); back != it || err != nil {
				t.Errorf("%s %q of %q reads as %q, %v", how, spelling, s, back, err)
			}
		}
		again("Digital Link", it.DigitalLink())
		if el := it.ElementString(); el != "" {
			again("element string", el)
		}
		for n := 6; n <= 12; n++ {
			if urn, ok := it.URN(n); ok {
				again("URN", urn)
				if link, ok := gs1.CanonicalURI(urn); link != it.DigitalLink() || !ok {
					t.Errorf("CanonicalURI(%q) is %q, want %q", urn, link, it.DigitalLink())
				}
			}
		}
		if back, err := gs1.ItemFromBytes([]byte(it)); back != it || err != nil {
			t.Errorf("stored form %x of %q reads as %q, %v", string(it), s, back, err)
		}
		if g, ok := it.GTIN(); ok && !g.Valid() {
			t.Errorf("GTIN %d of %q is not valid", g, s)
		}
		if strings.Contains(it.Serial()+it.Lot(), "\x00") {
			t.Errorf("serial of %q holds a NUL", s)
		}
	})
}

func FuzzItemFromBytes(f *testing.F) {
	for _, s := range spellings {
		it, err := gs1.ParseItem(s.link)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(it))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		it, err := gs1.ItemFromBytes(b)
		if err != nil {
			return
		}
		if back, err := gs1.ParseItem(it.DigitalLink()); back != it || err != nil {
			t.Errorf("stored %x is %q, which reads as %x, %v", b, it.DigitalLink(), string(back), err)
		}
	})
}
