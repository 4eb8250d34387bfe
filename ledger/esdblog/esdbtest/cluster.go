// Package esdbtest is an EventStoreDB cluster for tests, in the process of the
// test: the streams, gossip and server-features services that its Go client
// speaks, over one log in memory. It keeps to the server's rules for expected
// revisions and repeats, writes system events, gives sparse positions, and
// fails on demand. It is no database: nothing is on disk, and nothing is
// replicated, because all nodes share one log.
package esdbtest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"
)

// Options say what cluster to start. The zero value is one node on a free port
// of the loopback interface, without TLS and open to everybody.
type Options struct {
	// Nodes is how many there are; 0 means as many as there are addresses, or one.
	Nodes int
	// Addrs are where they listen; where absent, on free ports.
	Addrs []string
	// TLS is the nodes' own side of it; nil means none.
	TLS *tls.Config
	// User and Password, where set, are asked of every call on streams.
	User, Password string
	// Version is what the nodes say they are; empty means 24.10.4.
	Version string
	// MaxAppend bounds the bytes of one append; 0 means 1 MiB.
	MaxAppend int
}

// A Cluster is a number of nodes over one log, of which one leads as long as
// more than half of them are up. Its methods may be called concurrently.
type Cluster struct {
	opts  Options
	log   *history
	nodes []*node

	mu      sync.Mutex
	leader  int // -1: none
	fault   func(stream string) Fault
	headers []metadata.MD
}

// Start starts a cluster. Node 0 leads.
func Start(o Options) (*Cluster, error) {
	if o.Nodes == 0 {
		o.Nodes = max(len(o.Addrs), 1)
	}
	if o.Version == "" {
		o.Version = "24.10.4"
	}
	if o.MaxAppend == 0 {
		o.MaxAppend = 1 << 20
	}
	c := &Cluster{opts: o, log: newHistory()}
	for i := range o.Nodes {
		n := &node{cluster: c, number: i, addr: "127.0.0.1:0"}
		if i < len(o.Addrs) {
			n.addr = o.Addrs[i]
		}
		if err := n.start(); err != nil {
			c.Close()
			return nil, fmt.Errorf("start node %d: %w", i, err)
		}
		c.nodes = append(c.nodes, n)
	}
	return c, nil
}

// ListenAndServe runs a cluster, of one node per address, until ctx is done.
func ListenAndServe(ctx context.Context, addrs ...string) error {
	if len(addrs) == 0 {
		return errors.New("serve a cluster: no addresses")
	}
	c, err := Start(Options{Addrs: addrs})
	if err != nil {
		return err
	}
	defer c.Close()
	<-ctx.Done()
	return nil
}

// Close stops all nodes.
func (c *Cluster) Close() {
	for i := range c.nodes {
		c.Kill(i)
	}
}

// Addr returns the address of node i, which it keeps when it is restarted.
func (c *Cluster) Addr(i int) string { return c.nodes[i].addr }

// URL returns how to reach the cluster.
func (c *Cluster) URL() string {
	addrs := make([]string, len(c.nodes))
	for i, n := range c.nodes {
		addrs[i] = n.addr
	}
	user := ""
	if c.opts.User != "" {
		user = c.opts.User + ":" + c.opts.Password + "@"
	}
	return fmt.Sprintf("esdb://%s%s?tls=%t", user, strings.Join(addrs, ","), c.opts.TLS != nil)
}

// Kill stops node i: connections break, and calls under way fail. A leader's
// place is taken by another.
func (c *Cluster) Kill(i int) {
	c.nodes[i].stop()
	c.elect()
}

// Restart starts node i again where it was.
func (c *Cluster) Restart(i int) error {
	if err := c.nodes[i].start(); err != nil {
		return fmt.Errorf("restart node %d: %w", i, err)
	}
	c.elect()
	return nil
}

// Drop ends the calls under way on node i, subscriptions too.
func (c *Cluster) Drop(i int) { c.nodes[i].drop() }

// Lead makes node i the leader, if it is up and there can be one.
func (c *Cluster) Lead(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leader >= 0 && c.nodes[i].isUp() {
		c.setLeader(i)
	}
}

// Leader returns the number of the leader, -1 where there is none.
func (c *Cluster) Leader() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leader
}

// elect gives the cluster a leader where it can have one.
func (c *Cluster) elect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, up := -1, 0
	for i, n := range c.nodes {
		if n.isUp() {
			if up++; first < 0 {
				first = i
			}
		}
	}
	switch {
	case 2*up <= len(c.nodes):
		c.leader = -1
	case c.leader < 0 || !c.nodes[c.leader].isUp():
		c.setLeader(first)
	}
}

// setLeader needs mu.
func (c *Cluster) setLeader(i int) {
	if c.leader != i {
		c.leader = i
		c.log.forget()
	}
}

// OnAppend asks f before each append what shall become of it; nil asks nobody.
func (c *Cluster) OnAppend(f func(stream string) Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = f
}

// Headers returns the headers of the appends so far.
func (c *Cluster) Headers() []metadata.MD {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.headers[:len(c.headers):len(c.headers)]
}

// Put writes an event of somebody else's to a stream, or of the server's own
// where the name begins with $.
func (c *Cluster) Put(stream string) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.put(stream, []proposal{{id: uuid.New(), kind: "foreign", contentType: "application/octet-stream"}})
}

// Tombstone deletes a stream for good.
func (c *Cluster) Tombstone(stream string) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.put(stream, []proposal{systemEvent("$streamDeleted")})
	c.log.deleted[stream] = true
}
