package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/ledger"
	"waymark/ledger/seal"
)

var damageTrials = flag.Int("damage-trials", 24, "how often TestRepair damages a ledger; 240 in all are asked for of a release")

// sealedLedger appends hops to the ledger in data, seals the first of them, and
// returns what it then holds.
func sealedLedger(t *testing.T, data dataDir, sealed, after int) []ledger.Recorded {
	t.Helper()
	h, err := data.openSealed(t.Context(), slog.New(slog.DiscardHandler), false, sealing{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	add := func(n int) {
		for range n {
			id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, h.log.Last()))
			item, err := gs1.SGTIN(9521234100010, fmt.Sprint(h.log.Last()%50))
			if err != nil {
				t.Fatal(err)
			}
			e, err := custody.HopRecorded.New(ledger.EventID(id, 0, nil), custody.Hop{
				ID: id.String(), Time: time.Unix(1_770_000_000, 0), Step: custody.Shipping, Items: []gs1.Item{item}, Site: 9521234000013, Order: strings.Repeat("x", 400)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.log.Append(t.Context(), ledger.CaptureStream(id), ledger.NoStream, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(sealed)
	if err := h.sealer.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	add(after)
	return all(t, h.log)
}

func all(t *testing.T, log ledger.Log) (out []ledger.Recorded) {
	t.Helper()
	for r, err := range log.All(context.Background(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		r.Value = nil
		out = append(out, r)
	}
	return out
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// spoil damages a file, or deletes it, and says how.
func spoil(t *testing.T, r *rand.Rand, dir string) string {
	t.Helper()
	kinds := []string{"MANIFEST-*", "*.sst", "*.log"}
	kind := kinds[r.IntN(len(kinds))]
	names, err := filepath.Glob(filepath.Join(dir, kind))
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s in %s: %v", kind, dir, err)
	}
	name := names[r.IntN(len(names))]
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	how, what := r.IntN(6), filepath.Base(name)
	switch {
	case len(b) == 0 || how == 0 && kind == "*.log":
		err, what = os.Remove(name), what+" deleted"
	case how == 1:
		n := r.IntN(len(b))
		err, what = os.Truncate(name, int64(n)), fmt.Sprintf("%s cut at %d of %d", what, n, len(b))
	default:
		at := r.IntN(len(b))
		if kind == "*.log" { // most of the file is room for more
			at = r.IntN(len(bytes.TrimRight(b, "\x00")) + 1)
		}
		b[min(at, len(b)-1)] ^= 1 << r.IntN(8)
		err, what = os.WriteFile(name, b, 0o640), fmt.Sprintf("bit flipped at %d of %s", at, what)
	}
	if err != nil {
		t.Fatal(err)
	}
	return what
}

// TestRepair damages a ledger in one place at a time: it is whole, or made whole
// again, or refused, and never short without a word. What came after the newest
// checkpoint is in no copy.
func TestRepair(t *testing.T) {
	var bases [2]string // all of it sealed, and all but the end
	var wants [2][]ledger.Recorded
	for i := range bases {
		bases[i] = filepath.Join(t.TempDir(), "base")
		for range 3 { // opened again, its write-ahead log becomes a table
			sealedLedger(t, dataDir(bases[i]), 300, 0)
		}
		wants[i] = sealedLedger(t, dataDir(bases[i]), 100, 10*i)
	}
	whole, repaired, refused, met := 0, 0, 0, 0
	for trial := range *damageTrials {
		data := filepath.Join(t.TempDir(), fmt.Sprint(trial))
		want := wants[trial%2]
		copyDir(t, bases[trial%2], data)
		what := spoil(t, rand.New(rand.NewPCG(uint64(trial), 5)), dataDir(data).ledger())
		h, err := dataDir(data).openSealed(t.Context(), slog.New(slog.DiscardHandler), false, sealing{})
		if err != nil {
			if !errors.Is(err, ledger.ErrDamaged) {
				t.Errorf("%s: %v, want ErrDamaged", what, err)
			}
			if trial%2 == 0 {
				t.Errorf("%s: refused, though all was sealed: %v", what, err)
			}
			refused++
			continue
		}
		n, bad := 0, error(nil)
		for r, err := range h.log.All(t.Context(), 0, false) {
			if bad = err; err != nil {
				break
			}
			if n < len(want) && (r.ID != want[n].ID || r.Position != want[n].Position || !r.Created.Equal(want[n].Created) || !bytes.Equal(r.Data, want[n].Data)) {
				t.Errorf("%s: another event at position %d", what, n+1)
			}
			n++
		}
		kept, _ := filepath.Glob(dataDir(data).ledger() + ".damaged-*")
		switch {
		case errors.Is(bad, ledger.ErrDamaged):
			met++ // whoever reads it is told
		case bad != nil || n != len(want):
			t.Errorf("%s: %d of %d events are there, %v", what, n, len(want), bad)
		case len(kept) > 0:
			repaired++
		default:
			whole++
		}
		if err := h.close(); err != nil && bad == nil {
			t.Errorf("%s: close: %v", what, err)
		}
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d trials: %d harmless, %d repaired, %d refused, %d met by the reader", *damageTrials, whole, repaired, refused, met)
}

// TestOldBackup: a ledger that is older than what its lock says is not sealed
// on. Where its own copies are newer it is made whole; where they are as old it
// is refused, but for another log that names the old one.
func TestOldBackup(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	sealedLedger(t, dataDir(data), 20, 0)
	old := filepath.Join(t.TempDir(), "old")
	must(t, exitFine, nil, "backup", "--data", data, old)
	for _, name := range []string{dataDir(old).sealKey(), dataDir(old).sealLock()} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is in the backup", name)
		}
	}
	want := sealedLedger(t, dataDir(data), 20, 0)
	signed, err := os.ReadFile(filepath.Join(data, "seal", "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(part string) {
		if err := os.RemoveAll(filepath.Join(data, part)); err != nil {
			t.Fatal(err)
		}
		copyDir(t, filepath.Join(old, part), filepath.Join(data, part))
	}

	replace("ledger") // and its note, as a restore does
	if err := os.Rename(filepath.Join(data, "ledger.position"), filepath.Join(data, "was")); err != nil {
		t.Fatal(err)
	}
	h, err := dataDir(data).openSealed(t.Context(), slog.New(slog.DiscardHandler), false, sealing{})
	if err != nil {
		t.Fatalf("an old ledger beside new copies: %v", err)
	}
	if got := all(t, h.log); len(got) != len(want) {
		t.Errorf("it was made again with %d events, want %d", len(got), len(want))
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}

	replace("ledger")
	replace("seal")
	if err := os.Remove(filepath.Join(data, "ledger.position")); err != nil {
		t.Fatal(err)
	}
	open := func(o sealing) (*house, error) {
		return dataDir(data).openSealed(t.Context(), slog.New(slog.DiscardHandler), false, o)
	}
	if h, err := open(sealing{}); !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(fmt.Sprint(err), "old backup") {
		t.Fatalf("an old backup is opened: %v, %v", h, err)
	}
	file := filepath.Join(t.TempDir(), "lost.checkpoint")
	if err := os.WriteFile(file, signed, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err = open(sealing{NewLogAfter: file})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.sealer.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(data, "seal", "tile", "entries", "000.p", fmt.Sprint(h.sealer.Size())))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := seal.ParseEntries(b)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := seal.ParseAfter(entries[0]); err != nil || !bytes.Equal(a.Checkpoint, signed) {
		t.Errorf("the new log's first entry names %q, %v; want the lost log's checkpoint", a.Checkpoint, err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := open(sealing{NewLogAfter: file}); err == nil || errors.Is(err, ledger.ErrDamaged) {
		t.Errorf("a second new log after the same checkpoint: %v, want wrong use", err)
	}
}
