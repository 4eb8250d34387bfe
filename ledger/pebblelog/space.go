package pebblelog

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/cockroachdb/pebble/v2/vfs"

	"waymark/ledger"
)

// On a full disk Pebble neither fails nor gives up: a write waits for ever, and
// so does opening. So the log stops taking appends while there is still room
// to finish what was begun, and goes on by itself when there is room again.

const (
	minLowSpace = 2 << 30
	// openSpace is what opening may need: a replayed log is written as tables.
	openSpace = 64 << 20
)

// ballastFile is the name of the ballast in the log's directory.
const ballastFile = "ballast"

// spaceLow returns whether there is too little room for appends.
func (o Options) spaceLow(u vfs.DiskUsage) bool {
	switch {
	case o.LowSpace < 0:
		return false
	case o.LowSpace > 0:
		return u.AvailBytes < uint64(o.LowSpace)
	}
	return u.AvailBytes < max(minLowSpace, u.TotalBytes/20)
}

// checkSpace looks at the free space, and keeps the ballast where there is
// plenty.
func (l *Log) checkSpace() {
	u, err := l.opts.FS.GetDiskUsage(l.opts.Dir)
	if err != nil {
		if !errors.Is(err, vfs.ErrUnsupported) {
			l.opts.Logger.Warn("cannot tell the free space", "dir", l.opts.Dir, "error", err)
		}
		return
	}
	low := l.opts.spaceLow(u)
	if l.noSpace.Swap(low) != low {
		l.opts.Logger.Warn("disk space", "dir", l.opts.Dir, "low", low, "available", u.AvailBytes)
	}
	if low || l.opts.Ballast < 0 {
		return
	}
	u.AvailBytes -= min(u.AvailBytes, uint64(l.opts.Ballast))
	if l.opts.spaceLow(u) {
		return
	}
	if err := l.keepBallast(); err != nil {
		l.opts.Logger.Warn("cannot reserve ballast", "dir", l.opts.Dir, "error", err)
	}
}

func (l *Log) ballastPath() string { return l.opts.FS.PathJoin(l.opts.Dir, ballastFile) }

// keepBallast reserves the ballast where it is not there.
func (l *Log) keepBallast() error {
	if _, err := l.opts.FS.Stat(l.ballastPath()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := l.opts.FS.Create(l.ballastPath(), vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	err = f.Preallocate(0, l.opts.Ballast)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = l.opts.FS.Remove(l.ballastPath())
	}
	return err
}

// diskFull is called when a write finds no room, before it is tried again.
func (l *Log) diskFull() {
	l.noSpace.Store(true)
	if err := l.opts.FS.Remove(l.ballastPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.opts.Logger.Error("disk is full and the ballast stays", "dir", l.opts.Dir, "error", err)
		return
	}
	l.opts.Logger.Error("disk is full; ballast given up", "dir", l.opts.Dir)
}

// roomToOpen returns ErrNoSpace where opening could hang, after giving up the
// ballast if need be.
func (l *Log) roomToOpen() error {
	if l.opts.LowSpace < 0 {
		return nil
	}
	const need = openSpace
	for range 2 {
		u, err := l.opts.FS.GetDiskUsage(l.opts.Dir)
		if errors.Is(err, vfs.ErrUnsupported) || err == nil && u.AvailBytes >= need {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.opts.FS.Remove(l.ballastPath()); err != nil {
			return fmt.Errorf("%w: %d B are free, %d are needed to open it", ledger.ErrNoSpace, u.AvailBytes, need)
		}
	}
	return fmt.Errorf("%w, even without the ballast", ledger.ErrNoSpace)
}
