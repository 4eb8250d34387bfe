// Package web makes the pages: what officers see without any other program.
// Pages are made of templates on the server; what a page shows live it asks of
// the API, as any other client does. No style and no script stands in a page
// itself, so the strictest policy for content holds.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"time"

	"waymark/projections"
)

//go:embed templates static
var files embed.FS

// Config says what pages show.
type Config struct {
	Views *projections.Views
	Dev   bool // say on every page that callers on this machine need no key
}

// Pages are the pages. Their methods may be called concurrently.
type Pages struct {
	views *projections.Views
	dev   bool
	home  *template.Template
	etags map[string]string // of the static files, by name
}

// New returns the pages.
func New(c Config) (*Pages, error) {
	if c.Views == nil {
		return nil, errors.New("make pages: they need views")
	}
	home, err := template.ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("make pages: %w", err)
	}
	p := &Pages{c.Views, c.Dev, home, map[string]string{}}
	static, err := fs.Glob(files, "static/*")
	if err != nil {
		return nil, fmt.Errorf("make pages: %w", err)
	}
	for _, name := range static {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("make pages: %w", err)
		}
		sum := sha256.Sum256(data)
		p.etags[name[len("static/"):]] = `"` + hex.EncodeToString(sum[:8]) + `"`
	}
	return p, nil
}

// Policy is the Content-Security-Policy of every page.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// Static answers with the static file called name, and reports false where
// there is none.
func (p *Pages) Static(w http.ResponseWriter, req *http.Request, name string) bool {
	tag, ok := p.etags[name]
	if !ok {
		return false
	}
	data, err := files.ReadFile("static/" + name)
	if err != nil {
		return false // unreachable: the name was found when the pages were made
	}
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, req, name, time.Time{}, bytes.NewReader(data))
	return true
}

// execute writes a page.
func (p *Pages) execute(w io.Writer, name string, data any) error {
	var b bytes.Buffer
	if err := p.home.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("make page %s: %w", name, err)
	}
	_, err := b.WriteTo(w)
	return err
}
