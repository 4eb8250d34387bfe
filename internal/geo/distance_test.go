package geo_test

import (
	"math"
	"testing"

	"waymark/internal/geo"
)

func TestDistanceMatchesKnownOnes(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b geo.Point
		want float64 // km
	}{
		{"nowhere", geo.Point{Lat: 52.52, Lon: 13.405}, geo.Point{Lat: 52.52, Lon: 13.405}, 0},
		{"a degree of meridian", geo.Point{Lat: 10, Lon: 5}, geo.Point{Lat: 11, Lon: 5}, 111.195},
		{"a degree of equator", geo.Point{Lat: 0, Lon: 5}, geo.Point{Lat: 0, Lon: 6}, 111.195},
		{"over the date line", geo.Point{Lat: 0, Lon: 179.5}, geo.Point{Lat: 0, Lon: -179.5}, 111.195},
		{"pole to pole", geo.Point{Lat: 90}, geo.Point{Lat: -90}, 20015.1},
		{"antipodes", geo.Point{Lat: 1, Lon: 0}, geo.Point{Lat: -1, Lon: 180}, 20015.1},
		{"Nashville to Los Angeles", geo.Point{Lat: 36.12, Lon: -86.67}, geo.Point{Lat: 33.94, Lon: -118.40}, 2886.45},
		{"Guangzhou to Shanghai", geo.Point{Lat: 23.130, Lon: 113.264}, geo.Point{Lat: 31.230, Lon: 121.474}, 1211},
		{"London to New York", geo.Point{Lat: 51.507, Lon: -0.128}, geo.Point{Lat: 40.713, Lon: -74.006}, 5570},
	} {
		if got := tt.a.To(tt.b); math.Abs(got-tt.want) > 1+tt.want/1000 {
			t.Errorf("%s: %.3f km, want %.3f", tt.name, got, tt.want)
		}
		if tt.a.To(tt.b) != tt.b.To(tt.a) {
			t.Errorf("%s: there and back differ", tt.name)
		}
	}
}

func TestPointsThatAreNotOnEarth(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, p := range []geo.Point{{}, {Lat: 91}, {Lat: -90.01, Lon: 1}, {Lat: 1, Lon: 181}, {Lat: 1, Lon: -180.5}, {Lat: nan, Lon: 1}, {Lat: 1, Lon: nan}, {Lat: inf}, {Lat: 1, Lon: -inf}} {
		if p.Valid() {
			t.Errorf("%v is valid", p)
		}
	}
	for _, p := range []geo.Point{{Lat: 90, Lon: 0}, {Lat: -90, Lon: 180}, {Lat: 0, Lon: -180}, {Lat: 0.0001, Lon: 0}} {
		if !p.Valid() {
			t.Errorf("%v is not valid", p)
		}
	}
}
