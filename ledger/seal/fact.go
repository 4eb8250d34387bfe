package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// A StreamID names a stream without telling its name.
type StreamID [32]byte

// ID returns the id of the stream called name.
func ID(name string) StreamID {
	var b [96]byte // most names fit
	return sha256.Sum256(append(append(b[:0], "waymark/stream/v1\x00"...), name...))
}

// A Fact is what one event says of one stream.
type Fact struct {
	Stream  string // canonical name of the item, container or ledger stream
	Content []byte // what is said, in the caller's canonical form
}

// A Salt blinds a fact. Another salt for every fact follows from a secret key.
type Salt [16]byte

// salting are the salts of one event's facts: HMAC-SHA-256 of its id under the
// key, and from that, with the number of the fact, SHA-256, of which the first
// half. Who is shown some salts of an event learns nothing of the others.
type salting [sha256.Size + 4]byte

func newSalting(key []byte, event uuid.UUID) (s salting) {
	mac := hmac.New(sha256.New, key)
	mac.Write(event[:])
	mac.Sum(s[:0])
	return s
}

func (s *salting) salt(i int) Salt {
	binary.BigEndian.PutUint32(s[sha256.Size:], uint32(i))
	sum := sha256.Sum256(s[:])
	return Salt(sum[:16])
}

// factHash returns the hash of a fact as a record of the facts' tree: version,
// salt, stream, content.
func factHash(s Salt, id StreamID, content []byte) tlog.Hash {
	var space [256]byte // most contents fit
	b := append(space[:0], 0, 1)
	b = append(b, s[:]...)
	b = append(b, id[:]...)
	return sha256.Sum256(append(b, content...)) // tlog.RecordHash
}

// factHashes returns the streams and the hashes of an event's facts, in order.
func factHashes(key []byte, event uuid.UUID, facts []Fact) ([]StreamID, []tlog.Hash) {
	ids, hs := make([]StreamID, len(facts)), make([]tlog.Hash, len(facts))
	salts := newSalting(key, event)
	for i, f := range facts {
		ids[i] = ID(f.Stream)
		hs[i] = factHash(salts.salt(i), ids[i], f.Content)
	}
	return ids, hs
}

// rootOf returns the root of the tree over records, of which there is one at
// least: pairs are joined level by level, and one left over moves up as it is.
func rootOf(records []tlog.Hash) tlog.Hash {
	level := append(make([]tlog.Hash, 0, len(records)), records...)
	for len(level) > 1 {
		n := 0
		for i := 0; i < len(level); i += 2 {
			level[n] = level[i]
			if i+1 < len(level) {
				level[n] = tlog.NodeHash(level[i], level[i+1])
			}
			n++
		}
		level = level[:n]
	}
	return level[0]
}

// A hashes is a tree in memory: the stored hashes of tlog.
type hashes []tlog.Hash

// ReadHashes implements [tlog.HashReader].
func (h hashes) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, x := range at {
		if x < 0 || x >= int64(len(h)) {
			return nil, fmt.Errorf("read hash %d of %d: %w", x, len(h), errNoHash)
		}
		out[i] = h[x]
	}
	return out, nil
}

var errNoHash = errors.New("not in the tree")

// add adds the n'th record of the tree.
func (h *hashes) add(n int64, record tlog.Hash) error {
	more, err := tlog.StoredHashesForRecordHash(n, record, *h)
	if err != nil {
		return fmt.Errorf("add record %d to the tree: %w", n, err)
	}
	*h = append(*h, more...)
	return nil
}

// treeOf returns the tree over records.
func treeOf(records []tlog.Hash) (hashes, error) {
	h := make(hashes, 0, 2*len(records))
	for i, r := range records {
		if err := h.add(int64(i), r); err != nil {
			return nil, err
		}
	}
	return h, nil
}
