package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"waymark/projections"
)

type rebuild struct {
	location `embed:""`
}

// Run builds the views anew beside the old ones, then puts them in their place.
// Interrupted, it leaves the old ones as they were.
func (r rebuild) Run(ctx context.Context, std streams) (err error) {
	dir := r.dir()
	log, err := r.open(ctx)
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
	from := fmt.Sprintf("%d events in %s, %.0f events/s", log.events, took.Round(time.Millisecond), float64(log.events)/took.Seconds())
	if log.events == 0 && log.end > 0 {
		from = fmt.Sprintf("the cluster's log up to position %d in %s", log.end, took.Round(time.Millisecond))
	}
	fmt.Fprintf(std.out, "views rebuilt from %s\ndigest %s\n", from, digest)
	return nil
}

// buildViews builds the views of a log in an empty folder.
func buildViews(ctx context.Context, std streams, log *reading, dir string) (digest string, took time.Duration, err error) {
	views, err := projections.Open(log, projections.Options{Dir: dir})
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, views.Close()) }()
	shown, at := log.progress(std.err, "rebuild")
	defer shown.end()
	if err := views.CatchUp(ctx, at); err != nil {
		return "", 0, err
	}
	if err := ctx.Err(); err != nil {
		return "", 0, err
	}
	took = time.Since(shown.start)
	digest, err = views.Digest()
	return digest, took, err
}
