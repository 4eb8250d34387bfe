package evidence

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"waymark/internal/custody"
	"waymark/internal/gs1"
)

// String says in words where the item has been: a table of its steps, and where
// that leaves it.
func (w *Way) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, short(w.Item))
	if len(w.Steps) > 0 {
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "TIME (UTC)\tWHAT\tWHERE\tTO\tDOCUMENTS\tENTRY\tRECORDED (UTC)")
		for _, s := range w.Steps {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", s.At().Format(time.DateTime), what(s), where(s), gln(s.To), documents(s), s.Index, s.Recorded.Format(time.DateTime))
		}
		t.Flush()
	}
	fmt.Fprintln(&b, w.Standing())
	for _, it := range w.Missing {
		fmt.Fprintf(&b, "not complete: the proof does not show all of %s, in which it was or whose other code it is\n", short(it))
	}
	return b.String()
}

// Standing says in a sentence where the item is, as far as the proof shows.
func (w *Way) Standing() string {
	n := w.Now
	switch {
	case len(w.Steps) == 0:
		return "nothing was ever recorded of it"
	case n.Ended != custody.Key{}:
		return fmt.Sprintf("it was %s on %s", n.Disposition, day(n.Ended))
	case n.Sold != custody.Key{}:
		return fmt.Sprintf("it was sold or activated on %s%s", day(n.Sold), w.inside())
	case n.Shipped != custody.Key{}:
		return fmt.Sprintf("it was shipped from %s to %s on %s, and not received since%s", gln(n.ShippedFrom), gln(n.ShippedTo), day(n.Shipped), w.inside())
	case n.Site != 0:
		return fmt.Sprintf("it was at %s since %s%s", n.Site, day(n.Since), w.inside())
	}
	return "it was in nobody's documented custody" + w.inside()
}

// inside says which container the item is in.
func (w *Way) inside() string {
	if n := len(w.Stays); n > 0 && w.Stays[n-1].Open() {
		return ", in " + short(w.Stays[n-1].In)
	}
	return ""
}

func day(k custody.Key) string { return k.At().Format(time.DateTime) + " UTC" }

func what(s Step) string {
	text := string(s.Step)
	switch {
	case s.Kind == custody.Notified:
		text = "announced"
	case s.Kind == custody.Sighted:
		text = string(s.Sight)
	case text == "":
		text = "handled"
	}
	switch {
	case s.Via != "":
		return text + " in " + short(s.Via)
	case s.Link == custody.Into:
		return text + " into " + short(s.Other)
	case s.Link == custody.OutOf:
		return text + " out of " + short(s.Other)
	}
	return text
}

func where(s Step) string {
	if s.Kind == custody.Sighted {
		return dash(string(s.Region))
	}
	return gln(s.Site)
}

func documents(s Step) string { return dash(strings.TrimSpace(s.Order + " " + s.ASN)) }

func gln(g gs1.GLN) string {
	if g == 0 {
		return "-"
	}
	return g.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func short(it gs1.Item) string {
	if s := it.ElementString(); s != "" {
		return s
	}
	return it.String()
}
