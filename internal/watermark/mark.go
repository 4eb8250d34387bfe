// Package watermark marks each copy of a quote so that a leaked copy names the
// copy it was made from.
//
// A mark is an opaque number with a message authentication code: it says nothing
// to who does not have the ledger, which knows the copy's quote, recipient,
// regions and validity. The same mark travels in several carriers that survive
// different treatment: the page's background, invisible characters in text, a
// workbook's properties and number formats, and, for honest readers, a printed
// token and a QR code. Only what its code proves is ever reported as a mark; a
// mark proves which copy leaked, never who leaked it.
//
// Everything here is pure: keys, marks and files come in, files and findings go
// out.
package watermark

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
)

// ID is the number of a copy, of 56 bits. It is drawn at random, so that it
// tells neither order nor volume; the ledger keeps it unique.
type ID uint64

const idBits = 56

// NewID is the id that random bytes give. Of a million ids, two are the same
// with probability 7·10⁻⁶: who issues them looks.
func NewID(random [8]byte) ID {
	return ID(binary.BigEndian.Uint64(random[:]) & (1<<idBits - 1))
}

// String is the id as 14 hexadecimal digits.
func (id ID) String() string { return fmt.Sprintf("%014x", uint64(id)) }

// MarshalText is String.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what String writes.
func (id *ID) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 16, idBits)
	if err != nil || len(text) != idBits/4 {
		return fmt.Errorf("read the id of a copy from %q: 14 hexadecimal digits were expected", text)
	}
	*id = ID(v)
	return nil
}

// Mark is what a copy carries: its id, and the key that vouches for it.
type Mark struct {
	ID  ID    `json:"id"`
	Key uint8 `json:"key"` // the id of a key of Keys.Marks, 0 to 31
}

// body is the mark in the 64 bits that every carrier holds: the version in 3
// bits, the key in 5, the id in 56.
type body [8]byte

const version = 1

func (m Mark) body() (b body) {
	binary.BigEndian.PutUint64(b[:], version<<61|uint64(m.Key)<<idBits|uint64(m.ID))
	return b
}

// mark is the mark in a body; it fails for other versions.
func (b body) mark() (m Mark, ok bool) {
	v := binary.BigEndian.Uint64(b[:])
	return Mark{ID: ID(v & (1<<idBits - 1)), Key: uint8(v>>idBits) & (keyIDs - 1)}, v>>61 == version
}

// ErrNoKey is returned where a mark names a key that the ring does not hold.
var ErrNoKey = errors.New("no such key")
