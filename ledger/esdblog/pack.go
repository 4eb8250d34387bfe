package esdblog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"

	"waymark/ledger"
	"waymark/ledger/event"
)

// The first byte of stored data that is not JSON.
const (
	packedPlain    = 0
	packedZstd     = 1
	packedImported = 2 // and then when another log recorded it, and how it is packed
)

// importedLen is how much stands before the packing of an imported event: what
// it is, and the time in 48 bits of milliseconds since 1970.
const importedLen = 1 + 6

// packFrom is how long data must be, in bytes, to be worth packing.
const packFrom = 512

// Both are safe for concurrent use, and their options are sound.
var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(ledger.MaxEvent))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(ledger.MaxEvent))
)

// packed returns an event as the cluster is to store it.
func packed(e event.Event) esdb.EventData {
	d := esdb.EventData{EventID: e.ID, EventType: e.Type, ContentType: esdb.ContentTypeBinary, Metadata: e.Meta}
	if len(e.Data) < packFrom {
		if jsontext.Value(e.Data).IsValid() {
			d.ContentType, d.Data = esdb.ContentTypeJson, e.Data
			return d
		}
		d.Data = append([]byte{packedPlain}, e.Data...)
		return d
	}
	d.Data = packer.EncodeAll(e.Data, []byte{packedZstd})
	if len(d.Data) > len(e.Data) {
		d.Data = append([]byte{packedPlain}, e.Data...)
	}
	return d
}

// packedAt returns an event as the cluster is to store it, that another log
// recorded at a time of its own. What is appended never begins as this does.
func packedAt(e event.Event, created time.Time) esdb.EventData {
	d := packed(e)
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(created.UnixMilli()))
	data := append(make([]byte, 0, importedLen+1+len(d.Data)), packedImported)
	data = append(data, ms[2:]...)
	if d.ContentType == esdb.ContentTypeJson {
		d.ContentType, data = esdb.ContentTypeBinary, append(data, packedPlain)
	}
	d.Data = append(data, d.Data...)
	return d
}

// unpacked returns the data of a stored event, and when it was recorded.
func unpacked(e *esdb.RecordedEvent) (data []byte, created time.Time, err error) {
	data, created = e.Data, e.CreatedDate.UTC().Truncate(time.Millisecond)
	if e.ContentType == "application/json" {
		return data, created, nil
	}
	if len(data) > importedLen && data[0] == packedImported {
		var ms [8]byte
		copy(ms[2:], data[1:importedLen])
		data, created = data[importedLen:], time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:]))).UTC()
	}
	if len(data) == 0 {
		return nil, created, errors.New("no data where at least one byte is")
	}
	switch data[0] {
	case packedPlain:
		return data[1:], created, nil
	case packedZstd:
		data, err = unpacker.DecodeAll(data[1:], nil)
		return data, created, err
	}
	return nil, created, fmt.Errorf("packed in way %d, which is not known", data[0])
}

// recorded returns an event of the ledger's.
func (l *Log) recorded(e *esdb.RecordedEvent) (ledger.Recorded, error) {
	name, _ := l.prefix.name(e.StreamID)
	data, created, err := unpacked(e)
	if err != nil {
		return ledger.Recorded{}, fmt.Errorf("position %d: %w: %w", place(e.Position), ledger.ErrDamaged, err)
	}
	return ledger.Recorded{
		Event:    event.Event{ID: e.EventID, Type: e.EventType, Data: data, Meta: e.UserMetadata},
		Position: place(e.Position), Stream: name, Revision: int64(e.EventNumber), Created: created,
	}, nil
}

// place returns the ledger's position of a place in the cluster's log.
func place(p esdb.Position) ledger.Position { return ledger.Position(p.Commit + 1) }

// at returns the cluster's place of a position, which is not zero.
func at(p ledger.Position) esdb.Position {
	return esdb.Position{Commit: uint64(p - 1), Prepare: uint64(p - 1)}
}
