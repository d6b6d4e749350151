package ghsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

func orgRoutes() []route {
	return []route{
		{method: "GET", template: "/orgs/{org}/memberships/{username}", auth: byInstallation, handle: (*Sim).getMembership},
		{method: "GET", template: "/orgs/{org}/teams/{team_slug}/members", auth: byInstallation, handle: (*Sim).listTeam},
		{method: "GET", template: "/rate_limit", auth: byAnyone, handle: (*Sim).rateLimit},
		{method: "GET", template: "/meta", auth: byAnyone, handle: (*Sim).meta},
	}
}

// ownOrg is the organisation of the path if the token is for it.
func (s *Sim) ownOrg(c *call) *account {
	o := s.accounts[strings.ToLower(c.params["org"])]
	if o == nil || o != c.inst.account || o.kind != "Organization" {
		return nil
	}
	return o
}

func (s *Sim) getMembership(c *call) reply {
	o := s.ownOrg(c)
	key := strings.ToLower(c.params["username"])
	if o == nil || s.accounts[key] == nil || o.roles[key] == "" && !o.pending[key] {
		return c.notFound()
	}
	return reply{status: http.StatusOK, body: s.membershipJSON(o, s.accounts[key])}
}

func (s *Sim) listTeam(c *call) reply {
	o := s.ownOrg(c)
	if o == nil || o.teams[c.params["team_slug"]] == nil {
		return c.notFound()
	}
	var all []any
	for _, login := range o.teams[c.params["team_slug"]].members {
		all = append(all, s.userJSON(s.accounts[login]))
	}
	return c.listed(all)
}

func (s *Sim) meta(*call) reply {
	return reply{status: http.StatusOK, body: object{
		"verifiable_password_authentication": false, "installed_version": version, "hooks": []any{"127.0.0.1/32"},
	}}
}

// listCollaborators answers those with a direct, team or owner's right.
func (s *Sim) listCollaborators(c *call) reply {
	wanted := c.query.Get("permission")
	if wanted == "" {
		wanted = "pull"
	}
	var all []any
	for _, login := range slices.Sorted(maps.Keys(s.accounts)) {
		a := s.accounts[login]
		level := s.permission(c.repo, login)
		direct := c.repo.collaborators[login] != ""
		member := c.repo.owner.roles[login] != ""
		switch c.query.Get("affiliation") {
		case "direct":
			if !direct {
				continue
			}
		case "outside":
			if !direct || member {
				continue
			}
		}
		public := !c.repo.private && c.repo.collaborators[login] == "" && c.repo.owner.grants(c.repo, login) == "none" && a != c.repo.owner
		if a.kind != "User" || public || slices.Index(levels, level) < slices.Index(levels, fromVerb(wanted)) {
			continue
		}
		out := s.userJSON(a).(object)
		out["role_name"], out["permissions"] = level, verbs(level)
		all = append(all, out)
	}
	return c.listed(all)
}

// fromVerb turns pull, triage, push, maintain, admin into our levels.
func fromVerb(verb string) string {
	switch verb {
	case "pull":
		return "read"
	case "push":
		return "write"
	}
	return verb
}

func verbs(level string) object {
	at := slices.Index(levels, level)
	return object{"pull": at >= 1, "triage": at >= 2, "push": at >= 3, "maintain": at >= 4, "admin": at >= 5}
}

func (s *Sim) getPermission(c *call) reply {
	a := s.accounts[strings.ToLower(c.params["username"])]
	if a == nil {
		return c.notFound()
	}
	level := s.permission(c.repo, a.login)
	user := s.userJSON(a).(object)
	user["role_name"], user["permissions"] = level, verbs(level)
	// permission knows four levels only: maintain shows as write, triage as read.
	coarse := map[string]string{"maintain": "write", "triage": "read"}[level]
	if coarse == "" {
		coarse = level
	}
	return reply{status: http.StatusOK, body: object{"permission": coarse, "role_name": level, "user": user}}
}

func (s *Sim) getAssignee(c *call) reply {
	if !s.assignable(c.repo, c.params["assignee"]) {
		return c.notFound()
	}
	return reply{status: http.StatusNoContent}
}
