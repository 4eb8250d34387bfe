package quote

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
)

// A CopyID names a copy of a quote, in 56 bits. It is what a watermark carries,
// and says nothing to whoever does not have the ledger. 0 names none.
type CopyID uint64

// NewCopyID returns the id of the copy that a command to issue a quote gives a
// recipient.
func NewCopyID(quote, recipient, command string) CopyID {
	sum := sha256.Sum256([]byte("copy\x00" + quote + "\x00" + recipient + "\x00" + command))
	return CopyID(max(1, binary.BigEndian.Uint64(sum[:])>>8))
}

const copyDigits = 14

// String returns id as 14 hexadecimal digits.
func (id CopyID) String() string { return fmt.Sprintf("%0*x", copyDigits, uint64(id)) }

// MarshalText returns id as its String.
func (id CopyID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *CopyID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseCopyID(string(b))
	return err
}

// ParseCopyID reads a copy's id from its 14 hexadecimal digits.
func ParseCopyID(s string) (CopyID, error) {
	v, err := strconv.ParseUint(s, 16, 56)
	if err != nil || len(s) != copyDigits || v == 0 {
		return 0, fmt.Errorf("read the id of a copy: %q, want %d hexadecimal digits", s, copyDigits)
	}
	return CopyID(v), nil
}
