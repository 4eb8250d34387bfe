package gs1_test

import (
	"errors"
	"strings"
	"testing"

	"waymark/internal/gs1"
)

func TestParseItemSaysWhatIsWrongAndWhere(t *testing.T) {
	const link = "https://id.gs1.org/01/09521234100010/21/"
	for _, tt := range []struct {
		in     string
		fault  gs1.Fault
		at     int
		reason string
	}{
		{"", gs1.FaultLength, 0, "empty"},
		{"(01)09521234100011(21)A1", gs1.FaultCheckDigit, 17, "check digit of (01) is 1, want 0"},
		{"https://id.gs1.org/01/09521234100011/21/A1", gs1.FaultCheckDigit, 35, "check digit of (01) is 1, want 0"},
		{"https://example.com/01/09521234100011/21/A1", gs1.FaultCheckDigit, 36, "is 1, want 0"},
		{"]d2010952123410001121A1", gs1.FaultCheckDigit, 18, "is 1, want 0"},
		{"https://id.gs1.org/8006/040123451234550102", gs1.FaultCheckDigit, 37, "is 5, want 6"},
		{"(01)0952123410001(21)A1", gs1.FaultLength, 4, "has 13 characters, want 14"},
		{"(01)09521234100O10(21)A1", gs1.FaultCharacter, 15, "'O', want a digit"},
		{"https://id.gs1.org/01/097803/21/A1", gs1.FaultLength, 22, "has 6 characters"},
		{"(01)00000000000000(21)A1", gs1.FaultSyntax, 4, "all zeros"},
		{link + "123456789012345678901", gs1.FaultLength, 60, "more than 20"},
		{link, gs1.FaultSyntax, 18, "no GS1 key"},
		{"(01)09521234100010(21)", gs1.FaultLength, 22, "(21) is empty"},
		{link + "a%", gs1.FaultSyntax, 41, "without two hexadecimal digits"},
		{link + "a%zz", gs1.FaultSyntax, 41, "without two hexadecimal digits"},
		{link + "a%20b", gs1.FaultCharacter, 41, "' '"},
		{link + "a/21/b", gs1.FaultAmbiguous, 41 + 1, "twice"},

		{link + "a\xffb", gs1.FaultCharacter, 41, "byte 0xFF"},
		{link + "a\xed\xa0\x80b", gs1.FaultCharacter, 41, "byte 0xED"},
		{link + "a\x00b", gs1.FaultCharacter, 41, "U+0000"},
		{link + "a%00b", gs1.FaultCharacter, 41, "U+0000"},
		{link + "a\u202eb", gs1.FaultCharacter, 41, "U+202E"},
		{link + "a\u200bb", gs1.FaultCharacter, 41, "U+200B"},
		{link + "caf\u00e9", gs1.FaultCharacter, 43, "U+00E9"},
		{link + "cafe\u0301", gs1.FaultCharacter, 44, "U+0301"},
		{link + "\u0410", gs1.FaultCharacter, 40, "U+0410"},
		{link + "%D0%90", gs1.FaultCharacter, 40, "byte 0xD0"},
		{"(01)09521234100010(21)\u0410", gs1.FaultCharacter, 22, "U+0410"},
		{"(01)09521234100010(21)A 1", gs1.FaultCharacter, 23, "' '"},
		{"]d2010952123410001021A\x001", gs1.FaultCharacter, 22, "U+0000"},
		{"\ufeff(01)09521234100010(21)A1", gs1.FaultSyntax, 0, "nor an absolute URI"},
		{" (01)09521234100010(21)A1", gs1.FaultSyntax, 0, "nor an absolute URI"},
		{"(01)09521234100010(21)A1\r\n", gs1.FaultCharacter, 24, "U+000D"},

		{"(01)09521234100010(21)A(1)", gs1.FaultSyntax, 24, "not an AI"},
		{"(01)09521234100010(21)A1(21)B1", gs1.FaultAmbiguous, 25, "two values"},
		{"(01)09521234100010(00)095212340000000013", gs1.FaultAmbiguous, 0, "name an object"},
		{"(01", gs1.FaultSyntax, 0, "not closed"},
		{"(10)LOT", gs1.FaultSyntax, 0, "no AI of a GS1 key"},
		{"(8003)10614141123459400", gs1.FaultCharacter, 6, "want 0"},
		{"(8010)0614141abc(8011)1", gs1.FaultCharacter, 13, "character set 39"},
		{"(8010)0614141ABC(8011)1A", gs1.FaultCharacter, 23, "a digit"},
		{"09521234100010", gs1.FaultSyntax, 0, "14 digits alone are no object; one is (01)"},
		{"09521234100011", gs1.FaultSyntax, 0, "begins no AI"},
		{"095212340000000014", gs1.FaultCheckDigit, 17, "check digit of SSCC is 4, want 3"},
		{"800406141411234540", gs1.FaultAmbiguous, 0, "an SSCC and also a"},
		{"000000000000000000", gs1.FaultLength, 2, "has 16 characters, want 18"},
		{"]d201095212341", gs1.FaultLength, 5, "has 9 characters, want 14"},

		{"urn:epc:id:sgtin:061414.112345.400", gs1.FaultLength, 24, "has 6 digits, want 7"},
		{"urn:epc:id:sgtin:06141.11234567.400", gs1.FaultLength, 17, "want 6 to 12"},
		{"urn:epc:id:sgtin:0614141.112345", gs1.FaultLength, 31, "no serial"},
		{"urn:epc:id:sgtin:0614141.112345.", gs1.FaultLength, 31, "no serial"},
		{"urn:epc:id:sgtin:0614141.112345.32a/b", gs1.FaultCharacter, 35, "does not hold"},
		{"urn:epc:id:sscc:0614141.1234567890.1", gs1.FaultLength, 34, "too many components"},
		{"urn:epc:id:sgtin:0614141.11234X.400", gs1.FaultCharacter, 30, "want a digit"},
		{"urn:epc:idpat:sgtin:0614141.112345.4", gs1.FaultSyntax, 35, "want *"},
		{"urn:epc:id:upui:0000000.000000.1", gs1.FaultSyntax, 16, "all zeros"},
		{"urn:epc:sgtin", gs1.FaultSyntax, 8, "no scheme"},

		{"A1B2C3", gs1.FaultSyntax, 0, "nor an absolute URI"},
		{"javascript", gs1.FaultSyntax, 0, "nor an absolute URI"},
		{"urn:uuid:a b", gs1.FaultCharacter, 10, "' '"},
		{"https://example.com/\u00e9", gs1.FaultCharacter, 20, "U+00E9"},
		{"urn:x:" + strings.Repeat("a", 4097), gs1.FaultLength, 2048, "more than 2048"},
	} {
		it, err := gs1.ParseItem(tt.in)
		var fault *gs1.Error
		if !errors.As(err, &fault) {
			t.Errorf("ParseItem(%q) is %q, %v, want a fault", tt.in, it, err)
			continue
		}
		if fault.Fault != tt.fault || tt.at != 0 && fault.At != tt.at || !strings.Contains(fault.Reason, tt.reason) {
			t.Errorf("ParseItem(%q): fault %d at %d, %q; want %d at %d, %q", tt.in, fault.Fault, fault.At, fault.Reason, tt.fault, tt.at, tt.reason)
		}
	}
}

func TestErrorsAreOfOneLineOfASCII(t *testing.T) {
	_, err := gs1.ParseItem("https://id.gs1.org/01/09521234100010/21/\u202e\x00" + strings.Repeat("é", 300))
	for _, c := range []byte(err.Error()) {
		if c < 0x20 || c > 0x7e {
			t.Fatalf("error holds byte %#x: %q", c, err)
		}
	}
	if n := len(err.Error()); n > 600 {
		t.Errorf("error has %d bytes, want at most 600", n)
	}
}
