package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"waymark/api"
	"waymark/internal/webhook"
)

var webhookKey = webhook.NewKey([webhook.KeySize]byte{7})

// withWebhooks lets a house deliver, by the clock of this machine.
func withWebhooks(c *api.Config) {
	c.Webhooks = api.Webhooks{Key: webhookKey, Private: true}
	c.Now = nil
}

// A receiver keeps the ids of the messages that it was sent.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	ids    []string
	bodies []string
	bad    []string // what did not verify
	secret string
	answer func(n int, id string) int // status of the n'th message, from 1
	more   chan struct{}
}

func receive(t testing.TB, answer func(n int, id string) int) *receiver {
	r := &receiver{answer: answer, more: make(chan struct{}, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		id := req.Header.Get("webhook-id")
		r.mu.Lock()
		r.ids = append(r.ids, id)
		r.bodies = append(r.bodies, string(body))
		if hook, err := standardwebhooks.NewWebhook(r.secret); err != nil || hook.Verify(body, req.Header) != nil || len(body) >= 20_000 {
			r.bad = append(r.bad, id)
		}
		n := len(r.ids)
		r.mu.Unlock()
		status := http.StatusNoContent
		if r.answer != nil {
			status = r.answer(n, id)
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		r.more <- struct{}{}
	}))
	t.Cleanup(r.Close)
	return r
}

// wait returns the ids once there are n messages.
func (r *receiver) wait(t testing.TB, n int) []string {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		r.mu.Lock()
		ids := slices.Clone(r.ids)
		bad := slices.Clone(r.bad)
		r.mu.Unlock()
		if len(bad) > 0 {
			t.Fatalf("%v do not verify", bad)
		}
		if len(ids) >= n {
			return ids
		}
		select {
		case <-r.more:
		case <-late:
			t.Fatalf("there are %d messages, want %d: %v", len(ids), n, ids)
		}
	}
}

// subscribe registers a webhook and tells the receiver its secret.
func (h *house) subscribe(r *receiver, id, more string) {
	h.t.Helper()
	a := h.put("/v1/webhooks/"+id, `{"url":"`+r.URL+`/in"`+more+`}`)
	var got struct {
		Secret string `json:"secret"`
	}
	a.decode(h.t, &got)
	if a.status >= 300 || !strings.HasPrefix(got.Secret, "whsec_") {
		h.t.Fatalf("PUT of webhook %s answers %d %s", id, a.status, a.body)
	}
	r.secret = got.Secret
}

// deliver runs the courier until the test or stop ends it.
func (h *house) deliver() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); h.server.DeliverAlerts(ctx) }()
	stop = func() { cancel(); <-done }
	h.t.Cleanup(stop)
	return stop
}

// tokens returns the webhook-ids of all alerts.
func (h *house) tokens() (ids []string) {
	h.t.Helper()
	list, err := h.views.Alerts("", 10_000, "en")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, a := range list {
		ids = append(ids, webhook.MessageID(a.Token))
	}
	return ids
}

func TestWebhookDelivers(t *testing.T) {
	h := furnished(t, withWebhooks)
	h.diverted("W0") // before anybody asked
	h.current()
	before := len(h.tokens())
	r := receive(t, nil)
	h.subscribe(r, "hq", `,"events":["raised"]`)
	h.deliver()
	size := h.size()
	if _ = h.get("/v1/webhooks"); h.size() != size {
		t.Errorf("with nothing to deliver the log grew by %d", h.size()-size)
	}
	for i := range 3 {
		h.diverted(fmt.Sprint("W", i+1))
	}
	h.current()
	want := h.tokens()[before:]
	if got := r.wait(t, len(want)); cmp.Diff(want, got) != "" {
		t.Errorf("delivered are %v, want %v", got, want)
	}
	if !strings.Contains(r.bodies[0], `"change":"raised"`) || !strings.Contains(r.bodies[0], `"type":"alert.raised"`) {
		t.Errorf("a message is %s", r.bodies[0])
	}
	var s struct {
		Status    string `json:"status"`
		Delivered int    `json:"delivered"`
	}
	for s.Delivered < len(want) { // the last message was there before it was recorded
		h.get("/v1/webhooks/hq").decode(t, &s)
	}
	if s.Status != "active" || s.Delivered != len(want) {
		t.Errorf("the webhook is %+v", s)
	}
	if m := h.get("/metrics").body; !strings.Contains(m, fmt.Sprintf(`waymark_webhook_attempts_total{outcome="delivered"} %d`, len(want))) || !strings.Contains(m, `waymark_webhook_receivers{state="active"} 1`) {
		t.Errorf("the figures do not tell of it:\n%s", m)
	}
	for rec, err := range h.log.All(t.Context(), 0, false) {
		if err != nil || strings.Contains(string(rec.Data)+string(rec.Meta), r.secret) || strings.Contains(string(rec.Data), webhookKey.Text()) {
			t.Errorf("an event tells a secret: %s, %v", rec.Data, err)
		}
	}
}

func TestWebhookFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer int
		status string
		want   string
	}{
		{"an error", 500, "failing", `"cause":"status","status":500`},
		{"a redirect", 302, "failing", `"cause":"status","status":302`},
		{"gone", 410, "disabled", `"disabled":"gone"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := furnished(t, withWebhooks)
			r := receive(t, func(n int, _ string) int {
				if n == 1 {
					return tt.answer
				}
				return 204
			})
			h.subscribe(r, "hq", "")
			h.deliver()
			h.diverted("F1")
			first := r.wait(t, 1)
			var got response
			for !strings.Contains(got.body, `"status":"`+tt.status+`"`) { // it is recorded after the answer
				got = h.get("/v1/webhooks/hq")
			}
			if !strings.Contains(strings.ReplaceAll(got.body, `"attempt":1,`, ""), tt.want) {
				t.Errorf("the webhook is %s, want %s", got.body, tt.want)
			}
			h.subscribe(r, "hq", `,"events":["raised","withdrawn"]`) // whoever registers it again wants it now
			if ids := r.wait(t, 2); ids[1] != first[0] {
				t.Errorf("after the failure of %s comes %s", first[0], ids[1])
			}
		})
	}
}

func TestWebhookStaysOutside(t *testing.T) {
	h := furnished(t, withWebhooks, func(c *api.Config) { c.Webhooks.Private = false })
	if r := h.put("/v1/webhooks/in", `{"url":"https://127.0.0.1/"}`); r.status != 422 {
		t.Errorf("an address of this machine answers %d %s", r.status, r.body)
	}
	if r := h.put("/v1/webhooks/in", `{"url":"https://localhost:8443/"}`); r.status != 201 {
		t.Fatalf("a name answers %d %s", r.status, r.body)
	}
	h.deliver()
	h.diverted("S1")
	var got response
	for !strings.Contains(got.body, `"last_failure"`) {
		got = h.get("/v1/webhooks/in")
	}
	if !strings.Contains(got.body, `"cause":"refused"`) {
		t.Errorf("a name that leads to this machine: %s", got.body)
	}
}

func TestWebhookOfPartner(t *testing.T) {
	keyed := withKeys(t)
	var c api.Config
	keyed(&c)
	h := furnished(t, withWebhooks, func(d *api.Config) { d.Keys = c.Keys })
	bound := []string{"Authorization", "Bearer p"}
	put := func(id, body string, header ...string) response {
		return h.do(http.MethodPut, "/v1/webhooks/"+id, body, header...)
	}
	const url = `"url":"http://127.0.0.1:9000/"`
	if r := put("own", "{"+url+"}", bound...); r.status != 201 {
		t.Fatalf("its own answers %d %s", r.status, r.body)
	}
	if r := put("hq", "{"+url+"}"); r.status != 201 {
		t.Fatalf("that of headquarters answers %d %s", r.status, r.body)
	}
	foreign, absent := put("x", "{"+url+`,"partner":"P02"}`, bound...), put("x", "{"+url+`,"partner":"P09"}`, bound...)
	if foreign.status != 422 || strings.ReplaceAll(foreign.body, "P02", "P09") != absent.body {
		t.Errorf("of a foreign partner it answers %s, of an absent one %s; want the same", foreign.body, absent.body)
	}
	if r := put("hq", "{"+url+"}", bound...); r.status != 409 {
		t.Errorf("that of headquarters, put by a partner, answers %d %s", r.status, r.body)
	}
	if r := h.get("/v1/webhooks/hq", bound...); r.status != 404 {
		t.Errorf("that of headquarters answers %d %s", r.status, r.body)
	}
	if r := h.do(http.MethodDelete, "/v1/webhooks/hq", "", bound...); r.status != 404 {
		t.Errorf("the end of that of headquarters answers %d %s", r.status, r.body)
	}
	h.current()
	if r := h.get("/v1/webhooks", bound...); strings.Contains(r.body, `"hq"`) || !strings.Contains(r.body, `"partner":"P01"`) || strings.Contains(r.body, "whsec_") || strings.Contains(r.body, "through") {
		t.Errorf("the list is %s", r.body)
	}
	if r := h.do(http.MethodDelete, "/v1/webhooks/own", "", bound...); r.status != 200 {
		t.Errorf("its end answers %d %s", r.status, r.body)
	}
	h.current()
	if r := h.get("/v1/webhooks/own", bound...); r.status != 404 {
		t.Errorf("after its end it answers %d %s", r.status, r.body)
	}
}

func TestWebhookSecrets(t *testing.T) {
	h := open(t, withWebhooks)
	put := func(body string, status int) (got struct {
		Version   int    `json:"secret_version"`
		Secret    string `json:"secret"`
		Duplicate bool   `json:"duplicate"`
	}) {
		t.Helper()
		r := h.put("/v1/webhooks/hq", body)
		if r.decode(t, &got); r.status != status {
			t.Fatalf("PUT %s answers %d %s, want %d", body, r.status, r.body, status)
		}
		return got
	}
	const url = `{"url":"http://127.0.0.1:9000/"`
	first, again := put(url+"}", 201), put(url+"}", 200)
	if first.Version != 1 || !again.Duplicate || again.Secret != first.Secret {
		t.Errorf("the same again is %+v after %+v", again, first)
	}
	put(url+`,"secret_version":3}`, 422)
	second := put(url+`,"secret_version":2}`, 200)
	if second.Secret == first.Secret || put(url+`,"secret_version":2}`, 200).Secret != second.Secret {
		t.Errorf("the next is %+v after %+v", second, first)
	}
	if r := h.do(http.MethodDelete, "/v1/webhooks/hq", ""); r.status != 200 {
		t.Fatalf("DELETE answers %d %s", r.status, r.body)
	}
	if third := put(url+"}", 201); third.Version != 3 || third.Secret == second.Secret {
		t.Errorf("registered after its end it is %+v", third)
	}
	if r := open(t).put("/v1/webhooks/hq", url+"}"); r.status != 501 || !strings.Contains(r.body, "--webhook-key") {
		t.Errorf("without a key it answers %d %s", r.status, r.body)
	}
}

// TestWebhookPutAmid puts a webhook again, or ends it, while its receiver is at
// an alert: nothing more goes to where it was, and what that answers counts for
// nothing.
func TestWebhookPutAmid(t *testing.T) {
	for _, ends := range []bool{false, true} {
		t.Run(fmt.Sprint("ends ", ends), func(t *testing.T) {
			h := furnished(t, withWebhooks)
			amid, on := make(chan struct{}), make(chan struct{})
			old := receive(t, func(n int, _ string) int {
				if n == 1 {
					close(amid)
					<-on
				}
				return http.StatusGone
			})
			h.subscribe(old, "hq", "")
			h.diverted("A1")
			h.current()
			h.deliver()
			<-amid
			next := receive(t, nil)
			if ends {
				if r := h.do(http.MethodDelete, "/v1/webhooks/hq", ""); r.status != 200 {
					t.Errorf("DELETE answers %d %s", r.status, r.body)
				}
			} else {
				h.subscribe(next, "hq", "")
			}
			close(on)
			if ends {
				h.subscribe(next, "hq", "")
				h.diverted("A2")
			}
			next.wait(t, 1)
			if r := h.get("/v1/webhooks/hq"); strings.Contains(r.body, `"disabled"`) {
				t.Errorf("the answer of the old address disabled the new one: %s", r.body)
			}
			if ids := old.wait(t, 1); len(ids) != 1 {
				t.Errorf("the old address got %v", ids)
			}
		})
	}
}

func TestWebhookKeepsPartner(t *testing.T) {
	h := furnished(t, withWebhooks)
	const url = `{"url":"http://127.0.0.1:9000/"`
	if r := h.put("/v1/webhooks/p", url+`,"partner":"P01"}`); r.status != 201 {
		t.Fatalf("PUT answers %d %s", r.status, r.body)
	}
	for _, body := range []string{url + "}", url + `,"partner":"P02"}`} {
		if r := h.put("/v1/webhooks/p", body); r.status != 422 || !strings.Contains(r.body, `"/partner"`) {
			t.Errorf("PUT %s answers %d %s", body, r.status, r.body)
		}
	}
}
