package esdbtest

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Expected revisions beside the exact ones.
const (
	noStream     int64 = -1
	anyRevision  int64 = -2
	streamExists int64 = -4
)

// A history is the replicated log that the nodes of a cluster share.
type history struct {
	mu       sync.Mutex
	records  []*record
	at       map[uint64]int // index in records, by position
	streams  map[string][]*record
	deleted  map[string]bool
	next     uint64                // the position of the next record
	recently map[uuid.UUID]*record // what a leader remembers for appends at any revision
	grew     chan struct{}         // closed, and made anew, at each append
}

// newHistory returns a log that begins with what a server writes for itself.
func newHistory() *history {
	h := &history{at: map[uint64]int{}, streams: map[string][]*record{}, deleted: map[string]bool{}, recently: map[uuid.UUID]*record{}, grew: make(chan struct{})}
	for _, s := range []string{"$$$stats-127.0.0.1:2113", "$users", "$$$settings"} {
		h.put(s, []proposal{systemEvent("$metadata")})
	}
	return h
}

func systemEvent(kind string) proposal {
	return proposal{id: uuid.New(), kind: kind, contentType: "application/json", data: []byte("{}")}
}

// put appends what was found good, and returns the last record. It needs mu.
func (h *history) put(stream string, events []proposal) (last *record) {
	for _, e := range events {
		last = &record{
			position: h.next, stream: stream, revision: uint64(len(h.streams[stream])), id: e.id,
			kind: e.kind, contentType: e.contentType, data: e.data, meta: e.meta, created: time.Now(),
		}
		h.at[h.next] = len(h.records)
		h.records = append(h.records, last)
		h.streams[stream] = append(h.streams[stream], last)
		h.recently[e.id] = last
		h.next += last.size()
	}
	close(h.grew)
	h.grew = make(chan struct{})
	return last
}

type outcome int

const (
	written outcome = iota
	repeated
	wrongRevision
	gone
)

// An answer says what became of an append.
type answer struct {
	outcome  outcome
	revision int64   // the stream's, where it is wrong
	last     *record // of the append, where it is written or repeated
}

// append judges as the server's index does: exact revisions compare ids with
// what is there, for ever; any revision asks a memory that a new leader lacks.
func (h *history) append(stream string, expected int64, events []proposal) answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.deleted[stream] {
		return answer{outcome: gone}
	}
	have := h.streams[stream]
	current := int64(len(have)) - 1
	wrong := answer{outcome: wrongRevision, revision: current}
	switch {
	case len(events) == 0, expected == streamExists && current < 0, expected > current:
		return wrong
	case expected == anyRevision || expected == streamExists:
		if r := h.recently[events[len(events)-1].id]; r != nil && r.stream == stream {
			return answer{outcome: repeated, last: r}
		}
	case expected < current:
		var last *record
		for i, e := range events {
			n := expected + 1 + int64(i)
			if n > current || have[n].id != e.id {
				return wrong
			}
			last = have[n]
		}
		return answer{outcome: repeated, last: last}
	}
	return answer{outcome: written, last: h.put(stream, events)}
}

// forget is what a change of leader does to the memory of ids.
func (h *history) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.recently)
}

// snapshot returns all records, and a channel that closes when there are more.
// Records are never changed.
func (h *history) snapshot() ([]*record, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.records[:len(h.records):len(h.records)], h.grew
}

// index returns where the record at a position is. What lies at the end or
// beyond has the index of the end; there is nothing between two records.
func (h *history) index(position uint64) (int, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i, ok := h.at[position]; ok {
		return i, true
	}
	return len(h.records), position >= h.next
}

// stream returns the records of a stream, and whether it was deleted.
func (h *history) stream(name string) ([]*record, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams[name], h.deleted[name]
}
