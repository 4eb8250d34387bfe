package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waymark/projections"
)

// A listener reads a stream of alerts.
type listener struct {
	t      testing.TB
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

func (h *house) listen(path string, header ...string) *listener {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.http.URL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { cancel(); res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		h.t.Fatalf("GET %s answers %d", path, res.StatusCode)
	}
	return &listener{h.t, bufio.NewScanner(res.Body), cancel}
}

// next returns the id and the name of the next alert.
func (l *listener) next() (id, name string) {
	l.t.Helper()
	for l.lines.Scan() {
		switch text := l.lines.Text(); {
		case strings.HasPrefix(text, "id: "):
			id = text[4:]
		case strings.HasPrefix(text, "event: "):
			name = text[7:]
		case text == "" && id != "":
			return id, name
		}
	}
	l.t.Fatalf("the stream ended: %v", l.lines.Err())
	return "", ""
}

func TestAlertsAreResumed(t *testing.T) {
	h := furnished(t)
	live := h.listen("/v1/alerts")
	var all []string
	for i := range 5 {
		h.diverted(fmt.Sprint("L", i))
		id, name := live.next()
		if name != "raised" {
			t.Fatalf("alert %s is %q, want raised", id, name)
		}
		all = append(all, id)
	}
	live.cancel()
	for i, after := range all[:4] {
		l := h.listen("/v1/alerts", "Last-Event-ID", after)
		var got []string
		for range all[i+1:] {
			id, _ := l.next()
			got = append(got, id)
		}
		l.cancel()
		if d := cmp.Diff(all[i+1:], got); d != "" {
			t.Errorf("after %s (-want +got):\n%s", after, d)
		}
	}
	var page struct {
		Alerts []projections.Alert `json:"alerts"`
		Next   string              `json:"next"`
	}
	h.get("/v1/alerts?limit=2&after="+all[0], "Accept", "application/json").decode(t, &page)
	if len(page.Alerts) != 2 || page.Alerts[0].Token != all[1] || page.Next != all[2] {
		t.Errorf("the page after %s is %+v", all[0], page)
	}
	position, _, _ := strings.Cut(all[3], "-")
	if id, _ := h.listen("/v1/alerts?after=" + position).next(); id != all[4] {
		t.Errorf("after position %s comes %s, want %s", position, id, all[4])
	}
}

func TestAlertsFromNow(t *testing.T) {
	h := furnished(t)
	h.diverted("N1")
	h.current()
	l := h.listen("/v1/alerts?after=now")
	l.lines.Scan() // the stream has begun
	h.diverted("N2")
	if id, _ := l.next(); !strings.HasPrefix(id, fmt.Sprint(h.size())) {
		t.Errorf("the first alert from now on is %s, want that of the event at %d", id, h.size())
	}
}

func TestStopEndsStreams(t *testing.T) {
	h := furnished(t)
	l := h.listen("/v1/alerts")
	h.server.Stop()
	for l.lines.Scan() {
	}
	if err := l.lines.Err(); err != nil {
		t.Errorf("the stream ends with %v, want a clean end", err)
	}
}
