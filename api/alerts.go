package api

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/projections"
)

// Of streams of alerts.
const (
	keepAlive  = 15 * time.Second // between comments where nothing happens
	writeWait  = 10 * time.Second // for a client to take what it is sent
	alertBatch = 200
)

// getAlerts answers GET /v1/alerts: server-sent events that begin after the
// token in Last-Event-ID or, where there is none, in the parameter after, and
// go on for ever. A token may also be a bare position: all alerts after it.
// Without either the stream begins with the first alert; "now" begins with the
// next one. Asked for application/json, it answers with a page of them.
func (s *Server) getAlerts(c echo.Context) error {
	q, err := s.query(c, "after", "limit", "lang")
	if err != nil {
		return err
	}
	stream, err := wantsStream(c.Request().Header.Get("Accept"))
	if err != nil {
		return err
	}
	after, limit, lang := q.text("after"), q.limit("limit"), q.language(c.Request())
	if id := c.Request().Header.Get("Last-Event-ID"); id != "" && stream {
		after = id
	}
	if after, err = s.token(c.Request().Context(), after); err != nil {
		return err
	}
	if err := q.err(); err != nil {
		return err
	}
	if !stream {
		return s.listAlerts(c, after, limit, lang)
	}
	return s.streamAlerts(c, after, lang)
}

// wantsStream tells which form of the alerts a client accepts.
func wantsStream(accept string) (bool, error) {
	if len(accept) > 1024 {
		return false, refuse(errNotAccepted, "Accept is longer than 1024 bytes")
	}
	switch {
	case accept == "", strings.Contains(accept, "text/event-stream"):
		return true, nil
	case strings.Contains(accept, "application/json"):
		return false, nil
	case strings.Contains(accept, "*/*"), strings.Contains(accept, "text/*"):
		return true, nil
	}
	return false, refuse(errNotAccepted, "there are text/event-stream and application/json")
}

// token returns the token that a client's token or position stands for.
func (s *Server) token(ctx context.Context, t string) (string, error) {
	if t == "" || t == "now" {
		return t, nil
	}
	head, tail, cut := strings.Cut(t, "-")
	p, err := strconv.ParseUint(head, 10, 64)
	n, err2 := uint64(0), error(nil)
	if cut {
		n, err2 = strconv.ParseUint(tail, 10, 32)
	} else {
		n = math.MaxUint32
	}
	if err != nil || err2 != nil {
		return "", refuse(errQuery, "", FieldError{Field: "after", Detail: "want a token that came with an alert"})
	}
	end, err := s.logEnd(ctx)
	if err != nil {
		return "", err
	}
	if ledger.Position(p) > end {
		return "", refuse(errQuery, "", FieldError{Field: "after", Detail: "the token is not of this ledger: it lies ahead of its end"})
	}
	return fmt.Sprintf("%d-%d", p, n), nil
}

func (s *Server) listAlerts(c echo.Context, after string, limit int, lang string) error {
	asOf := s.views.AsOf()
	list, err := s.alertsOf(c.Request().Context(), caller(c).Partner, after, limit, lang)
	if err != nil {
		return err
	}
	out := map[string]any{"alerts": list, "as_of": asOf}
	if len(list) == limit {
		out["next"] = list[limit-1].Token
	}
	return answerIn(c, lang, out)
}

// alertsOf returns up to limit alerts after a token that a caller bound to top
// may know of. The tokens of others are not told either: they would count what
// happens to them.
func (s *Server) alertsOf(ctx context.Context, top partner.ID, after string, limit int, lang string) ([]projections.Alert, error) {
	list := []projections.Alert{}
	for ctx.Err() == nil {
		all, err := s.views.Alerts(after, alertBatch, lang)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			after = a.Token
			if ok, err := s.keepTo(top, &a); err != nil {
				return nil, err
			} else if ok {
				list = append(list, a)
			}
			if len(list) == limit {
				return list, nil
			}
		}
		if len(all) < alertBatch {
			return list, nil
		}
	}
	return nil, ctx.Err()
}

