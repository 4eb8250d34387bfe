package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

type check struct {
	location `embed:""`
}

// Run reads all of the log and compares the views' position with it. It changes
// nothing; ErrDamaged where the log fails a check.
func (c check) Run(ctx context.Context, std streams) error {
	if c.Log == "" {
		if err := c.dir().must(); err != nil {
			return err
		}
		if err := c.dir().check(ctx, std.out); err != nil {
			return err
		}
	}
	log, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer log.Close()
	if c.Log != "" {
		if err := log.check(ctx, std, shown(c.Log)); err != nil {
			return err
		}
	}
	fmt.Fprintln(std.out, viewsState(log, c.dir()))
	return nil
}

// check reads all of a cluster's log as this program understands it. What the
// cluster's disks hold is for its own checks.
func (r *reading) check(ctx context.Context, std streams, name string) error {
	watch, at := r.progress(std.err, "check")
	defer watch.end()
	events, before := 0, ledger.Recorded{}
	for e, err := range upTo(ctx, r, 0, r.end) {
		if err != nil {
			return err
		}
		if e.Position <= before.Position || e.Stream == before.Stream && e.Revision != before.Revision+1 {
			return fmt.Errorf("%w: revision %d of %s at position %d comes after revision %d of %s at %d",
				ledger.ErrDamaged, e.Revision, e.Stream, e.Position, before.Revision, before.Stream, before.Position)
		}
		at(e.Position)
		events, before = events+1, e
	}
	watch.end()
	_, err := fmt.Fprintf(std.out, "log %s: all of it read, %d events, last position %d\n", name, events, before.Position)
	return err
}

// check reads all of the log in d and says what it found.
func (d dataDir) check(ctx context.Context, out io.Writer) error {
	r, err := pebblelog.CheckWith(ctx, pebblelog.Options{Dir: d.ledger()})
	if err != nil {
		return d.plain(err)
	}
	_, err = fmt.Fprintf(out, "log %s: sound, %d events, last position %d, %d tables, %.1f MiB\n",
		r.ID, r.Events, r.Last, r.Tables, float64(r.Bytes)/(1<<20))
	if err == nil && r.Orphans > 0 {
		_, err = fmt.Fprintf(out, "%d tables on disk are not of the database; they do no harm\n", r.Orphans)
	}
	return err
}

// openLog opens the log in d for reading.
func (d dataDir) openLog() (*pebblelog.Log, error) {
	log, err := pebblelog.Open(pebblelog.Options{Dir: d.ledger(), ReadOnly: true})
	return log, d.plain(err)
}

// viewsState says how the views stand. They can always be rebuilt, so what is
// wrong with them is no damage.
func viewsState(log *reading, dir dataDir) string {
	if _, err := os.Stat(dir.views()); errors.Is(err, fs.ErrNotExist) {
		return "no views (a backup has none); they are drawn anew when it is served"
	}
	views, err := projections.Open(log, projections.Options{Dir: dir.views(), ReadOnly: true})
	if err != nil {
		return fmt.Sprintf("views: cannot be used, waymark rebuild makes them anew: %s", plain(err))
	}
	defer views.Close()
	digest, err := views.Digest() // reads every row that says anything
	if err != nil {
		return fmt.Sprintf("views: damaged, waymark rebuild makes them anew: %s", plain(err))
	}
	at := views.AsOf().Position
	if at == log.end {
		return fmt.Sprintf("views: current, at position %d, digest %s", at, digest)
	}
	return fmt.Sprintf("views: at position %d of %d; they catch up when served", at, log.end)
}
