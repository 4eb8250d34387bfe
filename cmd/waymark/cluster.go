package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/pebblelog"
)

// openCluster opens the ledger in a cluster, with this node's views in d. It
// waits for the cluster until ctx is done: what the views say about themselves
// cannot be checked without it.
func (d dataDir) openCluster(ctx context.Context, logger *slog.Logger, url string) (*house, error) {
	log, lock, err := d.cluster(ctx, logger, url)
	if err != nil {
		return nil, err
	}
	h := &house{far: log, lock: lock, dir: d}
	if err := h.openViews(logger); err != nil {
		return nil, errors.Join(err, log.Close(), lock.Close())
	}
	return h, nil
}

// cluster opens a log in a cluster once that answers, and keeps other processes
// from the views in d, which is made where absent.
func (d dataDir) cluster(ctx context.Context, logger *slog.Logger, url string) (log *esdblog.Log, lock io.Closer, err error) {
	if there, err := d.exists(); err != nil {
		return nil, nil, err
	} else if there {
		return nil, nil, usagef("%s holds a ledger of its own; name another folder with --data for the views of the cluster's", d)
	}
	if err := os.MkdirAll(string(d), 0o750); err != nil {
		return nil, nil, err
	}
	if lock, err = pebblelog.Lock(string(d)); err != nil {
		return nil, nil, d.plain(err)
	}
	if log, err = esdblog.Open(esdblog.Options{URL: url, Logger: logger}); err != nil {
		return nil, nil, errors.Join(usageError{err}, lock.Close())
	}
	if _, err := last(ctx, log); err != nil {
		return nil, nil, errors.Join(err, log.Close(), lock.Close())
	}
	return log, lock, nil
}

// ledger returns the log, wherever it is.
func (h *house) ledger() ledger.Log {
	if h.far != nil {
		return h.far
	}
	return h.log
}

// position returns how far the log has come, as far as this node knows.
func (h *house) position() ledger.Position {
	if h.far != nil {
		return h.views.AsOf().Position
	}
	return h.log.Last()
}
