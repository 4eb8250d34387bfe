package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

type rebuild struct {
	Data string `default:"waymark-data" type:"path" help:"Folder of the ledger."`
}

// Run builds the views anew beside the old ones, then puts them in their place.
// Interrupted, it leaves the old ones as they were.
func (r rebuild) Run(ctx context.Context, std streams) (err error) {
	dir := dataDir(r.Data)
	if err := dir.must(); err != nil {
		return err
	}
	log, err := dir.openLog()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()

	fresh := dir.views() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	digest, took, err := buildViews(ctx, std, log, fresh)
	if err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.RemoveAll(dir.views()); err != nil {
		return err
	}
	if err := os.Rename(fresh, dir.views()); err != nil {
		return err
	}
	events := log.Size()
	fmt.Fprintf(std.out, "views rebuilt from %d events in %s, %.0f events/s\ndigest %s\n",
		events, took.Round(time.Millisecond), float64(events)/took.Seconds(), digest)
	return nil
}

// buildViews builds the views of a log in an empty folder.
func buildViews(ctx context.Context, std streams, log *pebblelog.Log, dir string) (digest string, took time.Duration, err error) {
	views, err := projections.Open(log, projections.Options{Dir: dir})
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, views.Close()) }()
	shown := newProgress(std.err, "rebuild", "events", int64(log.Size()))
	defer shown.end()
	if err := views.CatchUp(ctx, func(p ledger.Position) { shown.at(int64(p)) }); err != nil {
		return "", 0, err
	}
	if err := ctx.Err(); err != nil {
		return "", 0, err
	}
	took = time.Since(shown.start)
	digest, err = views.Digest()
	return digest, took, err
}
