package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"waymark/api"
	"waymark/internal/diversion"
	"waymark/ledger"
)

type demo struct {
	scenario
	Addr  string `default:"127.0.0.1:8080" help:"Loopback address to listen on."`
	Data  string `default:"waymark-data" type:"path" help:"Folder of the demo's ledger; made where absent, used again where there."`
	Fresh bool   `help:"Delete the demo's ledger and begin anew."`
}

// Run serves a generated trade: it posts it to its own server over HTTP, as
// scanners would, prints what was found, and goes on serving.
func (d demo) Run(ctx context.Context, std streams) error {
	dir := dataDir(d.Data)
	state, fresh, err := d.prepare(dir)
	if err != nil {
		return err
	}
	listener, err := listen(d.Addr, true)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelError}))
	h, err := d.open(dir, logger, &state, fresh)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	running, err := h.serve(listener, api.Config{Dev: true, Logger: logger})
	if err != nil {
		return errors.Join(err, listener.Close(), h.close())
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { // failing, it is not worth going on
		if err := d.show(ctx, std, h, dir, state, "http://"+listener.Addr().String()); err != nil {
			cancel(err)
		}
	}()
	err = running.wait(ctx)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return errors.Join(err, h.close())
}

// show records the trade where that has not been done, and prints what was
// found in it and what to try.
func (d demo) show(ctx context.Context, std streams, h *house, dir dataDir, state demoState, url string) error {
	world := d.generate()
	began := time.Now()
	if !state.Complete {
		fmt.Fprintf(std.out, "Recording a quarter of trade: preset %s, seed %d, %d messages, into %s.\n", d.Preset, d.Seed, world.Len(), dir)
		p := &poster{base: url}
		if err := p.world(ctx, world, std.err); err != nil {
			return err
		}
		if err := h.views.Wait(ctx, h.log.Last()); err != nil {
			return err
		}
		took := time.Since(began)
		fmt.Fprintf(std.out, "Recorded and judged in %.1f s, %.0f messages/s; %d misread codes were refused.\n",
			took.Seconds(), float64(p.sent)/took.Seconds(), p.misreads)
		state.Complete, state.Last = true, h.log.Last()
		if err := writeDemoState(dir, state); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(std.out, "Using the trade in %s: preset %s, seed %d.\n", dir, d.Preset, d.Seed)
		if err := h.views.Wait(ctx, h.log.Last()); err != nil {
			return err
		}
	}
	a := arrivals{}
	for m := range world.Messages() {
		a.message(m)
	}
	if h.until = state.Last; h.until == 0 {
		h.until = h.log.Last()
	}
	result, err := h.score(world.Truth, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "\nFound, against the truth:\n\n%s\n%s\n%s", result, columns, ruleNames())
	if later := h.log.Last() - h.until; later > 0 {
		fmt.Fprintf(std.out, "\n%s added since the demo; the score counts only the demo's.\n", events(later))
	}
	return d.suggest(std, h, url)
}

// columns says how to read the tables.
const columns = `planted: done on purpose; lost: of those, no scan was left that shows it; top-1: the right partner was named;
lead: from the first act of a case to its first alert, the median. Signals alert nobody, they count only in sums.
`

// events counts events in a sentence.
func events(n ledger.Position) string {
	if n == 1 {
		return "1 event was"
	}
	return fmt.Sprintf("%d events were", n)
}

// ruleNames says what the rules are called, a few to a line.
func ruleNames() string {
	rules := slices.Clone(diversion.Rules)
	slices.SortFunc(rules, func(a, b *diversion.Rule) int { return strings.Compare(a.ID, b.ID) })
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	rows := (len(rules) + 1) / 2
	for i := range rows {
		var cells []string
		for j := i; j < len(rules); j += rows {
			cells = append(cells, rules[j].ID+" "+rules[j].Title.EN)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	w.Flush()
	return b.String()
}

// suggest prints what to try, with an item that has a finding.
func (d demo) suggest(std streams, h *house, url string) error {
	example, err := h.exampleItem()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, `
Serving on %[1]s, for callers on this machine. To try:

  %[1]s/                                  search an item, watch alerts
  curl '%[1]s/v1/findings?rule=R02'       shipments out of territory
  go run ./cmd/waymark trace --url %[1]s '%[2]s'

Ctrl-C ends it; the data stays in %[3]s.
`, url, example, d.Data)
	return err
}
