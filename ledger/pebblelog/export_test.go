package pebblelog

import (
	"strings"
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

// Flush writes what the database has in memory to tables.
func (l *Log) Flush() error { return l.db.Flush() }

// Settled returns whether nothing is on disk that a flush, a compaction or the
// index is about to replace.
func (l *Log) Settled() bool {
	m := l.db.Metrics()
	names, err := l.opts.FS.List(l.opts.Dir)
	tables := 0
	for _, name := range names {
		if strings.HasSuffix(name, ".sst") {
			tables++
		}
	}
	return err == nil && l.index.view()[1] == nil && m.Compact.NumInProgress == 0 && m.Flush.NumInProgress == 0 &&
		int64(tables) == m.Total().TablesCount
}
