package ghsim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// account is a user, an organisation or a bot.
type account struct {
	id          int64
	login, kind string
	email       string
	roles       map[string]string // of an organisation: lower-case login → admin or member
	pending     map[string]bool   // invited, not yet members
	basePerm    string            // what members may do in every repository: none, read, write, admin
	teams       map[string]*team  // by slug
	created     time.Time
}

type team struct {
	id      int64
	slug    string
	members []string         // lower-case logins
	repos   map[int64]string // repository → permission
}

// account finds an account or makes it. Lock held (or the Sim still private).
func (s *Sim) account(login, kind string) *account {
	key := strings.ToLower(login)
	if a := s.accounts[key]; a != nil {
		return a
	}
	a := &account{
		id: s.nextID(), login: login, kind: kind, email: strings.ToLower(login) + "@users.ghsim.example",
		roles: map[string]string{}, pending: map[string]bool{}, basePerm: "read", teams: map[string]*team{}, created: s.now(),
	}
	s.accounts[key] = a
	return a
}

func (s *Sim) user(login string) *account { return s.account(login, "User") }

// Org makes an organisation, or finds it, and gives it owners.
func (s *Sim) Org(login string, owners ...string) {
	s.locked(func() {
		org := s.account(login, "Organization")
		for _, o := range owners {
			org.roles[strings.ToLower(s.user(o).login)] = "admin"
		}
	})
}

// SetBasePermission is what an organisation's members may do in each of its
// repositories: none, read (the default), write or admin.
func (s *Sim) SetBasePermission(org, level string) {
	s.locked(func() { s.account(org, "Organization").basePerm = level })
}

// AddMember makes a user a member of an organisation (role member or admin).
func (s *Sim) AddMember(org, login, role string) {
	s.change(func(ev *events) {
		o := s.account(org, "Organization")
		o.roles[strings.ToLower(s.user(login).login)] = role
		ev.org(o, "organization", "member_added", s.owner(o), object{"membership": s.membershipJSON(o, s.user(login))})
	})
}

// RemoveMember ends a membership, and the member's rights with it.
func (s *Sim) RemoveMember(org, login string) {
	s.change(func(ev *events) {
		o, u := s.account(org, "Organization"), s.user(login)
		membership := s.membershipJSON(o, u)
		delete(o.roles, strings.ToLower(login))
		for _, t := range o.teams {
			t.members = slices.DeleteFunc(t.members, func(m string) bool { return m == strings.ToLower(login) })
		}
		ev.org(o, "organization", "member_removed", s.owner(o), object{"membership": membership})
	})
}

// InviteMember leaves a membership in state pending.
func (s *Sim) InviteMember(org, login string) {
	s.locked(func() { s.account(org, "Organization").pending[strings.ToLower(s.user(login).login)] = true })
}

// AddTeam makes a team, or adds members to it. They become members of the
// organisation too.
func (s *Sim) AddTeam(org, slug string, members ...string) {
	s.change(func(ev *events) {
		o := s.account(org, "Organization")
		t := o.teams[slug]
		if t == nil {
			t = &team{id: s.nextID(), slug: slug, repos: map[int64]string{}}
			o.teams[slug] = t
		}
		for _, m := range members {
			key := strings.ToLower(s.user(m).login)
			if !slices.Contains(t.members, key) {
				t.members = append(t.members, key)
				ev.org(o, "membership", "added", s.owner(o), s.teamParts(o, t, key))
			}
			if o.roles[key] == "" {
				o.roles[key] = "member"
			}
		}
	})
}

// RemoveFromTeam takes a member out of a team: membership.removed.
func (s *Sim) RemoveFromTeam(org, slug, login string) {
	s.change(func(ev *events) {
		o := s.account(org, "Organization")
		t, key := o.teams[slug], strings.ToLower(login)
		if t == nil || !slices.Contains(t.members, key) {
			s.fatalf("%s is not in %s/%s", login, org, slug)
		}
		t.members = slices.DeleteFunc(t.members, func(m string) bool { return m == key })
		ev.org(o, "membership", "removed", s.owner(o), s.teamParts(o, t, key))
	})
}

func (s *Sim) teamParts(o *account, t *team, member string) object {
	return object{"scope": "team", "member": s.userJSON(s.accounts[member]), "team": s.teamJSON(o, t)}
}

func (s *Sim) teamJSON(o *account, t *team) object {
	api := s.URL + "/api/v3/organizations/" + itoa(o.id) + "/team/" + itoa(t.id)
	return object{
		"id": t.id, "node_id": nodeID("T", t.id), "name": t.slug, "slug": t.slug, "description": "", "privacy": "closed",
		"permission": "pull", "parent": nil, "url": api, "html_url": s.URL + "/orgs/" + o.login + "/teams/" + t.slug,
		"members_url": api + "/members{/member}", "repositories_url": api + "/repos",
	}
}

// AddTeamRepo gives a team a permission (read, triage, write, maintain,
// admin) on a repository.
func (s *Sim) AddTeamRepo(org, slug string, r *Repo, level string) {
	s.locked(func() {
		t := s.account(org, "Organization").teams[slug]
		if t == nil {
			s.fatalf("no team %s/%s", org, slug)
		}
		t.repos[r.ID] = level
	})
}

