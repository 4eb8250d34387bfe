package epcis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Query is the standard's simple event query, EPCIS 2.0 §8.2.7.1: an event
// is in its answer where every condition holds.
type Query struct {
	// EventTime and RecordTime are half-open spans.
	EventTime, RecordTime Span

	// Conditions are all others.
	Conditions []Condition

	// OrderBy is "eventTime" or "recordTime", or empty where any order will do.
	OrderBy   string
	Ascending bool

	EventCountLimit int // answer at most so many events; 0 is no limit
	MaxEventCount   int // refuse to answer more than so many; 0 is no limit

	PerPage       int // 0 where the caller leaves it to the server
	NextPageToken string
}

// A Span is the time from From up to, not including, Until. A zero end is open.
type Span struct{ From, Until time.Time }

// Contains reports whether t lies in the span.
func (s Span) Contains(t time.Time) bool {
	return (s.From.IsZero() || !t.Before(s.From)) && (s.Until.IsZero() || t.Before(s.Until))
}

// A Condition is one parameter of a query and the values it asks for: one of
// them must be met.
type Condition struct {
	Parameter string
	Values    []string
	holds     func(*Event) bool
}

// Values returns the values that the parameter asks for, nil where the query
// does not have it. An index may answer for them.
func (q Query) Values(parameter string) []string {
	for _, c := range q.Conditions {
		if c.Parameter == parameter {
			return c.Values
		}
	}
	return nil
}

// Matches reports whether an event that was recorded at the given time is in
// the answer.
func (q Query) Matches(e *Event, recorded time.Time) bool {
	if !q.EventTime.Contains(e.EventTime) || !q.RecordTime.Contains(recorded) {
		return false
	}
	for _, c := range q.Conditions {
		if !c.holds(e) {
			return false
		}
	}
	return true
}

// A ParameterError says what is wrong with a query. It is what the standard
// calls a QueryParameterException.
type ParameterError struct {
	Parameter string
	Value     string
	Reason    string
}

func (e *ParameterError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("query parameter %s: %s", e.Parameter, e.Reason)
	}
	return fmt.Sprintf("query parameter %s: found %s, expected %s", e.Parameter, shown(e.Value), e.Reason)
}

// ParseQuery reads a query from the parameters of a URL, where a list is
// delimited by bars. Errors are of type *ParameterError.
func ParseQuery(values map[string][]string) (Query, error) {
	var q Query
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		given := values[name]
		if len(given) != 1 {
			return Query{}, &ParameterError{name, "", "given more than once; a list is written as a|b"}
		}
		if reason := q.parameter(name, given[0]); reason != "" {
			return Query{}, &ParameterError{name, given[0], reason}
		}
	}
	if q.EventCountLimit > 0 && q.MaxEventCount > 0 {
		return Query{}, &ParameterError{"maxEventCount", "", "excludes eventCountLimit"}
	}
	return q, nil
}

// parameter reads one parameter. What is wrong with it comes back as what was
// expected.
func (q *Query) parameter(name, value string) (expected string) {
	if reason, known := q.control(name, value); known {
		return reason
	}
	condition, values, expected := conditionOf(name, value)
	if expected == "" {
		q.Conditions = append(q.Conditions, Condition{name, values, condition})
	}
	return expected
}

// control reads a parameter that is no condition on the event's fields.
func (q *Query) control(name, value string) (expected string, known bool) {
	switch name {
	case "GE_eventTime":
		return queryTime(&q.EventTime.From, value), true
	case "LT_eventTime":
		return queryTime(&q.EventTime.Until, value), true
	case "GE_recordTime":
		return queryTime(&q.RecordTime.From, value), true
	case "LT_recordTime":
		return queryTime(&q.RecordTime.Until, value), true
	case "orderBy":
		if q.OrderBy = value; value != "eventTime" && value != "recordTime" {
			return "eventTime or recordTime", true
		}
	case "orderDirection":
		if q.Ascending = value == "ASC"; value != "ASC" && value != "DESC" {
			return "ASC or DESC", true
		}
	case "eventCountLimit":
		return queryCount(&q.EventCountLimit, value), true
	case "maxEventCount":
		return queryCount(&q.MaxEventCount, value), true
	case "perPage":
		return queryCount(&q.PerPage, value), true
	case "nextPageToken":
		if q.NextPageToken = value; value == "" {
			return "a token of an earlier answer", true
		}
	default:
		return "", false
	}
	return "", true
}

// queryTime reads a time. A plus sign that a URL has turned into a space is
// read as what was meant.
func queryTime(into *time.Time, value string) (expected string) {
	if n := len(value) - len(" 00:00"); n > 0 && value[n] == ' ' {
		value = value[:n] + "+" + value[n+1:]
	}
	*into, expected = parseTime(value)
	return expected
}

func queryCount(into *int, value string) (expected string) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 1<<31-1 || strings.HasPrefix(value, "+") {
		return "a whole number from 1"
	}
	*into = n
	return ""
}
