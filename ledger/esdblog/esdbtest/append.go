package esdbtest

import (
	"errors"
	"io"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Append takes the events of one append, message by message.
func (n *node) Append(s streams.Streams_AppendServer) error {
	c := n.cluster
	first, err := s.Recv()
	if err != nil {
		return err
	}
	o := first.GetOptions()
	if o == nil {
		return status.Error(codes.Unknown, "Exception was thrown by handler.")
	}
	stream, expected := string(o.StreamIdentifier.GetStreamName()), expectation(o)
	events, err := n.proposals(s)
	if err != nil {
		return err
	}
	md, _ := metadata.FromIncomingContext(s.Context())
	c.mu.Lock()
	c.headers = append(c.headers, md)
	fault := c.fault
	c.mu.Unlock()
	if err := n.admit(s); err != nil {
		return err
	}
	if c.Leader() < 0 {
		return ErrUnavailable
	}
	if fault != nil {
		done, err := fault(stream).strike(s.Context(), n.dropped(), func() { c.log.append(stream, expected, events) })
		if done {
			return err
		}
	}
	switch a := c.log.append(stream, expected, events); a.outcome {
	case gone:
		return streamDeleted(s, stream)
	case wrongRevision:
		return s.SendAndClose(wrongAnswer(expected, a.revision))
	default:
		return s.SendAndClose(goodAnswer(a.last, a.outcome == written))
	}
}

func expectation(o *streams.AppendReq_Options) int64 {
	switch e := o.ExpectedStreamRevision.(type) {
	case *streams.AppendReq_Options_Revision:
		return int64(e.Revision)
	case *streams.AppendReq_Options_Any:
		return anyRevision
	case *streams.AppendReq_Options_StreamExists:
		return streamExists
	}
	return noStream
}

// proposals receives the events. Those beyond the limit are not waited for: the
// client, still sending, then meets the end of the stream and not the reason.
func (n *node) proposals(s streams.Streams_AppendServer) ([]proposal, error) {
	var events []proposal
	for size := 0; ; {
		m, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		p := m.GetProposedMessage()
		e := proposal{kind: p.GetMetadata()["type"], contentType: p.GetMetadata()["content-type"], data: p.GetData(), meta: p.GetCustomMetadata()}
		if id := p.GetId().GetStructured(); id != nil {
			e.id = joined(id.MostSignificantBits, id.LeastSignificantBits)
		}
		if e.kind == "" || e.contentType == "" {
			return nil, status.Error(codes.InvalidArgument, "Required Metadata Property is missing")
		}
		if size += e.weight(); size > n.cluster.opts.MaxAppend {
			limit := strconv.Itoa(n.cluster.opts.MaxAppend)
			s.SetTrailer(metadata.Pairs("exception", "maximum-append-size-exceeded", "maximum-append-size", limit))
			return nil, status.Errorf(codes.InvalidArgument, "Maximum Append Size of %s Exceeded.", limit)
		}
		events = append(events, e)
	}
}

// goodAnswer leaves out the position of every other repeat, as servers may.
func goodAnswer(last *record, placed bool) *streams.AppendResp {
	good := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: last.revision},
		PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
	}
	if placed || last.position%2 == 0 {
		good.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: last.position, PreparePosition: last.position},
		}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: good}}
}

func wrongAnswer(expected, current int64) *streams.AppendResp {
	w := &streams.AppendResp_WrongExpectedVersion{}
	switch expected {
	case noStream:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
	case anyRevision:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: &shared.Empty{}}
	case streamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: uint64(expected)}
	}
	if current < 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}
	} else {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(current)}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}

func streamDeleted(s interface{ SetTrailer(metadata.MD) }, stream string) error {
	s.SetTrailer(metadata.Pairs("exception", "stream-deleted", "stream-name", stream))
	return status.Errorf(codes.FailedPrecondition, "Event stream '%s' is deleted.", stream)
}
