package custody_test

import (
	"testing"

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
