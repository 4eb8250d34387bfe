package pebblelog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
)

var clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func damageOptions(fs vfs.FS) pebblelog.Options {
	return pebblelog.Options{Dir: "ledger", FS: fs, Ballast: -1, IndexBuffer: 150, CacheSize: 1 << 20}
}

// original returns the files of a log with tables, an index and events that
// are in the write-ahead log only, and how many events there are.
func original(t *testing.T) (*vfs.MemFS, ledger.Position) {
	t.Helper()
	fs := vfs.NewCrashableMem()
	l := open(t, damageOptions(fs))
	for n := range 900 {
		if _, err := l.Append(t.Context(), workloadStream(0, n), ledger.NoStream, workloadEvents(0, n)...); err != nil {
			t.Fatal(err)
		}
		if n == 300 || n == 600 {
			if err := l.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	last := l.Last()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return fs, last
}

func copyOf(fs *vfs.MemFS) *vfs.MemFS {
	return fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(0, 0))})
}

func readFile(t *testing.T, fs vfs.FS, path string) []byte {
	t.Helper()
	f, err := fs.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t *testing.T, fs vfs.FS, path string, b []byte) {
	t.Helper()
	f, err := fs.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// files returns the paths of files of the log whose name has the part.
func files(t *testing.T, fs vfs.FS, part string) []string {
	t.Helper()
	names, err := fs.List("ledger")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, n := range names {
		if strings.Contains(n, part) && len(readFile(t, fs, "ledger/"+n)) > 0 {
			paths = append(paths, "ledger/"+n)
		}
	}
	slices.Sort(paths)
	return paths
}

// refusedOrWhole opens what is damaged. Either that fails as it should, or
// every event is there.
func refusedOrWhole(t *testing.T, fs vfs.FS, last ledger.Position) (refused bool) {
	t.Helper()
	_, checked := pebblelog.CheckWith(t.Context(), damageOptions(fs))
	l, err := pebblelog.Open(damageOptions(fs))
	if err != nil {
		if !errors.Is(err, ledger.ErrDamaged) {
			t.Errorf("Open: %v, want %v", err, ledger.ErrDamaged)
		}
		if checked == nil {
			t.Errorf("Check passes what Open refuses: %v", err)
		}
		return true
	}
	defer l.Close()
	var n ledger.Position
	for _, err := range l.All(t.Context(), 0, false) {
		if err != nil {
			if !errors.Is(err, ledger.ErrDamaged) {
				t.Errorf("All: %v, want %v", err, ledger.ErrDamaged)
			}
			return true
		}
		n++
	}
	if n != last {
		t.Errorf("the log is silently short: %d events, were %d", n, last)
	}
	if got := auditLog(t, l); ledger.Position(got[0]) != 900 {
		t.Errorf("%d appends, were 900", got[0])
	}
	return false
}

// TestBitFlips changes one bit in a file of each kind.
func TestBitFlips(t *testing.T) {
	base, last := original(t)
	trials := 60
	if testing.Short() || brief {
		trials = 10
	}
	tables, err := pebblelog.Tables(damageOptions(copyOf(base)))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(tables)
	rng := rand.New(rand.NewPCG(5, 6))
	for _, kind := range []string{".sst", ".log", "MANIFEST-", "note"} {
		refused := 0
		for range trials {
			fs := copyOf(base)
			path := "ledger.position"
			if kind != "note" {
				paths := files(t, fs, kind)
				if kind == ".sst" {
					paths = tables
				}
				path = paths[rng.IntN(len(paths))]
			}
			b := readFile(t, fs, path)
			used := len(bytes.TrimRight(b, "\x00"))
			at := rng.IntN(used)
			b[at] ^= 1 << rng.IntN(8)
			writeFile(t, fs, path, b)
			t.Run(fmt.Sprintf("%s byte %d", path, at), func(t *testing.T) {
				if refusedOrWhole(t, fs, last) {
					refused++
				}
			})
		}
		t.Logf("%s: %d of %d flips refused, the others harmless", kind, refused, trials)
		if refused < trials/3 || kind == ".sst" && refused < trials*9/10 {
			t.Errorf("only %d of %d flips in %s were noticed", refused, trials, kind)
		}
	}
}

// TestLoss takes away or cuts off what Pebble does not miss.
func TestLoss(t *testing.T) {
	base, last := original(t)
	cut := func(part string, keep func(used int) int) func(t *testing.T, fs *vfs.MemFS) {
		return func(t *testing.T, fs *vfs.MemFS) {
			paths := files(t, fs, part)
			path := paths[len(paths)-1]
			b := readFile(t, fs, path)
			writeFile(t, fs, path, b[:keep(len(bytes.TrimRight(b, "\x00")))])
		}
	}
	remove := func(part string) func(t *testing.T, fs *vfs.MemFS) {
		return func(t *testing.T, fs *vfs.MemFS) {
			for _, path := range files(t, fs, part) {
				if err := fs.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, c := range []struct {
		name  string
		do    func(t *testing.T, fs *vfs.MemFS)
		whole bool // it may be that nothing is lost
	}{
		{"write-ahead log cut", cut(".log", func(used int) int { return used / 10 }), false},
		{"write-ahead log zeroed in the middle", func(t *testing.T, fs *vfs.MemFS) {
			paths := files(t, fs, ".log")
			b := readFile(t, fs, paths[len(paths)-1])
			clear(b[4096:8192])
			writeFile(t, fs, paths[len(paths)-1], b)
		}, false},
		{"write-ahead log removed", remove(".log"), false},
		{"tables cut", func(t *testing.T, fs *vfs.MemFS) {
			for _, path := range files(t, fs, ".sst") {
				b := readFile(t, fs, path)
				writeFile(t, fs, path, b[:len(b)/2])
			}
		}, false},
		{"tables removed", remove(".sst"), false},
		{"manifest cut", cut("MANIFEST", func(used int) int { return used / 2 }), true},
		{"manifest removed", remove("MANIFEST"), false},
		{"manifest's marker removed", removeEmpty("marker.manifest"), false},
		{"format's marker removed", removeEmpty("marker.format"), false},
		{"all removed", func(t *testing.T, fs *vfs.MemFS) {
			if err := fs.RemoveAll("ledger"); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"another log's note", func(t *testing.T, fs *vfs.MemFS) {
			other := vfs.NewMem()
			l := open(t, damageOptions(other))
			if _, err := l.Append(t.Context(), "w0-0", ledger.NoStream, workloadEvents(0, 0)...); err != nil {
				t.Fatal(err)
			}
			l.Look(clock)
			writeFile(t, fs, "ledger.position", readFile(t, other, "ledger.position"))
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := copyOf(base)
			c.do(t, fs)
			if !refusedOrWhole(t, fs, last) && !c.whole {
				t.Error("not refused")
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		if refusedOrWhole(t, copyOf(base), last) {
			t.Error("a whole log was refused")
		}
	})
}

// removeEmpty removes files that say what they say by their names.
func removeEmpty(prefix string) func(t *testing.T, fs *vfs.MemFS) {
	return func(t *testing.T, fs *vfs.MemFS) {
		names, err := fs.List("ledger")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if strings.HasPrefix(n, prefix) {
				if err := fs.Remove("ledger/" + n); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestDamageWhileOpen: a bad block met by a read fails that read and later
// appends, and nothing else.
func TestDamageWhileOpen(t *testing.T) {
	base, last := original(t)
	fs := copyOf(base)
	o := damageOptions(fs)
	o.CacheSize = 1
	settled, err := pebblelog.Open(o) // so that no compaction takes a table away meanwhile
	if err == nil {
		err = errors.Join(settled.Compact(t.Context()), settled.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, o)
	for _, path := range files(t, fs, ".sst") {
		b := readFile(t, fs, path)
		b[len(b)/3] ^= 4
		f, err := fs.OpenReadWrite(path, vfs.WriteCategoryUnspecified)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(b, 0); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var met error
	for _, err := range l.All(t.Context(), 0, false) {
		if err != nil {
			met = err
		}
	}
	if !errors.Is(met, ledger.ErrDamaged) || strings.Contains(met.Error(), "\n") {
		t.Fatalf("All over a bad block: %v", met)
	}
	if _, err := l.Append(t.Context(), "new", ledger.NoStream, workloadEvents(9, 9)...); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("Append after that: %v", err)
	}
	if err := l.Health(); !errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("Health after that: %v", err)
	}
	for r, err := range l.All(t.Context(), last-1, false) { // elsewhere reads go on
		if err != nil || r.Position != last {
			t.Errorf("read of the last event: %d, %v", r.Position, err)
		}
	}
}
