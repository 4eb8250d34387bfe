package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"waymark/ledger/pebblelog"
	"waymark/projections"
)

type check struct {
	Data string `default:"waymark-data" type:"path" help:"Folder of the ledger, which no server has open."`
}

// Run reads all of the log and compares the views' position with it. It changes
// nothing; ErrDamaged where the log fails a check.
func (c check) Run(ctx context.Context, std streams) error {
	dir := dataDir(c.Data)
	if err := dir.must(); err != nil {
		return err
	}
	if err := dir.check(ctx, std.out); err != nil {
		return err
	}
	log, err := dir.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	fmt.Fprintln(std.out, viewsState(log, dir))
	return nil
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
func viewsState(log *pebblelog.Log, dir dataDir) string {
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
	if at == log.Last() {
		return fmt.Sprintf("views: current, at position %d, digest %s", at, digest)
	}
	return fmt.Sprintf("views: at position %d of %d; they catch up when served", at, log.Last())
}
