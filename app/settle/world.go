package settle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/db/query"
)

// world is what surrounds the cases of a repository.
type world struct {
	*Settler
	rp         *repo.Repo
	pol        *policy.Policy
	seen       *sight
	governance *repo.Repo
	others     []casework.Case // of the installation, with an issue or about to have one
	rows       []query.Case
	members    []casework.Case // of the repository's roll-up; known once the cases it does not hold are planned
	rollUp     *casework.Case  // nil until it is planned
}

// world gathers it.
func (s *Settler) world(ctx context.Context, rp *repo.Repo, pol *policy.Policy, seen *sight) (*world, error) {
	w := &world{Settler: s, rp: rp, pol: pol, seen: seen}
	rows, err := s.Keeper.Store.Queries().CasesOfInstallation(ctx, rp.InstallationID)
	if err != nil {
		return nil, fmt.Errorf("list the cases of installation %d: %w", rp.InstallationID, err)
	}
	w.rows = rows
	for i := range rows {
		c, err := caseOf(&rows[i])
		if err != nil {
			return nil, err
		}
		w.others = append(w.others, c)
	}
	if name := pol.GovernanceRepository; name != "" {
		o, n, _ := strings.Cut(name, "/")
		found, err := rp.Client().Repository(ctx, o, n)
		switch {
		case errors.Is(err, github.ErrNotFound), errors.Is(err, github.ErrForbidden):
		case err != nil:
			return nil, fmt.Errorf("read the governance repository %s: %w", name, err)
		default:
			if w.governance, err = s.Keeper.Record(ctx, rp.InstallationID, found); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

// note takes what became of a case into account for those that follow.
func (w *world) note(f *file) {
	i := slices.IndexFunc(w.rows, func(r query.Case) bool { return r.ID == f.row.ID })
	if i < 0 {
		w.rows, w.others = append(w.rows, f.row), append(w.others, f.stored)
		return
	}
	w.rows[i], w.others[i] = f.row, f.stored
}

// around is the context of one case.
func (w *world) around(ctx context.Context, f *file, obs *casework.Observation) (*casework.Context, error) {
	c := &casework.Context{
		Now: w.Now(), Policy: w.pol, Rules: w.Rules, Published: w.rp.Published, OpenedBy: map[string]int{},
		Repository: describe(w.rp, w.seen.commit == ""),
	}
	if w.governance != nil {
		g := describe(w.governance, false)
		c.Governance = &g
	}
	for i := range w.others {
		o := &w.others[i]
		if w.rows[i].ID == f.row.ID {
			continue
		}
		if w.rows[i].RepositoryID == w.rp.ID && (o.State == casework.Open || o.State == casework.Rotation) && o.Kind != casework.KindRollUp {
			c.OpenIssues++
		}
		if w.Now().Sub(o.Opened) < 24*time.Hour {
			for _, login := range o.Asked {
				c.OpenedBy[strings.ToLower(login)]++
			}
			if len(o.Asked) == 0 {
				c.OpenedBy[""]++
			}
		}
	}
	if f.stored.Kind == casework.KindRollUp {
		c.Members = w.members
	} else {
		c.RollUp = w.rollUp
	}
	var err error
	c.Owner, err = owner.Resolve(ctx, &directory{w.rp}, w.request(f, obs))
	if err != nil {
		return nil, fmt.Errorf("find who answers for %s: %w", f.integration.Identity, err)
	}
	return c, nil
}

func describe(r *repo.Repo, empty bool) casework.Repository {
	return casework.Repository{
		Name: r.FullName(), Visibility: r.Visibility, HasIssues: r.HasIssues, Archived: r.Archived, Disabled: r.Disabled, Fork: r.Fork,
		Template: r.Template, Empty: empty,
	}
}

// request asks who answers for the places of a case, the present ones first.
func (w *world) request(f *file, obs *casework.Observation) owner.Request {
	q := owner.Request{Codeowners: w.seen.codeowners}
	have := map[string]bool{}
	add := func(path, commit string) {
		if path == "" || have[path] {
			return
		}
		have[path] = true
		q.Places = append(q.Places, owner.Place{Path: path, Commit: commit})
		q.Policy = append(q.Policy, w.pol.OwnersOf(w.rp.FullName(), path)...)
	}
	if obs != nil {
		for i := range obs.Findings {
			add(obs.Findings[i].Path, obs.Findings[i].Origin.Commit)
		}
	}
	known := f.stored.Findings
	if f.stored.Kind == casework.KindRollUp {
		known = slices.Concat(known, findings(w.members))
	}
	for i := range known {
		add(known[i].Finding.Path, known[i].From)
	}
	return q
}

// live reads the issue of a case from GitHub. It is nil if there is none.
func (s *Settler) live(ctx context.Context, w *world, f *file) (*casework.Live, error) {
	if f.stored.Issue.Number == 0 {
		return nil, nil
	}
	at, err := w.place(ctx, f.stored.Issue.Repository)
	if err != nil {
		return nil, err
	}
	if at == nil {
		return &casework.Live{Gone: true}, nil
	}
	issue, err := at.Client().Issue(ctx, at.Ref(), f.stored.Issue.Number)
	switch {
	case errors.Is(err, github.ErrNotFound), errors.Is(err, github.ErrGone):
		return &casework.Live{Gone: true}, nil
	case errors.Is(err, github.ErrForbidden): // nothing is planned against an issue that was not read
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read issue %d: %w", f.stored.Issue.Number, err)
	}
	if !strings.EqualFold(issue.Repository, at.FullName()) { // transferred
		if at, err = w.place(ctx, issue.Repository); err != nil {
			return nil, err
		}
		if at == nil {
			return &casework.Live{Gone: true}, nil
		}
	}
	self := s.Keeper.Self()
	return &casework.Live{
		Repository: at.FullName(), Visibility: at.Visibility, Number: issue.Number, Title: issue.Title, Body: issue.Body, State: issue.State,
		StateReason: issue.StateReason, Assignees: issue.Assignees, ClosedAt: issue.ClosedAt, UpdatedAt: issue.UpdatedAt,
		ClosedBy: casework.Actor{Login: issue.ClosedBy, Bot: strings.HasSuffix(issue.ClosedBy, "[bot]"), Us: self != "" && issue.ClosedBy == self},
	}, nil
}

// place is the repository an issue is in: the case's own, the governance
// repository, or nil for one that is out of reach.
func (w *world) place(ctx context.Context, name string) (*repo.Repo, error) {
	switch {
	case name == "" || strings.EqualFold(name, w.rp.FullName()):
		return w.rp, nil
	case w.governance != nil && strings.EqualFold(name, w.governance.FullName()):
		return w.governance, nil
	}
	o, n, _ := strings.Cut(name, "/")
	found, err := w.rp.Client().Repository(ctx, o, n)
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read repository %s: %w", name, err)
	}
	return w.Keeper.Record(ctx, w.rp.InstallationID, found)
}

// directory asks GitHub about people, for one repository.
type directory struct{ rp *repo.Repo }

// User implements owner.Directory.
func (d *directory) User(ctx context.Context, login string) (owner.User, bool, error) {
	u, err := d.rp.Client().Account(ctx, d.rp.Ref(), login)
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrForbidden) {
		return owner.User{}, false, nil
	}
	return user(u), err == nil, err
}

// TeamMembers implements owner.Directory.
func (d *directory) TeamMembers(ctx context.Context, org, slug string) ([]owner.User, bool, error) {
	all, err := d.rp.Client().TeamMembers(ctx, org, slug)
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrForbidden) {
		return nil, false, nil
	}
	return users(all), err == nil, err
}

