package pebblelog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
)

// recordVersion is the first byte of a record; doc.go draws the rest.
const recordVersion = 1

const (
	createdAt = 1             // offset of the time of acceptance
	idAt      = createdAt + 6 // offset of the event's id
	headLen   = idAt + 16
	sumLen    = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// recordSize bounds the size of an event's record.
func recordSize(stream string, e *event.Event) int {
	return headLen + 5*binary.MaxVarintLen64 + len(stream) + len(e.Type) + len(e.Meta) + len(e.Data) + sumLen
}

// appendRecord appends the record of e, short of what is known only when the
// log accepts it: see seal. The event in the result shares the record's bytes.
func appendRecord(b []byte, stream string, revision int64, e *event.Event) ([]byte, event.Event) {
	b = append(b, recordVersion, 0, 0, 0, 0, 0, 0)
	b = append(b, e.ID[:]...)
	b = binary.AppendUvarint(b, uint64(revision))
	b = append(binary.AppendUvarint(b, uint64(len(stream))), stream...)
	b = append(binary.AppendUvarint(b, uint64(len(e.Type))), e.Type...)
	own := event.Event{ID: e.ID, Type: e.Type, Value: e.Value}
	b = append(binary.AppendUvarint(b, uint64(len(e.Meta))), e.Meta...)
	own.Meta = tail(b, len(e.Meta))
	b = append(binary.AppendUvarint(b, uint64(len(e.Data))), e.Data...)
	own.Data = tail(b, len(e.Data))
	return append(b, 0, 0, 0, 0), own
}

// tail returns the last n bytes of b, without room to grow into.
func tail(b []byte, n int) []byte {
	if n == 0 {
		return nil
	}
	return b[len(b)-n : len(b) : len(b)]
}

// seal completes a record with its time and its checksum at position p.
func seal(record []byte, p ledger.Position, created time.Time) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(created.UnixMilli(), 0)))
	copy(record[createdAt:idAt], ms[2:])
	body := record[:len(record)-sumLen]
	binary.BigEndian.PutUint32(record[len(body):], checksum(body, p))
}

// checksum covers the position too, so that a record found under another key
// is found out.
func checksum(body []byte, p ledger.Position) uint32 {
	var key [8]byte
	binary.BigEndian.PutUint64(key[:], uint64(p))
	return crc32.Update(crc32.Update(0, castagnoli, key[:]), castagnoli, body)
}

var errRecord = errors.New("record is malformed")

// A decoder decodes records. Type names are few; it makes each once.
type decoder struct{ types map[string]string }

// record decodes the record at position p, whose bytes it keeps.
func (d *decoder) record(b []byte, p ledger.Position) (r ledger.Recorded, err error) {
	body := len(b) - sumLen
	if body < headLen {
		return r, fmt.Errorf("position %d: %w: %w", p, ledger.ErrDamaged, errRecord)
	}
	if got, want := checksum(b[:body], p), binary.BigEndian.Uint32(b[body:]); got != want {
		return r, fmt.Errorf("position %d: %w: checksum is %08x, want %08x", p, ledger.ErrDamaged, got, want)
	}
	if b[0] != recordVersion {
		return r, fmt.Errorf("position %d: %w: record version %d", p, ledger.ErrDamaged, b[0])
	}
	r.Position = p
	r.Created = createdTime(b)
	r.ID = uuid.UUID(b[idAt:headLen])
	f := fields{rest: b[headLen:body]}
	r.Revision = int64(f.number())
	r.Stream = string(f.bytes())
	r.Type = d.name(f.bytes())
	r.Meta = f.bytes()
	r.Data = f.bytes()
	if f.short || len(f.rest) > 0 {
		return r, fmt.Errorf("position %d: %w: %w", p, ledger.ErrDamaged, errRecord)
	}
	return r, nil
}

func createdTime(record []byte) time.Time {
	var ms [8]byte
	copy(ms[2:], record[createdAt:idAt])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:]))).UTC()
}

func (d *decoder) name(b []byte) string {
	if s, ok := d.types[string(b)]; ok {
		return s
	}
	if d.types == nil || len(d.types) > 1000 {
		d.types = map[string]string{}
	}
	s := string(b)
	d.types[s] = s
	return s
}

// fields cuts what is left of a record.
type fields struct {
	rest  []byte
	short bool
}

func (f *fields) number() uint64 {
	v, n := binary.Uvarint(f.rest)
	if n <= 0 {
		f.short, f.rest = true, nil
		return 0
	}
	f.rest = f.rest[n:]
	return v
}

func (f *fields) bytes() []byte {
	n := f.number()
	if n > uint64(len(f.rest)) {
		f.short, f.rest = true, nil
		return nil
	}
	b := f.rest[:n:n]
	f.rest = f.rest[n:]
	if n == 0 {
		return nil
	}
	return b
}
