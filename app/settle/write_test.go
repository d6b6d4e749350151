package settle

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// desk is a Settler with a case to write about, at a simulated GitHub. ahead is
// how far its clock is ahead of GitHub's.
type desk struct {
	*Settler
	t     *testing.T
	sim   *ghsim.Sim
	shop  *ghsim.Repo
	at    *repo.Repo
	row   query.Case
	ahead time.Duration
}

func newDesk(t *testing.T, s *db.Store) *desk {
	t.Helper()
	d := &desk{t: t, sim: ghsim.New(t, ghsim.Options{})}
	d.sim.Org("acme", "olga")
	d.shop = d.sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n"}})
	installation := d.sim.Install("acme")
	app, err := github.New(github.Config{WebURL: d.sim.URL, AppID: d.sim.AppID(), PrivateKey: d.sim.PrivateKey(), CreationGap: -1})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(d.ahead) }
	log := slog.New(slog.DiscardHandler)
	d.Settler = &Settler{
		Keeper: &repo.Keeper{Store: s, App: app, Version: "1", Self: func() string { return d.sim.AppSlug() + "[bot]" }, Now: now, Log: log},
		Outbox: &outbox.Outbox{Store: s, Now: now, Log: log}, Now: now, Log: log,
	}
	d.Outbox.Senders = d.Senders()
	if _, err := d.Keeper.SyncInstallation(t.Context(), installation); err != nil {
		t.Fatal(err)
	}
	found, err := app.Installation(installation).Repository(t.Context(), "acme", "shop")
	if err != nil {
		t.Fatal(err)
	}
	if d.at, err = d.Keeper.Record(t.Context(), installation, found); err != nil {
		t.Fatal(err)
	}
	d.tx(func(ctx context.Context, tx *sql.Tx) error {
		in, err := inventory.Ensure(ctx, tx, installation, &scanners.Integration{ID: "mcp/a", Kind: scanners.KindMCPServer, Name: "a"}, now())
		if err != nil {
			return err
		}
		d.row, err = db.In(tx).OpenCase(ctx, query.OpenCaseParams{IntegrationID: in.ID, RepositoryID: d.at.ID, Now: now().UnixMilli()})
		return err
	})
	return d
}

func (d *desk) tx(do func(ctx context.Context, tx *sql.Tx) error) {
	d.t.Helper()
	if err := d.Keeper.Store.InTx(d.t.Context(), func(tx *sql.Tx) error { return do(d.t.Context(), tx) }); err != nil {
		d.t.Fatal(err)
	}
}

// write plans an action under a key and makes it.
func (d *desk) write(key string, a casework.Action) string {
	d.t.Helper()
	a.Key = key
	d.tx(func(ctx context.Context, tx *sql.Tx) error {
		return d.plan(ctx, tx, nil, &world{Settler: d.Settler, rp: d.at}, &file{row: d.row}, []casework.Action{a}, []*repo.Repo{d.at})
	})
	if err := d.Outbox.Flush(d.t.Context(), subject(d.row.ID)); err != nil {
		d.t.Fatal(err)
	}
	return d.state(key)
}

func (d *desk) state(key string) string {
	d.t.Helper()
	row, err := d.Keeper.Store.Queries().Write(d.t.Context(), key)
	if err != nil {
		d.t.Fatal(err)
	}
	return row.State
}

// An issue whose creation had no answer, and could not be looked for until the
// write was given up, is found when it is planned again, not made twice.
func TestAnIssueThatWasGivenUpIsNotMadeTwice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		d := newDesk(t, s)
		const route = "/repos/{owner}/{repo}/issues"
		d.sim.Inject(ghsim.Fault{Method: "POST", Route: route, Effect: ghsim.ServerErrorAfter, Times: 1})
		heal := d.sim.Inject(ghsim.Fault{Method: "GET", Route: route, Effect: ghsim.ServerError})
		create := casework.Action{Kind: casework.Create, Title: "a", Body: fmt.Sprintf("<!-- castellan:case=%d -->\na\n<!-- castellan:end -->", d.row.ID)}
		key := fmt.Sprintf("case/%d/create/0", d.row.ID)
		if got := d.write(key, create); got != "sending" {
			t.Fatalf("the write whose answer was lost is %s", got)
		}
		for range 40 {
			d.ahead += 5 * time.Minute
			if _, err := d.Outbox.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.state(key); got != "failed" {
			t.Fatalf("after hours of failures the write is %s", got)
		}
		heal()
		if got := d.write(key, create); got != "done" {
			t.Errorf("planned again the write is %s", got)
		}
		row, err := s.Queries().CaseByID(t.Context(), d.row.ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := caseOf(&row)
		if err != nil {
			t.Fatal(err)
		}
		all := d.sim.Issues(d.shop)
		if len(all) != 1 || row.IssueNumber != int64(all[0].Number) || c.Issue.Number != all[0].Number || c.Issue.Repository != "acme/shop" {
			t.Errorf("%d issues, the case knows %d in its row and %+v", len(all), row.IssueNumber, c.Issue)
		}
	})
}
