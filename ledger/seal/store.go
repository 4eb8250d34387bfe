package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// A Store keeps named files, with slashes in their names. What is written is
// durable, and whole or not there, once Write or WriteAll returns.
type Store interface {
	Read(name string) ([]byte, error) // fs.ErrNotExist where there is none
	Write(name string, data []byte) error
	// WriteAll writes files of different names, in any order: after an error
	// each may be there or not.
	WriteAll(files []File) error
	Remove(name string) error
}

// A File is one to be written.
type File struct {
	Name string
	Data []byte
}

// Dir is a store in a directory.
type Dir string

// Read implements [Store].
func (d Dir) Read(name string) ([]byte, error) { return os.ReadFile(d.path(name)) }

// Remove implements [Store].
func (d Dir) Remove(name string) error { return os.RemoveAll(d.path(name)) }

func (d Dir) path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

// Write implements [Store].
func (d Dir) Write(name string, data []byte) error { return d.WriteAll([]File{{name, data}}) }

// WriteAll implements [Store]. Syncs that run at a time share the file system's
// own, and every directory is synced once.
func (d Dir) WriteAll(files []File) error {
	var dirs []string
	for _, f := range files {
		dirs = append(dirs, filepath.Dir(d.path(f.Name)))
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	for _, dir := range dirs {
		if err := mkdir(dir); err != nil {
			return err
		}
	}
	err := atATime(files, func(f File) error {
		path := d.path(f.Name)
		if err := writeSynced(path+".tmp", f.Data); err != nil {
			return err
		}
		return os.Rename(path+".tmp", path)
	})
	if err != nil {
		return err
	}
	return atATime(dirs, syncDir)
}

// atATime does something for each, up to eight at a time.
func atATime[T any](all []T, do func(T) error) error {
	errs := make([]error, min(8, len(all)))
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for j := i; j < len(all) && errs[i] == nil; j += len(errs) {
				errs[i] = do(all[j])
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// mkdir creates a directory and those above it, each entry synced in its parent.
func mkdir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := mkdir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// ErrLocked: another sealer has moved the lock.
var ErrLocked = errors.New("the lock was moved by another sealer")

// A Lock holds the newest checkpoint that was signed. It must never go back:
// it belongs on another disk than the store, and not into backups.
type Lock interface {
	Load() ([]byte, error) // nil where nothing was signed yet
	// Swap replaces what is held, if it is old; otherwise it is ErrLocked.
	Swap(old, signed []byte) error
}

// LockDir is a lock in a directory of numbered files: who creates the next
// number first has moved the lock.
type LockDir string

func (d LockDir) numbers() ([]int, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var ns []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil {
			ns = append(ns, n)
		}
	}
	slices.Sort(ns)
	return ns, nil
}

func (d LockDir) file(n int) string { return filepath.Join(string(d), fmt.Sprintf("%012d", n)) }

func (d LockDir) load() (n int, held []byte, err error) {
	ns, err := d.numbers()
	if err != nil || len(ns) == 0 {
		return 0, nil, err
	}
	n = ns[len(ns)-1]
	held, err = os.ReadFile(d.file(n))
	return n, held, err
}

// Load implements [Lock].
func (d LockDir) Load() ([]byte, error) { _, held, err := d.load(); return held, err }

// Swap implements [Lock].
func (d LockDir) Swap(old, signed []byte) error {
	if err := mkdir(string(d)); err != nil {
		return err
	}
	n, held, err := d.load()
	if err != nil {
		return err
	}
	if !bytes.Equal(held, old) {
		return ErrLocked
	}
	tmp, err := os.CreateTemp(string(d), "next-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := errors.Join(tmp.Close(), writeSynced(tmp.Name(), signed)); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), d.file(n+1)); errors.Is(err, fs.ErrExist) {
		return ErrLocked
	} else if err != nil {
		return err
	}
	if err := syncDir(string(d)); err != nil {
		return err
	}
	return d.prune(n + 1)
}

// prune removes what lies far behind the mine'th, and refuses that one where
// the lock has meanwhile gone further.
func (d LockDir) prune(mine int) error {
	ns, err := d.numbers()
	if err != nil {
		return err
	}
	if ns[len(ns)-1] > mine {
		return errors.Join(ErrLocked, os.Remove(d.file(mine)))
	}
	for _, n := range ns {
		if n < mine-8 {
			if err := os.Remove(d.file(n)); err != nil {
				return err
			}
		}
	}
	return nil
}
