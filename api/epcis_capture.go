package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/custody"
	"waymark/internal/epcis"
	"waymark/ledger"
	"waymark/ledger/event"
)

// postCapture answers POST /epcis/capture. The capture is done when the answer
// goes out: its job, named by Location, is a record of how it ended. The job's
// id follows from the document, so the same document again is the same job.
func (s *Server) postCapture(c echo.Context) error {
	if err := negotiate(c); err != nil {
		return err
	}
	if _, err := mediaType(c.Request(), typeJSON, typeJSONLD); err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	behaviour := c.Request().Header.Get("GS1-Capture-Error-Behaviour")
	switch behaviour {
	case "":
		behaviour = epcis.Rollback
	case epcis.Rollback, epcis.Proceed:
	default:
		return refuse(errSyntax, "GS1-Capture-Error-Behaviour may be rollback or proceed")
	}
	body, err := readBody(c, s.limits.Capture)
	if err != nil {
		return err
	}
	data := body.Bytes() // the buffer is not released: events keep parts of it
	doc, faults := epcis.Decode(data, epcis.Limits{})
	if err := captureFaults(doc, faults, behaviour); err != nil {
		return err
	}
	id, err := jobID(data, behaviour)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	job := &captureJob{server: s, who: caller(c), id: id, behaviour: behaviour, doc: doc, faults: faults, began: s.now().UTC()}
	if err := job.run(ctx); err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/epcis/capture/"+id.String())
	if s.seal != nil {
		c.Response().Header().Set("Link", "<"+receiptPath(id.String())+`>; rel="https://c2sp.org/tlog-proof"`)
	}
	return c.NoContent(http.StatusAccepted)
}

// captureFaults refuses a document that is none, or one that is to be captured
// whole and cannot be.
func captureFaults(doc *epcis.Document, faults epcis.Faults, behaviour string) error {
	bad := faults.Document()
	if behaviour == epcis.Rollback {
		bad = faults
	}
	if len(bad) > 0 {
		errs := make([]FieldError, 0, min(len(bad), maxErrors))
		for _, f := range bad[:min(len(bad), maxErrors)] {
			errs = append(errs, FieldError{Line: f.Line, Field: f.Path, Detail: "found " + f.Found + ", expected " + f.Expected})
		}
		return refuse(errSyntax, "the document is not valid EPCIS 2.0", errs...)
	}
	if len(doc.Events) > epcisCaptureMost {
		return refuse(errTooLarge, fmt.Sprintf("at most %d events", epcisCaptureMost))
	}
	return nil
}

// jobID returns the id of the job that captures the document.
func jobID(data []byte, behaviour string) (uuid.UUID, error) {
	canonical := jsontext.Value(bytes.Clone(data))
	if err := canonical.Canonicalize(jsontext.AllowDuplicateNames(true)); err != nil {
		return uuid.Nil, refuse(errSyntax, "a number or string has no canonical form")
	}
	sum := sha256.Sum256(canonical)
	return ledger.CaptureID("epcis-" + behaviour + "-" + hex.EncodeToString(sum[:])), nil
}

// A captureJob captures one document.
type captureJob struct {
	server    *Server
	who       *auth.Caller
	id        uuid.UUID
	behaviour string
	doc       *epcis.Document
	faults    epcis.Faults
	began     time.Time

	at     ledger.Expected // of the job's stream
	events []event.Event   // to be recorded
	errors []epcis.JobError
}

// run captures what can be captured and records how it ended, unless that is
// recorded already.
func (j *captureJob) run(ctx context.Context) error {
	unlock := j.server.captured.lock(j.doc.Events)
	defer unlock()
	done, err := j.resume(ctx)
	if done || err != nil {
		return err
	}
	if err := j.server.catchUp(ctx); err != nil {
		return err
	}
	if err := j.gather(); err != nil {
		return err
	}
	if j.behaviour == epcis.Rollback && len(j.errors) > 0 {
		j.events = nil
	}
	n := len(j.events)
	end, err := j.end()
	if err != nil {
		return err
	}
	j.events = append(j.events, end)
	if err := j.append(ctx); err != nil {
		return err
	}
	for range n {
		j.server.figures.recorded(epcis.CapturedType.Stored(), 1, false)
	}
	return nil
}

// resume finds out how far the job came before, if it was begun.
func (j *captureJob) resume(ctx context.Context) (done bool, err error) {
	j.at = ledger.NoStream
	for r, err := range j.server.log.Stream(ctx, ledger.CaptureStream(j.id), -1, true) {
		if err != nil {
			return false, err
		}
		j.at = ledger.Expected(r.Revision)
		return r.Type == epcis.JobRecorded.Stored(), nil
	}
	return false, nil
}

