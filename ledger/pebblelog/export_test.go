package pebblelog

import (
	"context"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// Tuning returns the options with which the log opens its database.
func Tuning(o Options) *pebble.Options {
	p := o.withDefaults().tuning()
	p.Logger = databaseLogger{&Log{opts: o.withDefaults()}}
	return p
}

// Look runs a round of the watcher as if it were now.
func (l *Log) Look(now time.Time) { l.look(now) }

// HealthAt is Health as if it were now.
func (l *Log) HealthAt(now time.Time) error { return l.health(now) }

// Compact writes what the database has in memory to tables and merges them, so
// that nothing is left to do in the background.
func (l *Log) Compact(ctx context.Context) error {
	return l.db.Compact(ctx, []byte{0}, []byte{0xff}, false)
}

// Tables returns the paths of the tables that the log's manifest names: there
// may be others, which a compaction has replaced.
func Tables(o Options) ([]string, error) {
	o = o.withDefaults()
	p := o.tuning()
	p.ReadOnly, p.Logger = true, databaseLogger{&Log{opts: o}}
	db, err := pebble.Open(o.Dir, p)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	named, err := tables(db)
	var paths []string
	for name := range named {
		paths = append(paths, o.FS.PathJoin(o.Dir, name))
	}
	return paths, err
}
