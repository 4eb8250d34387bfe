package gs1_test

import (
	"testing"

	"waymark/internal/gs1"
)

func TestCanonicalURIAsEventHashesWantIt(t *testing.T) {
	for _, tt := range spellings {
		for _, in := range []string{tt.urn, tt.link} {
			if got, ok := gs1.CanonicalURI(in); got != tt.link || !ok {
				t.Errorf("CanonicalURI(%q) is %q, %t, want %q", in, got, ok, tt.link)
			}
		}
	}
	for _, tt := range []struct{ in, want string }{
		{"https://example.com/gtin/09780345418913/21/765tz?abc=211121", "https://id.gs1.org/01/09780345418913/21/765tz"},
		{"http://example.de/gtin-8/01/97803111", "https://id.gs1.org/01/00000097803111"}, // a check digit that is none
		{"https://id.gs1.org/8018/385888700111111111", "https://id.gs1.org/8018/385888700111111111"},
		{"https://id.gs1.org/gtin/9780345418913/cpv/344/lot/1223/ser/765tz", "https://id.gs1.org/01/09780345418913/21/765tz"},
		{"https://id.gs1.org/8006/040123451234560102/22/ABCD/10/XYZ", "https://id.gs1.org/8006/040123451234560102/10/XYZ"},
		{"https://fashion.example.com/8006/040123451234560102/10/Lot-1/21/s7", "https://id.gs1.org/8006/040123451234560102/21/s7"},
		{"https://example.org/8004/401234599999", "https://id.gs1.org/8004/401234599999"},
		{"https://id.gs1.de/00/040123451111111110", "https://id.gs1.org/00/040123451111111110"},
	} {
		if got, ok := gs1.CanonicalURI(tt.in); got != tt.want || !ok {
			t.Errorf("CanonicalURI(%q) is %q, %t, want %q", tt.in, got, ok, tt.want)
		}
	}
	for _, in := range []string{
		"", "42", "Hello World!", "http://id.gs1.org/99/9780345418913", "http://id.gs1.org/01/9780345418913/99/x",
		"http://example.de/abc/9780345418913", "http://example.de/01/97803", "https://id.gs1.org/8006/04012345123456/22/A/10/X",
		"(01)09521234100010(21)A1", "https://ref.gs1.org/cbv/BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping",
	} {
		if got, ok := gs1.CanonicalURI(in); got != in || ok {
			t.Errorf("CanonicalURI(%q) is %q, %t, want it left alone", in, got, ok)
		}
	}
}
