package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/api"
)

// record makes a ledger in a new folder that holds a trade, and returns the
// folder.
func record(t *testing.T, trade []byte) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	h, err := dataDir(data).open(slog.New(slog.DiscardHandler), false)
	if err != nil {
		t.Fatal(err)
	}
	l, err := listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	running, err := h.serve(l, api.Config{Dev: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &poster{base: "http://" + l.Addr().String()}
	if _, err := p.trade(context.Background(), bytes.NewReader(trade), &bytes.Buffer{}, 0); err != nil {
		t.Fatal(err)
	}
	if err := h.views.Wait(t.Context(), h.log.Last()); err != nil {
		t.Fatal(err)
	}
	if err := running.stop(); err != nil {
		t.Fatal(err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestBackup copies a ledger, loses it, and gets it back.
func TestBackup(t *testing.T) {
	data := record(t, smallTrade(t, 1000))
	want := digestOf(t, data)
	copied := filepath.Join(t.TempDir(), "copy")
	must(t, exitFine, nil, "backup", "--data", data, copied)
	must(t, exitUsage, nil, "backup", "--data", data, copied) // never over another one
	must(t, exitUsage, nil, "restore", "--data", data, copied)
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	must(t, exitFine, nil, "restore", "--data", data, copied)
	if got := digestOf(t, data); got != want {
		t.Errorf("restored, the views' digest is %s, want %s", got, want)
	}
	must(t, exitFine, nil, "check", "--data", data)
}

// TestDamage flips a bit in a ledger's table.
func TestDamage(t *testing.T) {
	data := record(t, smallTrade(t, 1000))
	must(t, exitFine, nil, "check", "--data", data)
	tables, err := filepath.Glob(filepath.Join(data, "ledger", "*.sst"))
	if err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Glob(filepath.Join(data, "ledger", "*.log"))
	if err != nil || len(tables)+len(logs) == 0 {
		t.Fatalf("no files to damage in %s (%v)", data, err)
	}
	for _, name := range append(tables, logs...) {
		b, err := os.ReadFile(name)
		if err != nil || len(b) < 1000 {
			continue
		}
		b[len(b)/2] ^= 4
		if err := os.WriteFile(name, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	must(t, exitDamaged, nil, "check", "--data", data)
	if out := must(t, exitDamaged, nil, "rebuild", "--data", data); strings.Contains(out, "digest") {
		t.Errorf("rebuild gives a digest of a damaged ledger:\n%s", out)
	}
}

func TestTrace(t *testing.T) {
	data := record(t, smallTrade(t, 1000))
	way := must(t, exitFine, nil, "trace", "--data", data, firstItem(t))
	if !strings.Contains(way, "commissioning") {
		t.Errorf("the way of a unit does not begin with its making:\n%s", way)
	}
	must(t, exitFine, nil, "trace", "--json", "--data", data, firstItem(t))
	must(t, exitNo, nil, "trace", "--data", data, "(01)09521234100010(21)NEVERMADE")
}

// firstItem returns a unit that the small trade makes.
func firstItem(t *testing.T) string {
	t.Helper()
	_, after, ok := strings.Cut(string(smallTrade(t, 1000)), `"step":"commissioning","items":["`)
	item, _, _ := strings.Cut(after, `"`)
	if !ok {
		t.Fatal("the trade makes no unit")
	}
	return item
}

// TestWhatIsSaid holds messages to what their reader can do about them.
func TestWhatIsSaid(t *testing.T) {
	data := record(t, smallTrade(t, 1000))
	if err := writeDemoState(dataDir(data), demoState{Complete: true}); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	must(t, exitFine, nil, "backup", "--data", data, copied)
	if out := must(t, exitFine, nil, "check", "--data", copied); !strings.Contains(out, "no views (a backup has none)") {
		t.Errorf("check of a backup says\n%s", out)
	}
	must(t, exitUsage, nil, "demo", "--fresh", "--data", copied, "--addr", "127.0.0.1:0") // it is not the demo's

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var told bytes.Buffer
	err := rebuild{location{Data: data}}.Run(ctx, streams{err: &told, out: &told})
	if code := exitCode(err, &told); code != exitUnavailable || told.String() != "waymark: interrupted\n" {
		t.Errorf("rebuild interrupted ends with %d and says %q", code, told.String())
	}

	damage(t, filepath.Join(data, "views"))
	if out := must(t, exitFine, nil, "check", "--data", data); !strings.Contains(out, "rebuild makes them anew") || strings.Contains(out, "carrier") {
		t.Errorf("check with damaged views says\n%s", out)
	}
}

// damage flips a bit in every file of tables in a folder.
func damage(t *testing.T, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files to damage in %s (%v)", dir, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 4
		if err := os.WriteFile(name, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
