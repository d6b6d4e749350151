package judge

import (
	"database/sql"
	"log/slog"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// The sweeper works through what it listed one after another. A verdict that was
// given meanwhile, or a run that was started again, is not for it.
func TestSweepLeavesWhatWasJudgedMeanwhile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		now := func() time.Time { return time.UnixMilli(1_800_000_000_000) }
		log := slog.New(slog.DiscardHandler)
		box := &outbox.Outbox{Store: s, DryRun: true, Now: now, Log: log}
		j := &Judge{Keeper: &repo.Keeper{Store: s, Version: "1", Now: now, Log: log}, Outbox: box, Now: now, Log: log}
		box.Senders = j.Senders()
		tx := func(do func(q *query.Queries) error) {
			t.Helper()
			if err := s.InTx(t.Context(), func(tx *sql.Tx) error { return do(db.In(tx)) }); err != nil {
				t.Fatal(err)
			}
		}
		start := func(sha string, at time.Time) {
			tx(func(q *query.Queries) error {
				_, err := q.StartCheckRun(t.Context(), query.StartCheckRunParams{RepositoryID: 2, HeadSha: sha, Now: at.UnixMilli()})
				return err
			})
		}
		tx(func(q *query.Queries) error {
			return q.PutInstallation(t.Context(), query.PutInstallationParams{ID: 1, AccountLogin: "acme", Permissions: "{}"})
		})
		tx(func(q *query.Queries) error {
			_, err := q.PutRepository(t.Context(), query.PutRepositoryParams{ID: 2, InstallationID: 1, Owner: "acme", Name: "shop", DefaultBranch: "main"})
			return err
		})
		for _, sha := range []string{"stale", "judged", "started"} {
			start(sha, now().Add(-time.Hour))
		}
		listed, err := s.Queries().StaleCheckRuns(t.Context(), query.StaleCheckRunsParams{Before: now().Add(-staleAfter).UnixMilli(), Most: 10})
		if err != nil || len(listed) != 3 {
			t.Fatal(listed, err)
		}
		start("started", now())
		start("judged", now())
		for i := range listed {
			if listed[i].HeadSha == "judged" {
				tx(func(q *query.Queries) error {
					return q.CompleteCheckRun(t.Context(), query.CompleteCheckRunParams{Conclusion: "failure", Version: "1", Digest: "d", Now: now().UnixMilli(), ID: listed[i].ID})
				})
			}
		}
		for i := range listed {
			if err := j.sweep(t.Context(), &listed[i]); err != nil {
				t.Fatal(err)
			}
		}
		for sha, want := range map[string]string{"stale": "completed neutral", "judged": "completed failure", "started": "in_progress "} {
			row, err := s.Queries().CheckRun(t.Context(), query.CheckRunParams{RepositoryID: 2, HeadSha: sha})
			if err != nil {
				t.Fatal(err)
			}
			if got := row.Status + " " + row.Conclusion; got != want {
				t.Errorf("%s: %q, want %q", sha, got, want)
			}
		}
	})
}
