package gs1_test

import (
	"testing"

	"waymark/internal/gs1"
)

func BenchmarkParseItem(b *testing.B) {
	for _, bb := range []struct{ name, in string }{
		{"link", "https://id.gs1.org/01/09521234100010/21/A1B2C3D4"},
		{"element", "(01)09521234100010(21)A1B2C3D4"},
		{"foreign", "https://id.example.com/01/09521234100010/21/A1B2C3D4?17=271231"},
		{"scanned", "]d201095212341000101727123121A1B2C3D4\x1d10LOT7"},
		{"urn", "urn:epc:id:sgtin:9521234.010001.A1B2C3D4"},
		{"sscc", "https://id.gs1.org/00/095212340000000013"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gs1.ParseItem(bb.in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDigitalLink(b *testing.B) {
	it, err := gs1.ParseItem("(01)09521234100010(21)A1B2C3D4")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = it.DigitalLink()
	}
}
