package api

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"waymark/internal/epcis"
)

// figures are what the server counts. Labels come from the source alone,
// never from what a client sends.
type figures struct {
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	problems *prometheus.CounterVec
	events   *prometheus.CounterVec
	items    *prometheus.CounterVec
	repeats  *prometheus.CounterVec
	blocked  *prometheus.CounterVec
	webhooks *webhookFigures
	exhibit  http.Handler
	byEvent  map[string]eventFigures
}

type eventFigures struct{ events, items, repeats prometheus.Counter }

func newFigures(r *prometheus.Registry, s *Server) (*figures, error) {
	f := &figures{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_http_requests_total", Help: "Requests answered."}, []string{"method", "route", "code"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "waymark_http_request_duration_seconds", Help: "Time from a request to its answer.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30},
		}, []string{"method", "route"}),
		problems: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_problems_total", Help: "Requests and lines refused, by type of problem."}, []string{"type"}),
		events:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_ingest_events_total", Help: "Events recorded."}, []string{"type"}),
		items:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_ingest_items_total", Help: "Items that recorded events list."}, []string{"type"}),
		repeats:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_ingest_duplicates_total", Help: "Events that were recorded before."}, []string{"type"}),
		blocked:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_ship_checks_blocked_total", Help: "Shipments that were not let go, by what stood against them."}, []string{"rule"}),
		webhooks: newWebhookFigures(s),
		byEvent:  map[string]eventFigures{},
	}
	for _, c := range []prometheus.Collector{f.requests, f.latency, f.problems, f.events, f.items, f.repeats, f.blocked, f.webhooks, &viewFigures{server: s}} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	for _, t := range []string{
		hops.typ.Stored(), observations.typ.Stored(), orders.typ.Stored(), asns.typ.Stored(),
		partners.typ.Stored(), sites.typ.Stored(), products.typ.Stored(), grants.typ.Stored(), epcis.CapturedType.Stored(),
	} {
		f.byEvent[t] = eventFigures{f.events.WithLabelValues(t), f.items.WithLabelValues(t), f.repeats.WithLabelValues(t)}
	}
	f.exhibit = promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return f, nil
}

// recorded counts an event that the ledger took.
func (f *figures) recorded(typ string, items int, duplicate bool) {
	e, ok := f.byEvent[typ]
	switch {
	case !ok:
	case duplicate:
		e.repeats.Inc()
	default:
		e.events.Inc()
		e.items.Add(float64(items))
	}
}

// problem counts a refusal.
func (f *figures) problem(typ string) { f.problems.WithLabelValues(typ).Inc() }

// A routeFigure counts the requests of one route.
type routeFigure struct {
	requests *prometheus.CounterVec
	latency  prometheus.Observer // nil where answers take as long as the client likes
	codes    [600]atomic.Pointer[prometheus.Counter]
}

func (f *figures) route(r route) *routeFigure {
	labels := prometheus.Labels{"method": r.method, "route": r.path}
	rf := &routeFigure{requests: f.requests.MustCurryWith(labels)}
	if r.path != "/v1/alerts" {
		rf.latency = f.latency.With(labels)
	}
	return rf
}

func (rf *routeFigure) done(status int, took time.Duration) {
	if status < 0 || status >= len(rf.codes) {
		status = 0
	}
	c := rf.codes[status].Load()
	if c == nil {
		counter := rf.requests.WithLabelValues(strconv.Itoa(status))
		c = &counter
		rf.codes[status].Store(c)
	}
	(*c).Inc()
	if rf.latency != nil {
		rf.latency.Observe(took.Seconds())
	}
}

// getMetrics answers GET /metrics.
func (s *Server) getMetrics(c echo.Context) error {
	s.figures.exhibit.ServeHTTP(c.Response(), c.Request())
	return nil
}
