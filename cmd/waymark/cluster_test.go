package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"waymark/internal/gs1"
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
	// taken has the streams of the documents that were acknowledged.
	taken sync.Map
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
		resp, err := http.DefaultClient.Do(out)
		if err != nil {
			continue
		}
		answer, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode == http.StatusServiceUnavailable {
			continue
		}
		s.take(r.URL.Path, answer)
		w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
		w.WriteHeader(resp.StatusCode)
		_, _ = w.Write(answer) // who asked sees it end early
		return
	}
	http.Error(w, "no server answers", http.StatusBadGateway)
}

// kinds say which streams hold the documents that are posted to a path.
var kinds = map[string]string{
	"/v1/orders":       ledger.AggregateStream("order", ""),
	"/v1/asns":         ledger.AggregateStream("asn", ""),
	"/v1/hops":         capturePrefix,
	"/v1/observations": capturePrefix,
}

// capturePrefix begins the name of the stream of every capture.
var capturePrefix = strings.TrimSuffix(ledger.CaptureStream(uuid.Nil), uuid.Nil.String())

// take keeps what an answer acknowledges.
func (s *rota) take(path string, answer []byte) {
	kind, ok := kinds[path]
	if !ok {
		return
	}
	for line := range bytes.Lines(answer) {
		var a struct {
			ID       string          `json:"id"`
			Position ledger.Position `json:"position"`
		}
		if json.Unmarshal(line, &a) == nil && a.ID != "" && a.Position > 0 {
			if kind == capturePrefix {
				a.ID = ledger.CaptureID(a.ID).String()
			}
			s.taken.Store(kind+a.ID, true)
		}
	}
}

// TestCluster posts a trade spread over three servers on one cluster, kills one
// of them, starts it again, moves the leader and kills a node of the cluster
// meanwhile. All three come to the same views, findings and alerts, and what was
// acknowledged, and nothing else, is in the log once.
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
	world := sim.Generate(sim.Config{Seed: 1, Preset: sim.S})
	if err := p.world(t.Context(), world, io.Discard); err != nil {
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
	end := s.once(t, log)
	agree(t, nodes, "/v1/findings?limit=1000", end)
	agree(t, nodes, "/v1/alerts?limit=1000", end)
	ownWrites(t, nodes, world.Master.Products[0].GTIN)
	digests(t, nodes, data, log)
}

// once fails where an event is in the log twice, where a document is not there
// that was acknowledged, or one that was not. It returns where the log ends.
func (s *rota) once(t *testing.T, log ledger.Log) (end ledger.Position) {
	t.Helper()
	seen, documents := map[string]bool{}, map[string]bool{}
	for r, err := range log.All(t.Context(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint(r.Stream, r.Revision)
		if seen[key] || seen[r.ID.String()] {
			t.Errorf("%s of %s is there twice", r.ID, r.Stream)
		}
		seen[key], seen[r.ID.String()], end = true, true, r.Position
		for _, kind := range kinds {
			if strings.HasPrefix(r.Stream, kind) {
				documents[r.Stream] = true
			}
		}
	}
	acknowledged := 0
	for stream := range s.taken.Range {
		if acknowledged++; !documents[stream.(string)] {
			t.Errorf("%s was acknowledged and is not in the log", stream)
		}
	}
	if acknowledged != len(documents) || acknowledged < 1000 {
		t.Errorf("%d documents were acknowledged, %d are in the log", acknowledged, len(documents))
	}
	return end
}

// agree fails where servers answer a query otherwise than the first, once they
// have reached a position, or with an empty list.
func agree(t *testing.T, nodes []*program, query string, at ledger.Position) {
	t.Helper()
	var first string
	for i, n := range nodes {
		status, body := n.get(t, fmt.Sprintf("%s&at_least=%d", query, at))
		if status != http.StatusOK {
			t.Fatalf("%s of node %d: %d\n%s", query, i, status, body)
		}
		if first == "" {
			first = body
		}
		if body != first || !strings.Contains(first, `"rule"`) {
			t.Errorf("node %d answers %s otherwise than node 0, or with nothing: %d and %d bytes", i, query, len(body), len(first))
		}
	}
}

// ownWrites records at each server and reads it back at every one, by the
// position of the receipt.
func ownWrites(t *testing.T, nodes []*program, product gs1.GTIN) {
	t.Helper()
	for i, n := range nodes {
		item := fmt.Sprintf("https://id.gs1.org/01/%s/21/OWN%d", product, i)
		body := fmt.Sprintf(`{"id":"own-%d","time":"2026-03-01T00:00:00Z","item":%q,"kind":"consumer","country":"DE","source":"ip"}`, i, item)
		resp, err := http.Post("http://"+n.addr+"/v1/observations", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		var receipt struct {
			Position ledger.Position `json:"position"`
		}
		answer, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || json.Unmarshal(answer, &receipt) != nil || receipt.Position == 0 {
			t.Fatalf("node %d answers %s, %v\n%s", i, resp.Status, err, answer)
		}
		for j, other := range nodes {
			status, body := other.get(t, fmt.Sprintf("/v1/items/%s/provenance?at_least=%d", url.PathEscape(item), receipt.Position))
			if status != http.StatusOK || !strings.Contains(body, fmt.Sprintf(`"own-%d"`, i)) {
				t.Errorf("node %d answers %d to what node %d recorded\n%s", j, status, i, body)
			}
		}
	}
}

// get asks a server and returns the status and body of its answer.
func (p *program) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
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
