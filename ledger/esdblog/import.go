package esdblog

import (
	"context"
	"iter"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"waymark/ledger"
)

// importAhead is how many groups are read and packed while others are sent.
const importAhead = 16

// Import implements [ledger.Importer]. Groups are sent one at a time: nothing
// orders two appends to different streams that are under way at once, and the
// cluster knows no condition on where its log ends, so each waits for the answer
// to the one before. Run it near the leader.
func (l *Log) Import(ctx context.Context, groups iter.Seq2[[]ledger.Recorded, error], told func([]ledger.Recorded, ledger.Receipt)) error {
	ctx, cancel := context.WithCancel(ctx)
	ahead, ended := make(chan *parcel, importAhead), make(chan error, 1)
	go func() {
		defer close(ahead)
		ended <- l.wrap(ctx, groups, ahead)
	}()
	defer func() { // the groups are not read any more when this returns
		cancel()
		for range ahead {
		}
	}()
	for p := range ahead {
		rc, err := p.make(ctx)
		if err != nil {
			return err
		}
		told(p.group, rc)
	}
	return <-ended
}

// A parcel is a group, ready to be sent.
type parcel struct {
	attempt
	group []ledger.Recorded
}

// wrap packs groups until ctx is done.
func (l *Log) wrap(ctx context.Context, groups iter.Seq2[[]ledger.Recorded, error], ahead chan<- *parcel) error {
	for group, err := range groups {
		if err != nil {
			return err
		}
		stream, expected, events, err := ledger.ValidateImport(group)
		if err != nil {
			return err
		}
		p := &parcel{attempt{log: l, stream: stream, expected: expected, data: make([]esdb.EventData, len(events))}, group}
		for i, e := range events {
			p.data[i] = packedAt(e, group[i].Created)
		}
		select {
		case ahead <- p:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
