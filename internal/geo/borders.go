package geo

import (
	_ "embed"
	"sync"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// offshore is how far from land a point still counts as on it, in kilometres: the
// outlines are simplified to 0.55 km, and piers and anchorages reach further.
const offshore = 3

//go:embed borders.bin
var borderData []byte

// A borderIndex finds polygons by point. It is only read once built.
type borderIndex struct {
	index *s2.ShapeIndex
	areas map[s2.Shape]area
}

// An area is what is kept of a polygon: its region, and its place by size.
type area struct {
	region Region
	rank   int
}

// borders is built on first use, in a second or two; 42 MiB.
var borders = sync.OnceValue(func() borderIndex {
	b := borderIndex{index: s2.NewShapeIndex(), areas: map[s2.Shape]area{}}
	for r, polygon := range outlines() {
		shape := s2.LaxPolygonFromPoints(polygon)
		b.index.Add(shape)
		b.areas[shape] = area{r, len(b.areas)}
	}
	b.index.Build()
	return b
})

// Locate returns the region a point lies in, the smallest that is known: a
// subdivision, or a country where its subdivisions are not. A point up to 3 km off
// a coast lies in the region nearest to it; it reports false farther out at sea,
// and for a point that is not valid. Borders are true to about a kilometre, and
// follow Natural Earth where they are disputed.
func Locate(p Point) (Region, bool) {
	if !p.Valid() {
		return "", false
	}
	b := borders()
	at := s2.PointFromLatLng(s2.LatLngFromDegrees(p.Lat, p.Lon))
	if shapes := s2.NewContainsPointQuery(b.index, s2.VertexModelSemiOpen).ContainingShapes(at); len(shapes) > 0 {
		return b.smallest(shapes), true
	}
	limit := s1.ChordAngleFromAngle(s1.Angle(offshore / earthRadius))
	options := s2.NewClosestEdgeQueryOptions().MaxResults(1).DistanceLimit(limit)
	for _, e := range s2.NewClosestEdgeQuery(b.index, options).FindEdges(s2.NewMinDistanceToPointTarget(at)) {
		return b.areas[b.index.Shape(e.ShapeID())].region, true
	}
	return "", false
}

// smallest returns the region of the smallest of several polygons: a city that is
// not cut out of the province around it.
func (b borderIndex) smallest(shapes []s2.Shape) Region {
	least := b.areas[shapes[0]]
	for _, shape := range shapes[1:] {
		if a := b.areas[shape]; a.rank < least.rank {
			least = a
		}
	}
	return least.region
}
