package seal

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// Checkpoint returns the newest signed checkpoint, with its cosignatures, nil
// before the first.
func (s *Sealer) Checkpoint() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.public
}

// Position returns the position of the last event sealed.
func (s *Sealer) Position() ledger.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tree.last == nil {
		return 0
	}
	return s.tree.last.Position
}

// Size returns the entries under the newest checkpoint.
func (s *Sealer) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tree.size
}

// Index returns the index of the entry of the event at a position of the
// ledger, or ErrUnsealed.
func (s *Sealer) Index(p ledger.Position) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index(p)
}

func (s *Sealer) index(p ledger.Position) (uint64, error) {
	i, found := slices.BinarySearch(s.tree.at, p) // an epoch has the position before it: the event is first
	switch {
	case i == len(s.tree.at):
		return 0, ErrUnsealed
	case !found || p == 0:
		return 0, fmt.Errorf("no event was sealed at position %d: %w", p, ledger.ErrPosition)
	}
	return uint64(i), nil
}

// consistency is of the tree as it is; size 0 means all of it.
func (t *tree) consistency(old, size int64) ([]tlog.Hash, error) {
	if size == 0 {
		size = t.size
	}
	if old < 0 || old > size || size > t.size {
		return nil, fmt.Errorf("prove that %d of %d entries go on from %d: %w", size, t.size, old, ErrUnsealed)
	}
	if old == 0 || old == size {
		return nil, nil
	}
	return tlog.ProveTree(size, old, t.hashes)
}
