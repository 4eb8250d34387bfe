package seal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
	"waymark/ledger/seal"
)

// TestState opens a seal from its state, without the facts of what came before,
// and goes on: it proves what one that read everything proves.
func TestState(t *testing.T) {
	for _, spoiled := range []bool{false, true} {
		w := newWorld(t)
		s := w.open(t)
		for i := range 700 {
			w.capture(t, fmt.Sprint("item-", i%7))
		}
		w.catchUp(t, s)
		if err := s.Snapshot(); err != nil {
			t.Fatal(err)
		}
		if spoiled {
			flip(t, w.dir, "state")
		}
		for i := range 20 {
			w.capture(t, fmt.Sprint("item-", i%7))
		}
		w.catchUp(t, s)
		asked := 0
		cfg := w.config()
		cfg.Facts = func(schema byte, r ledger.Recorded) ([]seal.Fact, error) {
			asked++
			return facts(schema, r)
		}
		s, err := seal.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{false: 20, true: 720}[spoiled]; asked != want {
			t.Errorf("spoiled %v: the facts of %d events were asked for, want %d", spoiled, asked, want)
		}
		w.capture(t, "item-3")
		w.catchUp(t, s)
		st, err := seal.Verify(w.prove(t, s, seal.Interval{Stream: "item-3"}), w.policy)
		if err != nil || st.Streams[0].Count != 104 {
			t.Errorf("spoiled %v: it proves %v, %v", spoiled, st, err)
		}
		if i, err := s.Index(600); err != nil || i < 599 {
			t.Errorf("position 600 has index %d, %v", i, err)
		}
		if _, err := s.Index(9999); !errors.Is(err, seal.ErrUnsealed) {
			t.Errorf("a position that is not sealed: %v", err)
		}
	}
}

// A tileReader reads the files of a log as any reader of C2SP tiles would.
type tileReader struct {
	t   *testing.T
	dir seal.Dir
}

func (tileReader) Height() int                     { return 8 }
func (tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
func (r tileReader) ReadTiles(ts []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range ts {
		path := fmt.Sprintf("tile/%d/%03d", tile.L, tile.N)
		if tile.W < 256 {
			path += fmt.Sprintf(".p/%d", tile.W)
		}
		b, err := os.ReadFile(filepath.Join(string(r.dir), path))
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// TestTilesReadByOthers reads every leaf hash from the tiles by x/mod's reader,
// which holds each tile against the signed root, and compares the entries.
func TestTilesReadByOthers(t *testing.T) {
	w := newWorld(t)
	s := w.open(t)
	for i := range 900 {
		w.capture(t, fmt.Sprint("item-", i%7))
	}
	w.catchUp(t, s)
	c, _, err := seal.Policy{Log: w.policy.Log}.Open(s.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	read := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tileReader{t, w.dir})
	for n := int64(0); n < c.Size; n++ {
		got, err := read.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			t.Fatalf("entry %d: %v", n, err)
		}
		if want := tlog.RecordHash(entryAt(t, w.dir, n, c.Size)); got[0] != want {
			t.Fatalf("entry %d hashes to %s, the tiles have %s", n, want, got[0])
		}
	}
}

func entryAt(t *testing.T, dir seal.Dir, n, size int64) []byte {
	t.Helper()
	name := fmt.Sprintf("tile/entries/%03d", n/256)
	if w := min(256, size-n/256*256); w < 256 {
		name += fmt.Sprintf(".p/%d", w)
	}
	b, err := dir.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := seal.ParseEntries(b)
	if err != nil {
		t.Fatal(err)
	}
	return entries[n%256]
}
