// Package api speaks HTTP for the ledger and its views: Waymark's own paths
// under /v1, those of GS1 EPCIS 2.0 under /epcis, alerts as server-sent
// events, figures for Prometheus, and the pages.
//
// One list, in routes.go, says what there is: the method, the path, who may call it
// and the function that answers. What is not in it does not exist. Every
// failure becomes an answer in one place, the table in problem.go; an error
// that is not in that table is told to nobody but the log.
//
// Alerts reach receivers that were registered by one small loop, DeliverAlerts. It
// hangs on the views as a stream of alerts does, and is the only thing here that
// calls others: what it is to deliver follows from the ledger, and what came of
// it goes there.
//
// Writing goes to the ledger and never to the views; asking goes to the views
// and never to the ledger, except to find that a thing which the views do not
// know is not merely on its way to them.
package api

import (
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"waymark/api/auth"
	"waymark/api/web"
	"waymark/internal/rebate"
	"waymark/internal/webhook"
	"waymark/ledger"
	"waymark/projections"
)

// Config says what a server speaks for. Log and Views must be set; the zero
// value of every other field is a sound choice.
type Config struct {
	Log   ledger.Log
	Views *projections.Views
	// Keys open the server; nil opens it to nobody but, with Dev, to callers
	// on this machine.
	Keys *auth.Keys
	// Dev answers callers on the loopback interface that send no key as if
	// they had every scope.
	Dev bool
	// Now tells the time against which claimed times are judged; nil means
	// time.Now.
	Now func() time.Time
	// Logger receives what an operator should know; nil means nobody does.
	Logger *slog.Logger
	// Registry takes the server's figures; nil means one of its own.
	Registry *prometheus.Registry
	Limits   Limits
	// Seal proves the log to outsiders; nil offers no proofs.
	Seal *Seal
	// Webhooks say how alerts are delivered; without a key they are not offered.
	Webhooks Webhooks
	// Draw draws up quotes as documents; nil gives them as JSON only.
	Draw Draw
	// Version is shown to clients of EPCIS and in the description of the API.
	Version string
}

// Limits bound what callers can make the server do. The zero value of a field
// means what its comment says.
type Limits struct {
	Body     int64         // bytes of a body once unpacked: 1 MiB
	Capture  int64         // the same where many events are posted at once: 8 MiB
	Requests int64         // answered at once: 4,096
	Streams  int64         // of alerts, open at once: 1,000
	Lag      time.Duration // of the views behind the log before the server is not ready: 10 s
	Wait     time.Duration // for the views to reach the position that a query asks for: 5 s
}

func (l Limits) orDefault() Limits {
	l.Body = positive(l.Body, 1<<20)
	l.Capture = positive(l.Capture, 8<<20)
	l.Requests = positive(l.Requests, 4096)
	l.Streams = positive(l.Streams, 1000)
	l.Lag = positive(l.Lag, 10*time.Second)
	l.Wait = positive(l.Wait, 5*time.Second)
	return l
}

func positive[T int64 | time.Duration](v, standard T) T {
	if v <= 0 {
		return standard
	}
	return v
}

// A Server answers HTTP requests. Its methods may be called concurrently.
type Server struct {
	log      ledger.Log
	views    *projections.Views
	keys     *auth.Keys
	sessions auth.Sessions
	dev      bool
	now      func() time.Time
	logger   *slog.Logger
	limits   Limits
	draw     Draw
	webhooks Webhooks
	version  string
	seal     *Seal

	decisions func(id string) (rebate.Decision, bool, error) // what became of a case
	booking   sync.Mutex                                     // held while money is posted

	echo    *echo.Echo
	handler http.Handler
	figures *figures
	pages   *web.Pages

	busy     atomic.Int64 // requests under way, streams apart
	streams  streams
	appends  chan struct{} // held while an append of a batch is under way
	tying    sync.Mutex    // held while a thing that hangs on its own kind is put
	captured captured      // EPCIS events that the views may not know yet
	stopping chan struct{} // closed by Stop
	stopped  atomic.Bool
}

// New returns a server.
func New(c Config) (*Server, error) {
	if c.Log == nil || c.Views == nil {
		return nil, errors.New("make a server: it needs a log and its views")
	}
	s := &Server{
		log: c.Log, views: c.Views, keys: c.Keys, dev: c.Dev, now: c.Now, logger: c.Logger,
		limits: c.Limits.orDefault(), draw: c.Draw, webhooks: c.Webhooks, version: c.Version, seal: c.Seal,
		appends: make(chan struct{}, maxAppends), stopping: make(chan struct{}),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	s.decisions = s.decided
	s.webhooks.Lease = positive(s.webhooks.Lease, webhook.TTL)
	if s.version == "" {
		s.version = "dev"
	}
	registry := c.Registry
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	pages, err := web.New(web.Config{Views: c.Views, Dev: c.Dev})
	if err != nil {
		return nil, err
	}
	s.pages = pages
	if s.figures, err = newFigures(registry, s); err != nil {
		return nil, err
	}
	s.route()
	if s.dev {
		s.logger.Warn("development mode: callers on this machine need no key")
	}
	return s, nil
}

// Handler returns the server's handler.
func (s *Server) Handler() http.Handler { return s.handler }

// HTTPServer returns an http.Server for the address with every limit on time
// and size set. Its Shutdown ends the streams of alerts first.
func (s *Server) HTTPServer(addr string) *http.Server {
	h := &http.Server{
		Addr:              addr,
		Handler:           s.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second, // streams move theirs on with every write
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	h.RegisterOnShutdown(s.Stop)
	return h
}

// Stop ends the streams of alerts; other requests go on. Clients of the
// streams resume where they were.
func (s *Server) Stop() {
	if s.stopped.CompareAndSwap(false, true) {
		close(s.stopping)
	}
}
