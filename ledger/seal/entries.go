package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
	"waymark/ledger/event"
)

// tileHeight is that of C2SP tlog-tiles: 256 hashes or entries to a file.
const tileHeight, tileWidth = 8, 1 << 8

// tilePath returns the C2SP path of a tile: tlog's without its height.
func tilePath(t tlog.Tile) string { return "tile/" + strings.TrimPrefix(t.Path(), "tile/8/") }

// filePath returns the path of the n'th file of a kind, with width entries.
func filePath(kind string, n int64, width int) string {
	p := strings.TrimPrefix(tlog.Tile{H: tileHeight, N: n, W: width}.Path(), "tile/8/0/")
	return kind + "/" + p
}

// encodeEntries returns an entries tile: each entry after its length.
func encodeEntries(entries [][]byte) []byte {
	b := make([]byte, 0, len(entries)*(2+leafSize))
	for _, e := range entries {
		b = binary.BigEndian.AppendUint16(b, uint16(len(e)))
		b = append(b, e...)
	}
	return b
}

// ParseEntries returns the entries of an entries tile.
func ParseEntries(b []byte) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
			return nil, fmt.Errorf("parse entries, after %d: %w", len(out), ErrMalformed)
		}
		n := 2 + int(binary.BigEndian.Uint16(b))
		out = append(out, b[2:n:n])
		b = b[n:]
	}
	return out, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encodeCopies returns a file of the second copy: what the ledger holds of each
// entry, an empty record where the entry is an epoch.
func encodeCopies(events []*ledger.Recorded) []byte {
	size := 0
	for _, r := range events {
		if size += 8; r != nil {
			size += 56 + len(r.Stream) + len(r.Type) + len(r.Meta) + len(r.Data)
		}
	}
	b := make([]byte, 0, size)
	for _, r := range events {
		start := len(b)
		b = append(b, 0, 0, 0, 0)
		if r != nil {
			b = binary.BigEndian.AppendUint64(b, uint64(r.Position))
			b = binary.BigEndian.AppendUint64(b, uint64(r.Revision))
			b = binary.BigEndian.AppendUint64(b, uint64(r.Created.UnixNano()))
			b = append(b, r.ID[:]...)
			for _, part := range [][]byte{[]byte(r.Stream), []byte(r.Type), r.Meta, r.Data} {
				b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
				b = append(b, part...)
			}
		}
		binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4))
		b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
	}
	return b
}

// ParseCopies is the inverse: the events of a file of the second copy, nil
// where an entry is an epoch.
func ParseCopies(b []byte) ([]*ledger.Recorded, error) {
	var out []*ledger.Recorded
	for len(b) > 0 {
		bad := fmt.Errorf("parse copies, after %d: %w", len(out), ErrMalformed)
		if len(b) < 8 || uint64(len(b)) < 8+uint64(binary.BigEndian.Uint32(b)) {
			return nil, bad
		}
		n := 4 + int(binary.BigEndian.Uint32(b))
		if crc32.Checksum(b[:n], castagnoli) != binary.BigEndian.Uint32(b[n:]) {
			return nil, bad
		}
		r, err := parseCopy(b[4:n])
		if err != nil {
			return nil, errors.Join(bad, err)
		}
		out = append(out, r)
		b = b[n+4:]
	}
	return out, nil
}

func parseCopy(b []byte) (*ledger.Recorded, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < 40 {
		return nil, ErrMalformed
	}
	r := &ledger.Recorded{
		Position: ledger.Position(binary.BigEndian.Uint64(b)), Revision: int64(binary.BigEndian.Uint64(b[8:])),
		Created: time.Unix(0, int64(binary.BigEndian.Uint64(b[16:]))).UTC(), Event: event.Event{ID: uuid.UUID(b[24:40])},
	}
	b = b[40:]
	var parts [4][]byte
	for i := range parts {
		if len(b) < 4 || uint64(len(b)) < 4+uint64(binary.BigEndian.Uint32(b)) {
			return nil, ErrMalformed
		}
		n := 4 + int(binary.BigEndian.Uint32(b))
		parts[i], b = b[4:n:n], b[n:]
	}
	if len(b) > 0 {
		return nil, ErrMalformed
	}
	r.Stream, r.Type, r.Meta, r.Data = string(parts[0]), string(parts[1]), parts[2], parts[3]
	return r, nil
}
