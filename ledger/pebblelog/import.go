package pebblelog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"waymark/ledger"
)

// importWindow is how many groups may be under way at once.
const importWindow = 1024

// busyWait is how long an import lets the log be where it is busy.
const busyWait = 10 * time.Millisecond

// Import implements [ledger.Importer]. Many groups are under way at once: the
// writer takes them in order, and refuses each whose predecessor it refused.
func (l *Log) Import(ctx context.Context, groups iter.Seq2[[]ledger.Recorded, error], told func([]ledger.Recorded, ledger.Receipt)) error {
	i := &importer{log: l, ctx: ctx, told: told}
	for group, err := range groups {
		if err == nil {
			err = i.add(group)
		}
		if err != nil {
			i.tell()
			return err
		}
	}
	for len(i.under) > 0 {
		if err := i.settle(); err != nil {
			return err
		}
	}
	return nil
}

// An importer has groups under way, oldest first.
type importer struct {
	log   *Log
	ctx   context.Context
	told  func([]ledger.Recorded, ledger.Receipt)
	under []imported
	last  *request
}

type imported struct {
	*request
	group []ledger.Recorded
}

// add puts a group on its way.
func (i *importer) add(group []ledger.Recorded) error {
	stream, expected, events, err := ledger.ValidateImport(group)
	if err != nil {
		return err
	}
	r := newRequest(stream, expected, events)
	for n := range group {
		r.events[n].Created = group[n].Created.UTC()
	}
	if len(i.under) >= importWindow {
		if err := i.settle(); err != nil {
			return err
		}
	}
	return i.push(imported{r, group})
}

// push queues a group, once there is room.
func (i *importer) push(g imported) error {
	for {
		if err := i.log.refusal(); err != nil {
			return fmt.Errorf("import to %s: %w", g.stream, err)
		}
		g.before = i.last
		err := i.log.queue.push(g.request)
		switch {
		case err == nil:
			i.under, i.last = append(i.under, g), g.request
			return nil
		case !errors.Is(err, ledger.ErrBusy):
			return fmt.Errorf("import to %s: %w", g.stream, err)
		case len(i.under) > 0:
			err = i.settle()
		default:
			err = i.pause()
		}
		if err != nil {
			return err
		}
	}
}

// settle waits for the oldest group, and puts those that the log was too busy
// for on their way again.
func (i *importer) settle() error {
	oldest := i.under[0]
	err := i.wait(oldest)
	if errors.Is(err, ledger.ErrBusy) {
		return i.again()
	}
	if err != nil {
		i.under = nil // none of them is in the log, or nobody knows
		return err
	}
	i.under = i.under[1:]
	i.told(oldest.group, oldest.receipt)
	return nil
}

// again puts all groups on their way again, the first of which was refused, and
// the others with it.
func (i *importer) again() error {
	refused := i.under
	i.under, i.last = nil, nil
	for _, g := range refused[1:] {
		if err := i.wait(g); !errors.Is(err, ledger.ErrBusy) {
			return fmt.Errorf("import to %s, which follows a group that was refused: %w", g.stream, err)
		}
	}
	if err := i.pause(); err != nil {
		return err
	}
	for _, g := range refused {
		if err := i.push(g); err != nil {
			return err
		}
	}
	return nil
}

// tell tells of the groups under way that come to be in the log.
func (i *importer) tell() {
	for _, g := range i.under {
		if i.wait(g) != nil {
			return
		}
		i.told(g.group, g.receipt)
	}
}

// wait returns what became of a group.
func (i *importer) wait(g imported) error {
	select {
	case <-g.done:
		return g.err
	case <-i.ctx.Done():
		return fmt.Errorf("import to %s: %w: %w", g.stream, ledger.ErrUnknown, i.ctx.Err())
	case <-i.log.halted:
		return fmt.Errorf("import to %s: %w: the log has failed", g.stream, ledger.ErrUnknown)
	}
}

func (i *importer) pause() error {
	t := time.NewTimer(busyWait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-i.ctx.Done():
		return i.ctx.Err()
	}
}

// follows returns why an import may not be judged, if so. The writer has judged
// what was queued before it.
func (j *judge) follows(r *request) (fits bool, err error) {
	if r.before != nil && r.before.refused {
		return false, fmt.Errorf("import to %s: %w: what comes before it was refused", r.stream, ledger.ErrBusy)
	}
	return true, nil
}
