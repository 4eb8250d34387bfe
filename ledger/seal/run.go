package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark/ledger"
)

// Run seals what the ledger holds and comes to hold, until ctx ends or an error
// leaves it unsure what is on disk; then only a new sealer may go on.
func (s *Sealer) Run(ctx context.Context) error {
	if err := s.present(ctx); err != nil {
		return err
	}
	events, failed := s.cfg.Log.Follow(ctx, s.Position())
	ticks := time.NewTicker(s.cfg.Interval)
	defer ticks.Stop()
	var waiting []ledger.Recorded
	for {
		due := false
		select {
		case d, ok := <-events:
			if !ok {
				return errors.Join(ctx.Err(), failed())
			}
			if d.Kind == ledger.Appended {
				waiting = append(waiting, d.Event)
			}
			due = len(waiting) >= s.cfg.Batch
		case <-ticks.C:
			due = len(waiting) > 0
		}
		if !due {
			continue
		}
		if err := s.seal(ctx, waiting); err != nil {
			return err
		}
		clear(waiting)
		waiting = waiting[:0]
	}
}

// CatchUp seals what the ledger holds, up to what is durable now. It is for
// where Run does not.
func (s *Sealer) CatchUp(ctx context.Context) error {
	if err := s.present(ctx); err != nil {
		return err
	}
	var waiting []ledger.Recorded
	for r, err := range s.cfg.Log.All(ctx, s.Position(), false) {
		if err != nil {
			return err
		}
		if waiting = append(waiting, r); len(waiting) == s.cfg.Batch {
			if err := s.seal(ctx, waiting); err != nil {
				return err
			}
			waiting = nil
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return s.seal(ctx, waiting)
}

// present refuses a ledger that lacks the newest sealed event.
func (s *Sealer) present(ctx context.Context) error {
	s.mu.Lock()
	var sealed *ledger.Recorded
	if l := s.tree.last; l != nil {
		_, events, err := s.around(l.Index)
		if err != nil {
			s.mu.Unlock()
			return err
		}
		sealed = events[l.Index%tileWidth]
	}
	s.mu.Unlock()
	if sealed == nil {
		return nil
	}
	for r, err := range s.cfg.Log.Stream(ctx, sealed.Stream, sealed.Revision, false) {
		if err != nil {
			return err
		}
		if r.Position == sealed.Position && r.ID == sealed.ID && payloadHash(r.Event) == payloadHash(sealed.Event) {
			return nil
		}
		break
	}
	return fmt.Errorf("the ledger does not hold event %s, sealed at position %d: an old backup, or damage: %w", sealed.ID, sealed.Position, ledger.ErrDamaged)
}