// Author implements owner.Directory.
func (d *directory) Author(ctx context.Context, commit string) (owner.User, error) {
	u, err := d.rp.Client().CommitAuthor(ctx, d.rp.Ref(), commit)
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrForbidden) {
		return owner.User{}, nil
	}
	return user(u), err
}

// Admins implements owner.Directory.
func (d *directory) Admins(ctx context.Context) ([]owner.User, error) {
	all, err := d.rp.Client().Admins(ctx, d.rp.Ref())
	if errors.Is(err, github.ErrForbidden) {
		return nil, nil
	}
	return users(all), err
}

// Belongs implements owner.Directory.
func (d *directory) Belongs(ctx context.Context, login string) (bool, error) {
	state, _, err := d.rp.Client().Membership(ctx, d.rp.Owner, login)
	if err == nil && state == "active" {
		return true, nil
	}
	if err != nil && !errors.Is(err, github.ErrNotFound) && !errors.Is(err, github.ErrForbidden) {
		return false, err
	}
	level, err := d.rp.Client().Permission(ctx, d.rp.Ref(), login) // an outside collaborator, or the owner of a personal account
	if errors.Is(err, github.ErrNotFound) {
		return false, nil
	}
	return level == "admin" || level == "maintain" || level == "write", err
}

// Assignable implements owner.Directory.
func (d *directory) Assignable(ctx context.Context, login string) (bool, error) {
	ok, err := d.rp.Client().Assignable(ctx, d.rp.Ref(), login)
	if errors.Is(err, github.ErrForbidden) {
		return false, nil
	}
	return ok, err
}

func user(u github.User) owner.User { return owner.User{Login: u.Login, Type: u.Type} }

func users(all []github.User) []owner.User {
	out := make([]owner.User, 0, len(all))
	for _, u := range all {
		out = append(out, user(u))
	}
	return out
}
