package geo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"iter"
	"math"

	"github.com/golang/geo/s2"
)

// longest is the longest edge of an outline in degrees. Outlines run straight on a
// map, geodesics do not: an edge of one degree along a parallel strays 120 m.
const longest = 1

// outlines yields the polygons of borders.bin, the smallest first, with the region
// each belongs to, as borders/borders.go writes them: an outer ring and its holes,
// the area on the left, 1e-4 degree a unit.
func outlines() iter.Seq2[Region, [][]s2.Point] {
	return func(yield func(Region, [][]s2.Point) bool) {
		z, err := gzip.NewReader(bytes.NewReader(borderData))
		if err != nil {
			panic(err) // unreachable: the data is embedded
		}
		in := bufio.NewReader(z)
		for {
			code, err := in.ReadString(0)
			if err == io.EOF {
				return
			}
			polygon := make([][]s2.Point, count(in))
			for i := range polygon {
				polygon[i] = ring(in)
			}
			if !yield(Region(code[:len(code)-1]), polygon) {
				return
			}
		}
	}
}

func count(in *bufio.Reader) uint64 {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		panic(err) // unreachable: the data is embedded
	}
	return n
}

func step(in *bufio.Reader) float64 {
	n, err := binary.ReadVarint(in)
	if err != nil {
		panic(err) // unreachable: the data is embedded
	}
	return float64(n) / 1e4
}

// ring reads one ring and divides its long edges.
func ring(in *bufio.Reader) []s2.Point {
	n := count(in)
	corners := make([]s2.LatLng, 0, n+1)
	var lat, lon float64
	for range n {
		lon += step(in)
		lat += step(in)
		corners = append(corners, s2.LatLngFromDegrees(lat, lon))
	}
	corners = append(corners, corners[0])
	points := make([]s2.Point, 0, n)
	for i, from := range corners[:n] {
		to := corners[i+1]
		dLat, dLon := (to.Lat - from.Lat).Degrees(), (to.Lng - from.Lng).Degrees()
		parts := math.Ceil(math.Max(math.Abs(dLat), math.Abs(dLon)) / longest)
		for part := range int(math.Max(parts, 1)) {
			f := float64(part) / math.Max(parts, 1)
			p := s2.PointFromLatLng(s2.LatLngFromDegrees(from.Lat.Degrees()+f*dLat, from.Lng.Degrees()+f*dLon))
			if len(points) == 0 || points[len(points)-1] != p {
				points = append(points, p)
			}
		}
	}
	for len(points) > 1 && points[0] == points[len(points)-1] {
		points = points[:len(points)-1]
	}
	return points
}
