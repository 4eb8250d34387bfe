package pebblelog

import (
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// A databaseLogger is what Pebble tells. A failed write of its log can reach
// Fatalf and, were that to return, would be acknowledged.
type databaseLogger struct{ log *Log }

func (d databaseLogger) Infof(string, ...any) {}

func (d databaseLogger) Errorf(format string, args ...any) {
	d.log.opts.Logger.Error("pebble", "dir", d.log.opts.Dir, "error", fmt.Sprintf(format, args...))
}

// Fatalf ends the process and does not return, whatever Exit does.
func (d databaseLogger) Fatalf(format string, args ...any) {
	d.log.halt(fmt.Errorf(format, args...))
}

// halt ends the process: first nothing is acknowledged any more, then it
// exits. A panic would not do, since somebody might recover from it.
func (l *Log) halt(err error) {
	l.fail(err)
	l.exit()
	select {} // the caller must not go on
}

// exit ends the process after the log has failed: what it holds in memory may
// differ from what is on disk, and only opening it again makes that good.
func (l *Log) exit() {
	l.opts.Exit(ExitIO)
	l.haltOnce.Do(func() { close(l.halted) })
}

// Pebble repeats a failed flush or compaction at once. Waiting before it is
// told that we know makes that bearable.
const (
	firstBackOff = time.Millisecond
	lastBackOff  = 250 * time.Millisecond
)

// listener returns what Pebble calls. It must not call back into the database.
func (l *Log) listener() *pebble.EventListener {
	return &pebble.EventListener{
		// Left out, this one would end the process at the first bad block.
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			_ = l.damage(fmt.Errorf("%s, keys %s: %w", info.Path, info.Bounds, info.Details))
		},
		BackgroundError: func(err error) {
			n := l.faults.Add(1)
			if n&(n-1) == 0 { // the 1st, 2nd, 4th …
				l.opts.Logger.Error("pebble cannot flush or compact", "dir", l.opts.Dir, "times", n, "error", err)
			}
			time.Sleep(min(firstBackOff<<min(n-1, 10), lastBackOff))
		},
		FlushEnd: func(info pebble.FlushInfo) {
			if info.Err == nil {
				l.faults.Store(0)
			}
		},
		DiskSlow: func(pebble.DiskSlowInfo) { l.slow.Add(1) },
	}
}
