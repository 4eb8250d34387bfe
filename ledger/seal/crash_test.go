package seal_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/ledger/seal"
)

var errCrash = errors.New("crash")

// A fuse lets a number of calls through and then fails all, the first of them
// after it has done its work if lands is set.
type fuse struct {
	left  int
	lands bool
}

func (f *fuse) burn(do func() error) error {
	f.left--
	if f.left > 0 {
		return do()
	}
	if f.left == 0 && f.lands {
		return errors.Join(do(), errCrash)
	}
	return errCrash
}

type crashStore struct {
	seal.Dir
	*fuse
}

func (s crashStore) Write(name string, data []byte) error {
	return s.burn(func() error { return s.Dir.Write(name, data) })
}

func (s crashStore) WriteAll(files []seal.File) error {
	for _, f := range files {
		if err := s.Write(f.Name, f.Data); err != nil {
			return err
		}
	}
	return nil
}

func (s crashStore) Remove(name string) error {
	return s.burn(func() error { return s.Dir.Remove(name) })
}

// A crashLock also notes every checkpoint that was ever locked.
type crashLock struct {
	seal.LockDir
	*fuse
	signed *[][]byte
}

func (l crashLock) Swap(old, signed []byte) error {
	return l.burn(func() error {
		err := l.LockDir.Swap(old, signed)
		if err == nil {
			*l.signed = append(*l.signed, signed)
		}
		return err
	})
}

var allCrashes = flag.Bool("all-crashes", false, "crash at every write, not at every fourth")

// TestNoForkAfterCrash crashes at the n'th write, for every n or every fourth, before and after
// it lands, and goes on with another sealer: whatever was signed stays a prefix.
func TestNoForkAfterCrash(t *testing.T) {
	crashes, step := 0, 4
	if *allCrashes {
		step = 1
	}
	for _, lands := range []bool{false, true} {
		for n := 1; ; n += step {
			w := newWorld(t)
			var signed [][]byte
			f := &fuse{n, lands}
			cfg := w.config()
			cfg.Batch = 60
			cfg.Store, cfg.Lock = crashStore{w.dir, f}, crashLock{w.lock, f, &signed}
			s, err := seal.Open(context.Background(), cfg)
			for range 3 {
				for i := range 90 {
					w.capture(t, fmt.Sprint("item-", i))
				}
				if err == nil {
					err = s.CatchUp(context.Background())
				}
			}
			whole := f.left > 0
			f.left = 1 << 30
			if s, err = seal.Open(context.Background(), cfg); err != nil {
				t.Fatalf("crash at write %d, lands %v: open again: %v", n, lands, err)
			}
			w.capture(t, "item-1")
			w.catchUp(t, s)
			for _, b := range signed {
				c, _, err := seal.Policy{Log: w.policy.Log}.Open(b)
				if err != nil {
					t.Fatal(err)
				}
				if got := rootOf(t, w.dir, c.Size); got != c.Root {
					t.Fatalf("crash at write %d, lands %v: the log was forked at %d entries", n, lands, c.Size)
				}
			}
			st, err := seal.Verify(w.prove(t, s, seal.Interval{Stream: "item-1"}), w.policy)
			if err != nil || len(st.Streams[0].Facts) != 4 {
				t.Fatalf("crash at write %d, lands %v: proof: %v, %v", n, lands, st, err)
			}
			if whole {
				break
			}
			crashes++
		}
	}
	t.Logf("%d crashes", crashes)
}

func TestLock(t *testing.T) {
	l := seal.LockDir(t.TempDir() + "/deep/lock")
	for i, tt := range []struct {
		old, next string
		want      error
	}{{"", "a", nil}, {"", "b", seal.ErrLocked}, {"a", "b", nil}, {"a", "c", seal.ErrLocked}, {"b", "c", nil}} {
		if err := l.Swap([]byte(tt.old), []byte(tt.next)); !errors.Is(err, tt.want) {
			t.Errorf("swap %d: %v, want %v", i, err, tt.want)
		}
	}
	if got, err := l.Load(); string(got) != "c" || err != nil {
		t.Errorf("the lock holds %q, %v; want c", got, err)
	}
}

// TestTwoSealers: of two on one lock, the slower one stops.
func TestTwoSealers(t *testing.T) {
	w := newWorld(t)
	a, b := w.open(t), w.open(t)
	w.capture(t, "item")
	w.catchUp(t, a)
	if err := b.CatchUp(context.Background()); !errors.Is(err, seal.ErrLocked) {
		t.Errorf("the second sealer: %v, want ErrLocked", err)
	}
}

func TestDamage(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		do         func(t *testing.T, w *world)
	}{
		{"copy gone", "is missing", func(t *testing.T, w *world) { w.dir.Remove("copy/000.p/11") }},
		{"entries gone", "is missing", func(t *testing.T, w *world) { w.dir.Remove("tile/entries/000.p/11") }},
		{"lock gone", "but the lock is empty", func(t *testing.T, w *world) { os.RemoveAll(string(w.lock)) }},
		{"bit in a copy", "malformed", func(t *testing.T, w *world) { flip(t, w.dir, "copy/000.p/11") }},
		{"bit in entries", "does not follow", func(t *testing.T, w *world) { flip(t, w.dir, "tile/entries/000.p/11") }},
		{"old ledger", "an old backup, or damage", func(t *testing.T, w *world) {
			l, err := pebblelog.Open(pebblelog.Options{InMemory: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			w.log = l
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.open(t)
			for i := range 10 {
				w.capture(t, fmt.Sprint("item-", i))
			}
			w.catchUp(t, s)
			tt.do(t, w)
			s, err := seal.Open(context.Background(), w.config())
			if err == nil {
				err = s.CatchUp(context.Background())
			}
			if !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("open: %v, want ErrDamaged with %q", err, tt.want)
			}
		})
	}
}

func flip(t *testing.T, dir seal.Dir, name string) {
	t.Helper()
	path := filepath.Join(string(dir), name)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 4
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
