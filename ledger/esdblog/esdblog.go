package esdblog

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"waymark/ledger"
)

// Options say how to reach a log. URL must be set; the zero value of every
// other field is a sound choice.
type Options struct {
	// URL is the cluster's connection string, esdb://a:2113,b:2113?tls=true.
	URL string
	// Prefix begins the names of the ledger's streams in the cluster; empty
	// means "wm-". Of two ledgers in one cluster neither prefix may begin the
	// other's.
	Prefix string
	// Calls bounds the calls under way at once, and so the connections of this
	// log beside one for each follower; 0 means 32.
	Calls int
	// Try bounds one attempt of a call; 0 means 5 s. The cluster's own timeouts,
	// 2 s unless it was told otherwise, should lie below.
	Try time.Duration
	// Logger receives what an operator should know; nil means nobody does.
	Logger *slog.Logger
}

func (o Options) orDefault() Options {
	if o.Prefix == "" {
		o.Prefix = "wm-"
	}
	if o.Calls <= 0 {
		o.Calls = 32
	}
	if o.Try <= 0 {
		o.Try = 5 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// A Log is a [ledger.Log] in an EventStoreDB cluster.
type Log struct {
	opts   Options
	prefix prefix
	leader esdb.Configuration // of clients for calls
	feeder esdb.Configuration // of clients for followers

	life context.Context // ends with Close
	end  context.CancelFunc

	mu      sync.Mutex
	closed  bool           // under mu: nothing is begun any more
	calls   sync.WaitGroup // what was begun; added to under mu
	slots   chan struct{}  // held by calls
	clients clients

	known  known
	failed atomic.Pointer[error] // why the last attempt failed; nil after one that did not
}

var _ ledger.Importer = (*Log)(nil)

// Open returns the log of a cluster. It refuses a connection string that is not
// sound, but does not wait for the cluster: calls do.
func Open(o Options) (*Log, error) {
	o = o.orDefault()
	if strings.HasPrefix(o.Prefix, "$") {
		return nil, fmt.Errorf("open log: prefix %q is one of the cluster's own", o.Prefix)
	}
	c, err := configuration(o.URL)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{opts: o, prefix: prefix(o.Prefix), leader: *c, feeder: *c, slots: make(chan struct{}, o.Calls)}
	l.leader.NodePreference = esdb.NodePreferenceLeader
	l.life, l.end = context.WithCancel(context.Background())
	l.known.init()
	return l, nil
}

// Health returns why the cluster cannot be reached, if so, or [ledger.ErrClosed].
func (l *Log) Health() error {
	if l.life.Err() != nil {
		return ledger.ErrClosed
	}
	if err := l.failed.Load(); err != nil {
		return fmt.Errorf("reach the cluster: %w", *err)
	}
	return nil
}

// Close ends calls and followers, and waits for them: in an outage, for as long
// as it takes to find no node.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.end()
	l.calls.Wait()
	l.clients.discard()
	return nil
}

// begin counts something that Close waits for; what it returns ends it.
func (l *Log) begin() (done func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ledger.ErrClosed
	}
	l.calls.Add(1)
	return l.calls.Done, nil
}
