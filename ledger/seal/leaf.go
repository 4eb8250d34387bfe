package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
	"waymark/ledger/event"
)

// A Leaf is the entry of one event. See the package comment for its layout.
type Leaf struct {
	Schema    byte            // under which its facts were told; see [Config]
	Index     uint64          // of the entry in the tree
	Position  ledger.Position // of the event in its ledger
	Event     uuid.UUID
	Stream    StreamID
	Revision  uint64
	Previous  tlog.Hash // leaf hash of the stream's event before; zero for the first
	Recorded  uint64    // when the ledger accepted it, ms of 1970
	Payload   [32]byte  // hash of type, metadata and data
	Facts     uint32    // how many there are
	FactsRoot tlog.Hash
}

const leafSize, epochSize = 182, 50

// ErrMalformed: bytes that are not in the one form that they must have.
var ErrMalformed = errors.New("malformed")

// Marshal returns the entry.
func (l Leaf) Marshal() []byte {
	b := append(make([]byte, 0, leafSize), 1, l.Schema)
	b = binary.BigEndian.AppendUint64(b, l.Index)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Position))
	b = append(b, l.Event[:]...)
	b = append(b, l.Stream[:]...)
	b = binary.BigEndian.AppendUint64(b, l.Revision)
	b = append(b, l.Previous[:]...)
	b = binary.BigEndian.AppendUint64(b, l.Recorded)
	b = append(b, l.Payload[:]...)
	b = binary.BigEndian.AppendUint32(b, l.Facts)
	return append(b, l.FactsRoot[:]...)
}

// ParseLeaf is the inverse of [Leaf.Marshal].
func ParseLeaf(b []byte) (Leaf, error) {
	if len(b) != leafSize || b[0] != 1 {
		return Leaf{}, fmt.Errorf("parse leaf of %d B: %w", len(b), ErrMalformed)
	}
	be, schema, b := binary.BigEndian, b[1], b[2:]
	return Leaf{
		Schema: schema, Index: be.Uint64(b), Position: ledger.Position(be.Uint64(b[8:])), Event: uuid.UUID(b[16:32]),
		Stream: StreamID(b[32:64]), Revision: be.Uint64(b[64:]), Previous: tlog.Hash(b[72:104]),
		Recorded: be.Uint64(b[104:]), Payload: [32]byte(b[112:144]), Facts: be.Uint32(b[144:]), FactsRoot: tlog.Hash(b[148:180]),
	}, nil
}

// An Epoch is an entry that commits the head map over all entries before it.
type Epoch struct {
	Size  uint64 // entries covered; the index of the epoch itself
	Time  uint64 // by the sealer's clock, ms of 1970
	Depth uint8
	Root  tlog.Hash
}

// Marshal returns the entry.
func (e Epoch) Marshal() []byte {
	b := append(make([]byte, 0, epochSize), 2)
	b = binary.BigEndian.AppendUint64(b, e.Size)
	b = binary.BigEndian.AppendUint64(b, e.Time)
	b = append(b, e.Depth)
	return append(b, e.Root[:]...)
}

// ParseEpoch is the inverse of [Epoch.Marshal].
func ParseEpoch(b []byte) (Epoch, error) {
	if len(b) != epochSize || b[0] != 2 || b[17] > maxDepth {
		return Epoch{}, fmt.Errorf("parse epoch of %d B: %w", len(b), ErrMalformed)
	}
	return Epoch{binary.BigEndian.Uint64(b[1:]), binary.BigEndian.Uint64(b[9:]), b[17], tlog.Hash(b[18:50])}, nil
}

// payloadOf returns what the payload hash covers.
func payloadOf(e event.Event) []byte {
	b := make([]byte, 0, len(e.Type)+len(e.Meta)+len(e.Data)+12)
	for _, part := range [][]byte{[]byte(e.Type), e.Meta, e.Data} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return b
}

// payloadHash is SHA-256 of [payloadOf], without a copy of what may be large.
func payloadHash(e event.Event) (sum [32]byte) {
	h := sha256.New()
	var size [4]byte
	for _, part := range [][]byte{[]byte(e.Type), e.Meta, e.Data} {
		binary.BigEndian.PutUint32(size[:], uint32(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	h.Sum(sum[:0])
	return sum
}
