package ghsim

import (
	"fmt"
	"net/http"
	"strings"
)

// enter authenticates, counts against the limits, finds the repository and
// checks the permission. nil lets the request in.
func (c *call) enter() *reply {
	s := c.sim
	who, bad := s.authenticate(c.req.Header)
	if bad != nil {
		if !bad.innocent {
			c.violate(KindAuth, bad.message)
		}
		return new(c.fail(bad.status, bad.message))
	}
	c.who, c.log.App = who, who.app
	if who.token != nil {
		c.inst = s.installations[who.token.installation]
		c.log.Installation, c.log.Permissions = c.inst.id, who.token.permissions
		c.log.Repositories = sortedIDs(who.token.repos)
	}
	if out := c.rightCredential(); out != nil {
		return out
	}
	if out := s.countRequest(c); out != nil {
		return out
	}
	return c.permitted()
}

func (c *call) rightCredential() *reply {
	switch {
	case c.route.auth == byApp && !c.who.app:
		c.violate(KindAuth, "only the App itself, by JWT, may call this")
		return new(c.fail(http.StatusUnauthorized, "A JSON web token could not be decoded"))
	case c.route.auth == byInstallation && c.who.token == nil && c.who.app:
		c.violate(KindAuth, "an installation token is needed, not the App's JWT")
		return new(c.fail(http.StatusUnauthorized, "Requires authentication"))
	case c.route.auth == byInstallation && c.who.token == nil:
		c.violate(KindAuth, "anonymous request")
		return new(c.fail(http.StatusUnauthorized, "Requires authentication"))
	}
	return nil
}

// permitted finds the repository, 404 outside the token's scope, and wants
// one of the route's permissions, else 403.
func (c *call) permitted() *reply {
	if c.route.auth != byInstallation {
		return nil
	}
	table, err := needs()
	if err != nil {
		return new(c.fail(http.StatusInternalServerError, err.Error()))
	}
	c.needs = table[c.route.method+" "+c.route.template]
	c.log.Needs = accepted(c.needs)
	if owner := c.params["owner"]; owner != "" {
		out := c.findRepo(owner, c.params["repo"])
		if out != nil {
			return out
		}
	}
	if !c.who.token.allows(c.inst, c.needs) {
		c.violate(KindPermission, "the token lacks "+accepted(c.needs))
		return new(c.fail(http.StatusForbidden, "Resource not accessible by integration"))
	}
	if c.repo != nil && c.repo.disabled {
		return new(c.fail(http.StatusForbidden, "Repository access blocked"))
	}
	if c.repo != nil && c.repo.archived && c.route.method != http.MethodGet {
		return new(c.fail(http.StatusForbidden, "Repository was archived so is read-only."))
	}
	return nil
}

func (c *call) findRepo(owner, name string) *reply {
	s := c.sim
	r := s.repos[s.names[fullKey(owner, name)]]
	if !c.who.token.sees(c.inst, r) {
		if c.inst.covers(r) {
			c.violate(KindPermission, "the token's scope lacks "+owner+"/"+name)
		}
		return new(c.notFound())
	}
	if !strings.EqualFold(r.owner.login, owner) || !strings.EqualFold(r.name, name) {
		target := strings.TrimPrefix(c.req.URL.EscapedPath(), "/api/v3/repos/")
		parts := strings.SplitN(target, "/", 3)
		location := fmt.Sprintf("%s/api/v3/repositories/%d", s.URL, r.ID)
		if len(parts) == 3 {
			location += "/" + parts[2]
		}
		if q := c.req.URL.RawQuery; q != "" {
			location += "?" + q
		}
		return new(c.moved(location))
	}
	c.repo = r
	return nil
}

// moved leads to where something is now.
func (c *call) moved(location string) reply {
	out := c.fail(http.StatusMovedPermanently, "Moved Permanently")
	if c.req.Method != http.MethodGet {
		out.status = http.StatusTemporaryRedirect
	}
	out.body.(object)["url"] = location
	out.header = http.Header{"Location": {location}}
	return out
}
