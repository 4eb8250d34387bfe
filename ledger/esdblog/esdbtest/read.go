package esdbtest

import (
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Read answers reads of a stream and of all streams, and subscriptions to all.
func (n *node) Read(req *streams.ReadReq, out streams.Streams_ReadServer) error {
	o := req.GetOptions()
	if o.GetUuidOption() == nil {
		return status.Error(codes.InvalidArgument, "'uuidOption' is a required argument")
	}
	if err := n.admit(out); err != nil {
		return err
	}
	_, live := o.CountOption.(*streams.ReadReq_Options_Subscription)
	switch s := o.StreamOption.(type) {
	case *streams.ReadReq_Options_All:
		if live {
			return n.subscribe(o, s.All, out)
		}
		return n.readAll(o, s.All, out)
	case *streams.ReadReq_Options_Stream:
		if !live {
			return n.readStream(o, s.Stream, out)
		}
	}
	return status.Error(codes.Unimplemented, "not of this cluster for tests")
}

// errPosition is what a read from between two records comes to.
var errPosition = status.Error(codes.Unknown, "Unexpected ReadAllResult: Error")

// readAll reads forward from a record on, or backward from before it.
func (n *node) readAll(o *streams.ReadReq_Options, a *streams.ReadReq_Options_AllOptions, out streams.Streams_ReadServer) error {
	all, _ := n.cluster.log.snapshot()
	i := 0
	switch at := a.AllOption.(type) {
	case *streams.ReadReq_Options_AllOptions_End:
		i = len(all)
	case *streams.ReadReq_Options_AllOptions_Position:
		var ok bool
		if i, ok = n.cluster.log.index(at.Position.CommitPosition); !ok {
			return errPosition
		}
	}
	if o.ReadDirection == streams.ReadReq_Options_Backwards {
		return n.send(out, all, i-1, -1, o.GetCount())
	}
	return n.send(out, all, i, 1, o.GetCount())
}

// readStream reads from a revision on, or downwards from it.
func (n *node) readStream(o *streams.ReadReq_Options, s *streams.ReadReq_Options_StreamOptions, out streams.Streams_ReadServer) error {
	name := string(s.StreamIdentifier.GetStreamName())
	all, deleted := n.cluster.log.stream(name)
	if deleted {
		return streamDeleted(out, name)
	}
	if len(all) == 0 {
		return out.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
			StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: s.StreamIdentifier},
		}})
	}
	i, last := 0, len(all)-1
	switch at := s.RevisionOption.(type) {
	case *streams.ReadReq_Options_StreamOptions_End:
		i = last
	case *streams.ReadReq_Options_StreamOptions_Revision:
		i = int(min(at.Revision, uint64(len(all))))
	}
	if o.ReadDirection == streams.ReadReq_Options_Backwards {
		return n.send(out, all, min(i, last), -1, o.GetCount())
	}
	return n.send(out, all, i, 1, o.GetCount())
}

// send sends up to count records from i on.
func (n *node) send(out streams.Streams_ReadServer, all []*record, i, step int, count uint64) error {
	for ; count > 0 && i >= 0 && i < len(all); i, count = i+step, count-1 {
		if err := out.Send(read(all[i])); err != nil {
			return err
		}
	}
	return nil
}

// read returns a record as the wire has it. The client ends the process where
// created is missing, and panics on answers that it does not know.
func read(r *record) *streams.ReadResp {
	most, least := halves(r.id)
	id := &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{MostSignificantBits: most, LeastSignificantBits: least}}}
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: r.position},
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id: id, StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(r.stream)},
			StreamRevision: r.revision, PreparePosition: r.position, CommitPosition: r.position,
			Metadata: map[string]string{
				"type": r.kind, "content-type": r.contentType,
				"created": strconv.FormatInt(r.created.UnixNano()/100, 10), // ticks of 100 ns
			},
			Data: r.data, CustomMetadata: r.meta,
		},
	}}}
}
