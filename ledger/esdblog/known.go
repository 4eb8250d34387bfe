package esdblog

import (
	"context"
	"sync"
	"sync/atomic"

	"waymark/ledger"
)

// Receipts of that many appends are remembered, to tell which of several
// identical ones under way at once was first.
const maxClaims = 4096

// Known is what a log knows of how far its cluster has come, which tells an
// append from a repeat.
type known struct {
	last  atomic.Uint64 // a position that events are known to lie up to
	begun atomic.Bool   // last takes in what was there when the log was opened

	mu     sync.Mutex
	claims map[ledger.Position]bool // of receipts given out as new
	ring   [maxClaims]ledger.Position
	next   int
}

func (k *known) init() { k.claims = make(map[ledger.Position]bool, maxClaims) }

// raise says that there is an event at p.
func (k *known) raise(p ledger.Position) {
	for {
		old := k.last.Load()
		if uint64(p) <= old || k.last.CompareAndSwap(old, uint64(p)) {
			return
		}
	}
}

// horizon returns a position such that events up to it are none of an append
// that begins now.
func (l *Log) horizon(ctx context.Context) (ledger.Position, error) {
	if !l.known.begun.Load() {
		if _, err := l.last(ctx); err != nil {
			return 0, err
		}
		l.known.begun.Store(true)
	}
	return ledger.Position(l.known.last.Load()), nil
}

// claim returns whether an append that began at horizon is the first to be told
// of events at p.
func (k *known) claim(p, horizon ledger.Position) bool {
	k.raise(p)
	if p <= horizon {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.claims[p] {
		return false
	}
	delete(k.claims, k.ring[k.next])
	k.claims[p], k.ring[k.next] = true, p
	k.next = (k.next + 1) % maxClaims
	return true
}
