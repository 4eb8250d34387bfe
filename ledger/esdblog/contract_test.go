package esdblog_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/ledger/ledgertest"
)

func start(t testing.TB, o esdbtest.Options) *esdbtest.Cluster {
	t.Helper()
	c, err := esdbtest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func open(t testing.TB, o esdblog.Options) *esdblog.Log {
	t.Helper()
	l, err := esdblog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// TestContract runs what every engine promises over one node and over three,
// with events of others in between.
func TestContract(t *testing.T) {
	for _, nodes := range []int{1, 3} {
		t.Run(fmt.Sprint(nodes), func(t *testing.T) {
			ledgertest.TestLog(t, ledgertest.Engine{Shared: true, Slow: nodes > 1, Histories: 10, New: func(t *testing.T) func() (ledger.Log, error) {
				c := start(t, esdbtest.Options{Nodes: nodes})
				c.Put("somebody-elses")
				return func() (ledger.Log, error) {
					c.Put("$system")
					c.Put("wn-almost")
					return esdblog.Open(esdblog.Options{URL: c.URL()})
				}
			}})
		})
	}
}

// TestContractOfServer runs the same over the cluster at WAYMARK_ESDB_URL, under
// prefixes that nobody else has.
func TestContractOfServer(t *testing.T) {
	url := os.Getenv("WAYMARK_ESDB_URL")
	if url == "" {
		t.Skip("WAYMARK_ESDB_URL names no cluster")
	}
	ledgertest.TestLog(t, ledgertest.Engine{Shared: true, Slow: true, New: func(*testing.T) func() (ledger.Log, error) {
		prefix := "wm-test-" + uuid.NewString() + "-"
		return func() (ledger.Log, error) {
			return esdblog.Open(esdblog.Options{URL: url, Prefix: prefix, Try: 10 * time.Second})
		}
	}})
}
