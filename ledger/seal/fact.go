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
func ID(name string) StreamID { return sha256.Sum256([]byte("waymark/stream/v1\x00" + name)) }

// A Fact is what one event says of one stream.
type Fact struct {
	Stream  string // canonical name of the item, container or ledger stream
	Content []byte // what is said, in the caller's canonical form
}

// A Salt blinds a fact. Another salt for every fact follows from a secret key.
type Salt [16]byte

func saltOf(key []byte, event uuid.UUID, i int) Salt {
	mac := hmac.New(sha256.New, key)
	mac.Write(event[:])
	mac.Write(binary.BigEndian.AppendUint32(nil, uint32(i)))
	return Salt(mac.Sum(nil)[:16])
}

// factRecord is the record of the facts' tree: version, salt, stream, content.
func factRecord(s Salt, id StreamID, content []byte) []byte {
	b := make([]byte, 0, 49+len(content))
	b = append(b, 1)
	b = append(b, s[:]...)
	b = append(b, id[:]...)
	return append(b, content...)
}

// factHashes returns the hashes of an event's facts, in order.
func factHashes(key []byte, event uuid.UUID, facts []Fact) []tlog.Hash {
	hs := make([]tlog.Hash, len(facts))
	mac := hmac.New(sha256.New, key)
	var sum [sha256.Size]byte
	for i, f := range facts {
		mac.Reset()
		mac.Write(event[:])
		mac.Write(binary.BigEndian.AppendUint32(sum[:0], uint32(i)))
		hs[i] = tlog.RecordHash(factRecord(Salt(mac.Sum(sum[:0])[:16]), ID(f.Stream), f.Content))
	}
	return hs
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
