package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"waymark/ledger"
	"waymark/ledger/esdblog"
)

// openCluster opens the ledger in a cluster, with this node's views in d. It
// waits for the cluster until ctx is done: what the views say about themselves
// cannot be checked without it.
func (d dataDir) openCluster(ctx context.Context, logger *slog.Logger, url string) (*house, error) {
	if there, err := d.exists(); err != nil {
		return nil, err
	} else if there {
		return nil, usagef("%s holds a ledger of its own; name another folder with --data for the views of the cluster's", d)
	}
	if err := os.MkdirAll(string(d), 0o750); err != nil {
		return nil, err
	}
	log, err := esdblog.Open(esdblog.Options{URL: url, Logger: logger})
	if err != nil {
		return nil, usageError{err}
	}
	for _, err := range log.All(ctx, 0, true) {
		if err != nil {
			return nil, errors.Join(err, log.Close())
		}
		break
	}
	h := &house{far: log, dir: d}
	if err := h.openViews(logger); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return h, nil
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
