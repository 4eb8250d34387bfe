package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

// A progress shows how far long work has come, on a terminal only.
type progress struct {
	w     io.Writer // nil: nobody watches
	what  string
	unit  string
	total int64 // 0: unknown
	start time.Time
	shown time.Time
}

// newProgress starts to show work on total units; what says which work.
func newProgress(w io.Writer, what, unit string, total int64) *progress {
	f, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) {
		w = nil
	}
	return &progress{w: w, what: what, unit: unit, total: total, start: time.Now()}
}

// at shows that done units are done, a few times a second.
func (p *progress) at(done int64) {
	now := time.Now()
	if p.w == nil || now.Sub(p.shown) < 200*time.Millisecond {
		return
	}
	p.shown = now
	rate := float64(done) / max(now.Sub(p.start).Seconds(), 0.001)
	if p.total > 0 {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d %s (%d %%), %.0f/s", p.what, done, p.total, p.unit, 100*done/p.total, rate)
	} else {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %d %s, %.0f/s", p.what, done, p.unit, rate)
	}
}

// end wipes the line.
func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
