package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// TestWhatIf asks what other thresholds would have found in a recorded trade.
func TestWhatIf(t *testing.T) {
	trade := must(t, exitFine, nil, "sim", "--preset", "S", "--noise", "0", "--seed", "3")
	data := record(t, []byte(trade))
	want := digestOf(t, data)
	ask := func(args ...string) (c comparison) {
		t.Helper()
		out := must(t, exitFine, nil, append([]string{"what-if", "--json", "--data", data}, args...)...)
		if err := json.Unmarshal([]byte(out), &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	counts := func(c comparison, rule string) (n counted) {
		for _, r := range c.Rules {
			if r.Rule == rule {
				n = r.counted
			}
		}
		return n
	}

	same := ask("--rule", "R06", "--set", "threshold=0.05")
	if len(same.Appear)+len(same.Disappear)+len(same.Change) > 0 || counts(same, "R02").Then == 0 || same.Alerts.Then != same.Alerts.Now || same.Alerts.Now == 0 {
		t.Errorf("what holds anyway changes something: %+v", same)
	}
	blind := ask("--rule", "R06", "--set", "least=1000000", "--set", "threshold=1e-9")
	if n := counts(blind, "R06"); n.Then == 0 || n.Now != 0 || len(blind.Disappear) != n.Then || len(blind.Appear) > 0 {
		t.Errorf("where a million devices are needed: %+v", blind)
	}
	if n := counts(blind, "R02"); n.Then == 0 || n.Now != n.Then {
		t.Errorf("another rule counts %+v", n)
	}
	quick := ask("--rule", "R02", "--set", "window_hours=8760")
	if n := counts(quick, "R02"); len(quick.Change) != n.Then || n.Then == 0 || quick.Change[0].Now.Status != "provisional" {
		t.Errorf("where late evidence may come for a year: %+v", quick.Change)
	}
	file := filepath.Join(t.TempDir(), "pack.json")
	if err := os.WriteFile(file, []byte(`{"version":"strict","rules":{"R02":{"off":true}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := counts(ask("--policy", file), "R02"); n.Then == 0 || n.Now != 0 {
		t.Errorf("by a pack without R02: %+v", n)
	}
	if c := ask("--policy", file, "--since", "2031-01-01"); len(c.Rules)+len(c.Disappear)+c.Alerts.Then > 0 {
		t.Errorf("since 2031: %+v", c)
	}

	out := must(t, exitFine, nil, "what-if", "--data", data, "--rule", "R06", "--set", "least=1000000", "--since", "2026-01-01")
	for _, want := range []string{"R06 least 3 → 1000000", "since 2026-01-01", "disappear: ", "appear: 0", "→ AE", "nothing was written"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if got := digestOf(t, data); got != want {
		t.Errorf("the views' digest is %s, want %s as before", got, want)
	}
	if err := os.RemoveAll(dataDir(data).views()); err != nil { // both are drawn
		t.Fatal(err)
	}
	if got := ask("--rule", "R06", "--set", "least=1000000", "--set", "threshold=1e-9"); counts(got, "R06") != counts(blind, "R06") || got.Alerts != blind.Alerts {
		t.Errorf("without views on disk: %+v, want %+v", got, blind)
	}
	if _, err := os.Stat(dataDir(data).views()); err == nil {
		t.Error("views were written")
	}
}

func TestWhatIfIsNoAnswer(t *testing.T) {
	data := record(t, smallTrade(t, 100))
	broken := filepath.Join(t.TempDir(), "pack.json")
	if err := os.WriteFile(broken, []byte(`{"version":"v1","rulez":{}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		says string
		args []string
	}{
		{"R06", []string{"--rule", "R66", "--set", "threshold=0.01"}},
		{"threshold, least", []string{"--rule", "R06", "--set", "treshold=0.01"}},
		{"0.5", []string{"--rule", "R06", "--set", "threshold=0.9"}},
		{"a number", []string{"--rule", "R06", "--set", "threshold=many"}},
		{"a number", []string{"--rule", "R06", "--set", "threshold"}},
		{"go together", []string{"--set", "threshold=0.01"}},
		{"go together", []string{"--rule", "R06", "--policy", broken}},
		{"nothing is changed", nil},
		{"no policy pack", []string{"--policy", broken}},
		{"--since", []string{"--rule", "R06", "--set", "threshold=0.01", "--since", "yesterday"}},
		{"no ledger", []string{"--rule", "R06", "--set", "threshold=0.01", "--data", t.TempDir()}},
	} {
		args := append([]string{"what-if", "--data", data}, tt.args...)
		if code, stdout, stderr := call(t, nil, args...); code != exitUsage || !strings.Contains(stderr, tt.says) || stdout != "" {
			t.Errorf("waymark %s: exit code %d, want %d and %q\n%s%s", strings.Join(args, " "), code, exitUsage, tt.says, stdout, stderr)
		}
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	p := startServe(t, data)
	code, _, stderr := call(t, nil, "what-if", "--data", data, "--rule", "R06", "--set", "threshold=0.01")
	if code != exitUnavailable || !strings.Contains(stderr, "is open in another waymark; stop it first") {
		t.Errorf("on a ledger that is open it ends with %d: %s", code, stderr)
	}
	_ = p.Process.Kill()
	_ = p.Wait()
}
