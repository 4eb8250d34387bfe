package esdblog_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
)

var (
	chaosAppends = flag.Int("chaos", 25, "appends of each writer in TestChaos")
	chaosSeed    = flag.Uint64("chaos.seed", 1, "seed of the faults in TestChaos")
)

// TestChaos appends through two logs of one cluster while five kinds of fault
// strike, the leader moves, subscriptions drop, and nodes die and come back. What
// was acknowledged is there once, and followers see the log exactly.
func TestChaos(t *testing.T) {
	onNodes(t, func(t *testing.T, c *esdbtest.Cluster, nodes int) {
		logs := []*esdblog.Log{
			open(t, esdblog.Options{URL: c.URL(), Try: 150 * time.Millisecond, Calls: 4}),
			open(t, esdblog.Options{URL: c.URL(), Try: 150 * time.Millisecond}),
		}
		feed, ended := logs[0].Follow(t.Context(), 0)
		c.OnAppend(faults(*chaosSeed))
		stop := make(chan struct{})
		var havoc, writers sync.WaitGroup
		havoc.Go(func() { wreak(t, c, nodes, stop) })
		const crowd = 8
		receipts := make([][]ledger.Receipt, crowd)
		for w := range crowd {
			writers.Go(func() {
				for i := range *chaosAppends {
					n := fmt.Sprintf("%d-%d", w, i)
					rc, err := logs[(w+i)%2].Append(t.Context(), n, ledger.NoStream, named(n+"a"), named(n+"b"))
					if err != nil {
						t.Errorf("append %s: %v", n, err)
						return
					}
					receipts[w] = append(receipts[w], rc)
				}
			})
		}
		writers.Wait()
		close(stop)
		havoc.Wait()
		c.OnAppend(nil)
		if t.Failed() {
			return
		}
		seen := map[uuid.UUID]ledger.Recorded{}
		var last ledger.Position
		for len(seen) < 2*crowd**chaosAppends {
			r := next(t, feed, ended)
			if _, twice := seen[r.ID]; twice || r.Position <= last {
				t.Fatalf("%s at %d is followed twice or after %d", r.ID, r.Position, last)
			}
			seen[r.ID], last = r, r.Position
		}
		compare(t, logs[1], seen)
		for w := range crowd {
			for i, rc := range receipts[w] {
				if r := seen[named(fmt.Sprintf("%d-%db", w, i)).ID]; r.Position != rc.Position || r.Revision != rc.Revision {
					t.Errorf("receipt %+v of %s at %d", rc, r.Stream, r.Position)
				}
			}
		}
	})
}

// compare fails unless a log holds what was followed and nothing else.
func compare(t *testing.T, l ledger.Log, seen map[uuid.UUID]ledger.Recorded) {
	t.Helper()
	n := 0
	for r, err := range l.All(t.Context(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; seen[r.ID].Position != r.Position {
			t.Errorf("%s is at %d, followed at %d", r.ID, r.Position, seen[r.ID].Position)
		}
	}
	if n != len(seen) {
		t.Errorf("%d events in the log, %d followed", n, len(seen))
	}
}

// faults strikes seven of fifteen appends.
func faults(seed uint64) func(string) esdbtest.Fault {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(seed, 0))
	return func(string) esdbtest.Fault {
		mu.Lock()
		defer mu.Unlock()
		commit := dice.IntN(2) == 0
		switch dice.IntN(15) {
		case 0, 1:
			return esdbtest.Fault{Err: esdbtest.ErrTimeout, Commit: commit}
		case 2, 3:
			return esdbtest.Fault{Err: esdbtest.ErrUnavailable, Commit: commit}
		case 4:
			return esdbtest.Fault{Err: esdbtest.ErrDeadline, Commit: commit}
		case 5:
			return esdbtest.Fault{Hang: true, Commit: commit}
		case 6:
			return esdbtest.Fault{Delay: time.Duration(dice.IntN(100)) * time.Millisecond}
		}
		return esdbtest.Fault{}
	}
}

// wreak moves the leader, drops calls, and kills and restarts nodes.
func wreak(t *testing.T, c *esdbtest.Cluster, nodes int, stop <-chan struct{}) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i, down := 0, -1; ; i++ {
		select {
		case <-stop:
		case <-tick.C:
		}
		if down >= 0 {
			if err := c.Restart(down); err != nil {
				t.Error(err)
			}
			down = -1
		}
		select {
		case <-stop:
			return
		default:
		}
		switch i % 4 {
		case 0:
			c.Drop(i / 4 % nodes)
		case 1:
			c.Lead((i/4 + 1) % nodes)
		case 2:
			down = i / 4 % nodes
			c.Kill(down)
		}
	}
}
