package epcis_test

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"waymark/internal/epcis"
	"waymark/ledger/event"
)

// fields compares what events say, not the bytes they were received in.
var fields = cmp.Options{
	cmpopts.IgnoreFields(epcis.Event{}, "Raw", "Context", "HashIgnores"),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b jsontext.Value) bool {
		a, b = a.Clone(), b.Clone()
		return a.Canonicalize() == nil && b.Canonicalize() == nil && string(a) == string(b)
	}),
}

// TestStoredAndReadBack takes every standard example the way of a capture:
// decoded, recorded in the ledger's form, read again, and answered in a query.
func TestStoredAndReadBack(t *testing.T) {
	catalog := event.NewCatalog(epcis.CapturedType)
	for path, data := range documents(t, "gs1-epcis") {
		d, faults := epcis.Decode(data, epcis.Limits{})
		if faults != nil {
			t.Fatalf("%s: %v", path, faults)
		}
		var stored []*epcis.Event
		for i, e := range d.Events {
			received := e.EventID != ""
			if !received {
				e.EventID = e.Hash()
			}
			recorded, err := epcis.CapturedType.New(uuid.Max, epcis.NewCaptured("job-1", i, e, received), nil)
			if err != nil {
				t.Fatal(err)
			}
			recorded.Value = nil
			payload, err := catalog.Decode(recorded)
			if err != nil {
				t.Fatal(err)
			}
			back, err := payload.(epcis.Captured).Parse()
			if err != nil {
				t.Fatal(err)
			}
			back.RecordTime = time.Date(2026, 11, 24, 10, 15, 30, 0, time.UTC)
			stored = append(stored, back)
		}
		answer := epcis.AppendQueryDocument(nil, epcis.QueryResults{CreationDate: time.Unix(1e9, 0).UTC()}, stored)
		q, faults := epcis.Decode(answer, epcis.Limits{})
		if faults != nil {
			t.Fatalf("%s: answer %s: %v", path, answer, faults)
		}
		if q.Type != epcis.EPCISQueryDocument || q.QueryName != "SimpleEventQuery" || len(q.Events) != len(d.Events) {
			t.Fatalf("%s: answer is a %s of %q with %d events", path, q.Type, q.QueryName, len(q.Events))
		}
		for i, e := range d.Events {
			if !epcis.Equal(e, q.Events[i]) {
				t.Errorf("%s: event %d reads back as\n%s\nreceived as\n%s", path, i, q.Events[i].Raw, e.Raw)
			}
			if !q.Events[i].RecordTime.Equal(stored[i].RecordTime) {
				t.Errorf("%s: event %d has record time %v", path, i, q.Events[i].RecordTime)
			}
			if e.Hash() != q.Events[i].Hash() {
				t.Errorf("%s: event %d has another hash after reading back", path, i)
			}
		}
	}
}

// TestEncodeFields writes events from their fields, without the bytes they
// were received in.
func TestEncodeFields(t *testing.T) {
	for path, data := range documents(t, "gs1-epcis") {
		d, _ := epcis.Decode(data, epcis.Limits{})
		for i, e := range d.Events {
			made := *e
			made.Raw = nil
			text := made.AppendJSON(nil)
			back, faults := epcis.DecodeEvent(text, e.Context, epcis.Limits{})
			if faults != nil {
				t.Fatalf("%s, event %d: %s: %v", path, i, text, faults)
			}
			if diff := cmp.Diff(e, back, fields); diff != "" {
				t.Errorf("%s, event %d:\n%s", path, i, diff)
			}
			if e.Hash() != back.Hash() {
				t.Errorf("%s, event %d: hash of\n%s\nwant\n%s", path, i, back.PreHash(), e.PreHash())
			}
		}
	}
}

