package api_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"waymark/internal/epcis"
)

// object is an EPCIS document of one ObjectEvent, whose members more adds to.
func object(more string) string {
	return `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-09T00:00:00Z","epcisBody":{"eventList":[` + objectEvent(more) + `]}}`
}

func objectEvent(more string) string {
	return `{"type":"ObjectEvent","eventTime":"2026-03-09T10:00:00.000+07:00","eventTimeZoneOffset":"+07:00","action":"OBSERVE","bizStep":"inspecting","epcList":["https://id.gs1.org/01/` + gtin + `/21/E1"]` + more + `}`
}

// job posts a document and returns its capture job.
func (h *house) job(doc string, header ...string) (string, epcis.CaptureJob) {
	h.t.Helper()
	r := h.post("/epcis/capture", doc, header...)
	if r.status != http.StatusAccepted {
		h.t.Fatalf("POST /epcis/capture answers %d %s, want 202", r.status, r.body)
	}
	at := r.header.Get("Location")
	var job epcis.CaptureJob
	h.get(at).decode(h.t, &job)
	return at, job
}

func (h *house) events(query string) ([]*epcis.Event, string) {
	h.t.Helper()
	h.current()
	r := h.get(query)
	if r.status != http.StatusOK {
		h.t.Fatalf("GET %s answers %d %s", query, r.status, r.body)
	}
	doc, faults := epcis.Decode([]byte(r.body), epcis.Limits{})
	if err := faults.Err(); err != nil {
		h.t.Fatalf("GET %s answers no valid document: %v\n%s", query, err, r.body)
	}
	next, _, _ := strings.Cut(strings.TrimPrefix(r.header.Get("Link"), "<"), ">")
	return doc.Events, next
}

func TestCaptureJobOutlivesItsRequest(t *testing.T) {
	h := furnished(t)
	at, job := h.job(object(""))
	if !job.Success || job.Running || job.ErrorBehaviour != epcis.Rollback || len(job.Errors) > 0 {
		t.Errorf("job is %+v", job)
	}
	before := h.size()
	again, _ := h.job(strings.ReplaceAll(object(""), `,"`, ` , "`))
	if again != at || h.size() != before {
		t.Errorf("the same document is job %s and adds %d events, want %s and none", again, h.size()-before, at)
	}
	var jobs []epcis.CaptureJob
	h.get("/epcis/capture").decode(t, &jobs)
	if len(jobs) != 1 || jobs[0].CaptureID != job.CaptureID {
		t.Errorf("jobs are %+v, want the one", jobs)
	}
}

func TestEventWithoutIDGetsItsHash(t *testing.T) {
	h := furnished(t)
	h.job(object(""))
	events, _ := h.events("/epcis/events?MATCH_anyEPC=" + url.QueryEscape("https://id.gs1.org/01/"+gtin+"/21/E1"))
	if len(events) != 1 || events[0].EventID != events[0].Hash() || events[0].RecordTime.IsZero() {
		t.Errorf("events are %+v, want one named by its hash", events)
	}
}

func TestKnownEventID(t *testing.T) {
	h := furnished(t)
	const id = `,"eventID":"urn:uuid:0190f3a1-7b2c-7def-8a01-23456789abcd"`
	h.job(object(id))
	other := strings.Replace(object(id), "inspecting", "storing", 1)
	if _, job := h.job(other); job.Success || len(job.Errors) != 1 || job.Errors[0].Status != http.StatusConflict {
		t.Errorf("other content under a known id is job %+v, want one error of status 409", job)
	}
	good := object(id + `,"errorDeclaration":{"declarationTime":"2026-03-09T12:00:00Z","reason":"did_not_occur"}`)
	if _, job := h.job(good); !job.Success {
		t.Errorf("an error declaration is job %+v, want success", job)
	}
	mixed := strings.Replace(other, `"eventList":[`, `"eventList":[`+objectEvent(`,"eventID":"urn:uuid:0190f3a1-7b2c-7def-8a01-23456789abce"`)+`,`, 1)
	if _, job := h.job(mixed, "GS1-Capture-Error-Behaviour", "proceed"); job.Success || len(job.Errors) != 1 || job.Errors[0].Instance != "/epcisBody/eventList/1" {
		t.Errorf("a document with one good event is job %+v, want one error, of the second event", job)
	}
	if events, _ := h.events("/epcis/events/urn:uuid:0190f3a1-7b2c-7def-8a01-23456789abce"); len(events) != 1 {
		t.Errorf("the good event was not kept")
	}
}

func TestScansAreEPCISEvents(t *testing.T) {
	h := furnished(t)
	h.diverted("S1")
	h.must("/v1/observations", `{"id":"o1","time":"2026-03-08T10:00:00+01:00","item":"`+unit("S1")+`","kind":"consumer","country":"DE","source":"gps","lat":50.9,"lon":6.9}`)
	h.must("/v1/hops", hop("p1", "2026-03-01T09:00:00+08:00", "packing", factory, `"parent":"(00)095212340000000013"`, unit("S2"), unit("S3")))
	var got []string
	query := "/epcis/events?perPage=2"
	for query != "" {
		events, next := h.events(query)
		for _, e := range events {
			got = append(got, string(e.Type)+" "+e.BizStep+" "+string(e.Action))
		}
		query = next
	}
	want := "ObjectEvent inspecting OBSERVE|ObjectEvent shipping OBSERVE|ObjectEvent receiving OBSERVE|ObjectEvent shipping OBSERVE|AggregationEvent packing ADD|ObjectEvent commissioning ADD"
	if strings.Join(got, "|") != want {
		t.Errorf("events are %s, want %s", strings.Join(got, "|"), want)
	}
	if events, _ := h.events("/epcis/bizSteps/shipping/events?orderBy=eventTime&orderDirection=ASC"); len(events) != 2 || events[0].Destination("location") != "https://id.gs1.org/414/"+bangkok {
		t.Errorf("shipping events are %+v", events)
	}
	if events, _ := h.events("/epcis/events/" + url.PathEscape("urn:x-waymark:event:o1")); len(events) != 1 {
		t.Error("the observation is not found by its event id")
	}
}

