package pebblelog

import (
	"sync"

	"waymark/ledger"
)

// The live tail keeps that much in memory for those who follow.
const (
	tailEvents = 8192
	tailBytes  = 16 << 20
)

// A liveTail holds the last durable events, with their decoded values, so that
// followers who keep up are fed from memory. Whoever falls behind it reads the
// database instead: a slow follower holds nothing here.
type liveTail struct {
	mu    sync.RWMutex
	ring  []ledger.Recorded // the event at p lies at p % tailEvents
	first ledger.Position   // the oldest held
	next  ledger.Position   // one beyond the newest
	bytes int               // of the events held
	grew  chan struct{}     // closed when events come, where somebody waits
}

// start says that the log ends at last.
func (t *liveTail) start(last ledger.Position) { t.first, t.next = last+1, last+1 }

func (t *liveTail) at(p ledger.Position) *ledger.Recorded { return &t.ring[p%tailEvents] }

// weight is what an event costs to keep: some of its record is shared.
func weight(r *ledger.Recorded) int { return len(r.Data) + len(r.Meta) + len(r.Stream) }

// add appends the events of the requests and calls durable before anybody is
// woken.
func (t *liveTail) add(requests []*request, durable func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range requests {
		for i := range r.events {
			t.push(&r.events[i])
		}
	}
	durable()
	if t.grew != nil {
		close(t.grew)
		t.grew = nil
	}
}

func (t *liveTail) push(e *ledger.Recorded) {
	if t.ring == nil {
		t.ring = make([]ledger.Recorded, tailEvents)
	}
	t.bytes += weight(e)
	for t.next-t.first >= tailEvents || t.bytes > tailBytes && t.first < t.next {
		old := t.at(t.first)
		t.bytes -= weight(old)
		*old = ledger.Recorded{}
		t.first++
	}
	*t.at(t.next) = *e
	t.next++
}

// read appends to buf up to n events after a position. Where it has none, it
// returns a channel that closes when there are more, or held false where the
// events are no longer in memory.
func (t *liveTail) read(buf []ledger.Recorded, after ledger.Position, n int) (events []ledger.Recorded, grew <-chan struct{}, held bool) {
	t.mu.RLock()
	first, next := t.first, t.next
	if after+1 >= first && after+1 < next {
		for p := after + 1; p < next && n > 0; p++ {
			buf = append(buf, *t.at(p))
			n--
		}
		t.mu.RUnlock()
		return buf, nil, true
	}
	t.mu.RUnlock()
	if after+1 < first {
		return buf, nil, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if after+1 != t.next {
		closed := make(chan struct{})
		close(closed)
		return buf, closed, true // more came in between
	}
	if t.grew == nil {
		t.grew = make(chan struct{})
	}
	return buf, t.grew, true
}
