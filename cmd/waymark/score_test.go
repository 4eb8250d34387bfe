package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// TestScore pipes a generated trade from one command to the next.
func TestScore(t *testing.T) {
	trade := must(t, exitFine, nil, "sim", "--preset", "S", "--noise", "0", "--seed", "3")
	out := must(t, exitFine, strings.NewReader(trade), "score", "--exact")
	for _, want := range []string{"R02", "D01", "controls flagged: none"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report does not say %q:\n%s", want, out)
		}
	}
	if out := must(t, exitFine, strings.NewReader(trade), "score", "--json"); !strings.Contains(out, `"recall"`) {
		t.Errorf("the report in JSON has no recall:\n%s", out)
	}
	lines := bytes.SplitAfter([]byte(trade), []byte("\n"))
	half := append(lines[:len(lines)/2:len(lines)/2], lines[len(lines)-2:]...) // the truth is the last line
	must(t, exitNo, bytes.NewReader(bytes.Join(half, nil)), "score", "--exact")
	must(t, exitUsage, strings.NewReader("no trade\n"), "score")
}

func TestSimFiles(t *testing.T) {
	dir := t.TempDir()
	sums := must(t, exitFine, nil, "sim", "--preset", "S", "--seed", "3", "--out", dir)
	for _, name := range []string{"master.json", "events.ndjson", "truth.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil || !strings.Contains(sums, name) {
			t.Errorf("%s: %v; the sums are\n%s", name, err, sums)
		}
	}
	if again := must(t, exitFine, nil, "sim", "--preset", "S", "--seed", "3", "--out", dir); again != sums {
		t.Errorf("the same seed gives the sums\n%sthen\n%s", sums, again)
	}
}

// TestWorldFile generates and scores another world than the built-in one.
func TestWorldFile(t *testing.T) {
	const world = "../../internal/sim/testdata/worlds/orchard.json"
	out := must(t, exitFine, nil, "score", "--world", world, "--seeds", "1", "--noise", "0", "--exact", "--baselines")
	for _, want := range []string{"R20", "D16", "usual rule: share", "usual rule: two scans"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report does not say %q:\n%s", want, out)
		}
	}
	if sums := must(t, exitFine, nil, "sim", "--world", world, "--preset", "S", "--out", t.TempDir()); !strings.Contains(sums, "truth.json") {
		t.Errorf("the sums are\n%s", sums)
	}
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"name":"W","start":"2026-02-01"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, exitUsage, nil, "sim", "--world", broken)
	must(t, exitUsage, nil, "sim", "--world", broken+".none")
	must(t, exitUsage, nil, "score", "--world", world)
}

func TestSpread(t *testing.T) {
	out := must(t, exitFine, nil, "score", "--seeds", "1-2", "--noise", "0", "--json", "--baselines")
	var r results
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Reports) != 2 || r.Spread == nil || r.Spread.Reports != 2 || r.Spread.All.Recall.N != 2 || len(r.Baselines) != 2 || r.Baselines[0].Spread == nil {
		t.Errorf("two seeds give\n%s", out)
	}
	for i, r := range r.Reports {
		if !r.Exact() {
			t.Errorf("seed %d is not exact:\n%v", i+1, r)
		}
	}
}
