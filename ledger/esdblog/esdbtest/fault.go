package esdbtest

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A Fault says what becomes of one append. The zero value lets it pass.
type Fault struct {
	Err    error         // the answer; nil means that of the log
	Hang   bool          // there is no answer until the caller or the node gives up
	Commit bool          // with Err or Hang: the append happens all the same
	Delay  time.Duration // before anything else
}

// What a server answers when it cannot say more.
var (
	// ErrTimeout: the write had no quorum in time; it may yet have.
	ErrTimeout = status.Error(codes.Aborted, "Operation timed out: Commit phase timeout.")
	// ErrUnavailable: the node is starting, stopping, or without a leader.
	ErrUnavailable = status.Error(codes.Unavailable, "Server Is Not Ready")
	// ErrDeadline: the server gave up.
	ErrDeadline = status.Error(codes.DeadlineExceeded, "Deadline Exceeded")
)

// strike lets the fault happen. It returns false where the append is to go on.
func (f Fault) strike(ctx context.Context, dropped <-chan struct{}, commit func()) (bool, error) {
	if f.Delay > 0 {
		late := time.NewTimer(f.Delay)
		defer late.Stop()
		select {
		case <-late.C:
		case <-ctx.Done():
			return true, ctx.Err()
		case <-dropped:
			return true, ErrUnavailable
		}
	}
	if f.Err == nil && !f.Hang {
		return false, nil
	}
	if f.Commit {
		commit()
	}
	if !f.Hang {
		return true, f.Err
	}
	select {
	case <-ctx.Done():
		return true, ctx.Err()
	case <-dropped:
		return true, ErrUnavailable
	}
}
