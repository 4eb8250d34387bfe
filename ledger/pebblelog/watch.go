package pebblelog

import (
	"fmt"
	"time"

	"waymark/ledger"
)

const (
	watchEvery = time.Second
	// slowAfter is when a commit under way makes the log unhealthy.
	slowAfter = 10 * time.Second
	// stuckAfter is when it ends the process: a restart elsewhere, or after
	// the disk has come back, serves better than a log that hangs.
	stuckAfter = 60 * time.Second
)

// watch looks after what no append waits for.
func (l *Log) watch() {
	defer l.others.Done()
	ticks := time.NewTicker(watchEvery)
	defer ticks.Stop()
	for {
		select {
		case <-l.quit:
			return
		case <-ticks.C:
			l.look(time.Now())
		}
	}
}

// look is one round of watch.
func (l *Log) look(now time.Time) {
	l.looking.Lock()
	defer l.looking.Unlock()
	if err := l.Here(); err != nil {
		l.fail(err)
		l.exit()
		return
	}
	l.checkSpace()
	if err := l.noteHighWater(); err != nil {
		l.opts.Logger.Warn("cannot note how far the log has come", "error", err)
	}
	if d := l.stuck(now); d > stuckAfter && !l.noSpace.Load() {
		l.halt(fmt.Errorf("a commit has been under way for %v", d.Round(time.Second)))
	}
}

// stuck returns for how long the oldest commit has been under way.
func (l *Log) stuck(now time.Time) time.Duration {
	if l.commits.Load() == 0 {
		return 0
	}
	return now.Sub(time.Unix(0, l.moved.Load()))
}

// commitBegun and commitDone keep what stuck needs.
func (l *Log) commitBegun() {
	if l.commits.Add(1) == 1 {
		l.moved.Store(time.Now().UnixNano())
	}
}

func (l *Log) commitDone() {
	l.moved.Store(time.Now().UnixNano())
	l.commits.Add(-1)
}

// Health returns why the log cannot be relied on to take appends, if so:
// ErrDamaged, ErrNoSpace, ErrClosed, or that its disk does not answer.
func (l *Log) Health() error { return l.health(time.Now()) }

func (l *Log) health(now time.Time) error {
	select {
	case <-l.quit:
		return ledger.ErrClosed
	default:
	}
	if l.opts.ReadOnly {
		if err := l.damaged.Load(); err != nil {
			return *err
		}
		return nil
	}
	if err := l.refusal(); err != nil {
		return err
	}
	if d := l.stuck(now); d > slowAfter {
		return fmt.Errorf("a commit has been under way for %v", d.Round(time.Second))
	}
	if n := l.faults.Load(); n > 8 {
		return fmt.Errorf("the database failed to write tables %d times in a row", n)
	}
	return nil
}

// opening ends the process where opening hangs, until the function that it
// returns is called.
func (l *Log) opening() (done func()) {
	slow := time.AfterFunc(slowAfter, func() {
		l.opts.Logger.Warn("opening the log takes long", "dir", l.opts.Dir)
	})
	stuck := time.AfterFunc(stuckAfter, func() {
		l.halt(fmt.Errorf("opening the log in %s has taken %v", l.opts.Dir, stuckAfter))
	})
	return func() { slow.Stop(); stuck.Stop() }
}
