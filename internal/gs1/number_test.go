package gs1_test

import (
	"fmt"
	"strings"
	"testing"

	"waymark/internal/gs1"
)

func TestParseGTINTakesFourWidths(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"95050003", "00000095050003"},
		{"614141123452", "00614141123452"},
		{"6291041500213", "06291041500213"}, // GenSpecs §7.9.1
		{"09521234100010", "09521234100010"},
		{"19521234100017", "19521234100017"},
	} {
		g, err := gs1.ParseGTIN(tt.in)
		if err != nil || g.String() != tt.want || !g.Valid() {
			t.Errorf("ParseGTIN(%q) is %s, %v, want %s", tt.in, g, err, tt.want)
		}
	}
	for _, in := range []string{"", "1", "629104150021", "62910415002133", "00000000000000", "0952123410001O", "０9521234100010", "+9521234100010"} {
		if g, err := gs1.ParseGTIN(in); err == nil {
			t.Errorf("ParseGTIN(%q) is %s, want an error", in, g)
		}
	}
}

func TestParseSSCC(t *testing.T) {
	const want = "376104250021234569" // GenSpecs §7.9.1
	for _, in := range []string{want, "(00)" + want, "00" + want, "]C100" + want, "https://id.gs1.org/00/" + want, "urn:epc:id:sscc:7610425.3002123456"} {
		s, err := gs1.ParseSSCC(in)
		if err != nil || s.String() != want || !s.Valid() {
			t.Errorf("ParseSSCC(%q) is %s, %v, want %s", in, s, err, want)
		}
	}
	for _, in := range []string{"", "376104250021234568", "37610425002123456", "(01)09521234100010", "000000000000000000"} {
		if s, err := gs1.ParseSSCC(in); err == nil {
			t.Errorf("ParseSSCC(%q) is %s, want an error", in, s)
		}
	}
}

func TestParseGLNReadsPlacesAndParties(t *testing.T) {
	for _, in := range []string{
		"0614141123452", "urn:epc:id:sgln:0614141.12345.0", "urn:epc:id:sgln:0614141.12345.400", "urn:epc:id:pgln:0614141.12345",
		"https://id.gs1.org/414/0614141123452", "https://id.gs1.org/414/0614141123452/254/400", "https://id.gs1.org/417/0614141123452",
		"https://example.com/gln/0614141123452", "(414)0614141123452(254)400", "(417)0614141123452",
	} {
		g, err := gs1.ParseGLN(in)
		if err != nil || g.String() != "0614141123452" || !g.Valid() {
			t.Errorf("ParseGLN(%q) is %s, %v", in, g, err)
		}
	}
	for _, in := range []string{"", "0614141123453", "614141123452", "https://id.gs1.org/01/09521234100010", "urn:uuid:1", "0000000000000"} {
		if g, err := gs1.ParseGLN(in); err == nil {
			t.Errorf("ParseGLN(%q) is %s, want an error", in, g)
		}
	}
	g := gs1.GLN(614141123452)
	if g.DigitalLink() != "https://id.gs1.org/414/0614141123452" || g.PGLN() != "https://id.gs1.org/417/0614141123452" {
		t.Errorf("links of %s are %s and %s", g, g.DigitalLink(), g.PGLN())
	}
}

func TestOneWrongDigitNeverPasses(t *testing.T) {
	const right = "376104250021234569"
	for i := range right {
		for d := '0'; d <= '9'; d++ {
			wrong := right[:i] + string(d) + right[i+1:]
			if _, err := gs1.ParseSSCC(wrong); (err == nil) != (wrong == right) {
				t.Errorf("ParseSSCC(%q): %v", wrong, err)
			}
		}
	}
	const gtin = "09521234100010"
	for i := range gtin {
		for d := '0'; d <= '9'; d++ {
			wrong := gtin[:i] + string(d) + gtin[i+1:]
			for _, in := range []string{"(01)" + wrong + "(21)A", "https://id.gs1.org/01/" + wrong + "/21/A", "]d201" + wrong + "21A"} {
				_, err := gs1.ParseItem(in)
				if (err == nil) != (wrong == gtin) {
					t.Errorf("ParseItem(%q): %v", in, err)
				}
				if err != nil && !strings.Contains(err.Error(), "check digit") {
					t.Errorf("ParseItem(%q): %v, want it to name the check digit", in, err)
				}
			}
		}
	}
}

func TestCheckDigit(t *testing.T) {
	for _, tt := range []struct {
		n    uint64
		want int
	}{{629104150021, 3}, {37610425002123456, 9}, {952123410001, 0}, {0, 0}, {1, 7}, {10, 9}} {
		if got := gs1.CheckDigit(tt.n); got != tt.want {
			t.Errorf("CheckDigit(%d) is %d, want %d", tt.n, got, tt.want)
		}
	}
}

func ExampleParseItem() {
	it, err := gs1.ParseItem("]d201095212341000101727123121A1\x1d10LOT7")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(it)
	fmt.Println(it.ElementString())
	fmt.Println(it.URN(7))

	_, err = gs1.ParseItem("(01)09521234100011(21)A1")
	fmt.Println(err)
	// Output:
	// https://id.gs1.org/01/09521234100010/21/A1
	// (01)09521234100010(21)A1
	// urn:epc:id:sgtin:9521234.010001.A1 true
	// parse "(01)09521234100011(21)A1": check digit of (01) is 1, want 0 at byte 17
}
