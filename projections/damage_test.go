package projections_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"waymark/internal/sim"
	"waymark/projections"
)

// TestDamage spoils the rows on disk and reads them: the answer is an error and
// the views say that they are damaged; the process goes on. Drawn anew, they
// say what they said before.
func TestDamage(t *testing.T) {
	s := quarter(t, sim.Generate(sim.Config{Seed: 2, Preset: sim.S}), nil)
	want := digest(t, s.views)
	dir := t.TempDir()
	open := func() *projections.Views {
		v, err := projections.Open(s.log, projections.Options{Dir: dir, Cache: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := open()
	catchUp(t, v)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, dir)
	v = open()
	if _, err := v.Digest(); err == nil || !errors.Is(v.Health(), projections.ErrDamaged) {
		t.Errorf("spoilt rows read with %v, health %v, want an error and ErrDamaged", err, v.Health())
	}
	if err := v.Close(); err != nil {
		t.Errorf("damaged views close with %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	v = open()
	defer v.Close()
	catchUp(t, v)
	if got := digest(t, v); got != want {
		t.Errorf("drawn anew the digest is %s, want %s", got, want)
	}
}

// spoil flips bits in blocks of every table.
func spoil(t *testing.T, dir string) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables in %s: %v", dir, err)
	}
	for _, name := range tables {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := len(b) / 4; i < len(b)/2; i += 4096 {
			b[i] ^= 0x55
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