// TestStandardDocuments captures every example of the standard and reads each
// event back by its id.
func TestStandardDocuments(t *testing.T) {
	const dir = "../../shared/testdata/gs1-epcis"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the standard's examples are not here")
	}
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonld" || strings.Contains(path, "/context/") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		t.Run(filepath.Base(path), func(t *testing.T) { captureAndReadBack(t, data) })
		return nil
	})
	if err != nil || n < 40 {
		t.Errorf("captured %d documents (%v), want the standard's 46", n, err)
	}
}

func captureAndReadBack(t *testing.T, data []byte) {
	h := open(t)
	_, job := h.job(string(data))
	if !job.Success {
		t.Fatalf("job is %+v, want success", job)
	}
	doc, _ := epcis.Decode(data, epcis.Limits{})
	for _, e := range doc.Events {
		if e.EventID == "" {
			e.EventID = e.Hash()
		}
		got, _ := h.events("/epcis/events/" + url.PathEscape(e.EventID))
		if len(got) != 1 {
			t.Fatalf("event %s is read back %d times, want once", e.EventID, len(got))
		}
		if !epcis.Equal(e, got[0]) {
			was, _ := e.Canonical()
			is, _ := got[0].Canonical()
			t.Errorf("event %s is read back as\n%s, want\n%s", e.EventID, is, was)
		}
	}
}

func TestEPCISHeaders(t *testing.T) {
	h := open(t)
	r := h.do(http.MethodOptions, "/epcis/capture", "")
	if r.status != http.StatusNoContent || r.header.Get("GS1-Capture-Error-Behaviour") != "all" || r.header.Get("Allow") == "" {
		t.Errorf("OPTIONS answers %d %v", r.status, r.header)
	}
	for _, tt := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
		typ                      string
	}{
		{"no document", "POST", "/epcis/capture", "{}", nil, 400, "ValidationException"},
		{"XML", "POST", "/epcis/capture", "<epcis/>", []string{"Content-Type", "application/xml"}, 415, "UnsupportedMediaTypeException"},
		{"bad behaviour", "POST", "/epcis/capture", object(""), []string{"GS1-Capture-Error-Behaviour", "shrug"}, 400, "ValidationException"},
		{"bad event", "POST", "/epcis/capture", strings.Replace(object(""), "OBSERVE", "LOOK", 1), nil, 400, "ValidationException"},
		{"too large for one append", "POST", "/epcis/capture", large(), nil, 413, "CaptureLimitExceededException"},
		{"unknown parameter", "GET", "/epcis/events?colour=red", "", nil, 400, "QueryParameterException"},
		{"token of another query", "GET", "/epcis/events?nextPageToken=eyJxIjoxfQ", "", nil, 400, "QueryParameterException"},
		{"both limits", "GET", "/epcis/events?eventCountLimit=1&maxEventCount=1", "", nil, 400, "QueryParameterException"},
		{"absent event", "GET", "/epcis/events/urn:uuid:1", "", nil, 404, "NoSuchResourceException"},
		{"absent job", "GET", "/epcis/capture/1", "", nil, 404, "NoSuchResourceException"},
		{"EPCIS 3", "GET", "/epcis/events", "", []string{"GS1-EPCIS-Min", "3.0.0"}, 406, "NotAcceptableException"},
		{"URNs only", "GET", "/epcis/events", "", []string{"GS1-EPC-Format", "Always_EPC_URN"}, 406, "NotAcceptableException"},
		{"long query", "GET", "/epcis/events?EQ_action=" + strings.Repeat("A", 9000), "", nil, 414, "URITooLongException"},
		{"other method", "DELETE", "/epcis/events", "", nil, 405, "ImplementationException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := h.do(tt.method, tt.path, tt.body, tt.header...)
			var p struct {
				Type string `json:"type"`
			}
			_ = json.Unmarshal([]byte(r.body), &p)
			if r.status != tt.status || p.Type != "epcisException:"+tt.typ || r.header.Get("GS1-EPCIS-Version") == "" {
				t.Errorf("answers %d %s, want %d %s", r.status, r.body, tt.status, tt.typ)
			}
			if h.size() != 0 {
				t.Error("something was recorded")
			}
		})
	}
}

// large is a document of more than one append takes.
func large() string {
	more := `,"example:note":"` + strings.Repeat("x", 4000) + `"`
	events := make([]string, 260)
	for i := range events {
		events[i] = strings.Replace(objectEvent(more), "/21/E1", fmt.Sprint("/21/E", i), 1)
	}
	return strings.Replace(strings.Replace(object(""), objectEvent(""), strings.Join(events, ","), 1),
		`jsonld"]`, `jsonld",{"example":"https://example.com/"}]`, 1)
}
