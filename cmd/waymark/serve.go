package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"waymark/api"
	"waymark/api/auth"
	"waymark/ledger/seal"
)

type serve struct {
	Addr string `default:"127.0.0.1:8080" help:"Address to listen on."`
	Data string `default:"waymark-data" type:"path" help:"Folder of the ledger; made where absent."`
	Log  string `placeholder:"URL" help:"Keep the ledger in an EventStoreDB cluster instead, esdb://a:2113,b:2113,c:2113?tls=true; the folder then holds this node's views alone."`
	Keys string `type:"existingfile" placeholder:"FILE" help:"API keys, a line each as waymark key prints them; read at the start."`
	sealing
	Dev     bool         `help:"Accept calls without a key; on a loopback address only."`
	Webhook webhookFlags `embed:"" prefix:"webhook-"`
}

// Run serves until the process is asked to end, then finishes what it took on.
func (s serve) Run(ctx context.Context, std streams) error {
	if s.Dev == (s.Keys != "") {
		return usagef("give a file of keys with --keys, or --dev on a loopback address to accept calls without one")
	}
	var keys *auth.Keys
	if s.Keys != "" {
		var err error
		if keys, err = auth.LoadKeys(s.Keys); err != nil {
			return usageError{err}
		}
	}
	listener, err := listen(s.Addr, s.Dev)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewJSONHandler(std.err, nil))
	h, err := s.open(ctx, logger)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	config := api.Config{Keys: keys, Dev: s.Dev, Logger: logger}
	if config.Webhooks, err = s.Webhook.webhooks(h, s.Dev, logger); err != nil {
		return errors.Join(err, listener.Close(), h.close())
	}
	running, err := h.serve(listener, config)
	if err != nil {
		return errors.Join(err, listener.Close(), h.close())
	}
	if _, err := readDemoState(dataDir(s.Data)); err == nil {
		logger.Warn("this is the demo's ledger: what it trades in is invented; name another folder with --data", "data", s.Data)
	}
	logger.Info("listening", "addr", listener.Addr().String(), "data", s.Data, "dev", s.Dev, "position", h.position())
	err = running.wait(ctx)
	logger.Info("stopped", "position", h.position())
	return errors.Join(err, h.close())
}

// open opens the ledger in the folder, or in the cluster.
func (s serve) open(ctx context.Context, logger *slog.Logger) (*house, error) {
	if s.Log == "" {
		return dataDir(s.Data).openSealed(ctx, logger, false, s.sealing)
	}
	h, err := dataDir(s.Data).openCluster(ctx, logger, s.Log)
	if err == nil && s.wanted(false) {
		if h.sealer, err = s.newSealer(ctx, h.dir, h.far); err != nil {
			return nil, errors.Join(err, h.close())
		}
	}
	return h, err
}

// listen opens the address, which must be a loopback one in dev mode.
func listen(addr string, dev bool) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken; choose another address with --addr", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	if a, ok := l.Addr().(*net.TCPAddr); dev && (!ok || !a.IP.IsLoopback()) {
		return nil, errors.Join(usagef("%s can be reached from outside; --dev is for a loopback address such as 127.0.0.1:8080", l.Addr()), l.Close())
	}
	return l, nil
}

// A running server answers on an address, and keeps the views current.
type running struct {
	http   *http.Server
	failed chan error // why serving or the views ended by themselves
	unfeed func()
	sealer *sealer
	// undeliver brings the delivery to webhooks to a stop.
	undeliver func()
}

// serve answers calls on l as config says, which needs no log and no views.
func (h *house) serve(l net.Listener, config api.Config) (*running, error) {
	config.Log, config.Views, config.Version = h.ledger(), h.views, version()
	if h.sealer != nil {
		config.Registry = prometheus.NewRegistry()
		if err := config.Registry.Register(h.sealer.figures); err != nil {
			return nil, err
		}
		config.Seal = &api.Seal{Sealer: h.sealer.Sealer, Store: seal.Dir(h.dir.seal())}
	}
	service, err := api.New(config)
	if err != nil {
		return nil, err
	}
	if h.sealer != nil {
		h.sealer.run(config.Logger)
	}
	r := &running{http: service.HTTPServer(""), failed: make(chan error, 2)}
	r.sealer = h.sealer
	r.unfeed = h.feed(r.failed)
	r.undeliver = inBackground(service.DeliverAlerts)
	go func() { r.failed <- r.http.Serve(l) }()
	return r, nil
}

// version returns the version that the program was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}

// wait returns after ctx is done, or serving failed, and all is stopped.
func (r *running) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return r.stop()
	case err := <-r.failed:
		return errors.Join(err, r.stop())
	}
}

// graceTime is what calls under way are given to end.
const graceTime = 10 * time.Second

// stop takes no new calls, ends streams, lets calls under way end, and brings
// the views to a stop. The house is still open when it returns.
func (r *running) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	delivered := make(chan struct{})
	go func() { defer close(delivered); r.undeliver() }()
	err := r.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("end calls under way: %w", err), r.http.Close())
	}
	<-delivered // until then the views show what is recorded
	r.unfeed()
	return errors.Join(err, r.sealer.close())
}
