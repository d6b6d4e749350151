// Package repo is what jobs know of a repository: its row, its client, its
// mirror on disk, the policy that holds for it, and how it is scanned.
package repo

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Keeper opens repositories for jobs.
type Keeper struct {
	Store    *db.Store
	App      *github.App
	Mirrors  *gitstore.Mirrors
	Scanners []scanners.Scanner
	Rules    []scanners.Rule // of sources that are no scanners
	Lookup   scan.Lookup     // for organisations whose policy wants look-ups
	Hasher   *credential.Hasher
	Version  string // of the scanners
	// PolicyRepo is "owner/name", or "name" of the owner of each repository; ""
	// is ".github".
	PolicyRepo string
	Self       func() string // login of the app's own bot, "" while unknown
	Now        func() time.Time
	Log        *slog.Logger
}

// Repo is one repository as a job works on it.
type Repo struct {
	query.Repository
	Template, Disabled bool // known after Record or Refresh only
	keeper             *Keeper
}

// Hint is what a delivery said of a repository that may not be known yet.
type Hint struct{ Owner, Name string }

// ErrNotOurs is a repository that no installation of ours reaches any more.
type ErrNotOurs struct{ ID int64 }

// Error implements error.
func (e ErrNotOurs) Error() string {
	return fmt.Sprintf("repository %d is out of reach of the App", e.ID)
}

// Permanent tells the outbox not to try again.
func (ErrNotOurs) Permanent() bool { return true }

// Lost says that an error is of a repository out of reach: deleted, transferred
// or taken from the App. Nothing is left to do about it, and that is no failure
// (lesson 13).
func Lost(err error) bool { return errors.As(err, new(ErrNotOurs)) }

