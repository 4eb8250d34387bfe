package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/webhook"
	"waymark/projections"
)

// Of messages to receivers, by Standard Webhooks.
const (
	maxMessage  = 20_000           // bytes
	sendTimeout = 15 * time.Second // for a receiver to answer
	dialTimeout = 5 * time.Second
	maxReply    = 16 << 10 // bytes of an answer that are read, so that its connection can be used again
)

var errNotPublic = errors.New("not a public address")

// A sender makes one attempt to deliver a message. It follows no redirects, uses
// no proxy and, unless it may, does not connect to what is not public: that is
// judged by the address that is about to be connected to, whatever a name led to
// before.
type sender struct {
	client  *http.Client
	key     webhook.Key
	agent   string
	timeout time.Duration
}

func newSender(w Webhooks, version string) *sender {
	dialer := &net.Dialer{Timeout: dialTimeout}
	if !w.Private {
		dialer.Control = onlyPublic
	}
	return &sender{
		key: w.Key, agent: "Waymark/" + version, timeout: min(sendTimeout, w.Lease/4),
		client: &http.Client{
			Transport: &http.Transport{
				DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTimeout, ForceAttemptHTTP2: true,
				MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxReply, DisableCompression: true,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func onlyPublic(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !webhook.Public(a.Addr()) {
		return errNotPublic
	}
	return nil
}

func (s *sender) close() { s.client.CloseIdleConnections() }

// send posts a message to a webhook's receiver. now is the time of day. Where
// the message did not arrive it returns why not.
func (s *sender) send(ctx context.Context, w *webhook.State, message string, body []byte, now time.Time) (cause webhook.Cause, status int) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return webhook.Unreached, 0
	}
	req.Header = http.Header{
		"Content-Type":      {typeJSON},
		"User-Agent":        {s.agent},
		"Webhook-Id":        {message},
		"Webhook-Timestamp": {strconv.FormatInt(now.Unix(), 10)},
		"Webhook-Signature": {s.key.Sign(w.ID, w.Versions(now), message, now, body)},
	}
	res, err := s.client.Do(req)
	if err != nil {
		return causeOf(err), 0
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, maxReply) // the status says it all
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return webhook.BadStatus, res.StatusCode
	}
	return "", res.StatusCode
}

func causeOf(err error) webhook.Cause {
	var slow net.Error
	switch {
	case errors.Is(err, errNotPublic):
		return webhook.Refused
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return webhook.Timeout
	}
	return webhook.Unreached
}

// A notice is the body of a message.
type notice struct {
	Type      string             `json:"type"`      // alert.raised, …
	Timestamp time.Time          `json:"timestamp"` // of the finding's first event
	Data      *projections.Alert `json:"data"`
	// Shortened says that lists of the alert were cut: ask for its finding.
	Shortened bool `json:"shortened,omitzero"`
}

// newNotice returns the body that tells of an alert, cut to what a message may
// have.
func newNotice(a *projections.Alert, now time.Time) ([]byte, error) {
	n := notice{Type: "alert." + string(a.Change), Timestamp: a.Finding.FirstEventTime, Data: a}
	if a.Digest != nil {
		n.Timestamp = now.UTC().Truncate(time.Second)
	}
	for _, cut := range []func(){
		func() {},
		func() { shortenAlert(a, 20) },
		func() { shortenAlert(a, 0) },
	} {
		cut()
		data, err := json.Marshal(n, json.Deterministic(true))
		if err != nil {
			return nil, fmt.Errorf("encode alert %s: %w", a.Token, err)
		}
		if len(data) < maxMessage {
			return data, nil
		}
		n.Shortened = true
	}
	return nil, fmt.Errorf("encode alert %s: more than %d bytes, whatever is left out", a.Token, maxMessage)
}

// shortenAlert leaves n entries in each list of an alert.
func shortenAlert(a *projections.Alert, n int) {
	f := &a.Finding
	f.Items, f.Evidence, f.Candidates, f.Documents = first(f.Items, n), first(f.Evidence, n), first(f.Candidates, n), first(f.Documents, n)
	if a.Digest != nil {
		d := *a.Digest
		d.Findings = first(d.Findings, 10*n)
		a.Digest = &d
	}
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }
