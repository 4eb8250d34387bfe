package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waymark/api"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/projections"
)

// A clusterNode is one of several servers on one log.
type clusterNode struct {
	*house
	log  *esdblog.Log
	ctx  context.Context // of its deliveries
	kill context.CancelFunc
}

// openNode starts a server on a cluster, which says its name to receivers.
func openNode(t *testing.T, c *esdbtest.Cluster, name string) *clusterNode {
	log, err := esdblog.Open(esdblog.Options{URL: c.URL()})
	if err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(log, projections.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server, err := api.New(api.Config{
		Log: log, Views: views, Dev: true, Version: name,
		Webhooks: api.Webhooks{Key: webhookKey, Private: true, Lease: 2 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- views.Run(ctx) }()
	n := &clusterNode{house: &house{t: t, views: views, server: server, http: httptest.NewServer(server.Handler())}, log: log}
	n.ctx, n.kill = context.WithCancel(context.Background())
	t.Cleanup(func() {
		n.kill()
		server.Stop()
		n.http.Close()
		cancel()
		<-ended
		views.Close()
		log.Close()
	})
	return n
}

// TestWebhookOnce has three nodes on one log deliver to one receiver, and kills
// the one that delivers while it does: no alert is missing, they are in order, and
// only what that node sent under its last claim comes twice.
func TestWebhookOnce(t *testing.T) {
	c, err := esdbtest.Start(esdbtest.Options{Nodes: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	var nodes []*clusterNode
	for i := range 3 {
		nodes = append(nodes, openNode(t, c, fmt.Sprint("node", i)))
	}
	nodes[0].furnish()

	const killAt = 5
	var killed atomic.Int64
	killed.Store(-1)
	r := receive(t, nil)
	var senders []string // of each message; the receiver's lock holds
	inner := r.Config.Handler
	r.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		senders = append(senders, req.UserAgent())
		n := len(senders)
		r.mu.Unlock()
		if n == killAt {
			var i int
			fmt.Sscanf(req.UserAgent(), "Waymark/node%d", &i)
			nodes[i].kill()
			_ = nodes[i].log.Close() // it cannot tell how far it came
			killed.Store(int64(i))
		}
		inner.ServeHTTP(w, req)
	})
	nodes[0].subscribe(r, "hq", "")
	for i := range 8 {
		nodes[0].diverted(fmt.Sprint("C", i))
	}
	for _, n := range nodes {
		n.allTokens(8) // then one claim takes them all
	}
	for _, n := range nodes {
		done := make(chan struct{})
		go func() { defer close(done); n.server.DeliverAlerts(n.ctx) }()
		t.Cleanup(func() { n.kill(); <-done })
	}
	r.wait(t, killAt)
	left := slices.DeleteFunc(slices.Clone(nodes), func(n *clusterNode) bool { return n == nodes[killed.Load()] })
	for i := range 4 {
		left[0].diverted(fmt.Sprint("D", i))
	}
	want := left[0].allTokens(12)
	ids := r.wait(t, len(want)+killAt)
	r.mu.Lock()
	defer r.mu.Unlock()
	var once []string
	for i, id := range ids {
		if !slices.Contains(once, id) {
			once = append(once, id)
			continue
		}
		if first := slices.Index(ids, id); senders[first] != fmt.Sprint("Waymark/node", killed.Load()) || senders[i] == senders[first] {
			t.Errorf("%s came from %s and again from %s, and node %d was killed", id, senders[first], senders[i], killed.Load())
		}
	}
	if d := cmp.Diff(want, once); d != "" || len(ids) != len(want)+killAt {
		t.Errorf("of %d messages (-want +got):\n%s", len(ids), d)
	}
}

// allTokens returns the webhook-ids of all alerts, once there are n of them.
func (n *clusterNode) allTokens(size int) []string {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(n.t.Context(), 20*time.Second)
	defer cancel()
	for {
		changed := n.views.Changed()
		if ids := n.tokens(); len(ids) >= size {
			return ids
		}
		select {
		case <-changed:
		case <-ctx.Done():
			n.t.Fatalf("there are %d alerts, want %d", len(n.tokens()), size)
		}
	}
}

// TestAlertsMoveToAnotherNode: who listens at a node that goes, and goes on at
// another where it was, is told of each alert once.
func TestAlertsMoveToAnotherNode(t *testing.T) {
	c, err := esdbtest.Start(esdbtest.Options{Nodes: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	a, b := openNode(t, c, "a"), openNode(t, c, "b")
	a.furnish()
	var got []string
	here := a.listen("/v1/alerts")
	for i := range 3 {
		a.diverted(fmt.Sprint("M", i))
		id, _ := here.next()
		got = append(got, id)
	}
	a.http.CloseClientConnections()
	b.diverted("M3") // meanwhile
	there := b.listen("/v1/alerts", "Last-Event-ID", got[2])
	b.diverted("M4")
	for len(got) < 5 {
		id, _ := there.next()
		got = append(got, id)
	}
	var want []string
	for _, id := range b.allTokens(5) {
		want = append(want, strings.TrimPrefix(id, "alert_"))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("alerts (-want +got):\n%s", d)
	}
}
