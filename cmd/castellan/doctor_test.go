package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/manifest"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// ward is an installation in which everything is well.
type ward struct {
	t     *testing.T
	sim   *ghsim.Sim
	repo  *ghsim.Repo
	id    int64 // of the installation
	set   map[string]string
	dir   string
	code  int // what the webhook answers
	skew  time.Duration
	store *db.Store
}

func newWard(t *testing.T) *ward {
	m, err := manifest.Default()
	if err != nil {
		t.Fatal(err)
	}
	events := []string{}
	for _, e := range m.Events {
		events = append(events, e.Name)
	}
	w := &ward{t: t, code: http.StatusAccepted, dir: filepath.Join(t.TempDir(), "data")}
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(w.code) }))
	t.Cleanup(hook.Close)
	w.sim = ghsim.New(t, ghsim.Options{WebhookURL: hook.URL, Permissions: m.Granted(), Events: events})
	w.sim.Org("acme")
	w.repo = w.sim.CreateRepo("acme", "app", ghsim.RepoOptions{})
	w.sim.Push(w.repo, "main", map[string]string{"README.md": "hello"}, "first")
	w.id = w.sim.Install("acme")
	w.set = map[string]string{
		"CASTELLAN_DATA_DIR": w.dir, "CASTELLAN_GITHUB_URL": w.sim.URL, "CASTELLAN_APP_ID": fmt.Sprint(w.sim.AppID()),
		"CASTELLAN_PRIVATE_KEY": string(w.sim.PrivateKey()), "CASTELLAN_WEBHOOK_SECRET": strings.Repeat("s3", 16), "CASTELLAN_HASH_KEY": testKey,
	}
	w.store = w.open()
	w.write(func(ctx context.Context, q *query.Queries) error {
		return q.PutInstallation(ctx, query.PutInstallationParams{ID: w.id, AccountLogin: "acme", AccountType: "Organization", RepositorySelection: "all", Permissions: "{}"})
	})
	w.write(func(ctx context.Context, q *query.Queries) error {
		_, err := q.PutRepository(ctx, query.PutRepositoryParams{ID: w.repo.ID, InstallationID: w.id, Owner: "acme", Name: "app", DefaultBranch: "main", Visibility: "private"})
		return err
	})
	w.policy("absent", "")
	return w
}

