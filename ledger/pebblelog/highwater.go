package pebblelog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"

	"waymark/ledger"
)

// A highWater is a note, kept outside the database's directory, of how far
// which log had come. A database that lost its end, or is gone, looks like a
// shorter one that is whole; the note tells them apart.
type highWater struct {
	id       uuid.UUID
	position ledger.Position
}

var highWaterMagic = [8]byte{'w', 'm', 'h', 'i', 'g', 'h', 0, 1}

const highWaterSize = 8 + 16 + 8 + 4

func (h highWater) encode() []byte {
	b := append(make([]byte, 0, highWaterSize), highWaterMagic[:]...)
	b = append(b, h.id[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.position))
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// readHighWater reads the note at path. No note is nil.
func readHighWater(files vfs.FS, path string) (*highWater, error) {
	f, err := files.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, highWaterSize+1))
	if err != nil {
		return nil, err
	}
	body := highWaterSize - sumLen
	if len(b) != highWaterSize || [8]byte(b) != highWaterMagic || crc32.Checksum(b[:body], castagnoli) != binary.BigEndian.Uint32(b[body:]) {
		return nil, fmt.Errorf("%w: the note in %s of how far it had come is malformed", ledger.ErrDamaged, path)
	}
	return &highWater{uuid.UUID(b[8:24]), ledger.Position(binary.BigEndian.Uint64(b[24:]))}, nil
}

// writeHighWater replaces the note at path: after a crash it is the old one or
// the new one.
func writeHighWater(files vfs.FS, path string, h highWater) error {
	next := path + ".tmp"
	f, err := files.Create(next, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(h.encode())
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = files.Rename(next, path)
	}
	if err == nil {
		err = syncDir(files, files.PathDir(path))
	}
	if err != nil {
		return fmt.Errorf("note position %d in %s: %w", h.position, path, err)
	}
	return nil
}

// noteHighWater writes how far the log is durable, where that is news. The note
// beside another log is not touched.
func (l *Log) noteHighWater() error {
	last := l.Last()
	if last == l.noted {
		return nil
	}
	if err := l.Here(); err != nil {
		return err
	}
	if err := writeHighWater(l.opts.FS, l.opts.HighWater, highWater{l.id, last}); err != nil {
		return err
	}
	l.noted = last
	return nil
}

// short returns ErrDamaged where the log id, which ends at last, is not what
// the note tells of.
func (h *highWater) short(id uuid.UUID, last ledger.Position) error {
	switch {
	case h == nil:
		return nil
	case h.id != id:
		return fmt.Errorf("%w: it is log %s, but the note beside it tells of log %s", ledger.ErrDamaged, id, h.id)
	case h.position > last:
		return fmt.Errorf("%w: it ends at position %d, but had come to %d", ledger.ErrDamaged, last, h.position)
	}
	return nil
}
