package geo

import "math"

// earthRadius is the mean radius of the Earth in kilometres, IUGG.
const earthRadius = 6371.0088

// A Point is a position in degrees, WGS 84.
type Point struct {
	Lat float64 `json:"lat"` // north is positive
	Lon float64 `json:"lon"` // east is positive
}

// Valid reports whether the point lies on the Earth. The point (0,0), in the Gulf
// of Guinea, is what devices without a fix report and is not valid.
func (p Point) Valid() bool {
	return p != Point{} && math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180
}

// Distance returns the great-circle distance of two points in kilometres. On the
// ellipsoid it may differ by half a percent.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	sinLat := math.Sin((lat2 - lat1) * degree / 2)
	sinLon := math.Sin((lon2 - lon1) * degree / 2)
	h := sinLat*sinLat + math.Cos(lat1*degree)*math.Cos(lat2*degree)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// To returns the great-circle distance of another point in kilometres.
func (p Point) To(q Point) float64 { return Distance(p.Lat, p.Lon, q.Lat, q.Lon) }
