package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

var at = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

const (
	sha  = "1111111111111111111111111111111111111111"
	sha2 = "2222222222222222222222222222222222222222"
)

type memory struct {
	mu  sync.Mutex
	got []Delivery
	err error
}

func (m *memory) Store(_ context.Context, d Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.got = append(m.got, d)
	return m.err
}

func receiver(inbox Inbox, secrets ...string) *Receiver {
	return &Receiver{
		Secrets: func() []string { return secrets }, Self: func() string { return "castellan[bot]" }, Inbox: inbox,
		Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler),
	}
}

func sign(secret, body string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(h.Sum(nil))
}

func post(h http.Handler, event, id, signature, body string) int {
	req := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-GitHub-Event", event)
	req.Header.Set("X-GitHub-Delivery", id)
	if signature != "" {
		req.Header.Set("X-Hub-Signature-256", signature)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code
}

func pushBody(ref string) string {
	return fmt.Sprintf(`{"ref":%q,"before":%q,"after":%q,"repository":{"id":7,"name":"app","owner":{"id":3,"login":"acme","type":"Organization"},"default_branch":"main","description":"free text"},
		"installation":{"id":5},"sender":{"id":9,"login":"ann","type":"User"},"head_commit":{"message":"free text"},"commits":[{"message":"free text"}]}`, ref, sha, sha2)
}

const nulBody = `{"action":"requested_action","requested_action":{"identifier":"a\u0000"},"check_run":{"id":1,"head_sha":"` + sha + `"},"repository":{"id":7,"name":"app","owner":{"id":3,"login":"acme"}},"installation":{"id":5}}`

func TestOnlySignedDeliveriesAreTaken(t *testing.T) {
	t.Parallel()
	body := pushBody("refs/heads/main")
	good := sign("s1", body)
	for name, c := range map[string]struct {
		event, id, signature, body string
		secrets                    []string
		want                       int
	}{
		"signed":                    {"push", "d-1", good, body, []string{"s1"}, 202},
		"signed with the old one":   {"push", "d-1", good, body, []string{"s2", "s1"}, 202},
		"no signature":              {"push", "d-1", "", body, []string{"s1"}, 401},
		"no secret, no signature":   {"push", "d-1", "", body, nil, 401},
		"empty secret":              {"push", "d-1", sign("", body), body, []string{""}, 401},
		"another secret":            {"push", "d-1", sign("x", body), body, []string{"s1"}, 401},
		"sha1":                      {"push", "d-1", "sha1=" + good[7:47], body, []string{"s1"}, 401},
		"not hex":                   {"push", "d-1", "sha256=zz", body, []string{"s1"}, 401},
		"body changed":              {"push", "d-1", good, body + " ", []string{"s1"}, 401},
		"no event":                  {"", "d-1", good, body, []string{"s1"}, 400},
		"no id":                     {"push", "", good, body, []string{"s1"}, 400},
		"hostile id":                {"push", "a b\n", good, body, []string{"s1"}, 400},
		"of another event":          {"issues", "d-1", good, body, []string{"s1"}, 400},
		"unknown event":             {"sub_issues", "d-1", sign("s1", "{}"), "{}", []string{"s1"}, 202},
		"identifier with NUL":       {"check_run", "d-1", sign("s1", nulBody), nulBody, []string{"s1"}, 400},
		"unknown event, no JSON":    {"sub_issues", "d-1", sign("s1", "{"), "{", []string{"s1"}, 400},
		"no JSON":                   {"push", "d-1", sign("s1", "{"), "{", []string{"s1"}, 400},
		"commit id with a newline":  {"push", "d-1", sign("s1", strings.Replace(body, sha2, sha2[:39]+`\n`, 1)), strings.Replace(body, sha2, sha2[:39]+`\n`, 1), []string{"s1"}, 400},
		"owner that climbs folders": {"push", "d-1", sign("s1", strings.Replace(body, `"acme"`, `"../x"`, 1)), strings.Replace(body, `"acme"`, `"../x"`, 1), []string{"s1"}, 400},
	} {
		m := &memory{}
		if got := post(receiver(m, c.secrets...), c.event, c.id, c.signature, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		if (len(m.got) == 1) != (c.want == 202) {
			t.Errorf("%s: %d stored", name, len(m.got))
		}
	}
}

func TestBodyIsBounded(t *testing.T) {
	t.Parallel()
	body := strings.Repeat(" ", MaxBody+1)
	if got := post(receiver(&memory{}, "s1"), "push", "d-1", sign("s1", body), body); got != 413 {
		t.Errorf("answered %d", got)
	}
}

// Lesson 14: what is not on the disk is not acknowledged.
func TestNotStoredIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	body := pushBody("refs/heads/main")
	if got := post(receiver(&memory{err: errors.New("disk full")}, "s1"), "push", "d-1", sign("s1", body), body); got != 503 {
		t.Errorf("answered %d", got)
	}
}

// Lesson 26: the app does not answer its own events. GitHub's log tells them from
// what was stored, and may since be lost.
func TestOwnEventsAreDropped(t *testing.T) {
	t.Parallel()
	m := &memory{}
	body := strings.Replace(pushBody("refs/heads/main"), `"ann","type":"User"`, `"castellan[bot]","type":"Bot"`, 1)
	if got := post(receiver(m, "s1"), "push", "d-1", sign("s1", body), body); got != 200 || len(m.got) != 0 {
		t.Errorf("answered %d, %d stored", got, len(m.got))
	}
}

func TestFactsHoldNoFreeText(t *testing.T) {
	t.Parallel()
	m := &memory{}
	body := pushBody("refs/heads/main")
	post(receiver(m, "s1"), "push", "d-1", sign("s1", body), body)
	want := Facts{
		Installation: 5, Repository: Repository{ID: 7, Owner: "acme", Name: "app", DefaultBranch: "main"},
		Sender: Account{ID: 9, Login: "ann", Type: "User"}, Ref: "refs/heads/main", Before: sha, After: sha2,
	}
	if d := cmp.Diff(want, m.got[0].Facts); d != "" {
		t.Error("(-want +got)", d)
	}
	row, err := rowOf(m.got[0])
	if err != nil || strings.Contains(row.Facts, "free text") {
		t.Errorf("%s, %v", row.Facts, err)
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	repo := Repository{ID: 7, Owner: "acme", Name: "app", DefaultBranch: "main"}
	for _, c := range []struct {
		event string
		facts Facts
		want  string
	}{
		{"push", Facts{Ref: "refs/heads/x", After: sha}, "check webhook 7 " + sha},
		{"push", Facts{Ref: "refs/heads/main", After: sha}, "check webhook 7 " + sha + ", settle webhook 7 "},
		{"push", Facts{Ref: "refs/heads/main", Deleted: true}, ""},
		{"push", Facts{Ref: "refs/tags/v1", After: sha}, ""},
		{"push", Facts{Ref: "refs/heads/gh-readonly-queue/main/pr-1", After: sha}, ""},
		{"pull_request", Facts{Action: "opened", PullRequest: 4, Head: sha}, "check webhook 7 " + sha},
		{"pull_request", Facts{Action: "edited", PullRequest: 4, Head: sha}, "check webhook 7 " + sha},
		{"pull_request", Facts{Action: "edited text", PullRequest: 4, Head: sha}, ""},
		{"pull_request", Facts{Action: "labeled", PullRequest: 4, Head: sha}, ""},
		{"pull_request", Facts{Action: "closed", PullRequest: 4, Head: sha}, "pull-request webhook 7 4"},
		{"merge_group", Facts{Action: "checks_requested", Head: sha}, "check webhook 7 " + sha},
		{"merge_group", Facts{Action: "destroyed", Head: sha}, ""},
		{"check_run", Facts{Action: "rerequested", Head: sha}, "check user 7 " + sha},
		{"check_run", Facts{Action: "requested_action", Head: sha, CheckRun: 8, Identifier: "rotated", Sender: Account{ID: 9}}, "button user 7 8/rotated/9"},
		{"check_run", Facts{Action: "completed", Head: sha}, ""},
		{"check_suite", Facts{Action: "rerequested", Head: sha}, "check user 7 " + sha},
		{"check_suite", Facts{Action: "requested", Head: sha}, ""},
		{"issues", Facts{Action: "closed", Issue: 3}, "issue user 7 3"},
		{"issues", Facts{Action: "labeled", Issue: 3}, ""},
		{"issue_comment", Facts{Action: "created", Issue: 3}, ""},
		{"installation", Facts{Action: "created"}, "installation user 0 "},
		{"installation_repositories", Facts{Action: "added"}, "installation user 0 "},
		{"repository", Facts{Action: "renamed"}, "repository user 7 "},
		{"ping", Facts{}, ""},
		{"star", Facts{}, ""},
	} {
		c.facts.Installation, c.facts.Repository = 5, repo
		var got []string
		for _, w := range Plan(c.event, &c.facts) {
			if w.Installation != 5 {
				t.Errorf("%s: installation %d", c.event, w.Installation)
			}
			got = append(got, fmt.Sprintf("%s %s %d %s", w.Kind, w.Lane, w.Repository, w.Subject))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s %s: %q, want %q", c.event, c.facts.Action, s, c.want)
		}
	}
	if Plan("push", &Facts{Ref: "refs/heads/x", After: sha}) != nil {
		t.Error("without an installation nothing can be done")
	}
}

func delivery(id, body string) Delivery {
	f := Facts{Action: "", Installation: 5, Repository: Repository{ID: 7, Owner: "acme", Name: "app", DefaultBranch: "main"}, Ref: "refs/heads/x", Before: sha, After: sha2}
	return Delivery{ID: id, Event: "push", BodySHA256: body, Facts: f, ReceivedAt: at}
}

func TestReplaysRunOnlyWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if err := job.Migrate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		q, err := job.New(s, nil, nil, job.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l, d := NewLedger(t.Context(), s), &Dispatcher{Store: s, Queue: q, Log: slog.New(slog.DiscardHandler)}
		defer l.Close()
		store := func(id, body string, planned int) {
			t.Helper()
			if err := l.Store(t.Context(), delivery(id, body)); err != nil {
				t.Fatal(err)
			}
			if n, err := d.Dispatch(t.Context()); n != planned || err != nil {
				t.Errorf("delivery %s %s: %d planned, %v, want %d", id, body, n, err, planned)
			}
		}
		store("d1", "b1", 1)
		store("d1", "b1", 0) // GitHub redelivers while it is being done
		store("d2", "b1", 0) // the same body under another id is a replay
		store("d3", "b2", 1)
		tasks, err := s.Queries().UnfinishedTasks(t.Context(), query.UnfinishedTasksParams{Before: time.Now().Add(time.Hour).UnixMilli(), Most: 10})
		if err != nil || len(tasks) != 1 || tasks[0].Wanted != 2 {
			t.Fatalf("tasks %+v, %v", tasks, err)
		}
		finish := func(failed bool) {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *sql.Tx) error {
				q := db.In(tx)
				task, err := q.StartTask(t.Context(), query.StartTaskParams{ID: tasks[0].ID})
				if err != nil {
					return err
				}
				if failed {
					_, err = q.FailTask(t.Context(), query.FailTaskParams{Failed: true, Wanted: task.Wanted, ID: task.ID, Fence: task.Fence})
				} else {
					_, err = q.FinishTask(t.Context(), query.FinishTaskParams{Done: task.Wanted, ID: task.ID, Fence: task.Fence})
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		finish(true)
		store("d1", "b1", 1) // given up: a redelivery runs
		finish(false)
		store("d1", "b1", 0) // done: it does nothing
		store("d9", "b2", 0)
	})
}

// One delivery that the database refuses fails alone, and one whose facts cannot
// be read holds up no other.
func TestOneBadDeliveryHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if err := job.Migrate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		q, err := job.New(s, nil, nil, job.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l := NewLedger(t.Context(), s)
		defer l.Close()
		var batch []*entry
		for i := range 5 {
			row, err := rowOf(delivery(fmt.Sprintf("d%d", i), fmt.Sprintf("b%d", i)))
			if err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				row.Facts = "{"
			}
			if i == 3 && s.Engine() == db.PostgreSQL {
				row.ID = "\x00"
			}
			batch = append(batch, &entry{row: row, result: make(chan error, 1)})
		}
		l.commit(t.Context(), batch)
		stored := 0
		for i, e := range batch {
			if err := <-e.result; err == nil {
				stored++
			} else if i != 3 {
				t.Errorf("delivery %d: %v", i, err)
			}
		}
		d := &Dispatcher{Store: s, Queue: q, Log: slog.New(slog.DiscardHandler)}
		if n, err := d.Dispatch(t.Context()); n != stored || err != nil {
			t.Errorf("%d planned of %d, %v", n, stored, err)
		}
		if n, err := s.Queries().CountDeliveries(t.Context()); err != nil || n.Waiting != 0 {
			t.Errorf("%+v, %v", n, err)
		}
		if row, err := s.Queries().Delivery(t.Context(), "d1"); err != nil || row.State != "refused" {
			t.Errorf("unreadable facts: %+v, %v", row, err)
		}
	})
}

