package benchmarks_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"

	"waymark/api"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// A house is the whole product in this process, serving on loopback.
type house struct {
	dir   string
	log   *pebblelog.Log
	views *projections.Views
	addr  string
	stop  func() // ends serving and feeding; the log and the views stay open
}

// newDir returns a folder for data, below WAYMARK_BENCH_DIR where that is set:
// it must lie on a disk, or what is durable costs nothing.
func newDir(tb testing.TB) string {
	base := os.Getenv("WAYMARK_BENCH_DIR")
	if base == "" {
		return tb.TempDir()
	}
	dir, err := os.MkdirTemp(base, "waymark-bench-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// open opens the house in dir.
func open(tb testing.TB, dir string) *house {
	log, err := pebblelog.Open(pebblelog.Options{Dir: filepath.Join(dir, "ledger")})
	if err != nil {
		tb.Fatal(err)
	}
	views, err := projections.Open(log, projections.Options{Dir: filepath.Join(dir, "views")})
	if err != nil {
		tb.Fatal(err)
	}
	return &house{dir: dir, log: log, views: views}
}

// serve keeps the views current and answers on a free port of loopback.
func (h *house) serve(tb testing.TB) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		if err := h.views.Run(ctx); err != nil && ctx.Err() == nil {
			tb.Errorf("views stopped: %v", err)
		}
	}()
	service, err := api.New(api.Config{Log: h.log, Views: h.views, Dev: true})
	if err != nil {
		tb.Fatal(err)
	}
	server := service.HTTPServer("")
	go server.Serve(l)
	h.addr = l.Addr().String()
	h.stop = func() {
		server.Close()
		cancel()
		<-fed
	}
}

// close closes views and log.
func (h *house) close(tb testing.TB) {
	if err := h.views.Close(); err != nil {
		tb.Error(err)
	}
	if err := h.log.Close(); err != nil {
		tb.Error(err)
	}
}

// current waits until the views hold all that the log holds.
func (h *house) current(tb testing.TB) {
	if err := h.views.Wait(tb.Context(), h.log.Last()); err != nil {
		tb.Fatal(err)
	}
}

// post posts every body by so many connections.
func (h *house) post(tb testing.TB, contentType string, bodies [][]byte, connections int) {
	err := spread(len(bodies), connections, func() (func(int) error, func(), error) {
		c, err := dial(h.addr)
		if err != nil {
			return nil, nil, err
		}
		return func(i int) error { return c.post("/v1/hops", contentType, bodies[i]) }, c.close, nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// begin starts a house on an empty folder that knows the master data.
func begin(tb testing.TB) *house {
	h := open(tb, newDir(tb))
	h.serve(tb)
	if err := tell(h.addr); err != nil {
		tb.Fatal(err)
	}
	h.current(tb)
	return h
}
