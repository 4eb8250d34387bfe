package main

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"waymark/internal/custody"
	"waymark/internal/sim"
)

// demoData makes a ledger that the demo takes for its own.
func demoData(t *testing.T) string {
	t.Helper()
	data := record(t, smallTrade(t, 300))
	if err := writeDemoState(dataDir(data), demoState{Seed: 1, Preset: sim.Preset("S"), Noise: 1, Complete: true}); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestFreshLeavesOthersAlone: the demo deletes nothing that another process has
// open, and nothing before it knows that it can serve.
func TestFreshLeavesOthersAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	data := demoData(t)
	want := digestOf(t, data)
	fresh := []string{"demo", "--fresh", "--preset", "S", "--data", data, "--addr"}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	code, _, stderr := call(t, nil, append(fresh, taken.Addr().String())...)
	if code != exitUnavailable || !strings.Contains(stderr, "--addr") {
		t.Errorf("on a port that is taken it ends with %d: %s", code, stderr)
	}
	taken.Close()

	p := startServe(t, data)
	code, _, stderr = call(t, nil, append(fresh, "127.0.0.1:0")...)
	if code != exitUnavailable || !strings.Contains(stderr, "is open in another waymark; stop it first") {
		t.Errorf("on a ledger that is open it ends with %d: %s", code, stderr)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	log := p.rest()
	if err := p.Wait(); err != nil {
		t.Fatalf("serve ended with %v\n%s", err, log)
	}
	if got := digestOf(t, data); got != want {
		t.Errorf("the views' digest is %s, want %s as before", got, want)
	}
}

// TestServeWithoutItsFolder deletes the folder of a server and puts another
// ledger there: the server ends, and the other ledger stays sound.
func TestServeWithoutItsFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	data := record(t, smallTrade(t, 300))
	other := record(t, smallTrade(t, 200))
	p := startServe(t, data)
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, data); err != nil {
		t.Fatal(err)
	}
	log := p.rest() // it ends by itself
	_ = p.Wait()
	if code := p.ProcessState.ExitCode(); code != exitIO || !strings.Contains(log, "no longer in the directory") {
		t.Errorf("serve ended with %d, want %d\n%s", code, exitIO, log)
	}
	must(t, exitFine, nil, "check", "--data", data)
}

func TestDemoAmongOtherFiles(t *testing.T) {
	data := t.TempDir()
	name := filepath.Join(data, "thesis.txt")
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--fresh"}} {
		code, _, stderr := call(t, nil, append([]string{"demo", "--data", data, "--addr", "127.0.0.1:0"}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, "other files") {
			t.Errorf("demo %s among other files ends with %d: %s", args, code, stderr)
		}
	}
	if files, err := os.ReadDir(data); err != nil || len(files) != 1 {
		t.Errorf("then the folder holds %v (%v)", files, err)
	}
}

// TestDemo starts the demo, records something beside its trade, and starts it on
// what is there: it scores its own trade as before.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	data := filepath.Join(t.TempDir(), "data")
	first := runDemo(t, data)
	item := firstUnit(t)
	p := startServe(t, data)
	answer, err := (&poster{base: "http://" + p.addr}).call(t.Context(), http.MethodPost, "/v1/observations", "application/json",
		[]byte(`{"id":"later","time":"2026-04-02T08:00:00Z","item":"`+item+`","kind":"inspection","country":"IS","source":"declared"}`))
	if err != nil || !strings.Contains(string(answer), `"duplicate":false`) {
		t.Fatalf("record an inspection of %s: %s, %v", item, answer, err)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	log := p.rest()
	if err := p.Wait(); err != nil {
		t.Fatalf("serve ended with %v\n%s", err, log)
	}
	second := runDemo(t, data)
	if !strings.Contains(first, "Recording") || !strings.Contains(second, "Using the trade") || !strings.Contains(second, "R02 possible") {
		t.Errorf("the demo says\n%s\nthen\n%s", first, second)
	}
	if !strings.Contains(second, "1 event was added since the demo") || strings.Contains(first, "added since") {
		t.Errorf("the demo says\n%s\nthen\n%s", first, second)
	}
	if got, want := scoreOf(second), scoreOf(first); got != want {
		t.Errorf("the score is\n%s\nthen\n%s", want, got)
	}
	if report := must(t, exitFine, nil, "score", "--data", data); !strings.Contains(second, report) {
		t.Errorf("score prints\n%s, the demo\n%s", report, second)
	}
	must(t, exitUsage, nil, "demo", "--data", data, "--preset", "S", "--seed", "5", "--addr", "127.0.0.1:0")
}

// runDemo runs the demo until it serves, ends it, and returns what it said.
func runDemo(t *testing.T, data string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, "demo", "--preset", "S", "--addr", "127.0.0.1:0", "--data", data)
	c.Env = append(os.Environ(), asProgram+"=1")
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		b.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "Ctrl-C") {
			if err := c.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("the demo ended with %v\n%s", err, b.String())
	}
	return b.String()
}

// scoreOf returns the tables in what the demo says.
func scoreOf(out string) string {
	_, after, _ := strings.Cut(out, "against the truth:\n")
	table, _, _ := strings.Cut(after, "controls flagged")
	return table
}

// firstUnit returns a unit that the demo's smallest trade makes.
func firstUnit(t *testing.T) string {
	t.Helper()
	for m := range (scenario{Preset: "S", Seed: 1, Noise: 1}).generate().Messages() {
		if m.Hop != nil && m.Hop.Step == custody.Commissioning && m.Hop.Items[0].Serial() != "" {
			return m.Hop.Items[0].ElementString()
		}
	}
	t.Fatal("the trade makes no unit")
	return ""
}
