package api

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"waymark/internal/webhook"
)

// webhookFigures are what is counted of deliveries. No label tells whose they
// are.
type webhookFigures struct {
	server   *Server
	attempts *prometheus.CounterVec
	latency  prometheus.Histogram
	lost     prometheus.Counter
}

var descWebhooks = prometheus.NewDesc("waymark_webhook_receivers", "Webhooks that are registered, by their state.", []string{"state"}, nil)

// arrived is the outcome of an attempt without a cause.
const arrived = "delivered"

func newWebhookFigures(s *Server) *webhookFigures {
	f := &webhookFigures{
		server:   s,
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "waymark_webhook_attempts_total", Help: "Attempts to deliver an alert to a webhook, by outcome."}, []string{"outcome"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "waymark_webhook_attempt_duration_seconds", Help: "Time that a receiver took to answer.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 15},
		}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{Name: "waymark_webhook_claims_lost_total", Help: "Deliveries that took longer than the claim held: their alerts may arrive twice."}),
	}
	f.attempts.WithLabelValues(arrived)
	for _, c := range webhook.Causes {
		f.attempts.WithLabelValues(string(c))
	}
	return f
}

func (f *webhookFigures) sent(cause webhook.Cause, took time.Duration) {
	outcome := arrived
	if cause != "" {
		outcome = string(cause)
	}
	f.attempts.WithLabelValues(outcome).Inc()
	f.latency.Observe(took.Seconds())
}

// Describe implements [prometheus.Collector].
func (f *webhookFigures) Describe(ch chan<- *prometheus.Desc) {
	f.attempts.Describe(ch)
	f.latency.Describe(ch)
	f.lost.Describe(ch)
	ch <- descWebhooks
}

// Collect implements [prometheus.Collector].
func (f *webhookFigures) Collect(ch chan<- prometheus.Metric) {
	f.attempts.Collect(ch)
	f.latency.Collect(ch)
	f.lost.Collect(ch)
	list, _, err := f.server.views.Webhooks()
	if err != nil {
		return
	}
	counts := map[string]int{"active": 0, "failing": 0, "disabled": 0}
	for i := range list {
		if list[i].Exists() {
			counts[f.server.status(&list[i], "").Status]++
		}
	}
	for state, n := range counts {
		ch <- prometheus.MustNewConstMetric(descWebhooks, prometheus.GaugeValue, float64(n), state)
	}
}