func TestMadeEvent(t *testing.T) {
	e := &epcis.Event{
		Type:                epcis.ObjectEvent,
		EventID:             "urn:uuid:8d4e1a5c-0000-4000-8000-000000000001",
		EventTime:           time.Date(2026, 11, 24, 10, 15, 30, 0, time.FixedZone("", 8*3600)),
		EventTimeZoneOffset: "+08:00",
		EPCList:             []string{"https://id.gs1.org/01/09521234100010/21/A1"},
		Action:              epcis.Observe,
		BizStep:             "shipping",
		ReadPoint:           epcis.Location{ID: "https://id.gs1.org/414/9521234000013"},
		DestinationList:     []epcis.Party{{Type: "owning_party", ID: "https://id.gs1.org/417/9521001000017"}},
		Extensions:          []epcis.Extension{{Name: "example:note", Value: []byte(`"\u4e2d"`)}},
		Context:             epcis.NewContext([2]string{"example", "http://ns.example.com/epcis/"}),
	}
	const want = `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"http://ns.example.com/epcis/"}],` +
		`"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T02:15:30.000Z","epcisBody":{"eventList":[` +
		`{"type":"ObjectEvent","eventID":"urn:uuid:8d4e1a5c-0000-4000-8000-000000000001","eventTime":"2026-11-24T10:15:30.000+08:00",` +
		`"eventTimeZoneOffset":"+08:00","epcList":["https://id.gs1.org/01/09521234100010/21/A1"],"action":"OBSERVE","bizStep":"shipping",` +
		`"readPoint":{"id":"https://id.gs1.org/414/9521234000013"},` +
		`"destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/9521001000017"}],"example:note":"\u4e2d"}]}}`
	got := epcis.AppendDocument(nil, e.EventTime.UTC(), []*epcis.Event{e})
	if string(got) != want {
		t.Errorf("document\n%s\nwant\n%s", got, want)
	}
	canonical, err := e.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	const sorted = `{"action":"OBSERVE","bizStep":"shipping","destinationList":[{"destination":"https://id.gs1.org/417/9521001000017","type":"owning_party"}],` +
		`"epcList":["https://id.gs1.org/01/09521234100010/21/A1"],"eventID":"urn:uuid:8d4e1a5c-0000-4000-8000-000000000001",` +
		`"eventTime":"2026-11-24T10:15:30.000+08:00","eventTimeZoneOffset":"+08:00","example:note":"中",` +
		`"readPoint":{"id":"https://id.gs1.org/414/9521234000013"},"type":"ObjectEvent"}`
	if string(canonical) != sorted {
		t.Errorf("canonical form\n%s\nwant\n%s", canonical, sorted)
	}
}

// TestContextsOfOneAnswer puts events into one document whose own documents
// meant different things by the same prefix.
func TestContextsOfOneAnswer(t *testing.T) {
	read := func(namespace string) *epcis.Event {
		context := epcis.NewContext([2]string{"x", namespace})
		e, faults := epcis.DecodeEvent([]byte(object(`"x:lot":"1","eventID":"urn:x:1"`)), context, epcis.Limits{})
		if faults != nil {
			t.Fatal(faults)
		}
		return e
	}
	events := []*epcis.Event{read("http://a.example/"), read("http://b.example/"), read("http://a.example/")}
	answer := epcis.AppendQueryDocument(nil, epcis.QueryResults{}, events)
	d, faults := epcis.Decode(answer, epcis.Limits{})
	if faults != nil {
		t.Fatalf("%s: %v", answer, faults)
	}
	for i, e := range d.Events {
		if e.Hash() != events[i].Hash() {
			t.Errorf("event %d means\n%s\nand meant\n%s", i, e.PreHash(), events[i].PreHash())
		}
	}
	if d.Events[0].Hash() == d.Events[1].Hash() {
		t.Error("events of different namespaces have one hash")
	}
}

func TestCapturedFaults(t *testing.T) {
	c := epcis.Captured{Capture: "job-1", Index: 3, Context: []byte(`[]`), Event: []byte(`{}`)}
	_, err := c.Parse()
	const want = "parse event 3 of capture job-1: /type (line 1, column 1): found nothing, expected the type of the event"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
