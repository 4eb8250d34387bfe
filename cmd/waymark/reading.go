package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"waymark/ledger"
	"waymark/projections"
)

// A location is where a ledger and views of it are.
type location struct {
	Data string `default:"waymark-data" type:"path" help:"Folder of the ledger, which no server has open."`
	Log  string `placeholder:"URL" help:"The ledger is in this EventStoreDB cluster, and the folder holds the views of a node that is stopped."`
}

func (l location) dir() dataDir { return dataDir(l.Data) }

// A reading is a log that is only read.
type reading struct {
	ledger.Log
	end    ledger.Position // of the last event
	events int64           // 0: not known
	unit   string          // of positions
	lock   io.Closer       // of the folder; nil: the log's own
}

// open opens the log for reading.
func (l location) open(ctx context.Context) (*reading, error) {
	if l.Log == "" {
		if err := l.dir().must(); err != nil {
			return nil, err
		}
		log, err := l.dir().openLog()
		if err != nil {
			return nil, err
		}
		return &reading{Log: log, end: log.Last(), events: int64(log.Size()), unit: "events"}, nil
	}
	first, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	log, lock, err := l.dir().cluster(first, slog.New(slog.DiscardHandler), l.Log)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("reach %s: %w", shown(l.Log), err)
	}
	if err != nil {
		return nil, err
	}
	r := &reading{Log: log, unit: "bytes of the cluster's log", lock: lock}
	end, err := last(ctx, log)
	if r.end = end.Position; err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close ends reading.
func (r *reading) Close() error {
	err := r.Log.Close()
	if r.lock != nil {
		err = errors.Join(err, r.lock.Close())
	}
	return err
}

// progress shows how far the log has been read.
func (r *reading) progress(w io.Writer, what string) (p *progress, at func(ledger.Position)) {
	p = newProgress(w, what, r.unit, int64(r.end))
	return p, func(to ledger.Position) { p.at(int64(to)) }
}

// views lets use look at the views on disk, which it does not change.
func (l location) views(ctx context.Context, use func(*projections.Views) error) error {
	log, err := l.open(ctx)
	if err != nil {
		return err
	}
	views, err := projections.Open(log, projections.Options{Dir: l.dir().views(), ReadOnly: true})
	if err != nil {
		return errors.Join(fmt.Errorf("open views in %s; waymark rebuild makes them anew: %w", l.dir().views(), err), log.Close())
	}
	return errors.Join(use(views), views.Close(), log.Close())
}
