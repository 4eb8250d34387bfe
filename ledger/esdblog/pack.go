package esdblog

import (
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"

	"waymark/ledger"
	"waymark/ledger/event"
)

// The first byte of stored data that is not JSON.
const (
	packedPlain = 0
	packedZstd  = 1
)

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

// unpacked returns the data of a stored event.
func unpacked(e *esdb.RecordedEvent) ([]byte, error) {
	if e.ContentType == "application/json" {
		return e.Data, nil
	}
	if len(e.Data) == 0 {
		return nil, errors.New("no data where at least one byte is")
	}
	switch e.Data[0] {
	case packedPlain:
		return e.Data[1:], nil
	case packedZstd:
		return unpacker.DecodeAll(e.Data[1:], nil)
	}
	return nil, fmt.Errorf("packed in way %d, which is not known", e.Data[0])
}

// recorded returns an event of the ledger's.
func (l *Log) recorded(e *esdb.RecordedEvent) (ledger.Recorded, error) {
	name, _ := l.prefix.name(e.StreamID)
	data, err := unpacked(e)
	if err != nil {
		return ledger.Recorded{}, fmt.Errorf("position %d: %w: %w", place(e.Position), ledger.ErrDamaged, err)
	}
	return ledger.Recorded{
		Event:    event.Event{ID: e.EventID, Type: e.EventType, Data: data, Meta: e.UserMetadata},
		Position: place(e.Position), Stream: name, Revision: int64(e.EventNumber), Created: e.CreatedDate,
	}, nil
}

// place returns the ledger's position of a place in the cluster's log.
func place(p esdb.Position) ledger.Position { return ledger.Position(p.Commit + 1) }

// at returns the cluster's place of a position, which is not zero.
func at(p ledger.Position) esdb.Position {
	return esdb.Position{Commit: uint64(p - 1), Prepare: uint64(p - 1)}
}
