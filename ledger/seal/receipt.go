package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// ErrUnsealed: no checkpoint covers it yet.
var ErrUnsealed = errors.New("not sealed yet")

const receiptHead = "c2sp.org/tlog-proof@v1\n"

// A Receipt proves that an event was accepted: its leaf, and where the tree of
// a checkpoint holds it (C2SP tlog-proof, with the leaf as extra data).
type Receipt struct {
	Leaf       []byte
	Index      int64
	Proof      []tlog.Hash
	Checkpoint string // signed note
}

// Receipt returns the receipt for the event at a position of the ledger, as of
// the newest checkpoint, or ErrUnsealed.
func (s *Sealer) Receipt(p ledger.Position) (Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return Receipt{}, s.failed
	}
	index, err := s.index(p)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt for position %d: %w", p, err)
	}
	records, _, err := s.around(index)
	if err != nil {
		return Receipt{}, err
	}
	proof, err := tlog.ProveRecord(s.tree.size, int64(index), s.tree.hashes)
	return Receipt{records[index%tileWidth], int64(index), proof, string(s.public)}, err
}

// Encode returns the text of a .tlog-proof file.
func (r Receipt) Encode() []byte {
	var b strings.Builder
	b.WriteString(receiptHead)
	fmt.Fprintf(&b, "extra %s\nindex %d\n", base64.StdEncoding.EncodeToString(r.Leaf), r.Index)
	for _, h := range r.Proof {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n" + r.Checkpoint)
	return []byte(b.String())
}

// ParseReceipt is the inverse of [Receipt.Encode].
func ParseReceipt(data []byte) (Receipt, error) {
	bad := fmt.Errorf("parse receipt: %w", ErrMalformed)
	head, signed, ok := strings.Cut(string(data), "\n\n")
	rest, ok2 := strings.CutPrefix(head, receiptHead)
	lines := strings.Split(rest, "\n")
	if !ok || !ok2 || len(lines) < 2 || len(lines) > 2+63 {
		return Receipt{}, bad
	}
	extra, ok := strings.CutPrefix(lines[0], "extra ")
	number, ok2 := strings.CutPrefix(lines[1], "index ")
	leaf, err := base64.StdEncoding.Strict().DecodeString(extra)
	index, err2 := strconv.ParseInt(number, 10, 64)
	if !ok || !ok2 || err != nil || err2 != nil || index < 0 {
		return Receipt{}, bad
	}
	r := Receipt{Leaf: leaf, Index: index, Checkpoint: signed}
	for _, l := range lines[2:] {
		h, err := tlog.ParseHash(l)
		if err != nil {
			return Receipt{}, bad
		}
		r.Proof = append(r.Proof, h)
	}
	if string(r.Encode()) != string(data) {
		return Receipt{}, bad
	}
	return r, nil
}

// VerifyReceipt returns the leaf that the receipt proves to be in the log.
func VerifyReceipt(r Receipt, policy Policy) (Leaf, error) {
	c, _, err := policy.Open([]byte(r.Checkpoint))
	if err != nil {
		return Leaf{}, err
	}
	l, err := ParseLeaf(r.Leaf)
	if err != nil {
		return Leaf{}, err
	}
	if uint64(r.Index) != l.Index || r.Index >= c.Size || tlog.CheckRecord(r.Proof, c.Size, c.Root, r.Index, tlog.RecordHash(r.Leaf)) != nil {
		return Leaf{}, fmt.Errorf("the receipt's event is not entry %d of the log", r.Index)
	}
	return l, nil
}
