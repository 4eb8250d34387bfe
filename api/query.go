package api

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/ledger"
)

// Bounds of queries.
const (
	maxQuery     = 2 << 10 // bytes
	defaultLimit = 100
	maxLimit     = 1000
)

// A query is the query string of a request: every parameter known, none given
// twice.
type query struct {
	values url.Values
	faults []FieldError
}

// query reads the query string and then waits until the views have reached the
// position that at_least asks for, if any.
func (s *Server) query(c echo.Context, known ...string) (*query, error) {
	q, err := parseQuery(c.Request().URL.RawQuery, append(known, "at_least"))
	if err != nil {
		return nil, err
	}
	if at := q.values.Get("at_least"); at != "" {
		p, err := strconv.ParseUint(at, 10, 64)
		if err != nil {
			q.fault("at_least", "want a position")
			return nil, q.err()
		}
		if err := s.reach(c.Request().Context(), ledger.Position(p)); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func parseQuery(raw string, known []string) (*query, error) {
	if len(raw) > maxQuery {
		return nil, refuse(errTooLong, fmt.Sprintf("the query has more than %d bytes", maxQuery))
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, refuse(errQuery, "the query string is not percent-encoded as it should be")
	}
	q := &query{values: values}
	for name, vs := range values {
		if !slices.Contains(known, name) {
			q.fault(shorten(strings.ToValidUTF8(name, "?")), "no such parameter")
		} else if len(vs) > 1 {
			q.fault(name, "given more than once")
		}
	}
	slices.SortFunc(q.faults, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
	return q, q.err()
}

// reach waits, for a while, until the views have reached p.
func (s *Server) reach(ctx context.Context, p ledger.Position) error {
	if s.views.AsOf().Position >= p {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.limits.Wait)
	defer cancel()
	if err := s.views.Wait(ctx, p); err != nil {
		return refuse(errBehind, fmt.Sprintf("the views are at %d, not yet at %d", s.views.AsOf().Position, p))
	}
	return nil
}

func (q *query) fault(name, detail string) {
	q.faults = append(q.faults, FieldError{Field: name, Detail: detail})
}

// err returns everything that is wrong with the query.
func (q *query) err() error {
	if len(q.faults) == 0 {
		return nil
	}
	return refuse(errQuery, "", q.faults...)
}

// atLeast returns the position that at_least asks for, which was read before.
func (q *query) atLeast() ledger.Position {
	p, _ := strconv.ParseUint(q.values.Get("at_least"), 10, 64)
	return ledger.Position(p)
}

func (q *query) text(name string) string { return q.values.Get(name) }

// limit returns how many entries a page may have.
func (q *query) limit(name string) int {
	v, given := q.values[name]
	if !given {
		return defaultLimit
	}
	n, err := strconv.Atoi(v[0])
	if err != nil || n < 1 || n > maxLimit {
		q.fault(name, fmt.Sprintf("want a number from 1 to %d", maxLimit))
		return defaultLimit
	}
	return n
}

// time returns the time of a parameter, zero where it is not given.
func (q *query) time(name string) time.Time {
	v := q.values.Get(name)
	if v == "" {
		return time.Time{}
	}
	for _, layout := range [...]string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, v); err == nil {
			return t
		}
	}
	q.fault(name, "want a date, or an ISO 8601 time with zone, such as 2026-03-01T08:00:00Z")
	return time.Time{}
}

// pathValue returns the n'th segment of the path, from 0, decoded once. It
// reads the path as it was sent, which the router may have decoded or not.
func pathValue(c echo.Context, n int) (string, error) {
	segments := strings.Split(c.Request().URL.EscapedPath(), "/")
	if n+1 >= len(segments) {
		return "", refuse(errNotFound, "") // unreachable: the route has the segment
	}
	v, err := url.PathUnescape(segments[n+1])
	if err != nil || v == "" {
		return "", refuse(errNotFound, "")
	}
	return v, nil
}
