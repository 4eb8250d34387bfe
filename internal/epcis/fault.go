package epcis

import (
	"fmt"
	"strings"
)

// A Fault is one thing wrong with a document.
type Fault struct {
	Event        int    // place in the event list, -1 for the document itself
	Path         string // JSON pointer, such as /epcisBody/eventList/3/eventTime
	Line, Column int    // counted from 1; a column is a byte
	Found        string
	Expected     string
}

// Error says where, what was found, and what was expected.
func (f Fault) Error() string {
	path := f.Path
	if path == "" {
		path = "/"
	}
	return fmt.Sprintf("%s (line %d, column %d): found %s, expected %s", path, f.Line, f.Column, f.Found, f.Expected)
}

// Faults are all faults of a document, in the order of the text.
type Faults []Fault

// Error gives one line a fault, of the first few.
func (fs Faults) Error() string {
	const most = 10
	var b strings.Builder
	for i, f := range fs {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == most {
			fmt.Fprintf(&b, "and %d more", len(fs)-most)
			break
		}
		b.WriteString(f.Error())
	}
	return b.String()
}

// Err returns fs as an error, nil where there is no fault.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}

// Document returns the faults that concern the document as a whole.
func (fs Faults) Document() Faults { return fs.of(-1) }

// Of returns the faults of one event.
func (fs Faults) Of(event int) Faults { return fs.of(event) }

func (fs Faults) of(event int) Faults {
	var out Faults
	for _, f := range fs {
		if f.Event == event {
			out = append(out, f)
		}
	}
	return out
}

// shown returns a short quotation of what was found.
func shown(s string) string {
	const most = 80
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
