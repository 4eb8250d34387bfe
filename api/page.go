package api

import (
	"bytes"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/api/web"
)

// getPage answers GET /: the first page. Whoever may not read is shown how to
// sign in; a caller bound to a partner has no pages.
func (s *Server) getPage(c echo.Context) error {
	req := c.Request()
	if len(req.URL.RawQuery) > maxEventQuery {
		return refuse(errTooLong, "the query is too long")
	}
	return s.page(c, http.StatusOK, query{values: req.URL.Query()}, false)
}

// page answers with the first page, as a query string or a form asks for it.
func (s *Server) page(c echo.Context, status int, q query, refused bool) error {
	req := c.Request()
	v := web.Visit{Lang: q.language(req), Item: q.text("item"), Refused: refused}
	if err := q.err(); err != nil {
		return err
	}
	if who, err := s.identify(req); err == nil && !refused {
		v.Known = who.Scopes.Allows(auth.Read) && who.Partner == ""
		_, cookie := req.Cookie(SessionCookie)
		v.SignedIn = cookie == nil
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", web.Policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if req.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	spoken(c, v.Lang)
	h.Add(echo.HeaderVary, "Cookie")
	h.Set(echo.HeaderContentType, "text/html; charset=utf-8")
	var body bytes.Buffer // whole before the status is sent: what fails is an error
	if err := s.pages.Home(&body, v); err != nil {
		return err
	}
	c.Response().WriteHeader(status)
	_, err := body.WriteTo(c.Response())
	return err
}

// getStatic answers GET /static/{name}.
func (s *Server) getStatic(c echo.Context) error {
	name, err := pathValue(c, 1)
	if err != nil {
		return err
	}
	if !s.pages.Static(c.Response(), c.Request(), name) {
		return refuse(errNotFound, "")
	}
	return nil
}

// postSession answers POST /session: it trades a key for a session of the
// pages.
func (s *Server) postSession(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	who, ok := s.keys.Caller(form.Get("key"), s.now())
	if !ok || !who.Scopes.Allows(auth.Read) || who.Partner != "" {
		return s.page(c, http.StatusForbidden, query{values: form}, true)
	}
	q := query{values: form}
	lang := q.language(c.Request())
	if err := q.err(); err != nil {
		return err
	}
	s.setSession(c, s.sessions.Begin(who, s.now()), auth.SessionLife)
	return c.Redirect(http.StatusSeeOther, "/?lang="+lang)
}

// endSession answers POST /session/end.
func (s *Server) endSession(c echo.Context) error {
	q, err := s.query(c, "lang")
	if err != nil {
		return err
	}
	lang := q.language(c.Request())
	if err := q.err(); err != nil {
		return err
	}
	if cookie, err := c.Request().Cookie(SessionCookie); err == nil {
		s.sessions.End(cookie.Value)
	}
	s.setSession(c, "", -time.Second)
	return c.Redirect(http.StatusSeeOther, "/?lang="+lang)
}

func (s *Server) setSession(c echo.Context, token string, life time.Duration) {
	c.SetCookie(&http.Cookie{
		Name: SessionCookie, Value: token, Path: "/", MaxAge: int(life.Seconds()),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

func readForm(c echo.Context) (url.Values, error) {
	if _, err := mediaType(c.Request(), "application/x-www-form-urlencoded"); err != nil {
		return nil, err
	}
	body, err := readBody(c, 4<<10)
	if err != nil {
		return nil, err
	}
	defer release(body)
	form, err := url.ParseQuery(body.String())
	if err != nil {
		return nil, refuse(errSyntax, "the form is not percent-encoded as it should be")
	}
	return form, nil
}
