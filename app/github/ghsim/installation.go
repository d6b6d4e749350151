package ghsim

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"
)

// installation is the App on one account.
type installation struct {
	id          int64
	account     *account
	all         bool
	repos       map[int64]bool
	permissions map[string]string
	suspended   *time.Time
	created     time.Time
}

// covers says whether the installation has the repository.
func (i *installation) covers(r *Repo) bool {
	return i != nil && r != nil && !r.deleted && r.owner == i.account && (i.all || i.repos[r.ID])
}

func (i *installation) selection() string {
	if i.all {
		return "all"
	}
	return "selected"
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// Install puts the App on an account: on all repositories, or on those
// given. It sends installation.created and returns the installation's id.
func (s *Sim) Install(owner string, repos ...*Repo) int64 {
	var inst *installation
	s.change(func(ev *events) {
		inst = &installation{
			id: s.nextID(), account: s.account(owner, "Organization"), all: len(repos) == 0, repos: map[int64]bool{},
			permissions: maps.Clone(s.app.permissions), created: s.now(),
		}
		for _, r := range repos {
			inst.repos[r.ID] = true
		}
		s.installations[inst.id] = inst
		s.installationEvent(ev, inst, "created", object{"repositories": s.briefRepos(inst)})
	})
	return inst.id
}

func (s *Sim) installationEvent(ev *events, inst *installation, action string, parts object) {
	all := object{"installation": s.installationJSON(inst), "requester": nil}
	maps.Copy(all, parts)
	ev.to(inst, nil, "installation", action, s.owner(inst.account), all)
}

// Suspend stops the installation's tokens and events; Unsuspend ends that.
func (s *Sim) Suspend(id int64) {
	s.change(func(ev *events) {
		inst := s.mustInstallation(id)
		now := s.now()
		inst.suspended = &now
		s.installationEvent(ev, inst, "suspend", nil)
	})
}

// Unsuspend ends a suspension.
func (s *Sim) Unsuspend(id int64) {
	s.change(func(ev *events) {
		inst := s.mustInstallation(id)
		inst.suspended = nil
		s.installationEvent(ev, inst, "unsuspend", nil)
	})
}

// Uninstall removes the App from the account.
func (s *Sim) Uninstall(id int64) {
	s.change(func(ev *events) {
		inst := s.mustInstallation(id)
		s.installationEvent(ev, inst, "deleted", object{"repositories": s.briefRepos(inst)})
		delete(s.installations, id)
	})
}

// SetPermissions changes what an installation granted and tells the App.
func (s *Sim) SetPermissions(id int64, permissions map[string]string) {
	s.change(func(ev *events) {
		inst := s.mustInstallation(id)
		inst.permissions = maps.Clone(permissions)
		s.installationEvent(ev, inst, "new_permissions_accepted", nil)
	})
}

// AddToInstallation gives an installation with a selection more repositories.
func (s *Sim) AddToInstallation(id int64, repos ...*Repo) {
	s.change(func(ev *events) { s.reselect(ev, s.mustInstallation(id), repos, nil) })
}

// RemoveFromInstallation takes repositories away.
func (s *Sim) RemoveFromInstallation(id int64, repos ...*Repo) {
	s.change(func(ev *events) { s.reselect(ev, s.mustInstallation(id), nil, repos) })
}

func (s *Sim) reselect(ev *events, inst *installation, added, removed []*Repo) {
	action, in, out := "added", []any{}, []any{}
	for _, r := range added {
		inst.repos[r.ID] = true
		in = append(in, s.briefRepo(r))
	}
	for _, r := range removed {
		action = "removed"
		delete(inst.repos, r.ID)
		out = append(out, s.briefRepo(r))
	}
	ev.to(inst, nil, "installation_repositories", action, s.owner(inst.account), object{
		"installation": s.installationJSON(inst), "repository_selection": inst.selection(), "requester": nil,
		"repositories_added": in, "repositories_removed": out,
	})
}

func (s *Sim) mustInstallation(id int64) *installation {
	if s.installations[id] == nil {
		s.fatalf("no installation %d", id)
	}
	return s.installations[id]
}

// briefRepo is the short form installation events have.
func (s *Sim) briefRepo(r *Repo) object {
	return object{"id": r.ID, "node_id": nodeID("R", r.ID), "name": r.name, "full_name": r.fullName(), "private": r.private}
}

func (s *Sim) briefRepos(inst *installation) []any {
	out := []any{}
	for _, id := range sortedKeys(s.repos) {
		if inst.covers(s.repos[id]) {
			out = append(out, s.briefRepo(s.repos[id]))
		}
	}
	return out
}

func (s *Sim) installationJSON(inst *installation) object {
	api := s.URL + "/api/v3"
	out := object{
		"id": inst.id, "account": s.userJSON(inst.account), "repository_selection": inst.selection(),
		"access_tokens_url": api + "/app/installations/" + itoa(inst.id) + "/access_tokens", "repositories_url": api + "/installation/repositories",
		"html_url": s.URL + "/organizations/" + inst.account.login + "/settings/installations/" + itoa(inst.id),
		"app_id":   s.app.id, "app_slug": s.app.slug, "client_id": s.app.clientID, "target_id": inst.account.id, "target_type": inst.account.kind,
		"permissions": inst.permissions, "events": s.app.events, "created_at": stamp(inst.created), "updated_at": stamp(inst.created),
		"single_file_name": nil, "has_multiple_single_files": false, "single_file_paths": []any{}, "suspended_at": nil, "suspended_by": nil,
	}
	if inst.suspended != nil {
		out["suspended_at"], out["suspended_by"] = stamp(*inst.suspended), s.userJSON(s.owner(inst.account))
	}
	return out
}

func (s *Sim) listInstallations(c *call) reply {
	var all []any
	for _, id := range sortedKeys(s.installations) {
		all = append(all, s.installationJSON(s.installations[id]))
	}
	return c.listed(all)
}

func (s *Sim) getInstallation(c *call) reply {
	inst := s.installations[c.int64("installation_id")]
	if inst == nil {
		return c.notFound()
	}
	return reply{status: http.StatusOK, body: s.installationJSON(inst)}
}

func (s *Sim) getRepoInstallation(c *call) reply {
	r := s.repos[s.names[fullKey(c.params["owner"], c.params["repo"])]]
	for _, id := range sortedKeys(s.installations) {
		if inst := s.installations[id]; inst.covers(r) {
			return reply{status: http.StatusOK, body: s.installationJSON(inst)}
		}
	}
	return c.notFound()
}
