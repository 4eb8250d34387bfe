package custody_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"waymark/internal/custody"
)

// A place is kept no finer than a tenth of a degree; one as coarse is left.
func TestCoarsen(t *testing.T) {
	lat, lon := 13.7563, 100.5018
	o := custody.Observation{Lat: &lat, Lon: &lon}
	if !o.Coarsen() || *o.Lat != 13.8 || *o.Lon != 100.5 || lat != 13.7563 {
		t.Errorf("place becomes %v, %v, want 13.8, 100.5, and the caller's left alone", *o.Lat, *o.Lon)
	}
	if o.Coarsen() || (&custody.Observation{}).Coarsen() {
		t.Error("a coarse place, or none, is made coarser")
	}
}

func TestObservationFaults(t *testing.T) {
	place := func(lat, lon float64) func(*custody.Observation) {
		return func(o *custody.Observation) { o.Lat, o.Lon = &lat, &lon }
	}
	for _, c := range []struct {
		name  string
		spoil func(*custody.Observation)
		field string
	}{
		{"good", func(*custody.Observation) {}, ""},
		{"a pole", place(-90, 180), ""},
		{"no id", func(o *custody.Observation) { o.ID = "" }, "/id"},
		{"no time", func(o *custody.Observation) { o.Time = time.Time{} }, "/time"},
		{"two days ahead", func(o *custody.Observation) { o.Time = noon.Add(48 * time.Hour) }, "/time"},
		{"no item", func(o *custody.Observation) { o.Item = "" }, "/item"},
		{"a kind of its own", func(o *custody.Observation) { o.Kind = "spy" }, "/kind"},
		{"no source", func(o *custody.Observation) { o.Source = "" }, "/source"},
		{"a part for a country", func(o *custody.Observation) { o.Country, o.Subdivision = "AU-NSW", "" }, "/country"},
		{"a part of another country", func(o *custody.Observation) { o.Subdivision = "DE-BY" }, "/subdivision"},
		{"the country for a part", func(o *custody.Observation) { o.Subdivision = "AU" }, "/subdivision"},
		{"latitude alone", func(o *custody.Observation) { o.Lat = new(float64) }, "/lat"},
		{"too far north", place(90.1, 151), "/lat"},
		{"too far east", place(-33, 180.1), "/lon"},
		{"no latitude at all", place(math.NaN(), 151), "/lat"},
		{"no fix", place(0, 0), "/lat"},
		{"a radius below none", func(o *custody.Observation) { o.AccuracyM = -1 }, "/accuracy_m"},
		{"a long device", func(o *custody.Observation) { o.DeviceHash = strings.Repeat("d", 65) }, "/device_hash"},
		{"a device of two lines", func(o *custody.Observation) { o.DeviceHash = "a\nb" }, "/device_hash"},
		{"a venue that rings", func(o *custody.Observation) { o.Venue = "shop\a" }, "/venue"},
		{"a long venue", func(o *custody.Observation) { o.Venue = strings.Repeat("v", 129) }, "/venue"},
		{"a reporter that turns round", func(o *custody.Observation) { o.Reporter = "x\u202e" }, "/reporter"},
		{"evidence that clears the screen", func(o *custody.Observation) { o.Evidence = []string{"a", "\x1b[2J"} }, "/evidence/1"},
	} {
		o := custody.Observation{ID: "o", Time: noon, Item: unit(t, "1"), Kind: custody.Consumer, Country: "AU", Subdivision: "AU-NSW",
			Source: custody.GPS, DeviceHash: "d", Venue: "Kwik Shop, 3rd floor", Reporter: "agency 7", Evidence: []string{"photo 1"}}
		c.spoil(&o)
		if f := o.Validate(noon); first(f) != c.field || len(f) > 1 {
			t.Errorf("%s: faults are %v, want one at %q", c.name, f, c.field)
		}
	}
}
