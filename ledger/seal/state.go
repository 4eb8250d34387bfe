package seal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// The state is what opening would otherwise gather from all copies: every head
// and where its facts stand, as of a checkpoint. It is a cache. Heads count only
// if they lead to the head map that the log's own epoch commits, and entries are
// read anyway and held against the signed root.
//
//	"wmseal", 0, 1 | size(8) | streams(8) | for each, by id: id(32) count(8) chain(32), count times index(8) fact(4) | SHA-256
const stateFile = "state"

var stateMagic = []byte{'w', 'm', 's', 'e', 'a', 'l', 0, 1}

// everyFacts is how many more facts a state has than the one before, at least;
// it also has as many again, so that writing them stays cheap.
const everyFacts = 1_000_000

// Snapshot writes the state, so that opening need not read what came before. It
// is written now and then by itself; call it when sealing ends.
func (s *Sealer) Snapshot() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil || s.signed == nil || s.tree.facted == s.snapped {
		return s.failed
	}
	return s.snapshot()
}

func (s *Sealer) snapshot() error {
	t := s.tree
	streams := t.heads.streams()
	b := make([]byte, 0, 64+12*t.facted+72*int64(streams))
	b = append(b, stateMagic...)
	b = binary.BigEndian.AppendUint64(b, uint64(t.size))
	b = binary.BigEndian.AppendUint64(b, uint64(streams))
	for _, bucket := range t.heads.buckets { // together in order of their ids
		for i := range bucket {
			b = t.appendState(b, &bucket[i])
		}
	}
	sum := sha256.Sum256(b)
	if err := s.cfg.Store.Write(stateFile, append(b, sum[:]...)); err != nil {
		return fmt.Errorf("write the seal's state: %w", err)
	}
	s.snapped = t.facted
	return nil
}

// appendState appends a stream's head, and where its facts stand.
func (t *tree) appendState(b []byte, h *slot) []byte {
	b = append(b, h.Stream[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Count)
	b = append(b, h.Chain[:]...)
	for _, p := range t.places(h.Stream) {
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(b, p.index), p.fact)
	}
	return b
}

var errState = errors.New("the seal's state cannot be used")

// resume brings the tree to where a state was written, if there is one that can
// be used; otherwise it leaves the tree as it is.
func (s *Sealer) resume(c Checkpoint) {
	t := newTree(s.cfg.Depth, s.cfg.Key, s.cfg.Facts)
	size, err := t.readState(s.cfg.Store)
	if err != nil || size < 1 || size > c.Size {
		return
	}
	for t.size < size {
		if err := s.readEntries(t, min(size, t.size+tileWidth), c.Size); err != nil {
			return
		}
	}
	e, err := ParseEpoch(t.tail[len(t.tail)-1].record)
	if err != nil || int64(e.Size)+1 != size || int(e.Depth) != s.cfg.Depth || e.Root != t.heads.Root() {
		return
	}
	s.tree, s.snapped = t, t.facted
}

// readState reads heads and places, and returns the size that they are as of.
func (t *tree) readState(store Store) (size int64, err error) {
	b, err := store.Read(stateFile)
	if err != nil {
		return 0, err
	}
	body := len(b) - sha256.Size
	if body < 24 || !bytes.HasPrefix(b, stateMagic) || sha256.Sum256(b[:body]) != [32]byte(b[body:]) {
		return 0, errState
	}
	be := binary.BigEndian
	size, streams := int64(be.Uint64(b[8:])), be.Uint64(b[16:])
	b = b[24:body]
	for range streams {
		if len(b) < 72 {
			return 0, errState
		}
		h := Head{StreamID(b[:32]), be.Uint64(b[32:]), tlog.Hash(b[40:72])}
		b = b[72:]
		if uint64(len(b))/12 < h.Count {
			return 0, errState
		}
		if t.facted += int64(h.Count); t.facted > maxSteps {
			return 0, errState
		}
		at := t.heads.moving(h.Stream)
		for at.Head = h; h.Count > 0; h.Count-- {
			at.last = t.steps.add(place{be.Uint64(b), be.Uint32(b[8:])}, at.last)
			b = b[12:]
		}
	}
	if len(b) > 0 {
		return 0, errState
	}
	return size, nil
}

// readEntries adds the entries of one file up to a size, without their facts.
// The last file's events come along: it is written again when it grows.
func (s *Sealer) readEntries(t *tree, to, all int64) error {
	n := t.size / tileWidth
	width := int(min(tileWidth, all-n*tileWidth))
	events := make([]*ledger.Recorded, width)
	var entries [][]byte
	var err error
	if (n+1)*tileWidth > to {
		entries, events, err = s.files(n, width)
	} else {
		var b []byte
		if b, err = s.cfg.Store.Read(filePath("tile/entries", n, width)); err == nil {
			entries, err = ParseEntries(b)
		}
	}
	if err != nil || len(entries) != width {
		return cmp.Or(err, errState)
	}
	for i := 0; t.size < to; i++ {
		if err := t.add(entry{entries[i], events[i]}); err != nil {
			return err
		}
		if l, err := ParseLeaf(entries[i]); err == nil {
			t.leaves[l.Stream], t.last = tlog.RecordHash(entries[i]), &l
			t.at[len(t.at)-1] = l.Position
		}
	}
	return nil
}
