package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/quote"
	"waymark/internal/sim"
	"waymark/ledger"
)

// A poster records a trade by way of a server's HTTP interface, as scanners and
// partners do.
type poster struct {
	base string // of the server, without a slash at the end
	key  string // "" sends none

	batches  [len(paths)]batch
	seen     arrivals   // nil: not kept
	kept     *keptTrade // nil: not kept
	sent     int64
	misreads int64 // refused, as they should be
}

// paths are where the kinds of messages go, in the order in which waiting ones
// are sent: what names others goes after them.
var paths = [...]string{"/v1/orders", "/v1/asns", "/v1/hops", "/v1/observations", "/v1/quote-leaks"}

// A batch are messages of one kind that wait to be sent together.
type batch struct {
	body    bytes.Buffer
	misread []bool // by line
}

// Batches stay well below what a server takes at once.
const (
	batchLines = 1000
	batchBytes = 2 << 20
)

// trade records a trade that is read line by line, shows on watch how far it
// has come of total messages, and returns its truth.
func (p *poster) trade(ctx context.Context, in io.Reader, watch io.Writer, total int) (truth []sim.Truth, err error) {
	shown := newProgress(watch, "record", "messages", int64(total))
	defer shown.end()
	err = readTrade(in, func(l tradeLine) error {
		shown.at(p.sent)
		if err := p.kept.line(l); err != nil {
			return err
		}
		switch {
		case l.Master != nil:
			return p.master(ctx, *l.Master)
		case l.Truth != nil:
			truth = append(truth, l.Truth...)
			return nil
		}
		return p.add(ctx, l)
	})
	if err != nil {
		return nil, err
	}
	return truth, p.flush(ctx)
}

// world records a generated world.
func (p *poster) world(ctx context.Context, w *sim.World, watch io.Writer) error {
	in, out := io.Pipe()
	go func() { out.CloseWithError(writeTrade(out, w)) }()
	_, err := p.trade(ctx, in, watch, w.Len())
	in.CloseWithError(err)
	return err
}

// master registers master data.
func (p *poster) master(ctx context.Context, m sim.Master) error {
	for _, x := range m.Partners {
		if err := p.put(ctx, "/v1/partners/"+url.PathEscape(string(x.ID)), x); err != nil {
			return err
		}
	}
	for _, x := range m.Sites {
		if err := p.put(ctx, "/v1/sites/"+x.GLN.String(), x); err != nil {
			return err
		}
	}
	for _, x := range m.Products {
		if err := p.put(ctx, "/v1/products/"+x.GTIN.String(), x); err != nil {
			return err
		}
	}
	for _, x := range m.Grants {
		if err := p.put(ctx, "/v1/grants/"+url.PathEscape(x.ID), x); err != nil {
			return err
		}
	}
	for _, x := range m.Waivers {
		if err := p.put(ctx, "/v1/waivers/"+url.PathEscape(x.ID), x); err != nil {
			return err
		}
	}
	for _, x := range m.Deals {
		if err := p.put(ctx, "/v1/deals/"+url.PathEscape(x.ID), x); err != nil {
			return err
		}
	}
	for _, x := range m.Prices {
		if err := p.put(ctx, "/v1/price-lists/"+url.PathEscape(x.ID), x); err != nil {
			return err
		}
	}
	for _, x := range m.Quotes {
		if err := p.quote(ctx, x); err != nil {
			return err
		}
	}
	if m.Policy == nil {
		return nil
	}
	return p.put(ctx, "/v1/policies/"+url.PathEscape(m.Policy.Version), m.Policy)
}

// quote makes a quote and issues it.
func (p *poster) quote(ctx context.Context, x sim.Issued) error {
	type act struct {
		Command string    `json:"command"`
		At      time.Time `json:"at"`
	}
	for _, step := range []struct {
		path string
		body any
	}{
		{"/v1/quotes", struct {
			act
			quote.Request
		}{act{"make-" + x.Request.ID, x.At}, x.Request}},
		{"/v1/quotes/" + url.PathEscape(x.Request.ID) + "/issue", act{x.Command, x.At}},
	} {
		body, err := json.Marshal(step.body)
		if err != nil {
			return err
		}
		if _, err := p.call(ctx, http.MethodPost, step.path, "application/json", body); err != nil {
			return err
		}
	}
	return nil
}

func (p *poster) put(ctx context.Context, path string, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	_, err = p.call(ctx, http.MethodPut, path, "application/json", body)
	return err
}

