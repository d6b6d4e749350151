package ghsim

import "strings"

// Rename renames a repository. The old name keeps leading to it by 301, until
// something else takes it.
func (s *Sim) Rename(r *Repo, name string) {
	s.change(func(ev *events) {
		old := r.name
		s.takeName(r, r.owner, name)
		s.repoEvent(ev, r, "renamed", object{"repository": object{"name": object{"from": old}}})
	})
}

// Transfer gives a repository to another account. The installation that had
// it is told that it is gone, the one of the new owner, if it covers it, that
// it came.
func (s *Sim) Transfer(r *Repo, owner string) {
	s.change(func(ev *events) {
		old, to := r.owner, s.account(owner, "Organization")
		for _, id := range sortedKeys(s.installations) {
			if inst := s.installations[id]; inst.covers(r) {
				s.reselect(ev, inst, nil, []*Repo{r})
			}
		}
		s.takeName(r, to, r.name)
		from := object{"organization": s.orgJSON(old)}
		if old.kind == "User" {
			from = object{"user": s.userJSON(old)}
		}
		s.repoEvent(ev, r, "transferred", object{"owner": object{"from": from}})
	})
}

func (s *Sim) takeName(r *Repo, owner *account, name string) {
	if other := s.repos[s.names[fullKey(owner.login, name)]]; other != nil && other != r &&
		fullKey(other.owner.login, other.name) == fullKey(owner.login, name) && !other.deleted {
		s.fatalf("%s/%s exists", owner.login, name)
	}
	r.owner, r.name = owner, name
	s.names[fullKey(owner.login, name)] = r.ID
}

func (s *Sim) repoEvent(ev *events, r *Repo, action string, changes object) {
	var parts object
	if changes != nil {
		parts = object{"changes": changes}
	}
	ev.repo(r, "repository", action, s.owner(r.owner), parts)
}

// RenameAccount renames an organisation or user, and so all its
// repositories: installation_target.renamed.
func (s *Sim) RenameAccount(from, to string) {
	s.change(func(ev *events) {
		a := s.account(from, "Organization")
		old := a.login
		delete(s.accounts, strings.ToLower(old))
		a.login = to
		s.accounts[strings.ToLower(to)] = a
		for _, id := range sortedKeys(s.repos) {
			if r := s.repos[id]; r.owner == a && !r.deleted {
				s.takeName(r, a, r.name)
			}
		}
		for _, id := range sortedKeys(s.installations) {
			if inst := s.installations[id]; inst.account == a {
				ev.to(inst, nil, "installation_target", "renamed", s.owner(a), object{
					"account": s.userJSON(a), "changes": object{"login": object{"from": old}}, "target_type": a.kind,
				})
			}
		}
	})
}

// Archive makes a repository read-only.
func (s *Sim) Archive(r *Repo) {
	s.change(func(ev *events) {
		r.archived = true
		s.repoEvent(ev, r, "archived", nil)
	})
}

// Unarchive makes it writable again.
func (s *Sim) Unarchive(r *Repo) {
	s.change(func(ev *events) {
		r.archived = false
		s.repoEvent(ev, r, "unarchived", nil)
	})
}

// DisableIssues switches issues off: 410. GitHub sends no event an App gets
// for it but repository.edited.
func (s *Sim) DisableIssues(r *Repo) { s.locked(func() { r.hasIssues = false }) }

// EnableIssues switches issues on.
func (s *Sim) EnableIssues(r *Repo) { s.locked(func() { r.hasIssues = true }) }

// Disable blocks a repository, as GitHub's staff can: 403 for REST and git.
func (s *Sim) Disable(r *Repo) { s.locked(func() { r.disabled = true }) }

// DeleteRepo deletes a repository; pull requests from it keep a null head.
func (s *Sim) DeleteRepo(r *Repo) {
	s.change(func(ev *events) {
		s.repoEvent(ev, r, "deleted", nil)
		r.deleted = true
		delete(s.names, fullKey(r.owner.login, r.name))
	})
}

// Publicize makes a repository public: repository.publicized and public.
func (s *Sim) Publicize(r *Repo) {
	s.change(func(ev *events) {
		r.private = false
		s.repoEvent(ev, r, "publicized", nil)
		ev.repo(r, "public", "", s.owner(r.owner), nil)
	})
}

// Privatize makes a repository private: repository.privatized.
func (s *Sim) Privatize(r *Repo) {
	s.change(func(ev *events) {
		r.private = true
		s.repoEvent(ev, r, "privatized", nil)
	})
}

// SetDefaultBranch changes the default branch: repository.edited.
func (s *Sim) SetDefaultBranch(r *Repo, branch string) {
	s.change(func(ev *events) {
		from := r.defaultBranch
		r.defaultBranch = branch
		s.must(r.writeHEAD())
		s.repoEvent(ev, r, "edited", object{"default_branch": object{"from": from}})
	})
}

// Ping sends the ping of a new webhook.
func (s *Sim) Ping() {
	s.change(func(ev *events) {
		d := &Delivery{ID: s.nextID(), GUID: newGUID(), Event: "ping"}
		ev.add(d, object{
			"zen": "Keep it logically awesome.", "hook_id": 1, "sender": s.userJSON(s.app.owner),
			"hook": object{"type": "App", "id": 1, "name": "web", "active": true, "events": s.app.events, "app_id": s.app.id,
				"created_at": stamp(s.app.created), "updated_at": stamp(s.app.created),
				"config": object{"url": s.hook.url, "content_type": "json", "insecure_ssl": "0"}},
		})
	})
}
