package esdbtest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// window is how many records a server reads at a time.
const window = 32

// A filter says which records a subscription wants, and after how many that it
// has looked at the server tells how far it is; 0: never.
type filter struct {
	wants    func(*record) bool
	interval int
}

func newFilter(o *streams.ReadReq_Options) (filter, error) {
	f := o.GetFilter()
	if f == nil {
		return filter{wants: func(*record) bool { return true }}, nil
	}
	size := window
	if w, ok := f.Window.(*streams.ReadReq_Options_FilterOptions_Max); ok {
		size = int(w.Max)
	}
	name, by := func(r *record) string { return r.stream }, f.GetStreamIdentifier()
	if by == nil {
		name, by = func(r *record) string { return r.kind }, f.GetEventType()
	}
	made := filter{interval: size * max(1, int(f.CheckpointIntervalMultiplier))}
	if by.GetRegex() == "" {
		prefixes := by.GetPrefix()
		made.wants = func(r *record) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name(r), p) })
		}
		return made, nil
	}
	re, err := regexp.Compile(by.GetRegex())
	if err != nil {
		return filter{}, status.Error(codes.InvalidArgument, err.Error())
	}
	made.wants = func(r *record) bool { return re.MatchString(name(r)) }
	return made, nil
}

// A subscription is one that follows the log.
type subscription struct {
	filter
	out     streams.Streams_ReadServer
	next    int     // index of the record to look at
	passed  *record // the last one looked at
	looked  int     // since the last checkpoint
	caught  bool    // the subscriber was told that it has all
	pending bool    // something was looked at since the last checkpoint
}

// subscribe delivers the records after a position for ever.
func (n *node) subscribe(o *streams.ReadReq_Options, a *streams.ReadReq_Options_AllOptions, out streams.Streams_ReadServer) error {
	f, err := newFilter(o)
	if err != nil {
		return err
	}
	s := &subscription{filter: f, out: out}
	switch at := a.AllOption.(type) {
	case *streams.ReadReq_Options_AllOptions_End:
		all, _ := n.cluster.log.snapshot()
		s.next = len(all)
	case *streams.ReadReq_Options_AllOptions_Position:
		i, ok := n.cluster.log.index(at.Position.CommitPosition)
		if !ok {
			return status.Error(codes.InvalidArgument, "Trying to read from an invalid position.")
		}
		s.next = i + 1 // exclusive
	}
	id := &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()}
	if err := out.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{Confirmation: id}}); err != nil {
		return err
	}
	for dropped := n.dropped(); ; {
		all, grew := n.cluster.log.snapshot()
		if err := s.deliver(all); err != nil {
			return err
		}
		select {
		case <-grew:
		case <-dropped:
			return ErrUnavailable
		case <-out.Context().Done():
			return out.Context().Err()
		}
	}
}

// deliver sends what there is. A subscriber that is more than a window behind
// catches up, and is told when it has; nobody tells it that it fell behind.
func (s *subscription) deliver(all []*record) error {
	if len(all)-s.next > window {
		s.caught = false
	}
	for ; s.next < len(all); s.next++ {
		r := all[s.next]
		s.passed, s.pending = r, true
		if s.wants(r) {
			if err := s.out.Send(read(r)); err != nil {
				return err
			}
		}
		if s.looked++; s.interval > 0 && s.looked >= s.interval {
			if err := s.checkpoint(); err != nil {
				return err
			}
		}
	}
	if s.caught {
		return nil
	}
	s.caught = true
	if s.interval > 0 && s.pending {
		if err := s.checkpoint(); err != nil {
			return err
		}
	}
	return s.out.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}})
}

func (s *subscription) checkpoint() error {
	s.looked, s.pending = 0, false
	p := &streams.ReadResp_Checkpoint{CommitPosition: s.passed.position, PreparePosition: s.passed.position}
	return s.out.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: p}})
}
