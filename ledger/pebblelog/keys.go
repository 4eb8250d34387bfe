package pebblelog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"waymark/ledger"
)

// The first byte of a key says what it holds.
const (
	kindEvent = 'e' // position → record
	kindIndex = 's' // stream, revision → position
	kindMeta  = 'm' // what the log is
)

// metaKey holds the log's identity; see doc.go.
var metaKey = []byte{kindMeta, 'i', 'd'}

const (
	eventKeyLen = 1 + 8
	maxIndexKey = 1 + 16 + 1 + 8
)

// A streamHash stands for a stream in index keys. It is half a SHA-256, so
// that nobody who chooses names can make two of them meet.
type streamHash [16]byte

func hashStream(stream string) streamHash {
	sum := sha256.Sum256([]byte(stream))
	return streamHash(sum[:16])
}

func compareHash(a, b *streamHash) int { return bytes.Compare(a[:], b[:]) }

// appendEventKey appends the key of the event at p.
func appendEventKey(b []byte, p ledger.Position) []byte {
	return binary.BigEndian.AppendUint64(append(b, kindEvent), uint64(p))
}

// eventPosition returns the position in a key made by appendEventKey.
func eventPosition(key []byte) (ledger.Position, bool) {
	if len(key) != eventKeyLen || key[0] != kindEvent {
		return 0, false
	}
	return ledger.Position(binary.BigEndian.Uint64(key[1:])), true
}

// appendIndexKey appends the key of a stream's revision: the number of bytes
// that the revision needs, then those bytes. That keeps the order and makes
// the key of revision 0, by far the most frequent one, 18 bytes long.
func appendIndexKey(b []byte, h streamHash, revision int64) []byte {
	b = append(append(b, kindIndex), h[:]...)
	n := (bits.Len64(uint64(revision)) + 7) / 8
	b = append(b, byte(n))
	for i := n - 1; i >= 0; i-- {
		b = append(b, byte(revision>>(8*i)))
	}
	return b
}

// indexRevision returns the revision in a key made by appendIndexKey.
func indexRevision(key []byte) (int64, bool) {
	const head = 1 + 16 + 1
	if len(key) < head || key[0] != kindIndex || len(key) != head+int(key[head-1]) || len(key) > maxIndexKey {
		return 0, false
	}
	var r int64
	for _, c := range key[head:] {
		r = r<<8 | int64(c)
	}
	return r, true
}

// streamBounds returns the bounds of a stream's index keys from one revision
// to another, both included.
func streamBounds(h streamHash, from, to int64) (lower, upper []byte) {
	return appendIndexKey(nil, h, from), append(appendIndexKey(nil, h, to), 0)
}

// appendPosition appends a position as the index holds it.
func appendPosition(b []byte, p ledger.Position) []byte {
	return binary.AppendUvarint(b, uint64(p))
}

// readPosition returns the position that the index holds as v.
func readPosition(v []byte) (ledger.Position, bool) {
	p, n := binary.Uvarint(v)
	return ledger.Position(p), n > 0 && n == len(v)
}
