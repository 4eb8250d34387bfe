package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"

	"waymark/internal/sim"
	"waymark/ledger"
)

// demoState is what the demo keeps beside its ledger.
type demoState struct {
	Seed     uint64     `json:"seed"`
	Preset   sim.Preset `json:"preset"`
	Noise    float64    `json:"noise"`
	Complete bool       `json:"complete"` // all of the trade was recorded
	// Last is the position of the trade's last event, where it is complete. What
	// was recorded after it is somebody else's, and not scored.
	Last ledger.Position `json:"last,omitzero"`
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
	if state.Seed != want.Seed || state.Preset != want.Preset || state.Noise != want.Noise {
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
	h, err := dir.openSealed(context.Background(), logger, fresh, sealing{})
	if err != nil {
		return nil, err
	}
	if h.log.Last() == 0 { // begun anew, or broken off amid that
		state.Complete, state.Last = false, 0
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
