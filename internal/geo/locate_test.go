package geo_test

import (
	"testing"

	"waymark/internal/geo"
)

func TestLocateKnowsTheCitiesOfTheWorld(t *testing.T) {
	for _, tt := range []struct {
		place    string
		lat, lon float64
		want     geo.Region
	}{
		{"Guangzhou", 23.130, 113.264, "CN-GD"},
		{"Shenzhen", 22.543, 114.058, "CN-GD"},
		{"Beijing", 39.904, 116.407, "CN-BJ"},
		{"Shanghai", 31.230, 121.474, "CN-SH"},
		{"Chengdu", 30.573, 104.066, "CN-SC"},
		{"Chongqing", 29.563, 106.552, "CN-CQ"},
		{"Hangzhou", 30.274, 120.155, "CN-ZJ"},
		{"Wuhan", 30.593, 114.305, "CN-HB"},
		{"Urumqi", 43.826, 87.617, "CN-XJ"},
		{"Lhasa", 29.652, 91.172, "CN-XZ"},
		{"Harbin", 45.803, 126.535, "CN-HL"},
		{"Haikou", 20.044, 110.199, "CN-HI"},
		{"Hohhot", 40.842, 111.749, "CN-NM"},
		{"Hong Kong, Central", 22.281, 114.159, "HK"},
		{"Hong Kong airport", 22.308, 113.918, "HK"},
		{"Macao", 22.199, 113.544, "MO"},
		{"Taipei", 25.033, 121.565, "TW-TPE"},
		{"Kaohsiung", 22.627, 120.301, "TW-KHH"},
		{"Tokyo", 35.690, 139.692, "JP-13"},
		{"Seoul", 37.567, 126.978, "KR-11"},
		{"Pyongyang", 39.039, 125.763, "KP-01"},
		{"Ulaanbaatar", 47.886, 106.906, "MN-1"},
		{"Hanoi", 21.028, 105.854, "VN-HN"},
		{"Bangkok", 13.756, 100.502, "TH-10"},
		{"Singapore", 1.352, 103.820, "SG-03"},
		{"Kuala Lumpur", 3.139, 101.687, "MY-14"},
		{"Johor Bahru", 1.493, 103.741, "MY-01"},
		{"Jakarta", -6.208, 106.846, "ID-JK"},
		{"Manila", 14.600, 120.984, "PH-00"},
		{"Mumbai", 19.076, 72.878, "IN-MH"},
		{"Dehradun", 30.317, 78.032, "IN-UK"},
		{"Karachi", 24.861, 67.010, "PK-SD"},
		{"Dubai", 25.205, 55.271, "AE-DU"},
		{"Riyadh", 24.714, 46.675, "SA-01"},
		{"Tehran", 35.689, 51.389, "IR-23"},
		{"Shiraz", 29.592, 52.584, "IR-07"},
		{"Karaj", 35.840, 50.939, "IR-30"},
		{"Tel Aviv", 32.085, 34.782, "IL-TA"},
		{"Istanbul", 41.008, 28.978, "TR-34"},
		{"Moscow", 55.756, 37.617, "RU-MOW"},
		{"Serpukhov, in the oblast", 54.916, 37.411, "RU-MOS"},
		{"Saint Petersburg", 59.934, 30.335, "RU-SPE"},
		{"Minsk", 53.900, 27.567, "BY-HM"},
		{"Budapest", 47.498, 19.040, "HU-BU"},
		{"Bucharest", 44.427, 26.102, "RO-B"},
		{"Brussels", 50.847, 4.357, "BE-BRU"},
		{"Delhi", 28.614, 77.209, "IN-DL"},
		{"Tashkent", 41.311, 69.280, "UZ-TK"},
		{"Simferopol", 44.952, 34.102, "UA-43"},
		{"Kyiv", 50.450, 30.523, "UA-30"},
		{"Warsaw", 52.230, 21.012, "PL-14"},
		{"Prague", 50.076, 14.438, "CZ-10"},
		{"Munich", 48.137, 11.575, "DE-BY"},
		{"Berlin", 52.520, 13.405, "DE-BE"},
		{"Basel", 47.560, 7.588, "CH-BS"},
		{"Zurich", 47.377, 8.542, "CH-ZH"},
		{"Vaduz", 47.141, 9.521, "LI-11"},
		{"Vienna", 48.208, 16.374, "AT-9"},
		{"Rotterdam", 51.924, 4.477, "NL-ZH"},
		{"Rotterdam, Maasvlakte", 51.955, 4.030, "NL-ZH"},
		{"Paris", 48.857, 2.352, "FR-75C"},
		{"Strasbourg", 48.573, 7.752, "FR-67"},
		{"Kehl, across the Rhine", 48.572, 7.830, "DE-BW"},
		{"Saint-Denis, Reunion", -20.882, 55.450, "RE"},
		{"Cayenne", 4.922, -52.313, "GF"},
		{"Milan", 45.464, 9.190, "IT-MI"},
		{"Vatican", 41.9033, 12.4533, "VA"},
		{"Barcelona", 41.385, 2.173, "ES-B"},
		{"Las Palmas", 28.124, -15.430, "ES-GC"},
		{"Gibraltar", 36.140, -5.353, "GI"},
		{"Lisbon", 38.722, -9.139, "PT-11"},
		{"London, Westminster", 51.499, -0.133, "GB-WSM"},
		{"Dublin", 53.350, -6.260, "IE-D"},
		{"Oslo", 59.914, 10.752, "NO-03"},
		{"Bergen", 60.391, 5.322, "NO-46"},
		{"Longyearbyen", 78.223, 15.647, "SJ"},
		{"Stockholm", 59.329, 18.069, "SE-AB"},
		{"Mariehamn", 60.097, 19.935, "AX"},
		{"Pristina", 42.663, 21.166, "XK"},
		{"Lagos", 6.455, 3.394, "NG-LA"},
		{"Nairobi", -1.292, 36.822, "KE"},
		{"Durban", -29.858, 31.022, "ZA-KZN"},
		{"Casablanca", 33.573, -7.590, "MA"},
		{"Cairo", 30.044, 31.236, "EG-C"},
		{"Hargeisa", 9.560, 44.065, "SO"},
		{"New York", 40.713, -74.006, "US-NY"},
		{"Jersey City, across the Hudson", 40.728, -74.078, "US-NJ"},
		{"Los Angeles", 34.052, -118.244, "US-CA"},
		{"Kansas City, Kansas", 39.114, -94.700, "US-KS"},
		{"Anchorage", 61.218, -149.900, "US-AK"},
		{"Honolulu", 21.307, -157.858, "US-HI"},
		{"San Juan", 18.466, -66.106, "PR"},
		{"Pembina, below the 49th parallel", 48.990, -98.500, "US-ND"},
		{"Manitoba, above the 49th parallel", 49.010, -98.500, "CA-MB"},
		{"Toronto", 43.653, -79.383, "CA-ON"},
		{"Mexico City", 19.433, -99.133, "MX-CMX"},
		{"Panama, Colon", 9.359, -79.900, "PA-3"},
		{"Bogota", 4.711, -74.072, "CO-DC"},
		{"Sao Paulo", -23.551, -46.633, "BR-SP"},
		{"Buenos Aires", -34.604, -58.382, "AR-C"},
		{"Sydney", -33.869, 151.209, "AU-NSW"},
		{"Auckland", -36.848, 174.763, "NZ-AUK"},
		{"Suva", -18.141, 178.442, "FJ-C"},
		{"Taveuni, on the date line", -16.800, -180, "FJ-N"},
		{"South Pole", -90, 0, "AQ"},
	} {
		got, ok := geo.Locate(geo.Point{Lat: tt.lat, Lon: tt.lon})
		if got != tt.want || !ok {
			t.Errorf("%s lies in %q (%s), want %q", tt.place, got, got.Name("en"), tt.want)
		}
		if r, err := geo.ParseRegion(string(got)); r != got || err != nil {
			t.Errorf("%s: region %q reads as %q, %v", tt.place, got, r, err)
		}
	}
}

