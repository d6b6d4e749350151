package metric

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Depth is how much of something waits, and since when the longest.
type Depth struct {
	Label  string
	N      int64
	Oldest time.Time // zero: none
}

// Sources are read when metrics are asked for. Any may be nil.
type Sources struct {
	Deliveries  func(context.Context) (Depth, error)   // stored, not planned yet
	Lanes       func(context.Context) ([]Depth, error) // open tasks by lane
	Outbox      func(context.Context) ([]Depth, error) // writes to GitHub by state
	StaleChecks func(context.Context) (int64, error)   // check runs in progress for too long
	// RateRemaining is the lowest number of requests any installation has left
	// this hour; false where GitHub names no limit.
	RateRemaining func() (int, bool)
	Now           func() time.Time // default time.Now
}

// collectWithin bounds all sources together: a scrape must not wait for a
// database that hangs.
const collectWithin = 5 * time.Second

type collector struct {
	from                                                         Sources
	waiting, waitingAge, lane, laneAge, outbox, outboxAge, stale *prometheus.Desc
	remaining, failed                                            *prometheus.Desc
}

func newCollector(from Sources) *collector {
	if from.Now == nil {
		from.Now = time.Now
	}
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("castellan_"+name, help, labels, nil)
	}
	return &collector{
		from:       from,
		waiting:    desc("deliveries_waiting", "Deliveries that are stored and not planned yet."),
		waitingAge: desc("deliveries_oldest_seconds", "Age of the oldest of them."),
		lane:       desc("queue_depth", "Tasks that are to be done, by lane.", "lane"),
		laneAge:    desc("queue_oldest_seconds", "How long the longest of them has waited.", "lane"),
		outbox:     desc("outbox_depth", "Writes to GitHub that are not done, by state.", "state"),
		outboxAge:  desc("outbox_oldest_seconds", "Age of the oldest of them.", "state"),
		stale:      desc("check_runs_stale", "Check runs that have been in progress for too long."),
		remaining:  desc("github_rate_limit_remaining", "Requests left this hour to the installation that has the fewest."),
		failed:     desc("collect_failures", "Sources of this scrape that could not be read."),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.waiting, c.waitingAge, c.lane, c.laneAge, c.outbox, c.outboxAge, c.stale, c.remaining, c.failed} {
		out <- d
	}
}

// Collect implements prometheus.Collector. A source that fails is left out and
// counted.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), collectWithin)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	failures := 0
	if c.from.Deliveries != nil {
		d, err := c.from.Deliveries(ctx)
		if err == nil {
			gauge(c.waiting, float64(d.N))
			gauge(c.waitingAge, c.age(d))
		} else {
			failures++
		}
	}
	failures += c.depths(ctx, c.from.Lanes, []string{"webhook", "user", "backfill"}, c.lane, c.laneAge, gauge)
	failures += c.depths(ctx, c.from.Outbox, []string{"planned", "sending", "failed"}, c.outbox, c.outboxAge, gauge)
	if c.from.StaleChecks != nil {
		n, err := c.from.StaleChecks(ctx)
		if err == nil {
			gauge(c.stale, float64(n))
		} else {
			failures++
		}
	}
	if c.from.RateRemaining != nil {
		if n, known := c.from.RateRemaining(); known {
			gauge(c.remaining, float64(n))
		}
	}
	gauge(c.failed, float64(failures))
}

// depths reports every known label, those with nothing waiting as 0.
func (c *collector) depths(ctx context.Context, read func(context.Context) ([]Depth, error), known []string, n, age *prometheus.Desc,
	gauge func(*prometheus.Desc, float64, ...string)) (failures int) {
	if read == nil {
		return 0
	}
	list, err := read(ctx)
	if err != nil {
		return 1
	}
	seen := map[string]Depth{}
	for _, d := range list {
		seen[d.Label] = d
	}
	for _, label := range known {
		gauge(n, float64(seen[label].N), label)
		gauge(age, c.age(seen[label]), label)
	}
	return 0
}

func (c *collector) age(d Depth) float64 {
	if d.N == 0 || d.Oldest.IsZero() {
		return 0
	}
	return max(0, c.from.Now().Sub(d.Oldest).Seconds())
}
