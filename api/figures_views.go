package api

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// viewFigures reads the figures of the log and the views when they are asked
// for.
type viewFigures struct{ server *Server }

var (
	descPosition = prometheus.NewDesc("waymark_log_position", "Position of the last durable event.", nil, nil)
	descViews    = prometheus.NewDesc("waymark_views_position", "Position up to which the views are current.", nil, nil)
	descLag      = prometheus.NewDesc("waymark_views_lag_positions", "How far the views are behind the log, in the measure of its positions: events where it is in a folder, bytes of a cluster's log else.", nil, nil)
	descLagTime  = prometheus.NewDesc("waymark_views_lag_seconds", "For how long the views have been behind where the log is.", nil, nil)
	descStreams  = prometheus.NewDesc("waymark_alert_streams", "Streams of alerts that are open.", nil, nil)
	descFindings = prometheus.NewDesc("waymark_findings", "Open findings, by rule.", []string{"rule"}, nil)
)

// Describe implements [prometheus.Collector].
func (v *viewFigures) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descPosition, descViews, descLag, descLagTime, descStreams, descFindings} {
		ch <- d
	}
	describeEngines(ch)
}

// Collect implements [prometheus.Collector].
func (v *viewFigures) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	s := v.server
	gauge(descStreams, float64(s.streams.open()))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	lag, behind, err := s.lag(ctx)
	if err == nil {
		gauge(descPosition, float64(lag.log))
		gauge(descViews, float64(lag.views))
		gauge(descLag, float64(lag.log)-float64(lag.views))
		gauge(descLagTime, behind.Seconds())
	}
	if regions, _, err := s.views.Regions(); err == nil {
		open := map[string]int{}
		for _, r := range regions {
			for rule, n := range r.Findings {
				open[rule] += n
			}
		}
		for rule, n := range open {
			gauge(descFindings, float64(n), rule)
		}
	}
	s.collectEngines(ch)
}