// SetCollaborator gives a user a permission (read, triage, write, maintain,
// admin; "" takes it away) on a repository: member.added, edited or removed.
func (s *Sim) SetCollaborator(r *Repo, login, level string) {
	s.change(func(ev *events) {
		u := s.user(login)
		key := strings.ToLower(u.login)
		action, old := "added", r.collaborators[key]
		if old != "" {
			action = "edited"
		}
		r.collaborators[key] = level
		if level == "" {
			action = "removed"
			delete(r.collaborators, key)
		}
		parts := object{"member": s.userJSON(u)}
		if action == "edited" {
			parts["changes"] = object{"permission": object{"from": old, "to": level}}
		}
		ev.repo(r, "member", action, s.owner(r.owner), parts)
	})
}

// Email is the address whose commits GitHub attributes to the user.
func (s *Sim) Email(login string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user(login).email
}

var levels = []string{"none", "read", "triage", "write", "maintain", "admin"}

func higher(a, b string) string {
	if slices.Index(levels, b) > slices.Index(levels, a) {
		return b
	}
	return a
}

// permission is the highest right a user has on a repository.
func (s *Sim) permission(r *Repo, login string) string {
	key := strings.ToLower(login)
	level := "none"
	if !r.private {
		level = "read"
	}
	if key == strings.ToLower(r.owner.login) {
		return "admin"
	}
	if c := r.collaborators[key]; c != "" {
		level = higher(level, c)
	}
	if r.owner.kind == "Organization" {
		level = higher(level, r.owner.grants(r, key))
	}
	return level
}

// grants is what an organisation gives a login on a repository.
func (o *account) grants(r *Repo, key string) string {
	level := "none"
	switch o.roles[key] {
	case "admin":
		return "admin"
	case "member":
		level = higher(level, o.basePerm)
	}
	for _, t := range o.teams {
		if slices.Contains(t.members, key) {
			level = higher(level, t.repos[r.ID])
		}
	}
	return level
}

// assignable is GitHub's rule: write access, or an organisation member with
// read access, or who commented; the caller adds the last.
func (s *Sim) assignable(r *Repo, login string) bool {
	a := s.accounts[strings.ToLower(login)]
	if a == nil || a.kind != "User" {
		return false
	}
	level := s.permission(r, login)
	if slices.Index(levels, level) >= slices.Index(levels, "triage") {
		return true
	}
	return level == "read" && r.owner.roles[strings.ToLower(login)] != ""
}

// owner is some owner of an organisation, or the user itself: the sender of
// events nobody in particular caused.
func (s *Sim) owner(a *account) *account {
	for _, login := range slices.Sorted(maps.Keys(a.roles)) {
		if a.roles[login] == "admin" {
			return s.accounts[login]
		}
	}
	if a.kind == "User" {
		return a
	}
	return s.user(a.login + "-owner")
}

func (s *Sim) userURL(login string) string { return s.URL + "/api/v3/users/" + login }

// userJSON is GitHub's simple user; nil for nil.
func (s *Sim) userJSON(a *account) any {
	if a == nil {
		return nil
	}
	u := s.userURL(a.login)
	return object{
		"login": a.login, "id": a.id, "node_id": nodeID("U", a.id), "avatar_url": s.URL + "/avatars/" + a.login, "gravatar_id": "",
		"url": u, "html_url": s.URL + "/" + a.login, "followers_url": u + "/followers", "following_url": u + "/following{/other_user}",
		"gists_url": u + "/gists{/gist_id}", "starred_url": u + "/starred{/owner}{/repo}", "subscriptions_url": u + "/subscriptions",
		"organizations_url": u + "/orgs", "repos_url": u + "/repos", "events_url": u + "/events{/privacy}",
		"received_events_url": u + "/received_events", "type": a.kind, "site_admin": false,
	}
}

func (s *Sim) orgJSON(a *account) object {
	u := s.URL + "/api/v3/orgs/" + a.login
	return object{
		"login": a.login, "id": a.id, "node_id": nodeID("O", a.id), "url": u, "repos_url": u + "/repos", "events_url": u + "/events",
		"hooks_url": u + "/hooks", "issues_url": u + "/issues", "members_url": u + "/members{/member}",
		"public_members_url": u + "/public_members{/member}", "avatar_url": s.URL + "/avatars/" + a.login, "description": "",
	}
}

func (s *Sim) membershipJSON(o, u *account) object {
	key := strings.ToLower(u.login)
	role, state := o.roles[key], "active"
	if role == "" && o.pending[key] {
		role, state = "member", "pending"
	}
	if role == "" {
		role = "member"
	}
	org := s.orgJSON(o)
	return object{
		"url": org["url"].(string) + "/memberships/" + u.login, "state": state, "role": role,
		"organization_url": org["url"], "organization": org, "user": s.userJSON(u),
	}
}

func nodeID(kind string, id int64) string { return fmt.Sprintf("%s_kgDO%d", kind, id) }
