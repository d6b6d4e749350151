package repo

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners/credential"
)

// policyPath is where the organisation's policy stands in its repository.
const policyPath = "castellan.yml"

// States of a policy file as it was read last.
const (
	policyOK         = "ok"
	policyAbsent     = "absent" // the defaults hold
	policyUnreadable = "unreadable"
	policyInvalid    = "invalid"
)

// PolicyRepository is owner/name of where the policy of an owner stands.
func (k *Keeper) PolicyRepository(owner string) (policyOwner, name string) {
	if o, n, ok := strings.Cut(k.PolicyRepo, "/"); ok {
		return o, n
	}
	if k.PolicyRepo != "" {
		return owner, k.PolicyRepo
	}
	return owner, ".github"
}

// HoldsPolicy reports whether the repository is the one the policy stands in.
func (r *Repo) HoldsPolicy() bool {
	owner, name := r.keeper.PolicyRepository(r.Owner)
	return strings.EqualFold(owner, r.Owner) && strings.EqualFold(name, r.Name)
}

// Policy is what holds for the repository: the organisation's last good policy
// or the defaults. It is read from GitHub the first time it is asked for.
func (r *Repo) Policy(ctx context.Context) (*policy.Policy, checkrun.PolicyState, error) {
	row, err := r.keeper.Store.Queries().PolicyFile(ctx, r.InstallationID)
	if errors.Is(err, sql.ErrNoRows) {
		row, err = r.keeper.RefreshPolicy(ctx, r.InstallationID, r.Owner)
	}
	if err != nil {
		return nil, checkrun.PolicyState{}, fmt.Errorf("read the policy of %s: %w", r.Owner, err)
	}
	state := checkrun.PolicyState{}
	if row.State == policyUnreadable || row.State == policyInvalid {
		state.Problem = row.Problem
	}
	if row.Content == "" {
		return policy.Defaults(), state, nil
	}
	state.Source = row.Source + " at " + row.CommitSha[:min(10, len(row.CommitSha))]
	p, err := policy.Read(policyPath, []byte(row.Content), policy.ReadOptions{Rules: scan.RuleIDs(r.keeper.Scanners, r.keeper.Rules)})
	if err != nil { // good when it was stored, by another version
		return policy.Defaults(), checkrun.PolicyState{Problem: "the stored policy cannot be read by this version of Castellan"}, nil
	}
	return p, state, nil
}

// RefreshPolicy reads the policy file from the default branch of its
// repository. What cannot be used leaves the last good one in place.
func (k *Keeper) RefreshPolicy(ctx context.Context, installation int64, owner string) (query.PolicyFile, error) {
	old, err := k.Store.Queries().PolicyFile(ctx, installation)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return old, err
	}
	policyOwner, name := k.PolicyRepository(owner)
	row := query.PutPolicyFileParams{
		InstallationID: installation, Source: policyOwner + "/" + name, CommitSha: old.CommitSha, Content: old.Content, Now: k.Now().UnixMilli(),
	}
	commit, data, err := k.readPolicy(ctx, installation, owner, policyOwner, name)
	lost := errors.Is(err, errPolicyLost)
	if err != nil && !lost {
		return old, err
	}
	_, err = policy.Read(policyPath, data, policy.ReadOptions{Rules: scan.RuleIDs(k.Scanners, k.Rules)})
	switch {
	case lost && old.Content != "": // access that is lost loosens nothing
		row.State, row.Problem = policyUnreadable, row.Source+" is out of reach of the App"
	case err == nil && holdsCredential(data) > 0:
		row.State, row.Problem = policyInvalid, leaks(policyPath, holdsCredential(data))
	case err == nil:
		row.State, row.CommitSha, row.Content = policyOK, commit, string(data)
	case errors.Is(err, policy.ErrAbsent):
		row.State, row.CommitSha, row.Content = policyAbsent, commit, ""
		row.Problem = "there is no " + policyPath + " in " + row.Source + ": the defaults hold"
	case errors.Is(err, policy.ErrUnreadable):
		row.State, row.Problem = policyUnreadable, oneLine(err)
	default:
		row.State, row.Problem = policyInvalid, oneLine(err)
	}
	err = k.Store.InTx(ctx, func(tx *sql.Tx) error {
		n, err := db.In(tx).PutPolicyFile(ctx, row)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.In(tx).TouchPolicyFile(ctx, query.TouchPolicyFileParams{InstallationID: installation, Now: row.Now})
		}
		return db.Audit(ctx, tx, k.Now(), db.Event{
			Actor: "castellan", Action: "policy.read", Installation: installation, Subject: row.Source,
			Detail: map[string]string{"state": row.State, "commit": row.CommitSha, "problem": row.Problem},
		})
	})
	if err != nil {
		return old, fmt.Errorf("record the policy of %s: %w", owner, err)
	}
	return k.Store.Queries().PolicyFile(ctx, installation)
}

