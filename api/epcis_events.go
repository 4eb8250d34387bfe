package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"waymark/internal/epcis"
	"waymark/internal/gs1"
	"waymark/projections"
)

// Of queries for events.
const (
	perPage       = 30
	maxEventQuery = 8 << 10 // bytes of query string
	eventScan     = 50_000  // events that one page looks through
	sortMost      = 20_000  // events that are sorted in memory
)

// getEvent answers GET /epcis/events/{eventID}.
func (s *Server) getEvent(c echo.Context) error {
	if err := negotiate(c); err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	e, ok, err := s.eventCalled(eventName(id))
	if err != nil {
		return err
	}
	if !ok {
		return refuse(errNotFound, "")
	}
	return s.answerEvents(c, []*epcis.Event{e})
}

// getEvents answers GET /epcis/events.
func (s *Server) getEvents(c echo.Context) error { return s.findEvents(c, nil) }

// eventsOf returns the answer to the events of one member of a sub-resource,
// such as /epcis/bizSteps/shipping/events: those that the parameter selects.
func eventsOf(parameter string) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		value, err := pathValue(c, 2)
		if err != nil {
			return err
		}
		return s.findEvents(c, url.Values{parameter: {value}})
	}
}

func (s *Server) findEvents(c echo.Context, given url.Values) error {
	if err := negotiate(c); err != nil {
		return err
	}
	values, err := s.eventQuery(c)
	if err != nil {
		return err
	}
	for name, v := range given {
		if values.Has(name) {
			return refuse(errQuery, "", FieldError{Field: name, Detail: "the path says it already"})
		}
		values[name] = v
	}
	q, err := epcis.ParseQuery(values)
	if err != nil {
		return parameterError(err)
	}
	page, err := newEventPage(q, values)
	if err != nil {
		return err
	}
	events, err := s.eventPage(page)
	if err != nil {
		return err
	}
	if page.next != nil {
		next := c.Request().URL.Query()
		next.Set("nextPageToken", page.next.String())
		setNextLink(c, c.Request().URL.EscapedPath()+"?"+next.Encode())
	}
	return s.answerEvents(c, events)
}

// eventQuery returns the parameters of a query for events, with those that are
// ours taken out.
func (s *Server) eventQuery(c echo.Context) (url.Values, error) {
	raw := c.Request().URL.RawQuery
	if len(raw) > maxEventQuery {
		return nil, refuse(errTooLong, fmt.Sprintf("the query has more than %d bytes", maxEventQuery))
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, refuse(errQuery, "the query string is not percent-encoded as it should be")
	}
	if values.Has("at_least") {
		if _, err := s.query(c, keysOf(values)...); err != nil {
			return nil, err
		}
		values.Del("at_least")
	}
	return values, nil
}

func keysOf(values url.Values) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	return names
}

func parameterError(err error) error {
	if p, ok := err.(*epcis.ParameterError); ok {
		detail := p.Reason
		if p.Value != "" {
			detail = "expected " + p.Reason
		}
		return refuse(errQuery, p.Error(), FieldError{Field: shorten(p.Parameter), Detail: detail})
	}
	return err
}

// eventPage returns the events of a page and sets where the next one begins.
func (s *Server) eventPage(p *eventPage) ([]*epcis.Event, error) {
	if ids := p.query.Values("EQ_eventID"); ids != nil {
		return s.eventsCalled(p, ids)
	}
	if p.query.Ascending || p.query.OrderBy == "recordTime" || p.query.MaxEventCount > 0 {
		return s.sortedPage(p)
	}
	room, scanned := p.room(), 0
	var events []*epcis.Event
	last, more := "", false
	err := s.scanEvents(p, func(st projections.Stored, e *epcis.Event) bool {
		matches := e != nil && p.query.Matches(e, st.Recorded)
		if matches && len(events) == room || scanned == eventScan {
			more = true
			return false
		}
		scanned++
		last = st.EventID
		if matches {
			events = append(events, e)
		}
		return true
	})
	given := p.from.Given + len(events)
	if more && (p.query.EventCountLimit == 0 || given < p.query.EventCountLimit) {
		p.next = &pageToken{After: last, Given: given, Query: p.from.Query}
	}
	return events, err
}

// sortedPage answers a query whose order is not that of the views, or that
// must know how many events there are.
func (s *Server) sortedPage(p *eventPage) ([]*epcis.Event, error) {
	most := sortMost
	if p.query.MaxEventCount > 0 {
		most = min(most, p.query.MaxEventCount)
	}
	var all []*epcis.Event
	tooMany := false
	err := s.scanEvents(p, func(st projections.Stored, e *epcis.Event) bool {
		if e != nil && p.query.Matches(e, st.Recorded) {
			tooMany = len(all) == most
			all = append(all, e)
		}
		return !tooMany
	})
	if err != nil {
		return nil, err
	}
	if tooMany {
		return nil, refuse(errQueryTooLarge, fmt.Sprintf("more than %d events match", most))
	}
	slices.SortStableFunc(all, func(a, b *epcis.Event) int {
		if !p.query.Ascending {
			a, b = b, a
		}
		if p.query.OrderBy == "recordTime" {
			return a.RecordTime.Compare(b.RecordTime)
		}
		return a.EventTime.Compare(b.EventTime)
	})
	if n := p.query.EventCountLimit; n > 0 {
		all = all[:min(n, len(all))]
	}
	from := min(p.from.Offset, len(all))
	to := min(from+p.size, len(all))
	if to < len(all) {
		p.next = &pageToken{Offset: to, Query: p.from.Query}
	}
	return all[from:to], nil
}

// eventsCalled answers a query that names its events.
func (s *Server) eventsCalled(p *eventPage, ids []string) ([]*epcis.Event, error) {
	var events []*epcis.Event
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		e, ok, err := s.eventCalled(eventName(id))
		if err != nil {
			return nil, err
		}
		if ok && p.query.Matches(e, e.RecordTime) && len(events) < p.room() {
			events = append(events, e)
		}
	}
	return events, nil
}

// scanEvents calls f with the events among which those that match are, latest
// first, until it returns false. An event without an EPCIS form is nil.
func (s *Server) scanEvents(p *eventPage, f func(projections.Stored, *epcis.Event) bool) error {
	filter := projections.EventFilter{From: p.query.EventTime.From, Before: p.query.EventTime.Until, After: p.from.After}
	for _, name := range [...]string{"MATCH_epc", "MATCH_anyEPC", "MATCH_parentID", "MATCH_inputEPC", "MATCH_outputEPC"} {
		if v := p.query.Values(name); len(v) == 1 && !strings.Contains(v[0], "*") {
			if it, err := gs1.ParseItem(v[0]); err == nil && !it.Class() && it.Kind() != gs1.KindOther {
				filter.Item = it
				break
			}
		}
	}
	return s.views.Events(filter, func(st projections.Stored) bool {
		e, err := epcisEvent(st)
		if err != nil {
			s.logger.Error("an event has no EPCIS form", "event", shorten(st.EventID), "error", err)
			e = nil
		}
		return f(st, e)
	})
}

// answerEvents answers with an EPCISQueryDocument.
func (s *Server) answerEvents(c echo.Context, events []*epcis.Event) error {
	doc := epcis.AppendQueryDocument(nil, epcis.QueryResults{CreationDate: s.now().UTC()}, events)
	return c.Blob(http.StatusOK, typeJSON, doc)
}