// add takes a message to be sent. It is sent once its batch is full, or flush
// is called.
func (p *poster) add(ctx context.Context, l tradeLine) error {
	for i, document := range [...][]byte{l.Order, l.ASN, l.Hop, l.Observation, l.Leak} {
		if document == nil {
			continue
		}
		b := &p.batches[i]
		b.body.Write(document)
		b.body.WriteByte('\n')
		b.misread = append(b.misread, l.Misread)
		if err := p.note(i, document, l); err != nil {
			return err
		}
		if len(b.misread) >= batchLines || b.body.Len() >= batchBytes {
			return p.flush(ctx)
		}
	}
	return nil
}

// note keeps when a message that sees goods arrived.
func (p *poster) note(kind int, document []byte, l tradeLine) error {
	if p.seen == nil || l.Misread || l.Order != nil || l.ASN != nil {
		return nil
	}
	var id struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(document, &id); err != nil {
		return fmt.Errorf("read a message for %s: %w", paths[kind], err)
	}
	stream := ledger.CaptureStream(ledger.CaptureID(id.ID))
	if l.Leak != nil {
		stream = ledger.AggregateStream("leak", id.ID)
	}
	p.seen[stream] = l.Arrival
	return nil
}

// flush sends what waits.
func (p *poster) flush(ctx context.Context) error {
	for i, path := range paths {
		b := &p.batches[i]
		if len(b.misread) == 0 {
			continue
		}
		if err := p.lines(ctx, path, b); err != nil {
			return err
		}
		b.body.Reset()
		b.misread = b.misread[:0]
	}
	return nil
}

// lines sends a batch until the server has taken, or refused for good, every
// line of it. A repeat is harmless: messages have ids of their own.
func (p *poster) lines(ctx context.Context, path string, b *batch) error {
	for wait := time.Second; ; wait *= 2 {
		answer, err := p.call(ctx, http.MethodPost, path, "application/x-ndjson", b.body.Bytes())
		if err != nil {
			return err
		}
		again, err := p.judge(path, answer, b)
		if err != nil || !again {
			return err
		}
		if wait > time.Minute {
			return fmt.Errorf("post to %s: the server stayed busy", path)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// judge reads the answers to a batch and tells whether to send it again.
func (p *poster) judge(path string, answer []byte, b *batch) (again bool, err error) {
	lines := bufio.NewScanner(bytes.NewReader(answer))
	lines.Buffer(nil, 1<<20)
	n, misreads := 0, 0
	for ; lines.Scan(); n++ {
		if n >= len(b.misread) {
			break
		}
		refused, err := refusal(lines.Bytes())
		switch {
		case err != nil:
			return false, fmt.Errorf("post to %s, line %d: %w", path, n+1, err)
		case refused.Status >= 500 || refused.Status == http.StatusTooManyRequests:
			return true, nil
		case refused.Status != 0 && !b.misread[n]:
			return false, fmt.Errorf("post to %s, line %d: %w", path, n+1, refused)
		case refused.Status == 0 && b.misread[n]:
			return false, fmt.Errorf("post to %s, line %d: a misread code was taken", path, n+1)
		case b.misread[n]:
			misreads++
		}
	}
	if n != len(b.misread) {
		return false, fmt.Errorf("post to %s: %d answers to %d lines", path, n, len(b.misread))
	}
	p.sent += int64(n)
	p.misreads += int64(misreads)
	return false, nil
}

// A problem is the answer to what a server refused, RFC 9457.
type problem struct {
	Type   string `json:"type"`
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Errors []struct {
		Field  string `json:"field"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

func (p problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", p.Status, p.Title)
	if p.Detail != "" {
		b.WriteString(": " + p.Detail)
	}
	for _, e := range p.Errors {
		fmt.Fprintf(&b, "; %s: %s", e.Field, e.Detail)
	}
	return b.String()
}

// refusal returns the problem in an answer, or one without a status where the
// answer is good.
func refusal(answer []byte) (p problem, err error) {
	if !bytes.Contains(answer, []byte(`"status"`)) {
		return problem{}, nil
	}
	err = json.Unmarshal(answer, &p)
	return p, err
}

// call makes one request and returns the body of a good answer.
func (p *poster) call(ctx context.Context, method, path, contentType string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, usagef("%s: %w", p.base, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if p.key != "" {
		req.Header.Set("Authorization", "Bearer "+p.key)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if answer.StatusCode/100 == 2 {
		return text, nil
	}
	refused, err := refusal(text)
	if err != nil || refused.Status == 0 {
		refused = problem{Status: answer.StatusCode, Title: http.StatusText(answer.StatusCode)}
	}
	return nil, fmt.Errorf("%s %s: %w", method, path, refused)
}

// is404 tells whether a server of ours answered that it does not know the thing.
func is404(err error) bool {
	var p problem
	return errors.As(err, &p) && p.Status == http.StatusNotFound && strings.HasSuffix(p.Type, ":not-found")
}
