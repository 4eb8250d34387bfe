package diversion

import (
	"fmt"
	"time"

	"waymark/internal/geo"
)

// Facts is what a finding's words are made of.
type Facts struct {
	Units    int
	Partner  string // name, or id
	From, To geo.Region
	Time     time.Time
}

func (f Facts) units() string {
	if f.Units == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", f.Units)
}

func (f Facts) day() string { return f.Time.UTC().Format("2006-01-02 15:04 UTC") }

func (f Facts) holder() string {
	if f.Partner == "" {
		return "no documented holder"
	}
	return f.Partner
}
