package geo

// Locate returns the region a point lies in, and false for a point at sea or one
// that is not valid.
func Locate(p Point) (Region, bool) {
	return "", false
}
