package gs1_test

import (
	"testing"

	"waymark/internal/gs1"
)

func TestParseItemReadsEverySpelling(t *testing.T) {
	for _, tt := range []struct{ in, want, element string }{
		{"https://id.gs1.org/01/09521234100010/21/A1", "https://id.gs1.org/01/09521234100010/21/A1", "(01)09521234100010(21)A1"},
		{"urn:epc:id:sgtin:4012345.011111.9", "https://id.gs1.org/01/04012345111118/21/9", "(01)04012345111118(21)9"},
		{"urn:epc:id:sgtin:4012345.012345.12", "https://id.gs1.org/01/04012345123456/21/12", "(01)04012345123456(21)12"},
		{"urn:epc:id:sscc:4012345.0000000333", "https://id.gs1.org/00/040123450000003338", "(00)040123450000003338"},
		{"urn:epc:id:grai:4012345.66666.87", "https://id.gs1.org/8003/0401234566666387", ""},
		{"urn:epc:id:giai:4012345.AAbb", "https://id.gs1.org/8004/4012345AAbb", ""},
		{"urn:epc:id:gsrn:4012345.9876540000", "https://id.gs1.org/8018/401234598765400000", ""},
		{"urn:epc:id:cpi:4012345.ABC.123", "https://id.gs1.org/8010/4012345ABC/8011/123", ""},
		{"urn:epc:id:itip:4012345.012345.01.02.999", "https://id.gs1.org/8006/040123451234560102/21/999", ""},
		{"urn:epc:id:upui:4012345.012345.AB12", "https://id.gs1.org/01/04012345123456/235/AB12", ""},
		{"urn:epc:class:lgtin:4054739.099914.20160711", "https://id.gs1.org/01/04054739999148/10/20160711", ""},
		{"urn:epc:idpat:sgtin:4054739.099914.*", "https://id.gs1.org/01/04054739999148", ""},
		{"(01)09521234100010(10)LOT(21)A1", "https://id.gs1.org/01/09521234100010/21/A1", ""},
		{"]d2010952123410001021A1\x1d10LOT", "https://id.gs1.org/01/09521234100010/21/A1", ""},
		{"urn:uuid:0190b6a0-0000-7000-8000-000000000000", "urn:uuid:0190b6a0-0000-7000-8000-000000000000", ""},
	} {
		it, err := gs1.ParseItem(tt.in)
		if err != nil {
			t.Errorf("ParseItem(%q): %v", tt.in, err)
			continue
		}
		if got := it.DigitalLink(); got != tt.want {
			t.Errorf("ParseItem(%q) is %q, want %q", tt.in, got, tt.want)
		}
		if got := it.ElementString(); tt.element != "" && got != tt.element {
			t.Errorf("element string of %q is %q, want %q", tt.in, got, tt.element)
		}
		if back, err := gs1.ItemFromBytes([]byte(it)); err != nil || back != it {
			t.Errorf("stored form of %q reads as %q, %v", tt.in, back, err)
		}
	}
}
