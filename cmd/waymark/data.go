package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// A dataDir is the folder of one ledger. What lies under ledger is precious;
// the views can be rebuilt from it.
type dataDir string

func (d dataDir) ledger() string { return filepath.Join(string(d), "ledger") }
func (d dataDir) views() string  { return filepath.Join(string(d), "views") }

// exists tells whether there is a ledger in d.
func (d dataDir) exists() (bool, error) {
	_, err := os.Stat(d.ledger())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// must returns a usageError where there is no ledger in d.
func (d dataDir) must() error {
	there, err := d.exists()
	if err != nil || there {
		return err
	}
	if _, err := os.Stat(d.views()); err == nil {
		return usagef("%s holds views alone, of a ledger in a cluster: name that with --log, or bring it into a folder with waymark copy", d)
	}
	return usagef("there is no ledger in %s", d)
}

// A house is an open log with its views.
type house struct {
	log    *pebblelog.Log // nil where the log is in a cluster
	far    *esdblog.Log   // nil where it is not
	lock   io.Closer      // of the folder, where the log is not in it
	views  *projections.Views
	sealer *sealer         // nil where it is not sealed here
	dir    dataDir         // whose it is; "" in memory
	until  ledger.Position // findings raised after it are not scored; 0: all are
}

// plain says of a ledger that is open elsewhere what to do about it.
func (d dataDir) plain(err error) error {
	if errors.Is(err, pebblelog.ErrInUse) {
		return fmt.Errorf("%s is open in another waymark; stop it first", d)
	}
	return err
}

// open opens the ledger in d, which is made where absent. A fresh one takes the
// place of what is there, unless another process has that open.
func (d dataDir) open(logger *slog.Logger, fresh bool) (*house, error) {
	log, err := pebblelog.Open(pebblelog.Options{Dir: d.ledger(), Logger: logger, Fresh: fresh})
	if err != nil {
		return nil, d.plain(err)
	}
	h := &house{log: log, dir: d}
	if fresh {
		if err := os.RemoveAll(d.views()); err != nil {
			return nil, errors.Join(err, log.Close())
		}
	}
	if err := h.openViews(logger); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return h, nil
}

// openViews opens the views in the house's folder. The log, which is what
// matters, is open and sound, and nobody else has the folder: views that cannot
// be used are drawn anew.
func (h *house) openViews(logger *slog.Logger) (err error) {
	o := projections.Options{Dir: h.dir.views(), Logger: logger}
	if h.views, err = projections.Open(h.ledger(), o); err == nil {
		return nil
	}
	logger.Warn("views cannot be used and are drawn anew", "views", o.Dir, "error", err)
	if err = os.RemoveAll(o.Dir); err == nil {
		h.views, err = projections.Open(h.ledger(), o)
	}
	if err != nil {
		return fmt.Errorf("open views in %s: %w", o.Dir, err)
	}
	return nil
}

// inMemory opens a ledger that lasts as long as the process.
func inMemory(logger *slog.Logger) (*house, error) {
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true, Logger: logger})
	if err != nil {
		return nil, err
	}
	views, err := projections.Open(log, projections.Options{Logger: logger})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return &house{log: log, views: views}, nil
}

// feed keeps the views current in the background, and says on failed why it
// could not any more. The function that it returns brings that to an end.
func (h *house) feed(failed chan<- error) (stop func()) {
	return inBackground(func(ctx context.Context) {
		if err := h.views.Run(ctx); err != nil && ctx.Err() == nil {
			failed <- fmt.Errorf("keep the views current: %w", err)
		}
	})
}

// inBackground runs something until the function that it returns is called.
func inBackground(run func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// close closes the views, then the log. Views that turned out to be damaged are
// deleted, so that the next start draws them anew.
func (h *house) close() error {
	err := h.views.Close()
	if h.dir != "" && h.views.Health() != nil && (h.log == nil || h.log.Here() == nil) {
		err = errors.Join(err, os.RemoveAll(h.dir.views()))
	}
	err = errors.Join(err, h.ledger().Close())
	if h.lock != nil {
		err = errors.Join(err, h.lock.Close())
	}
	return err
}

// read opens the ledger in d for reading, lets use look at it, and closes it.
func (d dataDir) read(use func(*house) error) error {
	if err := d.must(); err != nil {
		return err
	}
	log, err := d.openLog()
	if err != nil {
		return err
	}
	views, err := projections.Open(log, projections.Options{Dir: d.views(), ReadOnly: true})
	if err != nil {
		return errors.Join(fmt.Errorf("open views in %s; waymark rebuild makes them anew: %w", d.views(), err), log.Close())
	}
	h := &house{log: log, views: views}
	return errors.Join(use(h), h.close())
}
