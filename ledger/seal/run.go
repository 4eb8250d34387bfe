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
	tick := time.NewTimer(s.cfg.Interval)
	defer tick.Stop()
	waiting := batch{events: s.cfg.Batch}
	for {
		due := false
		select {
		case d, ok := <-events:
			if !ok {
				return errors.Join(ctx.Err(), failed())
			}
			if d.Kind == ledger.Appended {
				waiting.add(d.Event)
			}
			due = waiting.full()
		case <-tick.C:
			due = true
		}
		if !due {
			continue
		}
		began := time.Now()
		if len(waiting.held) > 0 {
			if err := s.seal(ctx, waiting.held); err != nil {
				return err
			}
			waiting.clear()
		}
		tick.Reset(s.pause(time.Since(began)))
	}
}

// pause returns how long to wait after a checkpoint that took so long: four
// times that, but at least an interval and at most five.
func (s *Sealer) pause(took time.Duration) time.Duration {
	return min(max(4*took, s.cfg.Interval), 5*s.cfg.Interval)
}

// maxHeld bounds the bytes of events that wait for a checkpoint.
const maxHeld = 64 << 20

// A batch is the events that wait for a checkpoint.
type batch struct {
	events int // how many at most
	held   []ledger.Recorded
	bytes  int
}

func (b *batch) add(r ledger.Recorded) {
	b.held = append(b.held, r)
	b.bytes += len(r.Data) + len(r.Meta)
}

func (b *batch) full() bool { return len(b.held) >= b.events || b.bytes >= maxHeld }

func (b *batch) clear() {
	clear(b.held)
	b.held, b.bytes = b.held[:0], 0
}

// CatchUp seals what the ledger holds, up to what is durable now. It is for
// where Run does not.
func (s *Sealer) CatchUp(ctx context.Context) error {
	if err := s.present(ctx); err != nil {
		return err
	}
	waiting := batch{events: s.cfg.Batch}
	for r, err := range s.cfg.Log.All(ctx, s.Position(), false) {
		if err != nil {
			return err
		}
		if waiting.add(r); waiting.full() {
			if err := s.seal(ctx, waiting.held); err != nil {
				return err
			}
			waiting.clear()
		}
	}
	if len(waiting.held) == 0 {
		return nil
	}
	return s.seal(ctx, waiting.held)
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
