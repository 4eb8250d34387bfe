package api

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
)

// guard returns the handler of a route: it counts the request, finds out who
// calls and whether they may, answers, and turns an error into a problem.
func (s *Server) guard(r route) echo.HandlerFunc {
	epcis := isEPCIS(r.path)
	figure := s.figures.route(r)
	return func(c echo.Context) (err error) {
		began := time.Now()
		defer func() {
			if p := recover(); p != nil {
				err = s.panicked(p)
			}
			if err != nil {
				s.answerError(c, err, epcis)
			}
			figure.done(c.Response().Status, time.Since(began))
			err = nil
		}()
		if n := s.busy.Add(1); n > s.limits.Requests {
			s.busy.Add(-1)
			return refuse(errBusy, "")
		}
		defer s.busy.Add(-1)
		h := c.Response().Header()
		h["X-Content-Type-Options"] = headerNoSniff
		h["Cache-Control"] = headerNoStore
		if err := s.admit(c, r); err != nil {
			return err
		}
		return r.serve(s, c)
	}
}

// Header values that every answer carries; nobody changes them.
var (
	headerNoSniff = []string{"nosniff"}
	headerNoStore = []string{"no-store"}
)

// admit lets a caller through to a route, or says why not.
func (s *Server) admit(c echo.Context, r route) error {
	if r.scope == auth.Everybody {
		return nil
	}
	who, err := s.identify(c.Request())
	if err != nil {
		return err
	}
	if !who.Scopes.Allows(r.scope) {
		return refuse(errForbidden, "it needs the scope "+strings.ReplaceAll(r.scope.String(), " ", " or "))
	}
	if who.Partner != "" && !r.bound {
		return refuse(errForbidden, "it is not open to keys bound to a partner")
	}
	c.Set(callerKey, who)
	return nil
}

const callerKey = "caller"

// caller returns who makes the request. Every route but those for everybody
// has one.
func caller(c echo.Context) *auth.Caller {
	who, _ := c.Get(callerKey).(*auth.Caller)
	return who
}

// developer is who calls without a key in development mode.
var developer = func() *auth.Caller {
	who := auth.NewCaller("dev", auth.Capture|auth.Read|auth.Admin, "")
	who.Roles = auth.EveryRole
	return who
}()

// SessionCookie is the cookie of a session of the pages.
const SessionCookie = "__Host-waymark"

// identify returns who makes the request: the holder of the key that it
// carries, of the session that its cookie names, or the developer.
func (s *Server) identify(req *http.Request) (*auth.Caller, error) {
	if header := req.Header.Get("Authorization"); header != "" {
		key, ok := cutBearer(header)
		if !ok {
			return nil, refuse(errUnknownKey, "")
		}
		if who, ok := s.keys.Caller(key, s.now()); ok {
			return who, nil
		}
		return nil, refuse(errUnknownKey, "")
	}
	if s.dev && fromHere(req) {
		return developer, nil
	}
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		if cookie, err := req.Cookie(SessionCookie); err == nil {
			if who, ok := s.sessions.Caller(cookie.Value, s.now()); ok {
				return who, nil
			}
		}
	}
	return nil, refuse(errUnknownKey, "")
}

func cutBearer(header string) (string, bool) {
	const scheme = "bearer "
	if len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimSpace(header[len(scheme):]), true
}

// fromHere reports whether a request was made on this machine, to this machine
// by a name of its own: a page that resolves its own name to a loopback
// address does not pass, nor what a proxy forwards.
func fromHere(req *http.Request) bool {
	addr, err := netip.ParseAddrPort(req.RemoteAddr)
	if err != nil || !addr.Addr().Unmap().IsLoopback() {
		return false
	}
	for _, h := range [...]string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if req.Header.Get(h) != "" {
			return false
		}
	}
	host := req.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

// panicked notes a panic of a handler. The log's writer runs in a goroutine of
// its own: what befalls it is not caught here.
func (s *Server) panicked(p any) error {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.logger.Error("a request panicked", "panic", shorten(fmt.Sprint(p)), "stack", string(debug.Stack()))
	return errors.New("panic")
}

// answerError answers with the problem that err is, unless an answer has begun.
func (s *Server) answerError(c echo.Context, err error, epcis bool) {
	p, known := problemOf(err, epcis)
	req := c.Request()
	if !known && req.Context().Err() != nil {
		return // the client has gone
	}
	if !known {
		s.logger.Error("a request failed", "method", req.Method, "path", shorten(req.URL.Path), "error", err)
	}
	s.figures.problem(p.Type)
	if c.Response().Committed {
		return
	}
	if epcis {
		setEPCISHeaders(c)
	}
	_ = writeProblem(c, p) // the client has gone
}

// routingError answers what the router has no route for.
func (s *Server) routingError(err error, c echo.Context) {
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &routing) && routing.Code == http.StatusMethodNotAllowed:
		err = refuse(errMethod, "")
	case errors.As(err, &routing):
		err = refuse(errNotFound, "")
	}
	h := c.Response().Header()
	h["X-Content-Type-Options"] = headerNoSniff
	h["Cache-Control"] = headerNoStore
	s.answerError(c, err, isEPCIS(c.Request().URL.Path))
}

func isEPCIS(path string) bool { return path == "/epcis" || strings.HasPrefix(path, "/epcis/") }
