package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// A sink is where answers go that nobody reads.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(status int)      { s.status = status }

func (h *house) serve(b *testing.B, target *url.URL, body string, form string) {
	req := &http.Request{
		Method: http.MethodPost, URL: target, Host: "127.0.0.1", RemoteAddr: "127.0.0.1:40000", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {form}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	out := sink{header: http.Header{}}
	h.server.Handler().ServeHTTP(&out, req.WithContext(b.Context()))
	if out.status > 299 {
		b.Fatalf("answers %d", out.status)
	}
}

// BenchmarkPostHop posts hops of one unit each, many at a time, with log and
// views in memory: what the server itself costs.
func BenchmarkPostHop(b *testing.B) {
	h := furnished(b)
	target, _ := url.Parse("/v1/hops")
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			h.serve(b, target, hop(fmt.Sprint("h", i), "2026-03-01T08:00:00Z", "commissioning", factory, `"device":"scanner-7"`, unit(fmt.Sprint("U", i))), "application/json")
		}
	})
	h.current()
}

// BenchmarkPostItems posts hops of 1,000 units each.
func BenchmarkPostItems(b *testing.B) {
	h := furnished(b)
	target, _ := url.Parse("/v1/hops")
	n := 0
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		n++
		body := many(1000, func(i int) string { return unit(fmt.Sprintf("U%d-%d", n, i)) })
		body = strings.Replace(body, "g1", fmt.Sprint("h", n), 1)
		b.StartTimer()
		h.serve(b, target, body, "application/json")
	}
	h.current()
	b.ReportMetric(float64(n)*1000/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkPostLines posts batches of 1,000 hops of one unit each.
func BenchmarkPostLines(b *testing.B) {
	h := furnished(b)
	target, _ := url.Parse("/v1/hops")
	n := 0
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		var body bytes.Buffer
		for range 1000 {
			n++
			body.WriteString(hop(fmt.Sprint("h", n), "2026-03-01T08:00:00Z", "commissioning", factory, "", unit(fmt.Sprint("U", n))))
			body.WriteByte('\n')
		}
		b.StartTimer()
		h.serve(b, target, body.String(), "application/x-ndjson")
	}
	h.current()
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "hops/s")
}
