package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

type backup struct {
	To   string `arg:"" type:"path" help:"Folder to make; it must not exist."`
	Data string `default:"waymark-data" type:"path" help:"Folder of the ledger, which no server has open."`
}

// Run copies the log, byte by byte and durably, and reads all of the copy. The
// views are left out: they can be rebuilt.
func (b backup) Run(ctx context.Context, std streams) (err error) {
	dir := dataDir(b.Data)
	if err := dir.must(); err != nil {
		return err
	}
	if err := mustNotExist(b.To); err != nil {
		return err
	}
	log, err := dir.openLog() // nobody writes while it is open
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	err = copyLedger(ctx, dir, dataDir(b.To))
	if err == nil {
		err = dataDir(b.To).check(ctx, std.out)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(b.To)) // what is left over must not pass for a backup
	}
	fmt.Fprintf(std.out, "backed up to %s\n", b.To)
	return nil
}

func mustNotExist(dir string) error {
	_, err := os.Lstat(dir)
	if err == nil {
		return usagef("%s exists; nothing is ever written over", dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// copyLedger copies the log of one folder to another, which is made. Every file
// and folder is synced, so that the copy survives a power cut. A copy of the
// demo's ledger is not the demo's: nothing deletes it to begin anew.
func copyLedger(ctx context.Context, from, to dataDir) error {
	return filepath.WalkDir(string(from), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		rel, err := filepath.Rel(string(from), name)
		if err != nil {
			return err
		}
		target := filepath.Join(string(to), rel)
		switch {
		case name == from.views() || name == from.views()+".new" || name == from.sealLock():
			return fs.SkipDir
		case d.IsDir():
			return makeDir(target)
		case !d.Type().IsRegular() || d.Name() == lockFile || d.Name() == ballastFile || name == from.demo() || name == from.sealKey():
			return nil
		}
		return copyFile(name, target)
	})
}

// Files that belong to the process that has a ledger open.
const (
	lockFile    = "LOCK"
	ballastFile = "ballast"
)

func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	return syncFile(filepath.Dir(dir))
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = syncFile(filepath.Dir(to))
	}
	return err
}

// syncFile makes what is known of a file, or what is listed in a folder,
// durable.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
