package pebblelog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// ErrInUse: the log is open in another process, or in this one.
var ErrInUse = errors.New("log is open elsewhere")

// ErrMoved: the directory that the log was opened in is not at its path any
// more: it was deleted, moved or replaced. What is written to it may be lost.
var ErrMoved = errors.New("log is no longer in the directory it was opened in")

// lockFile is the name of the lock in the log's directory.
const lockFile = "LOCK"

func lockDir(o Options) (*pebble.Lock, error) {
	lock, err := pebble.LockDirectory(o.Dir, o.FS)
	var file *fs.PathError
	var errno syscall.Errno
	switch {
	case err == nil:
		return lock, nil
	case errors.As(err, &file), errors.As(err, &errno) && errno != syscall.EAGAIN && errno != syscall.EACCES:
		return nil, fmt.Errorf("lock it: %w", err)
	}
	return nil, fmt.Errorf("lock it: %w: %w", ErrInUse, err)
}

// Lock keeps a directory, which must exist and holds no log, from every other
// process that asks for it, until it is closed. ErrInUse where another has it.
func Lock(dir string) (io.Closer, error) {
	lock, err := lockDir(Options{Dir: dir, FS: vfs.Default})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	return lock, nil
}

// erase deletes the log and its note, but not the lock, which is held. After a
// crash amid it Open may find what is left damaged; with Fresh it deletes that
// too.
func (l *Log) erase() error {
	files, note := l.opts.FS, l.opts.HighWater
	for _, name := range []string{note, note + ".tmp"} {
		if err := files.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("erase it: %w", err)
		}
	}
	names, err := files.List(l.opts.Dir)
	if err != nil {
		return fmt.Errorf("erase it: %w", err)
	}
	for _, name := range names {
		if name == lockFile {
			continue
		}
		if err := files.RemoveAll(files.PathJoin(l.opts.Dir, name)); err != nil {
			return fmt.Errorf("erase it: %w", err)
		}
	}
	return syncDir(files, l.opts.Dir)
}

// settle remembers where the log is, by its lock: as long as that is held, no
// other file can have its identity.
func (l *Log) settle() (err error) {
	if l.opts.FS == vfs.Default {
		l.home, err = os.Stat(l.lockPath())
	}
	return err
}

func (l *Log) lockPath() string { return l.opts.FS.PathJoin(l.opts.Dir, lockFile) }

// Here returns ErrMoved where the log's directory is not at its path any more.
// Then nothing may be written under that path: it may be another log's. A file
// system other than the operating system's is not asked.
func (l *Log) Here() error {
	if l.home == nil {
		return nil
	}
	there, err := os.Stat(l.lockPath())
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(l.home, there) {
		return fmt.Errorf("%w, %s", ErrMoved, l.opts.Dir)
	}
	return nil // what else the disk says, a write will meet
}
