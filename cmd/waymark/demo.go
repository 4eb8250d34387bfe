package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/api"
	"waymark/internal/sim"
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

// demoState is what the demo keeps beside its ledger.
type demoState struct {
	Seed     uint64     `json:"seed"`
	Preset   sim.Preset `json:"preset"`
	Noise    float64    `json:"noise"`
	Complete bool       `json:"complete"` // all of the trade was recorded
}

func (d dataDir) demo() string { return filepath.Join(string(d), "demo.json") }

// prepare returns how the demo's ledger stands, and whether it is to be begun
// anew. It changes nothing, and refuses a folder that is not the demo's.
func (d demo) prepare(dir dataDir) (state demoState, fresh bool, err error) {
	want := demoState{Seed: d.Seed, Preset: d.Preset, Noise: d.Noise}
	state, err = readDemoState(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return want, false, dir.vacant()
	case err != nil:
		return state, false, err
	case d.Fresh:
		return want, true, nil
	}
	if complete := state.Complete; state != (demoState{want.Seed, want.Preset, want.Noise, complete}) {
		return state, false, usagef("%s holds preset %s, seed %d, noise %g; --fresh makes another", dir, state.Preset, state.Seed, state.Noise)
	}
	return state, false, nil
}

// vacant returns a usageError where d holds anything.
func (d dataDir) vacant() error {
	there, err := d.exists()
	if err == nil && there {
		return usagef("%s holds a ledger that is not the demo's", d)
	}
	if err != nil {
		return err
	}
	files, err := os.ReadDir(string(d))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(files) > 0:
		return usagef("%s holds other files, such as %s; name an empty folder with --data", d, files[0].Name())
	}
	return nil
}

// open opens the demo's ledger and marks it as such: a new one before it is
// made; one that is begun anew only then, since it may be open elsewhere.
func (d demo) open(dir dataDir, logger *slog.Logger, state *demoState, fresh bool) (*house, error) {
	there, err := dir.exists()
	if err == nil && !there {
		err = writeDemoState(dir, *state)
	}
	if err != nil {
		return nil, err
	}
	h, err := dir.open(logger, fresh)
	if err != nil {
		return nil, err
	}
	if h.log.Last() == 0 { // begun anew, or broken off amid that
		state.Complete = false
	}
	if fresh {
		if err := writeDemoState(dir, *state); err != nil {
			return nil, errors.Join(err, h.close())
		}
	}
	return h, nil
}

func readDemoState(dir dataDir) (s demoState, err error) {
	b, err := os.ReadFile(dir.demo())
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read %s: %w", dir.demo(), err)
	}
	return s, nil
}

func writeDemoState(dir dataDir, s demoState) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(dir), 0o750); err != nil {
		return err
	}
	return os.WriteFile(dir.demo(), append(b, '\n'), 0o640)
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
		state.Complete = true
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
	result, err := h.score(world.Truth, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "\nFound, against the truth:\n\n%s", result)
	return d.suggest(std, h, url)
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
