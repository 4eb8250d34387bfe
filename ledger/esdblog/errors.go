package esdblog

import (
	"errors"
	"fmt"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"waymark/ledger"
)

// code returns the client's code of an error, -1 where it has none. The client
// wraps its own errors, and does not look for them inside others.
func code(err error) esdb.ErrorCode {
	if e := new(esdb.Error); errors.As(err, &e) {
		return e.Code()
	}
	return -1
}

// refused returns whether the cluster said no for good: the call did not happen
// and would not the next time.
func refused(err error) bool {
	switch code(err) {
	case esdb.ErrorCodeUnauthenticated, esdb.ErrorCodeAccessDenied, esdb.ErrorCodeUnsupportedFeature,
		esdb.ErrorCodeStreamDeleted, esdb.ErrorCodeWrongExpectedVersion:
		return true
	}
	return false
}

// answered returns whether err, which may be nil, is an answer of the node that
// was asked, after which the connection is as good as before.
func answered(err error) bool {
	switch {
	case err == nil, errors.Is(err, ledger.ErrDamaged), foreign(err):
		return true
	}
	switch code(err) {
	case esdb.ErrorCodeWrongExpectedVersion, esdb.ErrorCodeStreamDeleted, esdb.ErrorCodeAccessDenied, esdb.ErrorCodeResourceNotFound:
		return true
	}
	return false
}

// lost returns whether err tells that a node is gone, or does not lead any more.
func lost(err error) bool {
	switch code(err) {
	case esdb.ErrorUnavailable, esdb.ErrorCodeNotLeader, esdb.ErrorCodeConnectionClosed:
		return true
	}
	return status.Code(err) == codes.Unavailable
}

// foreign returns whether a read was refused for where it was to begin.
func foreign(err error) bool {
	if err == nil {
		return false
	}
	switch status.Code(err) {
	case codes.InvalidArgument:
		return true
	case codes.Unknown:
		s := strings.ToLower(err.Error())
		return strings.Contains(s, "readallresult") || strings.Contains(s, "invalid position")
	}
	return false
}

// unfit returns whether an append was refused for what it is.
func unfit(err error) bool { return status.Code(err) == codes.InvalidArgument }

// explained gives a refusal the ledger's own meaning, where there is one.
func explained(err error) error {
	switch code(err) {
	case esdb.ErrorCodeWrongExpectedVersion:
		return fmt.Errorf("%w: %w", ledger.ErrConflict, err)
	case esdb.ErrorCodeStreamDeleted:
		return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
	}
	return err
}