// Policies are the good policies of all installations of which at least one
// wants look-ups; none if no one does.
func (k *Keeper) Policies(ctx context.Context) ([]*policy.Policy, error) {
	installations, err := k.Store.Queries().Installations(ctx)
	if err != nil {
		return nil, fmt.Errorf("list installations: %w", err)
	}
	var all []*policy.Policy
	wanted := false
	for i := range installations {
		row, err := k.Store.Queries().PolicyFile(ctx, installations[i].ID)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the policy of %s: %w", installations[i].AccountLogin, err)
		}
		if p, err := policy.Read(policyPath, []byte(row.Content)); err == nil {
			all = append(all, p)
			wanted = wanted || p.Lookup.Enabled
		}
	}
	if !wanted {
		return nil, nil
	}
	return all, nil
}

// holdsCredential is the first line of a file with a credential that shows its
// vendor, 0 for none: the database holds what is read, and never one of those.
func holdsCredential(data []byte) int {
	masked := strings.Split(credential.RedactKnown(string(data)), "\n")
	for i, line := range strings.Split(string(data), "\n") {
		if i >= len(masked) || masked[i] != line {
			return i + 1
		}
	}
	return 0
}

func leaks(path string, line int) string {
	return fmt.Sprintf("%s:%d: a credential stands here: revoke it and take it out", path, line)
}

// errPolicyLost is a policy repository that is not there, or out of reach.
var errPolicyLost = errors.New("the policy repository is out of reach")

// installationOf is the App's installation on an account. errPolicyLost if there
// is none.
func (k *Keeper) installationOf(ctx context.Context, account string) (int64, error) {
	row, err := k.Store.Queries().InstallationOfAccount(ctx, account)
	if err == nil {
		return row.ID, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("find the installation on %s: %w", account, err)
	}
	all, err := k.App.Installations(ctx)
	if err != nil {
		return 0, fmt.Errorf("find the installation on %s: %w", account, err)
	}
	for i := range all {
		if strings.EqualFold(all[i].AccountLogin, account) {
			_, err := k.SyncInstallation(ctx, all[i].ID)
			return all[i].ID, err
		}
	}
	return 0, errPolicyLost
}

// readPolicy gives the file and the commit it was read at; no data if there is
// no such file.
func (k *Keeper) readPolicy(ctx context.Context, installation int64, owner, policyOwner, name string) (commit string, data []byte, err error) {
	if !strings.EqualFold(owner, policyOwner) { // only its own installation may read it
		if installation, err = k.installationOf(ctx, policyOwner); err != nil {
			return "", nil, err
		}
	}
	found, err := k.App.Installation(installation).Repository(ctx, policyOwner, name)
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrForbidden) {
		return "", nil, errPolicyLost
	}
	if err != nil {
		return "", nil, err
	}
	r, err := k.Record(ctx, installation, found)
	if err != nil {
		return "", nil, err
	}
	m, err := r.Mirror(ctx)
	if err != nil {
		return "", nil, err
	}
	defer m.Close()
	branch := "refs/heads/" + r.DefaultBranch
	refs, err := m.FetchRefs(ctx, []string{branch})
	_ = r.Failed(err)
	if errors.Is(err, gitstore.ErrEmpty) || err == nil && refs[branch] == "" {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	data, err = readFile(ctx, m, refs[branch], policyPath)
	return refs[branch], data, err
}