// Dispatchers of several processes plan each delivery once, while tasks that run
// want others: none of their transactions waits for another in a circle.
func TestManyDispatchersPlanEachDeliveryOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if err := job.Migrate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		q, err := job.New(s, nil, nil, job.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l := NewLedger(t.Context(), s)
		defer l.Close()
		var wg sync.WaitGroup
		const each = 40
		for i := range 4 {
			wg.Go(func() {
				for j := range each {
					d := delivery(fmt.Sprintf("d-%d-%d", i, j), fmt.Sprintf("b-%d-%d", i, j))
					d.Facts.Ref, d.Facts.Repository.ID = "refs/heads/main", int64(1+j%3)
					if err := l.Store(context.Background(), d); err != nil {
						t.Error(err)
					}
				}
			})
			wg.Go(func() {
				d := &Dispatcher{Store: s, Queue: q, Log: slog.New(slog.DiscardHandler)}
				for n := 0; n < 20; {
					saw, err := d.Dispatch(context.Background())
					if err != nil {
						t.Error(err)
					}
					if n++; saw > 0 {
						n = 0
					}
				}
			})
		}
		wg.Wait()
		d := &Dispatcher{Store: s, Queue: q, Log: slog.New(slog.DiscardHandler)}
		for n := 1; n > 0 && err == nil; {
			n, err = d.Dispatch(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		tasks, err := s.Queries().UnfinishedTasks(t.Context(), query.UnfinishedTasksParams{Before: time.Now().Add(time.Hour).UnixMilli(), Most: 10})
		wanted := int64(0)
		for _, task := range tasks {
			wanted += task.Wanted
		}
		if err != nil || len(tasks) != 6 || wanted != 2*4*each {
			t.Errorf("%d tasks, wanted %d times, %v", len(tasks), wanted, err)
		}
	})
}

func TestConcurrentDeliveriesAreAllStored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		l := NewLedger(t.Context(), s)
		defer l.Close()
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				for j := range 20 {
					id := fmt.Sprintf("d-%d-%d", i, j)
					if err := l.Store(context.Background(), delivery(id, id)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n, err := s.Queries().CountDeliveries(t.Context()); err != nil || n.Waiting != 320 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("push", []byte(pushBody("refs/heads/main")))
	f.Add("issues", []byte(`{"issue":{"number":1},"repository":{"id":1}}`))
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		facts, known, err := Read(event, body)
		if err != nil || !known {
			return
		}
		for _, w := range Plan(event, &facts) {
			if len(w.Subject) > 200 || bytes.ContainsAny([]byte(w.Subject), "\n\x00") {
				t.Errorf("subject %q", w.Subject)
			}
		}
	})
}
