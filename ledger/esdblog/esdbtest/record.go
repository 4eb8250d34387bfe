package esdbtest

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// A record is one event as the cluster holds it. For the appends of this
// protocol the commit and the prepare position are one.
type record struct {
	position    uint64
	stream      string
	revision    uint64
	id          uuid.UUID
	kind        string
	contentType string
	data, meta  []byte
	created     time.Time
}

// size is how far the next record lies behind this one, much as on the server:
// positions are bytes in a file and leave gaps.
func (r *record) size() uint64 {
	return uint64(120 + 2*len(r.stream) + 2*len(r.kind) + len(r.data) + len(r.meta))
}

// A proposal is an event as the client sent it.
type proposal struct {
	id                uuid.UUID
	kind, contentType string
	data, meta        []byte
}

// weight is what a proposal counts against the limit of an append.
func (p *proposal) weight() int { return len(p.data) + len(p.meta) + 2*len(p.kind) }

// halves splits an id into the two numbers of the wire.
func halves(id uuid.UUID) (most, least int64) {
	return int64(binary.BigEndian.Uint64(id[:8])), int64(binary.BigEndian.Uint64(id[8:]))
}

func joined(most, least int64) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], uint64(most))
	binary.BigEndian.PutUint64(id[8:], uint64(least))
	return id
}
