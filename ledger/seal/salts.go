package seal

import (
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// Salts returns what an auditor needs to hash the facts of a file of entries
// anew: for each entry how many it has, in 4 bytes, and the salt of each. It is
// for those who may read the events.
func (s *Sealer) Salts(n int64, width int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 || width < 1 || width > tileWidth || n*tileWidth+int64(width) > s.tree.size {
		return nil, fmt.Errorf("salts of file %d with %d entries: %w", n, width, ErrUnsealed)
	}
	entries, _, err := s.files(n, int(min(tileWidth, s.tree.size-n*tileWidth)))
	if err != nil {
		return nil, err
	}
	var b []byte
	for _, e := range entries[:width] {
		b = appendSalts(b, s.cfg.Key, e)
	}
	return b, nil
}

// appendSalts appends the salts of an entry.
func appendSalts(b, key, entry []byte) []byte {
	l, err := ParseLeaf(entry)
	if err != nil { // no event
		return append(b, 0, 0, 0, 0)
	}
	b = binary.BigEndian.AppendUint32(b, l.Facts)
	salts := newSalting(key, l.Event)
	for i := range int(l.Facts) {
		salt := salts.salt(i)
		b = append(b, salt[:]...)
	}
	return b
}

// ParseSalts is the inverse: the salts of each entry of a file.
func ParseSalts(b []byte) ([][]Salt, error) {
	var out [][]Salt
	for len(b) > 0 {
		if len(b) < 4 || uint64(len(b)) < 4+16*uint64(binary.BigEndian.Uint32(b)) {
			return nil, fmt.Errorf("parse salts, after %d entries: %w", len(out), ErrMalformed)
		}
		salts := make([]Salt, binary.BigEndian.Uint32(b))
		b = b[4:]
		for i := range salts {
			salts[i], b = Salt(b[:16]), b[16:]
		}
		out = append(out, salts)
	}
	return out, nil
}

// saltsOf returns the salts that follow from a key.
func saltsOf(key []byte, event uuid.UUID, n int) []Salt {
	salts, follow := make([]Salt, n), newSalting(key, event)
	for i := range salts {
		salts[i] = follow.salt(i)
	}
	return salts
}

// Copies returns the events behind the first width entries of a file, as the
// file of the second copy that held so many.
func (s *Sealer) Copies(n int64, width int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 || width < 1 || width > tileWidth || n*tileWidth+int64(width) > s.tree.size {
		return nil, fmt.Errorf("copies of file %d with %d entries: %w", n, width, ErrUnsealed)
	}
	_, events, err := s.files(n, int(min(tileWidth, s.tree.size-n*tileWidth)))
	if err != nil {
		return nil, err
	}
	return encodeCopies(events[:width]), nil
}
