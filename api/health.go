package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/ledger"
)

// getHealth answers GET /healthz: the process answers.
func (s *Server) getHealth(c echo.Context) error {
	return answer(c, http.StatusOK, map[string]string{"status": "ok"})
}

// places are how far the log and the views are.
type places struct{ log, views ledger.Position }

// lag returns how far the log and the views are, and how long ago the log
// accepted the first event that the views do not know.
func (s *Server) lag(ctx context.Context) (places, time.Duration, error) {
	p := places{views: s.views.AsOf().Position}
	var err error
	if p.log, err = s.logEnd(ctx); err != nil {
		return p, 0, err
	}
	if p.views >= p.log {
		return p, 0, nil
	}
	for r, err := range s.log.All(ctx, p.views, false) {
		if err != nil {
			return p, 0, err
		}
		return p, max(0, s.now().Sub(r.Created)), nil
	}
	return p, 0, nil
}

// sought returns the answer of find. What is not found is looked for again once
// the views know all that the log holds now: until then nobody can tell that it
// is not there, and the request is refused.
func sought[T any](ctx context.Context, s *Server, find func() (T, bool, error)) (T, bool, error) {
	v, ok, err := find()
	if ok || err != nil {
		return v, ok, err
	}
	if err := s.catchUp(ctx); err != nil {
		return v, false, err
	}
	return find()
}

// getReady answers GET /readyz: the log takes events and the views are no
// further behind it than they may be.
func (s *Server) getReady(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	for _, part := range []any{s.log, s.views} {
		if h, ok := part.(interface{ Health() error }); ok {
			if err := h.Health(); err != nil {
				s.logger.Error("not ready", "error", err)
				return refuse(errNotReady, "")
			}
		}
	}
	p, behind, err := s.lag(ctx)
	if err != nil {
		return err
	}
	if behind > s.limits.Lag {
		return refuse(errBehind, fmt.Sprintf("the views are at position %d, the log is at %d: the first event that they do not know was recorded %v ago", p.views, p.log, behind.Round(time.Millisecond)))
	}
	return answer(c, http.StatusOK, map[string]any{"status": "ready", "log": p.log, "views": p.views})
}
