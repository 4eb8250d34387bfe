package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

type restore struct {
	From string `arg:"" type:"existingdir" help:"Folder that backup made."`
	Data string `default:"waymark-data" type:"path" help:"Folder to make; it must not exist."`
}

// Run copies a backup to a new data folder, reads the whole log there, and
// builds its views.
func (r restore) Run(ctx context.Context, std streams) error {
	from, to := dataDir(r.From), dataDir(r.Data)
	if err := from.must(); err != nil {
		return err
	}
	if err := mustNotExist(r.Data); err != nil {
		return err
	}
	if err := copyLedger(ctx, from, to); err != nil {
		return errors.Join(err, os.RemoveAll(r.Data))
	}
	if err := to.check(ctx, std.out); err != nil {
		return err
	}
	if err := (rebuild{location{Data: r.Data}}).Run(ctx, std); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "restored to %s\n", r.Data)
	return nil
}