// gather makes the ledger's events of those of the document that can be
// captured and are not yet.
func (j *captureJob) gather() error {
	for i, faults := range j.faulty() {
		j.fail(i, errSyntax, faults.Error())
	}
	seen := map[string]*epcis.Event{}
	for i, e := range j.doc.Good(j.faults) {
		received := e.EventID != ""
		if !received {
			e.EventID = e.Hash()
		}
		id := custody.EventID(e)
		known, found := seen[id]
		if !found {
			var err error
			if known, found, err = j.server.eventCalled(id); err != nil {
				return err
			}
		}
		seen[id] = e
		if found && sameReport(known, e) {
			j.server.figures.recorded(epcis.CapturedType.Stored(), 0, true)
			continue
		}
		if found && e.ErrorDeclaration == nil {
			j.fail(i, errConflict, e.EventID+" was recorded before with other content")
			continue
		}
		if err := j.add(i, e, received); err != nil {
			return err
		}
	}
	return nil
}

// sameReport reports whether two events with one id say the same, in whatever
// spelling. An error declaration says more than the event that it is about.
func sameReport(known, e *epcis.Event) bool {
	return epcis.Equal(known, e) || e.ErrorDeclaration == nil && known.Hash() == e.Hash()
}

// faulty returns the faults of each event that has any.
func (j *captureJob) faulty() map[int]epcis.Faults {
	bad := map[int]epcis.Faults{}
	for _, f := range j.faults {
		bad[f.Event] = append(bad[f.Event], f)
	}
	return bad
}

func (j *captureJob) add(i int, e *epcis.Event, received bool) error {
	kept := epcis.NewCaptured(j.id.String(), i, e, received)
	content, err := e.Canonical()
	if err != nil {
		return err
	}
	ev, err := epcis.CapturedType.New(ledger.EventID(j.id, i, content), kept, nil)
	if err != nil {
		return err
	}
	ev.Meta = j.who.Meta
	if weight(ev) > ledger.MaxEvent {
		j.fail(i, errTooLarge, fmt.Sprintf("the event takes %d bytes, at most %d", len(ev.Data), ledger.MaxEvent))
		return nil
	}
	j.events = append(j.events, ev)
	return nil
}

// fail notes why an event is not captured.
func (j *captureJob) fail(i int, kind error, detail string) {
	p, _ := problemOf(refuse(kind, detail), true)
	j.server.figures.problem(p.Type)
	j.errors = append(j.errors, epcis.JobError{
		Type: p.Type, Title: p.Title, Status: p.Status, Detail: detail, Instance: fmt.Sprintf("/epcisBody/eventList/%d", i),
	})
}

// maxJobErrors bounds the errors that a job lists.
const maxJobErrors = 500

// end returns the event that says how the job ended.
func (j *captureJob) end() (event.Event, error) {
	job := epcis.CaptureJob{
		CaptureID: j.id.String(), CreatedAt: j.began, FinishedAt: j.server.now().UTC(),
		Success: len(j.errors) == 0, ErrorBehaviour: j.behaviour, Errors: j.errors[:min(len(j.errors), maxJobErrors)],
	}
	for len(job.Errors) > 0 {
		ev, err := epcis.JobRecorded.New(ledger.EventID(j.id, -1, []byte("end")), job, nil)
		if err != nil || weight(ev) <= ledger.MaxEvent/2 {
			ev.Meta = j.who.Meta
			return ev, err
		}
		job.Errors = job.Errors[:len(job.Errors)/2]
	}
	ev, err := epcis.JobRecorded.New(ledger.EventID(j.id, -1, []byte("end")), job, nil)
	ev.Meta = j.who.Meta
	return ev, err
}

// weight is what an event counts against the ledger's limits, in bytes.
func weight(e event.Event) int { return len(e.Data) + len(e.Meta) + len(e.Type) }

// append records the events: all or none in one append for rollback, and in
// as few as they fit in otherwise.
func (j *captureJob) append(ctx context.Context) error {
	stream := ledger.CaptureStream(j.id)
	for len(j.events) > 0 {
		n, total := 0, 0
		for n < len(j.events) && total+weight(j.events[n]) <= ledger.MaxAppend {
			total += weight(j.events[n])
			n++
		}
		if j.behaviour == epcis.Rollback && n < len(j.events) {
			return refuse(errTooLarge, fmt.Sprintf("the events of a document that is captured all or none take at most %d bytes together; send fewer, or GS1-Capture-Error-Behaviour: proceed", ledger.MaxAppend))
		}
		rc, err := j.server.log.Append(ctx, stream, j.at, j.events[:n]...)
		if err != nil {
			return err
		}
		j.at, j.events = ledger.Expected(rc.Revision), j.events[n:]
	}
	return nil
}
