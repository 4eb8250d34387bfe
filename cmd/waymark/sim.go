package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"waymark/internal/sim"
)

// A scenario says which world to generate.
type scenario struct {
	Preset sim.Preset `default:"M" enum:"S,M,L" help:"Size: S 6,400 units, M 64,000, L 1,000,000."`
	Seed   uint64     `default:"1" help:"Number from which everything follows."`
	Noise  float64    `default:"1" help:"How often scans are lost, late or wrong: 0 never, 1 as in the field."`
}

// Validate refuses what makes no world.
func (s scenario) Validate() error {
	if s.Noise < 0 || math.IsNaN(s.Noise) || math.IsInf(s.Noise, 0) {
		return fmt.Errorf("--noise %g, want 0 or more", s.Noise)
	}
	return nil
}

func (s scenario) generate() *sim.World { return s.of(nil) }

// of generates a world by a setting, the built-in one where it is nil.
func (s scenario) of(setting *sim.Setting) *sim.World {
	return sim.Generate(sim.Config{Seed: s.Seed, Preset: s.Preset, Noise: s.Noise, Setting: setting})
}

// A worldFile names a file that holds a setting; "" stands for the built-in one.
type worldFile string

// read returns the setting in the file, nil for the built-in one.
func (f worldFile) read() (*sim.Setting, error) {
	if f == "" {
		return nil, nil
	}
	in, err := os.Open(string(f))
	if err != nil {
		return nil, usagef("--world: %w", err)
	}
	defer in.Close()
	s, err := sim.ReadSetting(in)
	var faults sim.SettingError
	if errors.As(err, &faults) {
		var b strings.Builder
		for _, f := range faults {
			fmt.Fprintf(&b, "\n  %v", f)
		}
		return nil, usagef("%s is no world:%s", f, b.String())
	}
	if err != nil {
		return nil, usagef("%s: %w", f, err)
	}
	return s, nil
}

type simul struct {
	scenario
	World worldFile `type:"path" placeholder:"FILE" help:"Generate the world that this file describes instead of the built-in one."`
	Out   string    `type:"path" placeholder:"DIR" help:"Write master.json, events.ndjson and truth.json there. Without it and --post, all goes to standard output as lines that score reads."`
	Post  string    `placeholder:"URL" xor:"out" help:"Post master data and messages to a server."`
	Key   string    `env:"WAYMARK_KEY" help:"API key for --post."`
}

// Run generates a world and writes or posts it.
func (s simul) Run(ctx context.Context, std streams) error {
	if s.Out != "" && s.Post != "" {
		return usagef("--out and --post exclude each other")
	}
	setting, err := s.World.read()
	if err != nil {
		return err
	}
	w := s.of(setting)
	switch {
	case s.Out != "":
		return writeWorld(std, s.Out, w)
	case s.Post != "":
		return s.post(ctx, std, w)
	}
	return writeTrade(std.out, w)
}

// writeWorld writes a world to files in dir and prints their sums.
func writeWorld(std streams, dir string, w *sim.World) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) (sim.Sum, error)
	}{
		{"master.json", w.WriteMaster},
		{"events.ndjson", w.WriteEvents},
		{"truth.json", w.WriteTruth},
	} {
		sum, err := writeFile(filepath.Join(dir, f.name), f.write)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s  %s\n", sum, f.name)
	}
	return nil
}

func writeFile(name string, write func(io.Writer) (sim.Sum, error)) (sim.Sum, error) {
	f, err := os.Create(name)
	if err != nil {
		return sim.Sum{}, err
	}
	sum, err := write(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return sum, err
}

// post sends a world to a server.
func (s simul) post(ctx context.Context, std streams, w *sim.World) error {
	p := &poster{base: strings.TrimRight(s.Post, "/"), key: s.Key}
	if err := p.world(ctx, w, std.err); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "posted %d messages; %d misread codes were refused, as they should be\n", p.sent, p.misreads)
	return nil
}
