// Package web makes the pages: what officers see without any other program.
package web

import (
	"errors"

	"waymark/projections"
)

// Config says what pages show.
type Config struct {
	Views *projections.Views
	Dev   bool // say on every page that callers on this machine need no key
}

// Pages are the pages. Their methods may be called concurrently.
type Pages struct {
	views *projections.Views
	dev   bool
}

// New returns the pages.
func New(c Config) (*Pages, error) {
	if c.Views == nil {
		return nil, errors.New("make pages: they need views")
	}
	return &Pages{c.Views, c.Dev}, nil
}