func TestLocateFindsNothingAtSea(t *testing.T) {
	for _, p := range []geo.Point{
		{Lat: 0, Lon: -30}, {Lat: 40, Lon: -40}, {Lat: -40, Lon: 80}, {Lat: 30, Lon: -160}, {Lat: 85, Lon: 10},
		{Lat: 15, Lon: 115}, {Lat: 56, Lon: 3}, {Lat: 35, Lon: 18}, {Lat: 20, Lon: 180},
		{}, {Lat: 91, Lon: 10}, {Lat: 10, Lon: 181}, {Lat: -90.1, Lon: 0},
	} {
		if got, ok := geo.Locate(p); ok {
			t.Errorf("%v lies in %q, want no region", p, got)
		}
	}
}

func TestLocateTakesHarboursToTheirCoast(t *testing.T) {
	for _, tt := range []struct {
		place    string
		lat, lon float64
		want     geo.Region
	}{
		{"Kwai Tsing container terminal", 22.345, 114.120, "HK"},
		{"Jebel Ali port", 25.020, 55.050, "AE-DU"},
		{"Yantian", 22.575, 114.275, "CN-GD"},
		{"Long Beach pier", 33.745, -118.205, "US-CA"},
	} {
		if got, _ := geo.Locate(geo.Point{Lat: tt.lat, Lon: tt.lon}); got != tt.want {
			t.Errorf("%s lies in %q, want %q", tt.place, got, tt.want)
		}
	}
}

func BenchmarkLocate(b *testing.B) {
	geo.Locate(geo.Point{Lat: 1, Lon: 1})
	for _, bb := range []struct {
		name string
		at   geo.Point
	}{
		{"inland", geo.Point{Lat: 23.13, Lon: 113.26}},
		{"city", geo.Point{Lat: 40.713, Lon: -74.006}},
		{"sea", geo.Point{Lat: 40, Lon: -40}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				geo.Locate(bb.at)
			}
		})
	}
}
