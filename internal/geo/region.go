// Package geo knows the regions of the world in which a right to sell can hold,
// which region a point lies in, and how far apart two points are.
package geo

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// A Region is a country of ISO 3166-1, "DE", or a subdivision of ISO 3166-2,
// "DE-BY". Places with a country code of their own are never subdivisions of
// another: TW, HK, MO, PR, RE, AX, SJ and their like. XK stands for Kosovo.
// The zero Region is no region.
type Region string

//go:embed regions.tsv
var regionTable string

//go:embed renamed.txt
var renamedTable string

type regionNames struct {
	parent Region // the subdivision it lies in, "" when it lies directly in its country
	en, zh string
}

// regions holds every region of regions.tsv.
var regions = sync.OnceValue(func() map[Region]regionNames {
	m := make(map[Region]regionNames, 5300)
	for line := range strings.Lines(regionTable) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		m[Region(f[0])] = regionNames{Region(f[1]), f[2], f[3]}
	}
	return m
})

// renamed maps codes that ISO 3166-2 has given up, or that it holds twice, to the
// one in use.
var renamed = sync.OnceValue(func() map[string]Region {
	m := map[string]Region{}
	for line := range strings.Lines(renamedTable) {
		if old, now, ok := strings.Cut(strings.TrimSpace(line), " "); ok && old != "#" {
			m[old] = Region(now)
		}
	}
	return m
})

// ParseRegion reads a code of ISO 3166-1 or ISO 3166-2, in any case, and returns
// it in upper case. Codes withdrawn in a plain renaming are read as today's
// (CN-44 is CN-GD), and CN-TW, US-PR, FR-974 and their like as the country.
func ParseRegion(s string) (Region, error) {
	code := upper(s)
	if r, ok := renamed()[code]; ok {
		return r, nil
	}
	if _, ok := regions()[Region(code)]; ok {
		return Region(code), nil
	}
	country, sub, divided := strings.Cut(code, "-")
	if _, ok := regions()[Region(country)]; !ok {
		return "", fmt.Errorf("parse region %q: no such country in ISO 3166-1", s)
	}
	if !divided || sub == "" {
		return "", fmt.Errorf("parse region %q: want a country, DE, or a subdivision, DE-BY", s)
	}
	return "", fmt.Errorf("parse region %q: %s has no such subdivision in ISO 3166-2", s, country)
}

// upper changes ASCII letters only: in Unicode, ſ is a small S.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// Country returns the country the region lies in, or is.
func (r Region) Country() Region {
	if len(r) > 2 {
		return r[:2]
	}
	return r
}

// Subdivision reports whether the region is a part of a country.
func (r Region) Subdivision() bool { return len(r) > 2 }

// Parent returns the next larger region: IT-MI lies in IT-25, which lies in IT. A
// country has none.
func (r Region) Parent() Region {
	if len(r) <= 2 {
		return ""
	}
	if p := regions()[r].parent; p != "" {
		return p
	}
	return r[:2]
}

// Contains reports whether other is r or lies in it. A country contains its
// subdivisions; a subdivision never contains its country.
func (r Region) Contains(other Region) bool {
	if r == "" || len(other) < 2 {
		return false
	}
	if len(r) == 2 {
		return other[:2] == r
	}
	for ; len(other) > 2; other = other.Parent() {
		if other == r {
			return true
		}
	}
	return false
}

// Name returns the region's name in Chinese for "zh" and its variants, else in
// English; the code itself for an unknown region.
func (r Region) Name(lang string) string {
	n, ok := regions()[r]
	switch {
	case !ok:
		return string(r)
	case n.zh != "" && (lang == "zh" || strings.HasPrefix(lang, "zh-")):
		return n.zh
	}
	return n.en
}

// String returns the code.
func (r Region) String() string { return string(r) }

// MarshalText returns the code.
func (r Region) MarshalText() ([]byte, error) { return []byte(r), nil }

// UnmarshalText reads what ParseRegion reads; empty text is no region.
func (r *Region) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*r = ""
		return nil
	}
	*r, err = ParseRegion(string(text))
	return err
}
