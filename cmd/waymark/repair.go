package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"time"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/ledger/seal"
)

// openSealed opens the ledger in d with its seal. A ledger that is damaged, or
// lacks what was sealed, is made again from the sealed copies; where that cannot
// be done it is refused with ErrDamaged. In a fresh one the seal begins anew.
func (d dataDir) openSealed(ctx context.Context, logger *slog.Logger, fresh bool, o sealing) (*house, error) {
	if err := d.finishRepair(); err != nil {
		return nil, err
	}
	h, err := d.open(logger, fresh)
	if err == nil && fresh {
		for _, name := range []string{d.seal(), string(o.lock(d)), d.sealKey()} {
			err = errors.Join(err, os.RemoveAll(name))
		}
		if err != nil {
			return nil, errors.Join(err, h.close())
		}
	}
	if err == nil && !o.wanted(true) {
		return h, nil
	}
	if err == nil {
		h.sealer, err = o.newSealer(ctx, d, h.log)
		if err == nil {
			return h, nil
		}
		err = errors.Join(err, h.close())
	}
	if !errors.Is(err, ledger.ErrDamaged) || !o.wanted(true) {
		return nil, err
	}
	logger.Error("the ledger is damaged; trying to make it again from the sealed copies", "data", string(d), "error", err)
	if rerr := d.repair(ctx, logger, o); rerr != nil {
		return nil, fmt.Errorf("%w; and it cannot be made again: %w", err, rerr)
	}
	if h, err = d.open(logger, false); err != nil {
		return nil, err
	}
	if h.sealer, err = o.newSealer(ctx, d, h.log); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (d dataDir) renewed() string { return d.ledger() + ".new" }

// finishRepair puts a ledger that was made again, whole, in its place, where a
// crash came between.
func (d dataDir) finishRepair() error {
	if there, err := d.exists(); there || err != nil {
		return err
	}
	if _, err := os.Stat(d.renewed()); err != nil {
		return nil
	}
	return d.replace("")
}

// repair makes the ledger in d again: what was sealed from the copies, which
// must lead to the signed root, and what came after from what can still be read.
// The damaged one is kept beside it. ErrDamaged where acknowledged events are in
// neither, as far as is known.
func (d dataDir) repair(ctx context.Context, logger *slog.Logger, o sealing) error {
	secret, err := d.secret(o.SealName)
	if err != nil {
		return err
	}
	if held, err := o.lock(d).Load(); err != nil || held == nil {
		return errors.Join(err, fmt.Errorf("the lock in %s is empty, so that nothing tells how far the copies must go: put it back: %w", o.lock(d), ledger.ErrDamaged))
	}
	if err := errors.Join(os.RemoveAll(d.renewed()), os.RemoveAll(d.renewed()+".position")); err != nil {
		return err
	}
	log, err := pebblelog.Open(pebblelog.Options{Dir: d.renewed(), Logger: logger})
	if err != nil {
		return err
	}
	copies := seal.Copies(ctx, seal.Dir(d.seal()), o.lock(d), secret.verifier)
	sealed, err := refill(ctx, log, copies)
	last := sealed
	if err == nil {
		last, err = d.salvage(ctx, log, sealed)
	}
	if err = errors.Join(err, log.Close()); err != nil {
		return errors.Join(err, os.RemoveAll(d.renewed()), os.RemoveAll(d.renewed()+".position"))
	}
	kept := d.ledger() + time.Now().UTC().Format(".damaged-20060102T150405.000000000")
	if err := d.replace(kept); err != nil {
		return err
	}
	logger.Warn("the ledger was made again", "from_copies", sealed, "still_readable", last-sealed, "damaged_kept_in", kept)
	return nil
}

// refill appends events, which must come to lie where they were.
func refill(ctx context.Context, log *pebblelog.Log, events iter.Seq2[ledger.Recorded, error]) (last ledger.Position, err error) {
	groups := func(yield func([]ledger.Recorded, error) bool) {
		for r, err := range events {
			if err == nil && r.Position != last+1 {
				err = fmt.Errorf("the copies lack position %d: %w", last+1, ledger.ErrDamaged)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			last = r.Position
			if !yield([]ledger.Recorded{r}, nil) {
				return
			}
		}
	}
	var moved error
	err = log.Import(ctx, groups, func(g []ledger.Recorded, r ledger.Receipt) {
		if r.Position != g[0].Position && moved == nil {
			moved = fmt.Errorf("position %d came to lie at %d: %w", g[0].Position, r.Position, ledger.ErrDamaged)
		}
	})
	return last, errors.Join(err, moved)
}

// salvage appends what the damaged ledger still holds after a position.
func (d dataDir) salvage(ctx context.Context, log *pebblelog.Log, after ledger.Position) (ledger.Position, error) {
	found, noted, err := pebblelog.Salvage(pebblelog.Options{Dir: d.ledger()}, after)
	if err != nil {
		return after, d.plain(err)
	}
	last := after + ledger.Position(len(found))
	if last < noted {
		return after, fmt.Errorf("positions %d to %d were acknowledged, but are neither in the sealed copies nor readable any more; take a newer backup: %w", last+1, noted, ledger.ErrDamaged)
	}
	for _, r := range found {
		if err := log.Import(ctx, func(yield func([]ledger.Recorded, error) bool) { yield([]ledger.Recorded{r}, nil) }, func([]ledger.Recorded, ledger.Receipt) {}); err != nil {
			return after, err
		}
	}
	return last, nil
}

// replace keeps the damaged ledger under a name, unless it is gone, and puts the
// one made again in its place. The views are drawn anew.
func (d dataDir) replace(kept string) error {
	if err := os.RemoveAll(d.views()); err != nil {
		return err
	}
	if kept != "" {
		if err := os.Rename(d.ledger(), kept); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	for _, suffix := range []string{".position", ""} {
		if err := os.Rename(d.renewed()+suffix, d.ledger()+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return syncFile(string(d))
}
