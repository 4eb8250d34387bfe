package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// seal adds events and an epoch, and signs.
func (s *Sealer) seal(ctx context.Context, events []ledger.Recorded) error {
	began := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return s.failed
	}
	if s.failed = s.publish(ctx, events); s.failed != nil {
		s.failed = fmt.Errorf("seal %d events: %w", len(events), s.failed)
	}
	if s.cfg.Told != nil {
		s.cfg.Told(Sealed{Events: len(events), Size: s.tree.size, Position: s.tree.at[s.tree.size-1], Took: time.Since(began), Witness: s.witness, Err: s.failed})
	}
	return s.failed
}

// publish does what the order demands: files, then lock, then checkpoint.
func (s *Sealer) publish(ctx context.Context, events []ledger.Recorded) error {
	old := s.tree.size
	for _, r := range events {
		if err := s.tree.addEvent(s.cfg.Schema, r); err != nil {
			return err
		}
		if err := s.full(); err != nil {
			return err
		}
	}
	if err := s.tree.addEpoch(uint64(s.cfg.Now().UnixMilli())); err != nil {
		return err
	}
	if err := s.writeTail(); err != nil {
		return err
	}
	for _, t := range tlog.NewTiles(tileHeight, old, s.tree.size) {
		data, err := tlog.ReadTileData(t, s.tree.hashes)
		if err != nil {
			return err
		}
		if err := s.put(tilePath(t), data); err != nil {
			return err
		}
	}
	if err := s.flush(); err != nil {
		return err
	}
	root, err := s.tree.root()
	if err != nil {
		return err
	}
	signed, err := sign(Checkpoint{s.cfg.Signer.Name(), s.tree.size, root}, s.cfg.Signer)
	if err != nil {
		return err
	}
	if err := s.cfg.Lock.Swap(s.signed, signed); err != nil {
		return fmt.Errorf("move the lock to %d entries: %w", s.tree.size, err)
	}
	s.signed = signed
	if err := s.cosign(ctx); err != nil {
		return err
	}
	if err := s.cfg.Store.Write("checkpoint", s.public); err != nil {
		return err
	}
	if err := s.prune(old); err != nil {
		return err
	}
	if s.tree.facted-s.snapped > max(everyFacts, s.snapped) {
		return s.snapshot()
	}
	return nil
}

// full puts the files of entries when they are full, before the next begin.
func (s *Sealer) full() error {
	if len(s.tree.tail) < tileWidth {
		return nil
	}
	return s.writeTail()
}

// writeTail puts the newest files of entries and copies.
func (s *Sealer) writeTail() error {
	tail := s.tree.tail
	records, events := make([][]byte, len(tail)), make([]*ledger.Recorded, len(tail))
	for i, e := range tail {
		records[i], events[i] = e.record, e.event
	}
	n := (s.tree.size - 1) / tileWidth
	if err := s.put(filePath("copy", n, len(tail)), encodeCopies(events)); err != nil {
		return err
	}
	return s.put(filePath("tile/entries", n, len(tail)), encodeEntries(records))
}

// flushAt is how many bytes of files are written together, at least.
const flushAt = 16 << 20

// put writes a file, not before it is one of many or flush is called.
func (s *Sealer) put(name string, data []byte) error {
	s.unwritten = append(s.unwritten, File{name, data})
	if s.waiting += len(data); s.waiting < flushAt {
		return nil
	}
	return s.flush()
}

// flush writes what was put.
func (s *Sealer) flush() error {
	err := s.cfg.Store.WriteAll(s.unwritten)
	s.unwritten, s.waiting = nil, 0
	return err
}

// prune removes the partial copy that the signed one has replaced. Partial
// tiles stay: who read the checkpoint before may still want them.
func (s *Sealer) prune(old int64) error {
	if w := int(old % tileWidth); w != 0 {
		return s.cfg.Store.Remove(filePath("copy", old/tileWidth, w))
	}
	return nil
}

// A Sealed says what a checkpoint took.
type Sealed struct {
	Events   int
	Size     int64
	Position ledger.Position // of the last event under it
	Took     time.Duration   // to seal and publish, witnesses included
	Witness  error           // what befell those that did not cosign
	Err      error           // why it could not be published
}

// ErrForked: a witness has seen another log under this one's name.
var ErrForked = errors.New("a witness knows another history of this log")

// cosign asks for cosignatures. Those who ask for proofs meanwhile wait, so that
// none is as of a checkpoint without them.
func (s *Sealer) cosign(ctx context.Context) error {
	s.public, s.witness = s.signed, nil
	if s.cfg.Cosign == nil {
		return nil
	}
	var got []byte
	got, s.witness = s.cfg.Cosign(ctx, s.signed, s.tree.size, func(old int64) ([]tlog.Hash, error) { return s.tree.consistency(old, 0) })
	if errors.Is(s.witness, ErrForked) {
		return fmt.Errorf("%w: %w", ledger.ErrDamaged, s.witness)
	}
	if len(got) > 0 {
		s.public = got
	}
	return nil
}