func (w *ward) open() *db.Store {
	w.t.Helper()
	s, err := db.Open(w.t.Context(), "sqlite:"+filepath.Join(w.dir, "castellan.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	must(w.t, job.Migrate(w.t.Context(), s))
	return s
}

func (w *ward) write(do func(context.Context, *query.Queries) error) {
	w.t.Helper()
	if err := w.store.InTx(w.t.Context(), func(tx *sql.Tx) error { return do(w.t.Context(), db.In(tx)) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) policy(state, problem string) {
	w.write(func(ctx context.Context, q *query.Queries) error {
		_, err := q.PutPolicyFile(ctx, query.PutPolicyFileParams{InstallationID: w.id, Source: "acme/.github", State: state, Problem: problem, Now: time.Now().UnixMilli()})
		return err
	})
}

// examine is doctor's lines.
func (w *ward) examine() []line {
	w.t.Helper()
	d := &checkup{now: func() time.Time { return time.Now().Add(w.skew) }, since: 24 * time.Hour}
	if err := d.run(w.t.Context(), func(name string) string { return w.set[name] }, nil); err != nil {
		w.t.Fatal(err)
	}
	return d.lines
}

// ago is a time in milliseconds.
func ago(d time.Duration) int64 { return time.Now().Add(-d).UnixMilli() }

func TestDoctorFindsNothing(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	var checks []string
	for _, l := range w.examine() {
		if l.Status != healthOK || l.Advice != "" {
			t.Errorf("%+v", l)
		}
		if !slices.Contains(checks, l.Check) {
			checks = append(checks, l.Check)
		}
	}
	want := []string{"settings", "data", "hash-key", "database", "audit", "queue", "outbox", "checks", "policy", "github", "app", "git", "installation", "deliveries"}
	slices.Sort(want)
	slices.Sort(checks)
	if d := cmp.Diff(want, checks); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	for _, l := range checks {
		if !strings.Contains(doctorHelp, "\n  "+l+" ") {
			t.Errorf("the help does not tell of %s", l)
		}
	}
}

// bad is a line that is not ok, and a part of its message.
type bad struct{ check, status, says string }

// illness is one thing that is wrong, and the lines it shows in.
type illness struct {
	do   func(*ward)
	want []bad
}

func TestDoctorFindsOnThisMachine(t *testing.T) {
	t.Parallel()
	find(t, map[string]illness{
		"a setting": {func(w *ward) { w.set["CASTELLAN_LISTEN"] = "8080" }, []bad{{"settings", healthFail, "CASTELLAN_LISTEN"}}},
		"two settings": {func(w *ward) { w.set["CASTELLAN_LISTEN"], w.set["CASTELLAN_ROLE"] = "8080", "boss" },
			[]bad{{"settings", healthFail, "CASTELLAN_LISTEN"}, {"settings", healthFail, "CASTELLAN_ROLE"}}},
		"a short secret": {func(w *ward) { w.set["CASTELLAN_WEBHOOK_SECRET"] = "short" }, []bad{{"settings", healthWarn, "shorter than 16"}}},
		"no App": {func(w *ward) {
			for _, k := range []string{"CASTELLAN_APP_ID", "CASTELLAN_WEBHOOK_SECRET", "CASTELLAN_PRIVATE_KEY"} {
				delete(w.set, k)
			}
		}, []bad{{"app", healthWarn, "no App"}}},
		"an open data directory": {func(w *ward) { must(w.t, os.Chmod(w.dir, 0o755)) }, []bad{{"data", healthWarn, "mode 0755"}}},
		"an open key":            {func(w *ward) { must(w.t, os.WriteFile(filepath.Join(w.dir, "client-secret"), []byte("x"), 0o644)) }, []bad{{"data", healthFail, "client-secret"}}},
		"no hash key":            {func(w *ward) { delete(w.set, "CASTELLAN_HASH_KEY") }, []bad{{"hash-key", healthWarn, "none yet"}}},
		"no database":            {func(w *ward) { w.set["CASTELLAN_DATABASE_URL"] = "sqlite:" + filepath.Join(w.dir, "other.db") }, []bad{{"database", healthWarn, "does not exist"}}},
		"no job queue": {func(w *ward) {
			_, err := w.store.Jobs().ExecContext(w.t.Context(), "DROP TABLE river_job")
			must(w.t, err)
		}, []bad{{"queue", healthFail, "job queue"}}},
		"an unmigrated database": {func(w *ward) {
			name := filepath.Join(w.dir, "other.db")
			must(w.t, os.WriteFile(name, nil, 0o600))
			w.set["CASTELLAN_DATABASE_URL"] = "sqlite:" + name
		}, []bad{{"database", healthFail, "older than this version"}}},
		"no PostgreSQL": {func(w *ward) { w.set["CASTELLAN_DATABASE_URL"] = "postgres://u:hunter2@127.0.0.1:1/d" }, []bad{{"database", healthFail, "127.0.0.1:1"}}},
	})
}

func TestDoctorFindsInTheDatabase(t *testing.T) {
	t.Parallel()
	find(t, map[string]illness{
		"audit changed": {func(w *ward) {
			must(w.t, w.store.InTx(w.t.Context(), func(tx *sql.Tx) error {
				if err := db.Audit(w.t.Context(), tx, time.Now(), db.Event{Actor: "ann", Action: "case.closed"}); err != nil {
					return err
				}
				_, err := tx.ExecContext(w.t.Context(), "UPDATE audit SET hash = 'x'")
				if err != nil { // the trail may not be changed: lose its end instead
					_, err = tx.ExecContext(w.t.Context(), "UPDATE audit_head SET seq = seq + 1")
				}
				return err
			}))
		}, []bad{{"audit", healthFail, "row"}}},
		"a delivery that waits": {func(w *ward) {
			w.write(func(ctx context.Context, q *query.Queries) error {
				_, err := q.InsertDelivery(ctx, query.InsertDeliveryParams{ID: "d", Event: "push", Facts: "{}", State: "stored", ReceivedAt: ago(2 * time.Hour)})
				return err
			})
		}, []bad{{"queue", healthFail, "2h0m"}}},
		"a task that waits": {func(w *ward) {
			w.write(func(ctx context.Context, q *query.Queries) error {
				_, err := q.WantTask(ctx, query.WantTaskParams{Kind: "check", Lane: "webhook", InstallationID: w.id, RepositoryID: w.repo.ID, Subject: "s", Facts: "{}", Now: ago(10 * time.Minute)})
				return err
			})
		}, []bad{{"queue", healthWarn, "lane webhook"}}},
		"a task given up": {func(w *ward) {
			w.write(func(ctx context.Context, q *query.Queries) error {
				task, err := q.WantTask(ctx, query.WantTaskParams{Kind: "check", Lane: "webhook", InstallationID: w.id, RepositoryID: w.repo.ID, Subject: "s", Facts: "{}", Now: ago(0)})
				if err == nil {
					_, err = q.FailTask(ctx, query.FailTaskParams{ID: task.ID, Fence: task.Fence, Failed: true, Wanted: task.Wanted, Error: "the disk is full", Now: ago(0)})
				}
				return err
			})
		}, []bad{{"queue", healthWarn, "the disk is full"}}},
		"a write that failed": {func(w *ward) {
			w.write(func(ctx context.Context, q *query.Queries) error {
				_, err := q.PlanWrite(ctx, query.PlanWriteParams{Key: "k", Kind: "issue", InstallationID: w.id, RepositoryID: w.repo.ID, Subject: "s", Payload: "{}", State: "failed", Now: ago(0)})
				return err
			})
		}, []bad{{"outbox", healthWarn, "1 writes"}}},
		"a check that hangs": {func(w *ward) {
			w.write(func(ctx context.Context, q *query.Queries) error {
				_, err := q.StartCheckRun(ctx, query.StartCheckRunParams{RepositoryID: w.repo.ID, HeadSha: strings.Repeat("a", 40), Now: ago(time.Hour)})
				return err
			})
		}, []bad{{"checks", healthFail, "in progress"}}},
		"a policy with errors": {func(w *ward) { w.policy("invalid", "castellan.yml:3:1: unknown key") }, []bad{{"policy", healthWarn, "castellan.yml:3:1"}}},
	})
}

func TestDoctorFindsAtGitHub(t *testing.T) {
	t.Parallel()
	find(t, map[string]illness{
		"a clock that is wrong": {func(w *ward) { w.skew = 2 * time.Minute }, []bad{{"github", healthFail, "2m0s"}}},
		"a clock that drifts":   {func(w *ward) { w.skew = -25 * time.Second }, []bad{{"github", healthWarn, "25s"}}},
		"another App's key": {func(w *ward) {
			w.sim.Tolerate(ghsim.KindAuth)
			w.set["CASTELLAN_APP_ID"] = "77"
		}, []bad{{"app", healthFail, "does not accept"}}},
		"no GitHub":                {func(w *ward) { w.sim.Close() }, []bad{{"github", healthFail, "does not answer"}, {"app", healthFail, "read the App"}}},
		"a permission not granted": {func(w *ward) { w.grant("members", "") }, []bad{{"installation", healthWarn, "members:read"}}},
		"a core one not granted":   {func(w *ward) { w.grant("checks", "read") }, []bad{{"installation", healthFail, "checks:write"}}},
		"a suspended installation": {func(w *ward) { w.sim.Suspend(w.id) }, []bad{{"installation", healthWarn, "suspended"}}},
		"no installation":          {func(w *ward) { w.sim.Uninstall(w.id) }, []bad{{"installation", healthWarn, "nowhere"}}},
		"the wrong secret": {func(w *ward) {
			w.code = http.StatusUnauthorized
			w.sim.Push(w.repo, "main", map[string]string{"a": "b"}, "second")
		}, []bad{{"deliveries", healthFail, "401"}}},
		"a delivery lost": {func(w *ward) {
			w.code = http.StatusBadGateway
			w.sim.Push(w.repo, "main", map[string]string{"a": "b"}, "second")
			w.code = http.StatusAccepted
			w.sim.Push(w.repo, "main", map[string]string{"a": "c"}, "third")
		}, []bad{{"deliveries", healthWarn, "never arrived"}}},
		"a delivery that came later": {func(w *ward) {
			w.code = http.StatusBadGateway
			w.sim.Push(w.repo, "main", map[string]string{"a": "b"}, "second")
			w.code = http.StatusAccepted
			for _, d := range w.sim.Deliveries() {
				if !d.Delivered() {
					w.sim.Redeliver(d.ID)
				}
			}
		}, nil},
	})
}

// find wants each illness to show in its lines and no others, with advice and
// without secrets.
func find(t *testing.T, all map[string]illness) {
	t.Helper()
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWard(t)
			tc.do(w)
			var got []bad
			for _, l := range w.examine() {
				if strings.Contains(l.Message+l.Advice, "hunter2") || strings.Contains(l.Message+l.Advice, w.set["CASTELLAN_WEBHOOK_SECRET"]) && w.set["CASTELLAN_WEBHOOK_SECRET"] != "short" && w.set["CASTELLAN_WEBHOOK_SECRET"] != "" {
					t.Errorf("a secret is shown: %+v", l)
				}
				if l.Status == healthOK || l.Status == healthSkip {
					continue
				}
				if l.Advice == "" {
					t.Errorf("no advice: %+v", l)
				}
				b := bad{l.Check, l.Status, l.Message}
				if i := len(got); i < len(tc.want) && strings.Contains(l.Message, tc.want[i].says) {
					b.says = tc.want[i].says
				}
				got = append(got, b)
			}
			if d := cmp.Diff(tc.want, got, cmp.AllowUnexported(bad{})); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

// grant changes what the installation has granted; level "" takes it away.
func (w *ward) grant(permission, level string) {
	m, err := manifest.Default()
	must(w.t, err)
	granted := m.Granted()
	if granted[permission] = level; level == "" {
		delete(granted, permission)
	}
	w.sim.SetPermissions(w.id, granted)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestDoctorCommand: both forms, and the exit code of each.
func TestDoctorCommand(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	env := func(name string) string { return w.set[name] }
	for _, step := range []struct {
		do   func()
		code int
		word string
	}{
		{func() {}, exitOK, healthOK},
		{func() { w.policy("invalid", "castellan.yml:3:1: \x1b[31munknown key") }, exitFindings, healthWarn},
		{func() { w.grant("checks", "") }, exitError, healthFail},
	} {
		step.do()
		var stdout, stderr strings.Builder
		if code := run(t.Context(), []string{"doctor"}, env, &stdout, &stderr); code != step.code || stderr.Len() > 0 || strings.Contains(stdout.String(), "\x1b") {
			t.Errorf("%d, want %d\n%q\n%s", code, step.code, stdout.String(), stderr.String())
		}
		stdout.Reset()
		if code := run(t.Context(), []string{"doctor", "--json"}, env, &stdout, &stderr); code != step.code {
			t.Errorf("%d, want %d\n%s", code, step.code, stdout.String())
		}
		var out struct {
			Schema int
			Status string
			Checks []line
		}
		if err := json.Unmarshal([]byte(stdout.String()), &out); err != nil || out.Schema != 1 || out.Status != step.word || len(out.Checks) < 10 {
			t.Errorf("%v: %s", err, stdout.String())
		}
	}
}

// TestEverySettingIsAFlag of doctor, and secrets' own flags are refused.
func TestEverySettingIsAFlag(t *testing.T) {
	t.Parallel()
	for _, s := range config.Flags() {
		if s.Name == "data-dir" {
			continue // any folder will do
		}
		var stdout, stderr strings.Builder
		code := run(t.Context(), []string{"migrate", "--" + s.Name, "x"}, envOf("HOME", t.TempDir()), &stdout, &stderr)
		known := s.Name == "config" || strings.HasPrefix(s.Name, "database-url")
		if unknown := strings.Contains(stderr.String(), "unknown flag"); code != exitError || unknown == known {
			t.Errorf("migrate --%s: %d %s", s.Name, code, stderr.String())
		}
		if !s.Refused() {
			continue
		}
		stdout.Reset()
		run(t.Context(), []string{"doctor", "--json", "--" + s.Name, "x"}, envOf("HOME", t.TempDir(), "CASTELLAN_GITHUB_URL", "http://127.0.0.1:1"), &stdout, &stderr)
		if !strings.Contains(stdout.String(), "a secret on a command line") {
			t.Errorf("--%s: %s", s.Name, stdout.String())
		}
	}
}

func TestDoctorReady(t *testing.T) {
	t.Parallel()
	code := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(code)
	}))
	defer server.Close()
	at := server.Listener.Addr().String()
	for _, step := range []struct {
		code int
		env  []string
		want int
	}{
		{200, []string{"CASTELLAN_LISTEN", at}, exitOK},
		{503, []string{"CASTELLAN_LISTEN", at}, exitError},
		{200, []string{"CASTELLAN_LISTEN", "127.0.0.1:1"}, exitError},
		{200, []string{"CASTELLAN_ROLE", "worker", "CASTELLAN_METRICS_LISTEN", at}, exitOK},
		{200, []string{"CASTELLAN_ROLE", "worker", "CASTELLAN_METRICS_LISTEN", "off"}, exitError},
		{200, []string{"CASTELLAN_LISTEN", "nowhere"}, exitError},
	} {
		code = step.code
		var stdout, stderr strings.Builder
		if got := run(t.Context(), []string{"doctor", "--ready"}, envOf(append(step.env, "HOME", t.TempDir())...), &stdout, &stderr); got != step.want {
			t.Errorf("%v: %d, want %d\n%s%s", step.env, got, step.want, stdout.String(), stderr.String())
		}
	}
}