// keepTo takes out of an alert what a caller bound to top may not know of, and
// reports whether anything is left.
func (s *Server) keepTo(top partner.ID, a *projections.Alert) (bool, error) {
	if a.Digest == nil || top == "" {
		return s.mayKnow(top, a.Finding), nil
	}
	var err error
	a.Digest, err = s.views.DigestOf(a.Token, top)
	return a.Digest != nil, err
}

// streamAlerts sends alerts until the client goes or the server stops.
func (s *Server) streamAlerts(c echo.Context, after, lang string) error {
	if after == "now" { // before the client is told that the stream has begun
		after = s.lastAlert()
	}
	end, ok := s.streams.begin(caller(c).ID, s.limits.Streams)
	if !ok {
		return refuse(errBusy, "too many streams are open")
	}
	defer end()
	s.busy.Add(-1) // it is no longer one of the requests that soon end
	defer s.busy.Add(1)

	res := c.Response()
	spoken(c, lang)
	res.Header().Set(echo.HeaderContentType, "text/event-stream")
	res.Header().Set("X-Accel-Buffering", "no")
	res.WriteHeader(http.StatusOK)
	st := &stream{server: s, res: res, control: http.NewResponseController(res), top: caller(c).Partner, after: after, lang: lang}
	if err := st.send([]byte("retry: 2000\n\n")); err != nil {
		return nil // the client has gone
	}
	st.run(c.Request().Context())
	return nil
}

// A stream is one client's stream of alerts.
type stream struct {
	server  *Server
	res     *echo.Response
	control *http.ResponseController
	top     partner.ID
	after   string // token of the last alert that was dealt with
	lang    string
}

func (st *stream) run(ctx context.Context) {
	idle := time.NewTimer(keepAlive)
	defer idle.Stop()
	for {
		changed := st.server.views.Changed() // before asking: what comes after is not missed
		more, err := st.forward()
		if err != nil {
			return
		}
		if more {
			if ctx.Err() != nil {
				return
			}
			continue
		}
		idle.Reset(keepAlive)
		select {
		case <-changed:
		case <-idle.C:
			if st.send([]byte(": still here\n\n")) != nil {
				return
			}
		case <-ctx.Done():
			return
		case <-st.server.stopping:
			return
		}
	}
}

// forward sends the alerts after the last one and reports whether there may be
// more.
func (st *stream) forward() (more bool, err error) {
	alerts, err := st.server.views.Alerts(st.after, alertBatch, st.lang)
	if err != nil {
		st.server.logger.Error("a stream of alerts failed", "error", err)
		return false, err
	}
	var out bytes.Buffer
	for _, a := range alerts {
		st.after = a.Token
		if ok, err := st.server.keepTo(st.top, &a); err != nil {
			st.server.logger.Error("a stream of alerts failed", "error", err)
			return false, err
		} else if !ok {
			continue
		}
		data, err := json.Marshal(a, json.Deterministic(true))
		if err != nil {
			return false, err // unreachable: every field marshals
		}
		fmt.Fprintf(&out, "id: %s\nevent: %s\ndata: %s\n\n", a.Token, a.Change, data)
	}
	if out.Len() > 0 {
		if err := st.send(out.Bytes()); err != nil {
			return false, err
		}
	}
	return len(alerts) == alertBatch, nil
}

// lastAlert returns a token after which lie only alerts that are yet to come.
func (s *Server) lastAlert() string {
	return fmt.Sprintf("%d-%d", s.views.AsOf().Position, uint32(math.MaxUint32))
}

// send writes and flushes; a client that does not take it in time is dropped,
// and resumes where it was.
func (st *stream) send(b []byte) error {
	if err := st.control.SetWriteDeadline(time.Now().Add(writeWait)); err != nil && err != http.ErrNotSupported {
		return err
	}
	if _, err := st.res.Write(b); err != nil {
		return err
	}
	return st.control.Flush()
}
