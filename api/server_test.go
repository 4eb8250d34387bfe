package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestServerHasEveryLimit(t *testing.T) {
	h := open(t)
	s := h.server.HTTPServer("127.0.0.1:0")
	for name, d := range map[string]int64{
		"ReadHeaderTimeout": int64(s.ReadHeaderTimeout), "ReadTimeout": int64(s.ReadTimeout), "WriteTimeout": int64(s.WriteTimeout),
		"IdleTimeout": int64(s.IdleTimeout), "MaxHeaderBytes": int64(s.MaxHeaderBytes),
	} {
		if d <= 0 {
			t.Errorf("%s is not set", name)
		}
	}
	limited := httptest.NewUnstartedServer(s.Handler)
	limited.Config = s
	limited.Start()
	defer limited.Close()
	req, _ := http.NewRequest(http.MethodGet, limited.URL+"/healthz", nil)
	req.Header.Set("X-Long", strings.Repeat("x", 1<<20))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return // the server closed before it had read all: as good
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 1 MB answers %d, want 431", res.StatusCode)
	}
}
