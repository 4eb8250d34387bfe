package api

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/epcis"
	"waymark/internal/gs1"
	"waymark/projections"
)

// What was recorded as a hop or an observation is shown as the EPCIS event
// that says the same.

// hopStem begins the event ids of hops and observations whose ids are no
// UUIDs; an event id is a URI.
const hopStem = "urn:x-waymark:event:"

// eventURI returns the EPCIS event id of a hop or an observation.
func eventURI(id string) string {
	if len(id) == 36 {
		if _, err := uuid.Parse(id); err == nil {
			return "urn:uuid:" + id
		}
	}
	return hopStem + url.PathEscape(id)
}

// eventName returns the id under which the views know an EPCIS event id.
func eventName(uri string) string {
	if rest, ok := strings.CutPrefix(uri, hopStem); ok {
		if id, err := url.PathUnescape(rest); err == nil {
			return id
		}
	}
	return custody.EventID(&epcis.Event{EventID: uri})
}

// eventCalled returns the recorded event that the views know as id.
func (s *Server) eventCalled(id string) (*epcis.Event, bool, error) {
	st, ok, err := s.views.Event(id)
	if err != nil || !ok {
		return nil, false, err
	}
	e, err := epcisEvent(st)
	return e, err == nil, err
}

// epcisEvent returns a recorded event in EPCIS form.
func epcisEvent(st projections.Stored) (*epcis.Event, error) {
	var e *epcis.Event
	var err error
	switch v := st.Value.(type) {
	case epcis.Captured:
		if e, err = v.Parse(); err != nil {
			return nil, err
		}
	case custody.Hop:
		e = hopEvent(v)
	case custody.Observation:
		e = observationEvent(v)
	default:
		return nil, fmt.Errorf("event %s is a %T, which has no EPCIS form", st.EventID, st.Value)
	}
	e.RecordTime = st.Recorded
	return e, nil
}

// hopEvent returns the event that a hop is.
func hopEvent(h custody.Hop) *epcis.Event {
	e := &epcis.Event{
		Type: epcis.ObjectEvent, EventID: eventURI(h.ID), EventTime: h.Time, EventTimeZoneOffset: offset(h.Time),
		Action: epcis.Observe, BizStep: string(h.Step), Context: epcis.NewContext(),
		ReadPoint: epcis.Location{ID: h.Site.DigitalLink()},
	}
	items := links(h.Items)
	switch {
	case h.Parent != "" && h.Step == custody.Packing:
		e.Type, e.Action, e.ParentID, e.ChildEPCs = epcis.AggregationEvent, epcis.Add, h.Parent.String(), items
	case h.Parent != "":
		e.Type, e.Action, e.ParentID, e.ChildEPCs = epcis.AggregationEvent, epcis.Delete, h.Parent.String(), items
	case h.Step == custody.Commissioning:
		e.Action, e.EPCList = epcis.Add, items
	case h.Step == custody.Decommissioning, h.Step == custody.Destroying:
		e.Action, e.EPCList = epcis.Delete, items
	default:
		e.EPCList = items
	}
	if h.Step != custody.Shipping && h.Step != custody.Departing { // goods that leave are no longer at a place, CBV 2.0 §8.3
		e.BizLocation = e.ReadPoint
	}
	if epcis.IsDisposition(h.Disposition) || strings.Contains(h.Disposition, ":") {
		e.Disposition = h.Disposition
	}
	if h.Order != "" {
		e.BizTransactionList = append(e.BizTransactionList, epcis.BizTransaction{Type: "po", ID: transaction(h.Site, h.Order)})
	}
	if h.ASN != "" {
		e.BizTransactionList = append(e.BizTransactionList, epcis.BizTransaction{Type: "desadv", ID: transaction(h.Site, h.ASN)})
	}
	if h.To != 0 {
		e.DestinationList = []epcis.Party{{Type: "location", ID: h.To.DigitalLink()}}
	}
	return e
}

// observationEvent returns the event that an observation is.
func observationEvent(o custody.Observation) *epcis.Event {
	e := &epcis.Event{
		Type: epcis.ObjectEvent, EventID: eventURI(o.ID), EventTime: o.Time, EventTimeZoneOffset: offset(o.Time),
		Action: epcis.Observe, EPCList: []string{o.Item.String()}, BizStep: "inspecting",
		Context: epcis.NewContext([2]string{"waymark", "urn:x-waymark:"}),
	}
	if o.Kind == custody.Activation {
		e.BizStep = "retail_selling"
	}
	if o.Lat != nil && o.Lon != nil {
		number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
		e.ReadPoint.ID = "geo:" + number(*o.Lat) + "," + number(*o.Lon)
	}
	for _, x := range [...][2]string{{"waymark:kind", string(o.Kind)}, {"waymark:source", string(o.Source)}, {"waymark:region", o.Region().String()}} {
		value, err := jsontext.AppendQuote(nil, x[1])
		if err == nil {
			e.Extensions = append(e.Extensions, epcis.Extension{Name: x[0], Value: value})
		}
	}
	return e
}

func links(items []gs1.Item) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it.String()
	}
	return out
}

// transaction returns the URI of a business document, CBV 2.0 §8.5.
func transaction(g gs1.GLN, id string) string {
	return "urn:epcglobal:cbv:bt:" + g.String() + ":" + url.PathEscape(id)
}

// offset returns the zone of a time as EPCIS writes it.
func offset(t time.Time) string {
	return t.Format("-07:00")
}
