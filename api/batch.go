package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
)

// Bounds of batches. maxAppends stays below what the log's queue takes, so
// that a batch waits its turn instead of being refused.
const (
	maxItems   = 5000
	maxLines   = 10_000
	maxAppends = 4096
	lineCrew   = 512 // goroutines of one batch, so that its lines share commits
)

// postLines answers a batch: one document a line, one answer a line, in order.
// Good lines are kept whatever the others are.
func (k *capture[T]) postLines(s *Server, c echo.Context) error {
	body, err := readBody(c, s.limits.Capture)
	if err != nil {
		return err
	}
	defer release(body)
	lines, err := splitLines(body.Bytes())
	if err != nil {
		return err
	}
	answers := make([][]byte, len(lines))
	ctx, who := c.Request().Context(), caller(c)
	turns := newTurns(len(lines))
	next := make(chan int)
	var crew sync.WaitGroup
	for range min(lineCrew, len(lines)) {
		crew.Go(func() {
			for i := range next {
				answers[i] = k.answerLine(ctx, s, who, lines[i], turns[i:])
			}
		})
	}
	for i := range lines {
		next <- i
	}
	close(next)
	crew.Wait()
	res := c.Response()
	res.Header().Set(echo.HeaderContentType, typeNDJSON)
	res.WriteHeader(http.StatusOK)
	_, err = res.Write(bytes.Join(answers, nil))
	return err
}

// A line is one line of a batch that is not blank.
type line struct {
	number int // from 1, blank ones counted
	text   []byte
}

func splitLines(body []byte) ([]line, error) {
	var lines []line
	number := 0
	for text := range bytes.Lines(body) {
		number++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if len(lines) == maxLines {
			return nil, refuse(errTooLarge, fmt.Sprintf("more than %d lines", maxLines))
		}
		lines = append(lines, line{number, text})
	}
	if len(lines) == 0 {
		return nil, refuse(errSyntax, "the body has no lines")
	}
	return lines, nil
}

// turns make lines reach the log in the order in which they stand: what a
// scanner did first, it wrote first. A line's own turn is turns[0], closed once
// the line before has begun its append or will never do so; the next is turns[1].
type turns []chan struct{}

func newTurns(lines int) turns {
	t := make(turns, lines+1)
	for i := range t {
		t[i] = make(chan struct{})
	}
	close(t[0])
	return t
}

// answerLine records one line of a batch and returns its answer, a line too.
func (k *capture[T]) answerLine(ctx context.Context, s *Server, who *auth.Caller, l line, t turns) (answer []byte) {
	appending := false
	turn := func() {
		<-t[0]
		s.appends <- struct{}{}
		appending = true
		close(t[1])
	}
	defer func() {
		if p := recover(); p != nil {
			answer = s.problemLine(s.panicked(p), l.number)
		}
		if appending {
			<-s.appends
		} else {
			<-t[0]
			close(t[1])
		}
	}()
	r, err := k.record(ctx, s, who, l.text, turn)
	if err != nil {
		return s.problemLine(err, l.number)
	}
	return append(r.appendTo(make([]byte, 0, 96), l.number), '\n')
}

// problemLine returns the answer to a line that was not recorded.
func (s *Server) problemLine(err error, number int) []byte {
	p, known := problemOf(err, false)
	if !known && !errors.Is(err, context.Canceled) {
		s.logger.Error("a line failed", "line", number, "error", err)
	}
	s.figures.problem(p.Type)
	errs := make([]FieldError, max(len(p.Errors), 1))
	errs[0] = FieldError{Detail: p.Detail}
	copy(errs, p.Errors)
	for i := range errs {
		errs[i].Line = number
	}
	p.Errors = errs
	out := struct {
		Line int `json:"line"`
		Problem
	}{number, p}
	data, err := json.Marshal(out)
	if err != nil {
		return nil // unreachable: every field marshals
	}
	return append(data, '\n')
}
