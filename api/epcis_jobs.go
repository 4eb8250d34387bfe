package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"waymark/internal/epcis"
	"waymark/ledger"
	"waymark/ledger/event"
)

// getJob answers GET /epcis/capture/{captureID}.
func (s *Server) getJob(c echo.Context) error {
	if err := negotiate(c); err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	text, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text {
		return refuse(errNotFound, "")
	}
	for r, err := range s.log.Stream(c.Request().Context(), ledger.CaptureStream(id), -1, true) {
		if err != nil {
			return err
		}
		job, ok, err := jobOf(r)
		if err != nil {
			return err
		}
		if ok {
			return answer(c, http.StatusOK, job)
		}
		if r.Type == epcis.CapturedType.Stored() { // begun, and not ended
			return answer(c, http.StatusOK, unfinished(id, r))
		}
	}
	return refuse(errNotFound, "")
}

// unfinished returns the state of a job whose end is not recorded: it is under
// way, or was cut off, and then the same document again carries it on.
func unfinished(id uuid.UUID, r ledger.Recorded) epcis.CaptureJob {
	return epcis.CaptureJob{
		CaptureID: id.String(), CreatedAt: r.Created.UTC(), Running: true, Success: true, ErrorBehaviour: epcis.Proceed, Errors: []epcis.JobError{},
	}
}

// jobOf returns the job whose end is recorded, if r is one.
func jobOf(r ledger.Recorded) (epcis.CaptureJob, bool, error) {
	if r.Type != epcis.JobRecorded.Stored() {
		return epcis.CaptureJob{}, false, nil
	}
	v, err := event.NewCatalog(epcis.JobRecorded).Decode(r.Event)
	if err != nil {
		return epcis.CaptureJob{}, false, err
	}
	job, ok := v.(epcis.CaptureJob)
	return job, ok, nil
}

// How much of the log one page of jobs looks through.
const jobScan = 50_000

// getJobs answers GET /epcis/capture: the jobs, latest first. A page may hold
// fewer than it could, even none, and still have a next one.
func (s *Server) getJobs(c echo.Context) error {
	if err := negotiate(c); err != nil {
		return err
	}
	q, err := s.query(c, "perPage", "nextPageToken")
	if err != nil {
		return err
	}
	limit := perPage
	if q.text("perPage") != "" {
		limit = q.limit("perPage")
	}
	before, err := strconv.ParseUint(max(q.text("nextPageToken"), "0"), 10, 64)
	if err != nil {
		q.fault("nextPageToken", "want a token of an earlier answer")
	}
	if err := q.err(); err != nil {
		return err
	}
	jobs, next, err := s.jobs(c.Request().Context(), ledger.Position(before), limit)
	if err != nil {
		return err
	}
	if next > 0 {
		setNextLink(c, fmt.Sprintf("/epcis/capture?perPage=%d&nextPageToken=%d", limit, next))
	}
	return answer(c, http.StatusOK, jobs)
}

func (s *Server) jobs(ctx context.Context, before ledger.Position, limit int) (jobs []epcis.CaptureJob, next ledger.Position, err error) {
	jobs = []epcis.CaptureJob{}
	scanned := 0
	for r, err := range s.log.All(ctx, before, true) {
		if err != nil {
			return nil, 0, err
		}
		if len(jobs) == limit || scanned == jobScan {
			return jobs, next, nil
		}
		scanned++
		next = r.Position
		job, ok, err := jobOf(r)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			jobs = append(jobs, job)
		}
	}
	return jobs, 0, nil
}

func setNextLink(c echo.Context, target string) {
	c.Response().Header().Set("Link", "<"+target+`>; rel="next"`)
}
