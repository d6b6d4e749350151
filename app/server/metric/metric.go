// Package metric is what /metrics tells, in Prometheus' format.
package metric

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what happens. No label names a repository, an organisation or
// a person, and every label has a bounded set of values. Names and meanings are
// listed in docs/operations.md.
type Metrics struct {
	registry     *prometheus.Registry
	deliveries   *prometheus.CounterVec
	tasks        *prometheus.CounterVec
	taskSeconds  *prometheus.HistogramVec
	requests     *prometheus.CounterVec
	requestTimes *prometheus.HistogramVec
}

// New makes a registry of its own. version is the program's.
func New(version string, from Sources) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "castellan_deliveries_total", Help: "Webhook deliveries by event and what became of them.",
		}, []string{"event", "outcome"}),
		tasks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "castellan_tasks_total", Help: "Runs of tasks by kind and outcome.",
		}, []string{"kind", "outcome"}),
		taskSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "castellan_task_duration_seconds", Help: "How long runs of tasks took.", Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 11),
		}, []string{"kind"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "castellan_github_requests_total", Help: "Requests to GitHub's REST API by route template and class of the answer.",
		}, []string{"method", "route", "status"}),
		requestTimes: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "castellan_github_request_duration_seconds", Help: "How long GitHub took to answer.", Buckets: prometheus.ExponentialBuckets(0.02, 2, 11),
		}, []string{"method", "route"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "castellan_build_info", Help: "Always 1; the labels say what runs.",
	}, []string{"version", "goversion"})
	build.WithLabelValues(version, runtime.Version()).Set(1)
	m.registry.MustRegister(m.deliveries, m.tasks, m.taskSeconds, m.requests, m.requestTimes, build, newCollector(from),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4})
}

// Delivery counts a delivery; event must come from a closed list.
func (m *Metrics) Delivery(event, outcome string) {
	if event == "" {
		event = "unknown"
	}
	m.deliveries.WithLabelValues(event, outcome).Inc()
}

// Task counts a run of a task.
func (m *Metrics) Task(kind, outcome string, took time.Duration) {
	m.tasks.WithLabelValues(kind, outcome).Inc()
	m.taskSeconds.WithLabelValues(kind).Observe(took.Seconds())
}

// Request counts a request to GitHub. route is a template, status 0 no answer.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	class := "none"
	if status >= 100 && status <= 599 {
		class = strconv.Itoa(status/100) + "xx"
	}
	m.requests.WithLabelValues(method, route, class).Inc()
	m.requestTimes.WithLabelValues(method, route).Observe(took.Seconds())
}
