package projections_test

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/gs1"
)

func number(s string) (n int) { fmt.Sscan(s, &n); return n }

func sub(s string) geo.Region {
	if r := geo.Region(s); r.Country() != r {
		return r
	}
	return ""
}

func regions(s string) (t geo.Territory) {
	for _, r := range strings.Split(s, ",") {
		t = append(t, geo.Region(r))
	}
	return t
}

const minute = "2006-01-02T15:04"

func at(s string) time.Time {
	t, err := time.Parse(minute, s)
	if err != nil {
		panic(err)
	}
	return t
}

// gln gives the site that a story calls s its number.
func gln(s string) gs1.GLN {
	h := fnv.New32a()
	h.Write([]byte(s))
	for c := range 10 {
		if g, err := gs1.ParseGLN(fmt.Sprintf("952%09d%d", h.Sum32()%1_000_000_000, c)); err == nil {
			return g
		}
	}
	panic("no check digit closes the number of " + s)
}

// item reads "u7" (a unit), "c7" (a carton), "p7" (a pallet), or any spelling.
func item(s string) (gs1.Item, error) {
	switch {
	case strings.HasPrefix(s, "u"):
		return gs1.ParseItem("(01)09521234100010(21)" + s)
	case strings.HasPrefix(s, "c"):
		return gs1.ParseItem("(01)19521234100017(21)" + s)
	case strings.HasPrefix(s, "p"):
		base := fmt.Sprintf("0952123400000%04d", number(s[1:]))
		for c := range 10 {
			if it, err := gs1.ParseItem(fmt.Sprintf("(00)%s%d", base, c)); err == nil {
				return it, nil
			}
		}
	}
	return gs1.ParseItem(s)
}

// itemsOf reads "u1,u2" and "u1..u9".
func itemsOf(s string) (out []gs1.Item, err error) {
	for _, name := range namesOf(s) {
		it, err := item(name)
		if err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

func namesOf(s string) (out []string) {
	for _, w := range list(s) {
		from, to, run := strings.Cut(w, "..")
		if !run {
			out = append(out, w)
			continue
		}
		for n := number(from[1:]); n <= number(to[1:]); n++ {
			out = append(out, fmt.Sprintf("%c%d", from[0], n))
		}
	}
	return out
}
