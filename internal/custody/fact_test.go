package custody_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

func unit(t *testing.T, serial string) gs1.Item {
	t.Helper()
	it, err := gs1.SGTIN(9521234100010, serial)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestFactRoundTrip(t *testing.T) {
	lat, lon := -33.87, 151.21
	hop := custody.Hop{ID: "h", Time: noon, Step: custody.Shipping, Items: []gs1.Item{unit(t, "1")}, Site: 9521234000013, To: 9522009000016, Order: "O1", ASN: "A1", Disposition: "stolen"}
	pack := custody.Hop{ID: "p", Time: noon, Step: custody.Packing, Items: []gs1.Item{unit(t, "1"), unit(t, "2")}, Parent: unit(t, "carton"), Site: 9521234000013}
	seen := custody.Observation{ID: "o", Time: noon, Item: unit(t, "1"), Kind: custody.Inspection, Country: "AU", Subdivision: "AU-NSW", Lat: &lat, Lon: &lon,
		AccuracyM: 1500, Source: custody.GPS, DeviceHash: "d", Venue: "v"}
	told := seen
	told.Lat, told.Lon, told.Venue, told.Reporter = nil, nil, "v", "agency 7"
	asn := custody.ASN{ID: "A1", Order: "O1", From: 9521234000013, To: 9522009000016, Items: []gs1.Item{unit(t, "1")}, Date: "2026-01-01"}
	for _, f := range slices.Concat(hop.Facts(), pack.Facts(), []custody.ItemFact{seen.Fact(), told.Fact()}, asn.Facts()) {
		got, err := custody.ReadFact(f.Fact.Key, f.Fact.AppendValue(nil), custody.Intern{})
		if err != nil {
			t.Fatalf("%+v: %v", f.Fact, err)
		}
		if diff := cmp.Diff(*f.Fact, got); diff != "" {
			t.Errorf("read back differs:\n%s", diff)
		}
	}
	if f := told.Fact().Fact; f.Reporter != partner.ReporterHash("agency 7") || f.Venue != deal.CustomerHash("V.") {
		t.Errorf("the reporter is kept as %x and the venue as %x, want the hashes that waivers and deals go by", f.Reporter, f.Venue)
	}
	if with, without := len(told.Fact().Fact.AppendValue(nil)), len(seen.Fact().Fact.AppendValue(nil)); with != without+8-4 {
		t.Errorf("with a reporter and no place a fact takes %d bytes, with a place alone %d; want 4 more", with, without)
	}
	if f := seen.Fact().Fact; f.Lat != -339 || f.Lon != 1512 || f.Accuracy != 2 {
		t.Errorf("place is kept as %d, %d within %d km, want tenths of a degree -339, 1512 within 2 km", f.Lat, f.Lon, f.Accuracy)
	}
}

func FuzzReadFact(f *testing.F) {
	for _, h := range []custody.Hop{
		{ID: "h", Time: noon, Step: custody.Shipping, Items: []gs1.Item{"x"}, Site: 1, To: 2, Order: "O1", ASN: "A1"},
		{ID: "p", Time: noon, Step: custody.Packing, Items: []gs1.Item{"x"}, Parent: "y", Site: 1},
	} {
		for _, i := range h.Facts() {
			f.Add(i.Fact.AppendValue(nil))
		}
	}
	f.Add(custody.Observation{Item: "x", Kind: custody.Consumer, Country: "DE", Source: custody.IP, Reporter: "r"}.Fact().Fact.AppendValue(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := custody.ReadFact(custody.Key{}, b, nil)
		if err != nil {
			return
		}
		again, err := custody.ReadFact(custody.Key{}, got.AppendValue(nil), nil)
		if err != nil || again != got {
			t.Errorf("%x reads as %+v, which is written and read as %+v, %v", b, got, again, err)
		}
	})
}

func TestKeysSortByTime(t *testing.T) {
	early, late := custody.KeyOf(noon, "b"), custody.KeyOf(noon.Add(time.Millisecond), "a")
	if !early.Less(late) || bytes.Compare(early.Append(nil), late.Append(nil)) >= 0 {
		t.Errorf("a millisecond later sorts first: %v, %v", early, late)
	}
	if got := custody.ReadKey(early.Append(nil)); got != early {
		t.Errorf("key reads back as %v, want %v", got, early)
	}
}