// Open finds a repository by GitHub's id. One that is not known is asked for by
// the hint, one that was removed is not opened.
func (k *Keeper) Open(ctx context.Context, installation, id int64, hint Hint) (*Repo, error) {
	row, err := k.Store.Queries().Repository(ctx, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (row.RemovedAt > 0 || row.InstallationID != installation || row.DefaultBranch == "") {
		if hint.Name == "" && err == nil {
			hint = Hint{row.Owner, row.Name}
		}
		return k.discover(ctx, installation, id, hint)
	}
	if err != nil {
		return nil, fmt.Errorf("read repository %d: %w", id, err)
	}
	return &Repo{Repository: row, keeper: k}, nil
}

// discover asks GitHub for a repository and records it.
func (k *Keeper) discover(ctx context.Context, installation, id int64, hint Hint) (*Repo, error) {
	if hint.Name == "" {
		return nil, ErrNotOurs{id}
	}
	if err := k.ensureInstallation(ctx, installation); err != nil {
		return nil, err
	}
	found, err := k.App.Installation(installation).Repository(ctx, hint.Owner, hint.Name)
	if errors.Is(err, github.ErrNotFound) || err == nil && found.ID != id {
		return nil, ErrNotOurs{id}
	}
	if err != nil {
		return nil, fmt.Errorf("ask GitHub for repository %d: %w", id, err)
	}
	return k.Record(ctx, installation, found)
}

// Record stores a repository as GitHub has it now.
func (k *Keeper) Record(ctx context.Context, installation int64, r github.Repository) (out *Repo, err error) {
	err = k.Store.InTx(ctx, func(tx *sql.Tx) error {
		out, err = k.record(ctx, tx, installation, &r)
		return err
	})
	return out, err
}

// RecordAll is Record for many, some hundred in one transaction.
func (k *Keeper) RecordAll(ctx context.Context, installation int64, all []github.Repository) error {
	const most = 500
	for batch := range slices.Chunk(all, most) {
		err := k.Store.InTx(ctx, func(tx *sql.Tx) error {
			for i := range batch {
				if _, err := k.record(ctx, tx, installation, &batch[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) record(ctx context.Context, tx *sql.Tx, installation int64, r *github.Repository) (*Repo, error) {
	branch := r.DefaultBranch
	if credential.RedactKnown(branch) != branch {
		branch = "" // not to be stored: asked for each time
	}
	q := db.In(tx)
	old, err := q.Repository(ctx, r.ID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("record repository %d: %w", r.ID, err)
	}
	row, err := q.PutRepository(ctx, query.PutRepositoryParams{
		ID: r.ID, InstallationID: installation, Owner: r.Owner, Name: r.Name, DefaultBranch: branch,
		Visibility: r.Visibility, Archived: r.Archived, Fork: r.Fork, HasIssues: r.HasIssues, Now: k.Now().UnixMilli(),
	})
	if err != nil {
		return nil, fmt.Errorf("record repository %d: %w", r.ID, err)
	}
	out := &Repo{Repository: row, Template: r.Template, Disabled: r.Disabled, keeper: k}
	out.DefaultBranch = r.DefaultBranch
	if old.InstallationID == 0 || old.InstallationID == installation {
		return out, nil
	}
	return out, k.moved(ctx, tx, out, old.InstallationID)
}

// moved hands what is recorded of a repository over to the installation that it
// came to.
func (k *Keeper) moved(ctx context.Context, tx *sql.Tx, r *Repo, from int64) error {
	if err := inventory.Move(ctx, tx, r.ID, r.InstallationID, k.Now()); err != nil {
		return err
	}
	return db.Audit(ctx, tx, k.Now(), db.Event{
		Actor: "castellan", Action: "repository.moved", Installation: r.InstallationID, Repository: r.ID, Subject: r.FullName(),
		Detail: map[string]string{"from installation": fmt.Sprint(from)},
	})
}

// Refresh reads the repository from GitHub again. ErrNotOurs if it is gone.
func (r *Repo) Refresh(ctx context.Context) (*Repo, error) {
	return r.keeper.discover(ctx, r.InstallationID, r.ID, Hint{r.Owner, r.Name})
}

// ensureInstallation records an installation that is not known.
func (k *Keeper) ensureInstallation(ctx context.Context, id int64) error {
	row, err := k.Store.Queries().Installation(ctx, id)
	if err == nil && row.RemovedAt == 0 {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read installation %d: %w", id, err)
	}
	_, err = k.SyncInstallation(ctx, id)
	return err
}

// SyncInstallation records an installation as GitHub has it now. ok is false,
// and its row marked removed, if it is gone.
func (k *Keeper) SyncInstallation(ctx context.Context, id int64) (ok bool, err error) {
	now := k.Now().UnixMilli()
	in, err := k.App.ReadInstallation(ctx, id)
	if err == nil {
		permissions, err := json.Marshal(in.Permissions)
		if err != nil {
			return false, fmt.Errorf("record installation %d: %w", id, err)
		}
		return true, k.Store.InTx(ctx, func(tx *sql.Tx) error {
			return db.In(tx).PutInstallation(ctx, query.PutInstallationParams{
				ID: in.ID, AccountID: in.AccountID, AccountLogin: in.AccountLogin, AccountType: in.AccountType,
				RepositorySelection: in.RepositorySelection, Permissions: string(permissions), Suspended: !in.SuspendedAt.IsZero(), Now: now,
			})
		})
	}
	if !errors.Is(err, github.ErrNotFound) {
		return false, fmt.Errorf("read installation %d: %w", id, err)
	}
	return false, k.Store.InTx(ctx, func(tx *sql.Tx) error {
		n, err := db.In(tx).RemoveInstallation(ctx, query.RemoveInstallationParams{Now: now, ID: id})
		if err != nil || n == 0 {
			return err
		}
		return db.Audit(ctx, tx, k.Now(), db.Event{Actor: "castellan", Action: "installation.removed", Installation: id})
	})
}

// FullName is owner/name.
func (r *Repo) FullName() string { return r.Owner + "/" + r.Name }

// Ref is how the client names the repository.
func (r *Repo) Ref() github.Repo { return github.Repo{ID: r.ID, Owner: r.Owner, Name: r.Name} }

// Client calls GitHub for the installation.
func (r *Repo) Client() *github.Client { return r.keeper.App.Installation(r.InstallationID) }

// Mirror opens the mirror of the repository. The caller closes it.
func (r *Repo) Mirror(ctx context.Context) (*gitstore.Mirror, error) {
	return r.keeper.Mirrors.Open(ctx, strconv.FormatInt(r.ID, 10), gitstore.Remote{
		URL:   r.keeper.App.GitURL(r.Owner, r.Name),
		Token: func(ctx context.Context) (string, error) { return r.Client().GitToken(ctx, r.Ref()) },
	})
}

// Failed returns the error of work on the mirror. A token that git did not take
// has died before its time: the next attempt asks for another (lesson 21).
func (r *Repo) Failed(err error) error {
	if gitstore.Refused(err) {
		r.Client().Forget()
	}
	return err
}

// Read scans what base..commit brings in, or with no base the tree of commit,
// under a policy. What the mirror lacks is fetched first. Integrations have
// names that the database takes as they are.
func (r *Repo) Read(ctx context.Context, m *gitstore.Mirror, base, commit string, p *policy.Policy) (*scan.Report, error) {
	source := scan.Source{Repository: m.Repository, Name: r.FullName(), FullName: r.FullName(), Base: base, Commit: commit}
	options := r.options(p)
	if err := m.Complete(ctx, func() error { return scan.Needs(ctx, source, options) }); err != nil {
		return nil, err
	}
	report, err := scan.Read(ctx, source, options)
	if err != nil {
		return nil, err
	}
	known(report)
	return report, nil
}

// known names integrations as they will be found in the database.
func known(r *scan.Report) {
	for i := range r.Integrations {
		in := &r.Integrations[i]
		in.ID, in.Name = db.Text(in.ID), db.Text(in.Name)
	}
	for i := range r.Findings {
		r.Findings[i].Integration = db.Text(r.Findings[i].Integration)
	}
}

func (r *Repo) options(p *policy.Policy) scan.Options {
	o := scan.Options{
		Scanners: r.keeper.Scanners, Rules: r.keeper.Rules, Hasher: r.keeper.Hasher, Policy: p, Version: r.keeper.Version,
		Now: r.keeper.Now(), Everything: true, Jobs: 2,
	}
	if p.Lookup.Enabled {
		o.Lookup = r.keeper.Lookup
	}
	return o
}
