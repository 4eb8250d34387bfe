package geo

import (
	"slices"
	"strings"
)

// A Territory is the area in which a right holds: all of its regions together.
type Territory []Region

// ParseTerritory reads regions parted by commas or spaces.
func ParseTerritory(s string) (Territory, error) {
	var t Territory
	for _, f := range strings.FieldsFunc(s, func(c rune) bool { return c == ',' || c == ' ' }) {
		r, err := ParseRegion(f)
		if err != nil {
			return nil, err
		}
		t = append(t, r)
	}
	return t, nil
}

// Contains reports whether r lies in one of the territory's regions. Of a country
// granted only in part, the country as a whole is not contained.
func (t Territory) Contains(r Region) bool {
	for _, own := range t {
		if own.Contains(r) {
			return true
		}
	}
	return false
}

// Overlaps reports whether some place lies in both territories.
func (t Territory) Overlaps(u Territory) bool {
	for _, r := range u {
		if t.Contains(r) {
			return true
		}
	}
	for _, r := range t {
		if u.Contains(r) {
			return true
		}
	}
	return false
}

// Compact returns the regions in order, without those that another contains.
func (t Territory) Compact() Territory {
	out := make(Territory, 0, len(t))
	for i, r := range t {
		covered := func(o Region) bool { return o != r && o.Contains(r) }
		if !slices.ContainsFunc(t, covered) && !slices.Contains(t[:i], r) {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}

// String returns the codes, parted by a comma and a space: "DE, US-CA".
func (t Territory) String() string {
	var b strings.Builder
	for i, r := range t {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(r))
	}
	return b.String()
}
