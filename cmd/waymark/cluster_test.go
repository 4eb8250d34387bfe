package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"waymark/internal/sim"
	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/projections"
)

// A rota hands each call to one of several servers in turn, and to the next
// where one is gone or cannot say: repeats are harmless.
type rota struct {
	mu    sync.Mutex
	addrs []string
	turn  atomic.Int64
	// before, where it is not nil, is called with the number of each call.
	before func(n int64)
}

func (s *rota) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := s.turn.Add(1)
	if s.before != nil {
		s.before(n)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for i := range int64(6) {
		s.mu.Lock()
		addr := s.addrs[(n+i)%int64(len(s.addrs))]
		s.mu.Unlock()
		out, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+addr+r.URL.RequestURI(), bytes.NewReader(body))
		if err != nil {
			break
		}
		out.Header = r.Header.Clone()
		if resp, err := http.DefaultClient.Do(out); err == nil && resp.StatusCode != http.StatusServiceUnavailable {
			defer resp.Body.Close()
			w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
			w.WriteHeader(resp.StatusCode)
			_, _ = io.Copy(w, resp.Body) // who asked sees it end early
			return
		} else if err == nil {
			_ = resp.Body.Close()
		}
	}
	http.Error(w, "no server answers", http.StatusBadGateway)
}

// TestCluster posts a trade spread over three servers on one cluster, kills one
// of them, starts it again, moves the leader and kills a node of the cluster
// meanwhile. All three come to the same views and findings, and every capture is
// in the log once.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	c, err := esdbtest.Start(esdbtest.Options{Nodes: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	nodes, data := make([]*program, 3), make([]string, 3)
	s := &rota{addrs: make([]string, 3)}
	run := func(i int) {
		nodes[i] = startServe(t, data[i], "--log", c.URL())
		s.mu.Lock()
		s.addrs[i] = nodes[i].addr
		s.mu.Unlock()
	}
	for i := range nodes {
		data[i] = filepath.Join(t.TempDir(), fmt.Sprint("node", i))
		run(i)
	}
	s.before = func(n int64) {
		switch n {
		case 100:
			c.Lead(1)
		case 120:
			_ = nodes[2].Process.Signal(syscall.SIGKILL)
		case 140:
			c.Kill(1)
		case 150:
			if err := c.Restart(1); err != nil {
				t.Error(err)
			}
		case 160:
			run(2)
		}
	}
	front := httptest.NewServer(s)
	defer front.Close()
	p := &poster{base: front.URL}
	if err := p.world(t.Context(), sim.Generate(sim.Config{Seed: 1, Preset: sim.S}), io.Discard); err != nil {
		t.Fatal(err)
	}
	if s.turn.Load() < 160 {
		t.Fatalf("%d calls: the trade was over before all had happened", s.turn.Load())
	}
	log, err := esdblog.Open(esdblog.Options{URL: c.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	end := once(t, log)
	agree(t, nodes, end)
	digests(t, nodes, data, log)
}

// once fails where a capture is in the log twice, and returns where the log ends.
func once(t *testing.T, log ledger.Log) (end ledger.Position) {
	t.Helper()
	seen := map[string]bool{}
	for r, err := range log.All(t.Context(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint(r.Stream, r.Revision)
		if seen[key] || seen[r.ID.String()] {
			t.Errorf("%s of %s is there twice", r.ID, r.Stream)
		}
		seen[key], seen[r.ID.String()], end = true, true, r.Position
	}
	return end
}

// agree fails where servers have other findings at a position than the first.
func agree(t *testing.T, nodes []*program, at ledger.Position) {
	t.Helper()
	var first string
	for i, n := range nodes {
		resp, err := http.Get(fmt.Sprintf("http://%s/v1/findings?limit=1000&at_least=%d", n.addr, at))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("findings of node %d: %s, %v\n%s", i, resp.Status, err, body)
		}
		if first == "" {
			first = string(body)
		}
		if string(body) != first || !strings.Contains(first, `"rule"`) {
			t.Errorf("node %d has other findings than node 0, or none: %d and %d bytes", i, len(body), len(first))
		}
	}
}

// digests stops servers and fails where their views differ.
func digests(t *testing.T, nodes []*program, data []string, log ledger.Log) {
	t.Helper()
	var first string
	for i, n := range nodes {
		if err := n.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		said := n.rest()
		if err := n.Wait(); err != nil {
			t.Fatalf("node %d ended with %v\n%s", i, err, said)
		}
		views, err := projections.Open(log, projections.Options{Dir: dataDir(data[i]).views()})
		if err != nil {
			t.Fatalf("views of node %d: %v", i, err)
		}
		if err := views.CatchUp(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		digest, err := views.Digest()
		if err != nil {
			t.Fatal(err)
		}
		if err := views.Close(); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = digest
		}
		if digest != first {
			t.Errorf("the digest of node %d is %s, that of node 0 %s", i, digest, first)
		}
	}
}
