package metric

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scrape is the lines of /metrics that are ours, without help and buckets.
func scrape(t *testing.T, m *Metrics) []string {
	t.Helper()
	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	body, err := io.ReadAll(rec.Result().Body)
	if err != nil || rec.Code != 200 {
		t.Fatalf("%d %v %s", rec.Code, err, body)
	}
	var lines []string
	for _, l := range strings.Split(string(body), "\n") {
		if strings.HasPrefix(l, "castellan_") && !strings.Contains(l, "_bucket{") && !strings.HasPrefix(l, "castellan_build_info") {
			lines = append(lines, l)
		}
		if strings.HasPrefix(l, "castellan_build_info") && !strings.Contains(l, `version="v1.2.3"`) {
			t.Errorf("%s", l)
		}
	}
	return lines
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	m := New("v1.2.3", Sources{
		Deliveries: func(context.Context) (Depth, error) { return Depth{N: 3, Oldest: now.Add(-90 * time.Second)}, nil },
		Lanes: func(context.Context) ([]Depth, error) {
			return []Depth{{"webhook", 2, now.Add(-time.Second)}, {"no lane", 9, now}}, nil
		},
		Outbox:        func(context.Context) ([]Depth, error) { return []Depth{{"failed", 1, now.Add(-time.Hour)}}, nil },
		StaleChecks:   func(context.Context) (int64, error) { return 4, nil },
		RateRemaining: func() (int, bool) { return 4999, true },
		Now:           func() time.Time { return now },
	})
	m.Delivery("push", "stored")
	m.Delivery("push", "stored")
	m.Delivery("", "forged")
	m.Task("check", "done", 250*time.Millisecond)
	m.Request("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", 200, 50*time.Millisecond)
	m.Request("POST", "/repos/{owner}/{repo}/check-runs", 0, time.Second)
	want := []string{
		`castellan_check_runs_stale 4`, `castellan_collect_failures 0`,
		`castellan_deliveries_oldest_seconds 90`, `castellan_deliveries_total{event="push",outcome="stored"} 2`, `castellan_deliveries_total{event="unknown",outcome="forged"} 1`, `castellan_deliveries_waiting 3`,
		`castellan_github_rate_limit_remaining 4999`,
		`castellan_github_request_duration_seconds_sum{method="GET",route="/repos/{owner}/{repo}/pulls/{pull_number}"} 0.05`, `castellan_github_request_duration_seconds_count{method="GET",route="/repos/{owner}/{repo}/pulls/{pull_number}"} 1`,
		`castellan_github_request_duration_seconds_sum{method="POST",route="/repos/{owner}/{repo}/check-runs"} 1`, `castellan_github_request_duration_seconds_count{method="POST",route="/repos/{owner}/{repo}/check-runs"} 1`,
		`castellan_github_requests_total{method="GET",route="/repos/{owner}/{repo}/pulls/{pull_number}",status="2xx"} 1`, `castellan_github_requests_total{method="POST",route="/repos/{owner}/{repo}/check-runs",status="none"} 1`,
		`castellan_outbox_depth{state="failed"} 1`, `castellan_outbox_depth{state="planned"} 0`, `castellan_outbox_depth{state="sending"} 0`,
		`castellan_outbox_oldest_seconds{state="failed"} 3600`, `castellan_outbox_oldest_seconds{state="planned"} 0`, `castellan_outbox_oldest_seconds{state="sending"} 0`,
		`castellan_queue_depth{lane="backfill"} 0`, `castellan_queue_depth{lane="user"} 0`, `castellan_queue_depth{lane="webhook"} 2`,
		`castellan_queue_oldest_seconds{lane="backfill"} 0`, `castellan_queue_oldest_seconds{lane="user"} 0`, `castellan_queue_oldest_seconds{lane="webhook"} 1`,
		`castellan_task_duration_seconds_sum{kind="check"} 0.25`, `castellan_task_duration_seconds_count{kind="check"} 1`, `castellan_tasks_total{kind="check",outcome="done"} 1`,
	}
	if d := cmp.Diff(want, scrape(t, m)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// TestSourceThatFails is counted, and takes nothing else with it.
func TestSourceThatFails(t *testing.T) {
	t.Parallel()
	down := errors.New("database is down")
	m := New("v1.2.3", Sources{
		Deliveries:    func(context.Context) (Depth, error) { return Depth{}, down },
		Lanes:         func(context.Context) ([]Depth, error) { return nil, down },
		StaleChecks:   func(context.Context) (int64, error) { return 0, nil },
		RateRemaining: func() (int, bool) { return 0, false },
	})
	if d := cmp.Diff([]string{"castellan_check_runs_stale 0", "castellan_collect_failures 2"}, scrape(t, m)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}
