package ghsim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// resolveRef finds the commit of a SHA, branch, tag or full reference.
func (r *Repo) resolveRef(ref string) *commit {
	for _, name := range []string{"refs/heads/" + ref, "refs/tags/" + ref, "refs/" + ref, ref} {
		if sha := r.refs[name]; sha != "" {
			return r.objects.commits[sha]
		}
	}
	return r.objects.commits[ref]
}

func (s *Sim) getCommit(c *call) reply {
	found := c.repo.resolveRef(c.params["ref"])
	if len(c.repo.refs) == 0 {
		return c.fail(http.StatusConflict, "Git Repository is empty.")
	}
	if found == nil {
		return c.fail(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.params["ref"])
	}
	return reply{status: http.StatusOK, body: s.commitJSON(c.repo, found)}
}

// byEmail is the account a commit's address belongs to, nil if none.
func (s *Sim) byEmail(email string) *account {
	for _, a := range s.accounts {
		if strings.EqualFold(a.email, email) {
			return a
		}
	}
	return nil
}

func (s *Sim) commitJSON(r *Repo, m *commit) object {
	api := s.api(r) + "/commits/" + m.sha
	who := object{"name": m.author.Name, "email": m.author.Email, "date": stamp(m.when)}
	parents := []any{}
	for _, p := range m.parents {
		parents = append(parents, object{"sha": p, "url": s.api(r) + "/commits/" + p, "html_url": s.html(r) + "/commit/" + p})
	}
	author := s.userJSON(s.byEmail(m.author.Email))
	return object{
		"sha": m.sha, "node_id": nodeID("C", r.ID), "url": api, "html_url": s.html(r) + "/commit/" + m.sha, "comments_url": api + "/comments",
		"commit": object{
			"url": s.api(r) + "/git/commits/" + m.sha, "author": who, "committer": who, "message": m.message, "comment_count": 0,
			"tree":         object{"sha": m.tree, "url": s.api(r) + "/git/trees/" + m.tree},
			"verification": object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil},
		},
		"author": author, "committer": author, "parents": parents,
	}
}

// listCommits answers what a branch or SHA reaches, the newest first;
// with path only the commits that changed it against their first parent.
func (s *Sim) listCommits(c *call) reply {
	ref := cmp.Or(c.query.Get("sha"), c.repo.defaultBranch)
	head := c.repo.resolveRef(ref)
	switch {
	case len(c.repo.refs) == 0:
		return c.fail(http.StatusConflict, "Git Repository is empty.")
	case head == nil:
		return c.notFound()
	}
	var all []any
	for _, m := range slices.Backward(c.repo.objects.between("", head.sha)) {
		if path := c.query.Get("path"); path == "" || c.repo.objects.touches(m, path) {
			all = append(all, s.commitJSON(c.repo, m))
		}
	}
	return c.listed(all)
}

// touches says whether a commit changed a file, or anything below a folder.
func (o *objects) touches(m *commit, path string) bool {
	before := ""
	if len(m.parents) > 0 {
		before = o.commits[m.parents[0]].tree
	}
	return slices.ContainsFunc(o.diff(before, m.tree), func(d change) bool {
		return d.path == path || strings.HasPrefix(d.path, path+"/")
	})
}
