package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/internal/gs1"
	"waymark/projections"
)

type trace struct {
	location `embed:""`

	Item string `arg:"" help:"Digital Link, EPC URN, element string, scanner data or the digits of an SSCC."`
	URL  string `placeholder:"URL" help:"Ask this server instead."`
	Key  string `env:"WAYMARK_KEY" help:"API key for --url."`
	JSON bool   `help:"Print JSON."`

	Proof string `type:"path" placeholder:"FILE" help:"With --url: write the proof of all that is recorded of the item to this file, for waymark verify."`
}

// Run prints the way of an item; errNo where nothing is known of it.
func (t trace) Run(ctx context.Context, std streams) error {
	item, err := gs1.ParseItem(t.Item)
	if err != nil {
		return usagef("%w", err)
	}
	if t.Proof != "" {
		return t.prove(ctx, std, item)
	}
	ask := t.fromData
	if t.URL != "" {
		ask = t.fromServer
	}
	way, found, err := ask(ctx, item)
	if err != nil {
		return err
	}
	if !found {
		fmt.Fprintf(std.err, "nothing is known of %s\n", item)
		return errNo
	}
	if t.JSON {
		if err := json.MarshalWrite(std.out, way, jsontext.Multiline(true)); err != nil {
			return err
		}
		_, err = fmt.Fprintln(std.out)
		return err
	}
	return writeWay(std.out, way)
}

// fromData answers from views on disk, without changing them.
func (t trace) fromData(ctx context.Context, item gs1.Item) (way projections.Provenance, found bool, err error) {
	err = t.views(ctx, func(views *projections.Views) error {
		way, found, err = views.Provenance(item, "")
		return err
	})
	return way, found, err
}

// fromServer answers from a server.
func (t trace) fromServer(ctx context.Context, item gs1.Item) (way projections.Provenance, found bool, err error) {
	base, err := serverURL(t.URL)
	if err != nil {
		return way, false, err
	}
	p := &poster{base: base, key: t.Key}
	answer, err := p.call(ctx, http.MethodGet, "/v1/items/"+url.PathEscape(item.String())+"/provenance", "", nil)
	if is404(err) {
		return way, false, nil
	}
	if err != nil {
		return way, false, err
	}
	return way, true, json.Unmarshal(answer, &way)
}

// prove writes the item's proof, which whoever gets the file can check alone.
func (t trace) prove(ctx context.Context, std streams, item gs1.Item) error {
	if t.URL == "" {
		return usagef("a proof comes from the server that seals the ledger; give its address with --url")
	}
	base, err := serverURL(t.URL)
	if err != nil {
		return err
	}
	p := &poster{base: base, key: t.Key}
	proof, err := p.call(ctx, http.MethodGet, "/v1/items/"+url.PathEscape(item.String())+"/provenance?proof=1", "", nil)
	if err != nil {
		return err
	}
	if err := os.WriteFile(t.Proof, proof, 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s holds the proof of %s; check it with waymark verify %s --policy FILE\n", t.Proof, short(item), t.Proof)
	return err
}

// serverURL returns the address of a server without a slash at its end. One
// without a scheme, such as localhost:8080, is of HTTP.
func serverURL(s string) (string, error) {
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", usagef("%q is not the address of a server, want one such as http://localhost:8080", s)
	}
	return strings.TrimRight(s, "/"), nil
}

// writeWay prints a way as a table, oldest first.
func writeWay(out io.Writer, way projections.Provenance) error {
	fmt.Fprintln(out, way.Item)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TIME (UTC)\tWHAT\tWHERE\tBY\tREGION\tTO\tDOCUMENTS\tFINDINGS")
	for _, h := range way.Hops {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", h.Time.UTC().Format(time.DateTime), what(h), place(h),
			orDash(string(h.Partner)), orDash(string(h.Region)), whereTo(h), documents(h), orDash(strings.Join(h.Findings, " ")))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, f := range way.Findings {
		fmt.Fprintf(out, "%s %s: %s (%s)\n", f.Rule, f.Status, f.Why, f.ID)
	}
	_, err := fmt.Fprintf(out, "as of position %d\n", way.AsOf.Position)
	return err
}

func what(h projections.Hop) string {
	text := string(h.Step)
	if text == "" {
		text = string(h.Sight)
	}
	if text == "" {
		text = h.Kind
	}
	switch {
	case h.Inherited != "":
		text += " in " + short(h.Inherited)
	case h.Parent != "":
		text += " with " + short(h.Parent)
	}
	return text
}

// short returns the item's element string, which fits a table better.
func short(it gs1.Item) string {
	if s := it.ElementString(); s != "" {
		return s
	}
	return it.String()
}

func place(h projections.Hop) string {
	switch {
	case h.SiteName != "":
		return h.SiteName
	case h.Site != 0:
		return h.Site.String()
	}
	return "-"
}

func whereTo(h projections.Hop) string {
	if h.To == 0 {
		return "-"
	}
	return strings.TrimSpace(h.To.String() + " " + string(h.ToRegion))
}

func documents(h projections.Hop) string {
	var list []string
	for _, d := range []string{h.Order, h.ASN, h.Quote} {
		if d != "" {
			list = append(list, d)
		}
	}
	return orDash(strings.Join(list, " "))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
