package api

import (
	"slices"

	"waymark/api/auth"
	"waymark/internal/rebate"
)

// A Route is what tests need to know of a route.
type Route struct {
	Method, Path, Summary string
	Scope                 auth.Scope
}

// Routes returns the table of routes.
func Routes() []Route {
	var out []Route
	for _, r := range routes() {
		out = append(out, Route{r.method, r.path, r.summary, r.scope})
	}
	return out
}

// Answers returns what the router answers, as "METHOD path".
func (s *Server) Answers() []string {
	var out []string
	for _, r := range s.echo.Routes() {
		out = append(out, r.Method+" "+r.Path)
	}
	slices.Sort(out)
	return out
}

// Decide has cases be what f says.
func (s *Server) Decide(f func(id string) (rebate.Decision, bool, error)) { s.decisions = f }
