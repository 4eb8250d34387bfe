package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json"

	"waymark/internal/sim"
)

// A program is waymark serve in a process of its own.
type program struct {
	*exec.Cmd
	addr string
	log  *bufio.Scanner
}

// startServe starts the server on a free port and waits until it listens.
func startServe(t *testing.T, data string, more ...string) *program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"serve", "--dev", "--addr", "127.0.0.1:0", "--data", data}, more...)
	p := &program{Cmd: exec.Command(exe, args...)}
	p.Env = append(os.Environ(), asProgram+"=1")
	stderr, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	p.log = bufio.NewScanner(stderr)
	var line struct {
		Msg  string `json:"msg"`
		Addr string `json:"addr"`
	}
	for p.log.Scan() {
		if err := json.Unmarshal(p.log.Bytes(), &line); err != nil {
			t.Fatalf("log line %q: %v", p.log.Text(), err)
		}
		if line.Msg == "listening" {
			p.addr = line.Addr
			return p
		}
	}
	t.Fatalf("serve ended before it listened: %v", p.Wait())
	return nil
}

// rest reads the log to its end.
func (p *program) rest() string {
	var b strings.Builder
	for p.log.Scan() {
		b.WriteString(p.log.Text() + "\n")
	}
	return b.String()
}

// smallTrade returns a generated trade as lines, cut short after so many.
func smallTrade(t *testing.T, lines int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeTrade(&b, sim.Generate(sim.Config{Seed: 7})); err != nil {
		t.Fatal(err)
	}
	all := bytes.SplitAfter(b.Bytes(), []byte("\n"))
	return bytes.Join(all[:min(lines, len(all))], nil)
}

// TestKilled kills the server amid a trade, starts it again, posts the whole
// trade again, and asks for the same views as in a server that nobody killed.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	trade := smallTrade(t, 3000)
	post := func(p *program, in []byte) error {
		_, err := (&poster{base: "http://" + p.addr}).trade(context.Background(), bytes.NewReader(in), &bytes.Buffer{}, 0)
		return err
	}
	killed, whole := filepath.Join(t.TempDir(), "killed"), filepath.Join(t.TempDir(), "whole")

	first := startServe(t, killed)
	done := make(chan error, 1)
	go func() { done <- post(first, trade) }()
	if err := post(first, trade[:bytes.IndexByte(trade, '\n')+1]); err != nil {
		t.Fatal(err)
	}
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-done // whole, or broken off

	for data, again := range map[string]bool{killed: true, whole: false} {
		p := startServe(t, data)
		if err := post(p, trade); err != nil {
			t.Fatalf("killed before: %t: %v", again, err)
		}
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		log := p.rest()
		if err := p.Wait(); err != nil {
			t.Fatalf("killed before: %t: serve ended with %v\n%s", again, err, log)
		}
	}
	if got, want := digestOf(t, killed), digestOf(t, whole); got != want {
		t.Errorf("after a kill and a second posting the views' digest is %s, want %s", got, want)
	}
	must(t, exitFine, nil, "check", "--data", killed)
}

// digestOf rebuilds the views of a ledger and returns their digest.
func digestOf(t *testing.T, data string) string {
	t.Helper()
	out := must(t, exitFine, nil, "rebuild", "--data", data)
	_, digest, ok := strings.Cut(out, "digest ")
	if !ok {
		t.Fatalf("rebuild prints no digest:\n%s", out)
	}
	return strings.TrimSpace(digest)
}
