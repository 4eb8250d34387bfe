package gs1_test

import (
	"encoding"
	"slices"
	"strings"
	"testing"

	"waymark/internal/gs1"
)

func item(t *testing.T, s string) gs1.Item {
	t.Helper()
	it, err := gs1.ParseItem(s)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestItemAnswersForItsParts(t *testing.T) {
	for _, tt := range []struct {
		in, serial, lot string
		gtin            gs1.GTIN
		class           bool
	}{
		{in: "(01)09521234100010(21)A1", serial: "A1", gtin: 9521234100010},
		{in: "(01)09521234100010(10)L7", lot: "L7", gtin: 9521234100010, class: true},
		{in: "(01)09521234100010", gtin: 9521234100010, class: true},
		{in: "(01)09521234100010(235)A1", serial: "A1", gtin: 9521234100010},
		{in: "(8006)095212341000100102(21)A1", serial: "A1", gtin: 9521234100010},
		{in: "(8006)095212341000100102(10)L7", lot: "L7", gtin: 9521234100010, class: true},
		{in: "(8006)095212341000100102", gtin: 9521234100010, class: true},
		{in: "(00)095212340000000013"},
		{in: "(8003)00614141123452400", serial: "400"},
		{in: "(8003)00614141123452", class: true},
		{in: "(8004)061414112345400"},
		{in: "(8010)0614141123ABC(8011)77", serial: "77"},
		{in: "(8010)0614141123ABC", class: true},
		{in: "urn:uuid:0190b6a0-0000-7000-8000-000000000000"},
	} {
		it := item(t, tt.in)
		gtin, _ := it.GTIN()
		if it.Serial() != tt.serial || it.Lot() != tt.lot || gtin != tt.gtin || it.Class() != tt.class {
			t.Errorf("%s has serial %q, lot %q, GTIN %d, class %t; want %+v", tt.in, it.Serial(), it.Lot(), gtin, it.Class(), tt)
		}
	}
	if sscc, ok := item(t, "(00)095212340000000013").SSCC(); !ok || sscc.String() != "095212340000000013" {
		t.Errorf("SSCC is %s, %t", sscc, ok)
	}
}

func TestConstructorsMakeWhatIsParsed(t *testing.T) {
	g, err := gs1.ParseGTIN("09521234100010")
	if err != nil {
		t.Fatal(err)
	}
	s, err := gs1.ParseSSCC("095212340000000013")
	if err != nil {
		t.Fatal(err)
	}
	sgtin, err := gs1.SGTIN(g, "A(1/")
	if want := item(t, `(01)09521234100010(21)A\(1/`); sgtin != want || err != nil {
		t.Errorf("SGTIN is %q, %v, want %q", sgtin, err, want)
	}
	lgtin, err := gs1.LGTIN(g, "L7")
	if want := item(t, `(01)09521234100010(10)L7`); lgtin != want || err != nil {
		t.Errorf("LGTIN is %q, %v, want %q", lgtin, err, want)
	}
	if got, want := gs1.SSCCItem(s), item(t, "(00)095212340000000013"); got != want {
		t.Errorf("SSCCItem is %q, want %q", got, want)
	}
	if got, want := gs1.GTINItem(g), item(t, "(01)09521234100010"); got != want {
		t.Errorf("GTINItem is %q, want %q", got, want)
	}
	for _, serial := range []string{"", "a b", "é", "a\x00", strings.Repeat("1", 21)} {
		if it, err := gs1.SGTIN(g, serial); err == nil {
			t.Errorf("SGTIN with serial %q is %q, want an error", serial, it)
		}
	}
	for _, g := range []gs1.GTIN{0, 1, 9521234100011, 1e14} {
		if it, err := gs1.SGTIN(g, "1"); err == nil {
			t.Errorf("SGTIN of %d is %q, want an error", g, it)
		}
	}
}

func TestNeighbouringSerialsAreNeighboursInStorage(t *testing.T) {
	want := []gs1.Item{
		item(t, "(01)09521234100010(21)1"),
		item(t, "(01)09521234100010(21)100"),
		item(t, "(01)09521234100010(21)101"),
		item(t, "(01)09521234100010(21)11"),
		item(t, "(01)09521234100027(21)100"),
		item(t, "(01)19521234100017(21)1"),
		item(t, "(00)095212340000000013"),
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("sorted items are %q, want %q", got, want)
	}
	for _, a := range want {
		for _, b := range want {
			if a != b && strings.HasPrefix(string(b)+"\x00", string(a)+"\x00") {
				t.Errorf("stored %q begins stored %q", a, b)
			}
		}
	}
}

func TestItemFromBytesRefusesWhatNoItemHolds(t *testing.T) {
	good := []byte(item(t, "(01)09521234100010(21)A1"))
	bad := [][]byte{nil, {}, {0}, {99}, {1}, {2}, {3, 1}, good[:7], []byte("\x01no uri"), []byte("\x01https://id.gs1.org/01/09521234100010/21/A1")}
	for _, change := range []struct {
		at int
		to byte
	}{{0, byte(gs1.KindNone)}, {0, 200}, {1, 0xff}, {6, good[6] + 1}, {7, 0}, {8, ' '}} {
		b := slices.Clone(good)
		b[change.at] = change.to
		bad = append(bad, b)
	}
	bad = append(bad, append(slices.Clone(good), "1234567890123456789"...))
	for _, b := range bad {
		if it, err := gs1.ItemFromBytes(b); err == nil {
			t.Errorf("ItemFromBytes(%x) is %q, want an error", b, it)
		}
	}
}

func TestTextOfEveryTypeReadsBack(t *testing.T) {
	it, gtin, sscc, gln := item(t, "(01)09521234100010(21)A1"), gs1.GTIN(9521234100010), gs1.SSCC(95212340000000013), gs1.GLN(9521234000013)
	for _, tt := range []struct {
		value encoding.TextMarshaler
		back  encoding.TextUnmarshaler
		want  string
	}{
		{it, new(gs1.Item), "https://id.gs1.org/01/09521234100010/21/A1"},
		{gtin, new(gs1.GTIN), "09521234100010"},
		{sscc, new(gs1.SSCC), "095212340000000013"},
		{gln, new(gs1.GLN), "9521234000013"},
		{gs1.Item(""), new(gs1.Item), ""},
		{gs1.GTIN(0), new(gs1.GTIN), ""},
		{gs1.SSCC(0), new(gs1.SSCC), ""},
		{gs1.GLN(0), new(gs1.GLN), ""},
	} {
		text, err := tt.value.MarshalText()
		if string(text) != tt.want || err != nil {
			t.Errorf("text of %v is %q, %v, want %q", tt.value, text, err, tt.want)
		}
		if err := tt.back.UnmarshalText(text); err != nil {
			t.Errorf("reading %q back: %v", text, err)
		}
		again, _ := tt.back.(encoding.TextMarshaler).MarshalText()
		if string(again) != tt.want {
			t.Errorf("%q reads back as %q", text, again)
		}
	}
}