// readFile is the content of a policy file at a commit, nil if there is none.
// Of one that is too large or damaged it is too large, too: the policy package
// says so of either.
func readFile(ctx context.Context, m *gitstore.Mirror, commit, path string) (data []byte, err error) {
	if id, _, err := m.BlobAt(commit, path); err != nil || id == "" {
		return nil, err
	}
	read := func() error {
		data = nil
		_, err := m.Tree(ctx, commit, gitstore.Visit{
			Want:     func(p string) bool { return p == path },
			MaxBytes: policy.MaxBytes + 1,
			Entry:    func(e gitstore.Entry) error { data = append([]byte{}, e.Data...); return nil },
			Skip: func(s gitstore.Skip) {
				if s.Path == path {
					data = make([]byte, policy.MaxBytes+1)
				}
			},
		})
		return err
	}
	err = errors.Join(m.Complete(ctx, read), read())
	return data, err
}

// ownPath is where a repository keeps its own policy.
const ownPath = ".github/castellan.yml"

// Tighten lets the repository's own file at a commit of its default branch
// tighten the organisation's policy. Of one that cannot be used the last good
// version holds, if there was one, and state says so.
func (r *Repo) Tighten(ctx context.Context, m *gitstore.Mirror, commit string, p *policy.Policy, state *checkrun.PolicyState) (*policy.Policy, error) {
	if commit == "" {
		return p, nil
	}
	data, err := readFile(ctx, m, commit, ownPath)
	if err != nil {
		return nil, fmt.Errorf("read the policy of %s: %w", r.FullName(), err)
	}
	own, problem := r.ownPolicy(data)
	switch {
	case problem == nil || errors.Is(problem, policy.ErrAbsent):
		if err := r.keepPolicy(ctx, commit, string(data)); err != nil {
			return nil, err
		}
	default:
		told := oneLine(problem)
		if r.OwnPolicy != "" {
			told += "; its last good version holds"
		}
		state.Problem = cmp.Or(state.Problem, told)
		if own, err = r.ownPolicy([]byte(r.OwnPolicy)); err != nil { // there is none, or another version of Castellan took it
			return p, nil
		}
	}
	if own == nil {
		return p, nil
	}
	tightened, _ := p.Tighten(own)
	return tightened, nil
}

// ownPolicy reads a repository's own file.
func (r *Repo) ownPolicy(data []byte) (*policy.Policy, error) {
	own, err := policy.ReadRepository(ownPath, data, policy.ReadOptions{Rules: scan.RuleIDs(r.keeper.Scanners, r.keeper.Rules)})
	if line := holdsCredential(data); err == nil && line > 0 {
		return nil, errors.New(leaks(ownPath, line))
	}
	return own, err
}

// keepPolicy stores the repository's own file, which is good, or "" for none.
func (r *Repo) keepPolicy(ctx context.Context, commit, content string) error {
	if content == r.OwnPolicy {
		return nil
	}
	err := r.keeper.Store.InTx(ctx, func(tx *sql.Tx) error {
		n, err := db.In(tx).SetRepositoryPolicy(ctx, query.SetRepositoryPolicyParams{OwnPolicy: content, Now: r.keeper.Now().UnixMilli(), ID: r.ID})
		if err != nil || n == 0 {
			return err
		}
		state := policyOK
		if content == "" {
			state = policyAbsent
		}
		return db.Audit(ctx, tx, r.keeper.Now(), db.Event{
			Actor: "castellan", Action: "policy.read", Installation: r.InstallationID, Repository: r.ID, Subject: ownPath,
			Detail: map[string]string{"state": state, "commit": commit},
		})
	})
	if err != nil {
		return fmt.Errorf("record the policy of %s: %w", r.FullName(), err)
	}
	r.OwnPolicy = content
	return nil
}

// oneLine is an error for people, without what could be a credential.
func oneLine(err error) string {
	return credential.Redact(strings.ReplaceAll(err.Error(), "\n", "; "))
}
