package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"waymark/internal/webhook"
)

// A message is what a receiver got.
type message struct {
	header http.Header
	body   []byte
}

// TestServeWebhook has a server tell a receiver of an alert. The receiver answers
// once and then hangs: the server ends cleanly nonetheless, and goes on with what
// hung when it is started again.
func TestServeWebhook(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	got, freed := make(chan message, 1000), make(chan struct{})
	sent := 0 // messages come one after the other
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent++
		hang := sent == 2
		got <- message{r.Header, body}
		if hang {
			select {
			case <-freed:
			case <-r.Context().Done():
			}
		}
	}))
	defer receiver.Close()
	defer close(freed)

	dir := t.TempDir()
	file, data := filepath.Join(dir, "key"), filepath.Join(dir, "data")
	if err := os.WriteFile(file, []byte(webhook.NewKey([webhook.KeySize]byte{1}).Text()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startServe(t, data, "--webhook-key", file)
	post := &poster{base: "http://" + p.addr}
	answer, err := post.call(t.Context(), http.MethodPut, "/v1/webhooks/hq", "application/json", []byte(`{"url":"`+receiver.URL+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	var receipt struct {
		Secret string `json:"secret"`
	}
	if err := json.Unmarshal(answer, &receipt); err != nil {
		t.Fatal(err)
	}
	verify, err := standardwebhooks.NewWebhook(receipt.Secret)
	if err != nil {
		t.Fatal(err)
	}
	trade, posted := smallTrade(t, 1<<30), make(chan struct{})
	go func() { // until the server ends
		defer close(posted)
		_, _ = post.trade(t.Context(), bytes.NewReader(trade), &bytes.Buffer{}, 0)
	}()
	receive := func() message {
		m := <-got
		if err := verify.Verify(m.body, m.header); err != nil || !strings.Contains(string(m.body), `"type":"alert.`) {
			t.Errorf("message %s: %v", m.body, err)
		}
		return m
	}
	first, hung := receive(), receive()
	if a, b := first.header.Get("Webhook-Id"), hung.header.Get("Webhook-Id"); a == b {
		t.Errorf("two messages have the id %s", a)
	}
	stop(t, p)
	<-posted

	p = startServe(t, data, "--webhook-key", file)
	if again := receive(); again.header.Get("Webhook-Id") != hung.header.Get("Webhook-Id") || !bytes.Equal(again.body, hung.body) {
		t.Errorf("after a restart comes %s, want %s", again.body, hung.body)
	}
	stop(t, p)
}

// stop asks a server to end, and wants it to do so by itself.
func stop(t *testing.T, p *program) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	log := p.rest()
	if err := p.Wait(); err != nil {
		t.Fatalf("serve ended with %v\n%s", err, log)
	}
}

// TestWebhookKey holds the files of keys to what they must be.
func TestWebhookKey(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := startServe(t, data)
	own := filepath.Join(data, "webhook.key")
	before, err := os.ReadFile(own)
	info, serr := os.Stat(own)
	if err != nil || serr != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the server's own key: %v, %v, %v", info.Mode(), err, serr)
	}
	stop(t, p)
	p = startServe(t, data)
	if after, err := os.ReadFile(own); err != nil || !bytes.Equal(before, after) {
		t.Errorf("started again it has another key, %v", err)
	}
	stop(t, p)

	for _, text := range []string{"", "abc\n", strings.Repeat("g", 64)} {
		file := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, said := call(t, nil, "serve", "--dev", "--addr", "127.0.0.1:0", "--data", data, "--webhook-key", file)
		if code != exitUsage || !strings.Contains(said, "64 hexadecimal digits") {
			t.Errorf("the key %q ends it with %d and says %s", text, code, said)
		}
	}
	must(t, exitUsage, nil, "serve", "--dev", "--addr", "127.0.0.1:0", "--data", data, "--webhook-key", filepath.Join(data, "none"))
}
