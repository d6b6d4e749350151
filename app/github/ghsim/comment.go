package ghsim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

type comment struct {
	id               int64
	issue            *issue
	body             string
	author           *account
	app              int64
	created, updated time.Time
	gone             bool
	reactions        []reaction
}

type reaction struct {
	id      int64
	user    *account
	content string
	created time.Time
}

func commentRoutes() []route {
	const list, one = oneIssue + "/comments", "/repos/{owner}/{repo}/issues/comments/{comment_id}"
	return []route{
		{method: "GET", template: list, auth: byInstallation, honours: []string{"since"}, handle: (*Sim).listComments},
		{method: "POST", template: list, auth: byInstallation, creates: true, handle: (*Sim).createComment},
		{method: "GET", template: one, auth: byInstallation, handle: (*Sim).getComment},
		{method: "PATCH", template: one, auth: byInstallation, handle: (*Sim).updateComment},
		{method: "GET", template: one + "/reactions", auth: byInstallation, honours: []string{"content"}, handle: (*Sim).listReactions},
		{method: "POST", template: one + "/reactions", auth: byInstallation, handle: (*Sim).createReaction},
	}
}

func (s *Sim) commentsOf(i *issue) []*comment {
	return slices.DeleteFunc(slices.Clone(i.comments), func(c *comment) bool { return c.gone })
}

func (s *Sim) newComment(r *Repo, i *issue, by *account, body string) *comment {
	m := &comment{id: s.nextID(), issue: i, body: body, author: by, created: s.now(), updated: s.now()}
	i.comments = append(i.comments, m)
	i.updated = s.now()
	r.comments[m.id] = m
	return m
}

func (s *Sim) theComment(c *call) *comment {
	m := c.repo.comments[c.int64("comment_id")]
	if m == nil || m.gone {
		return nil
	}
	return m
}

func (s *Sim) listComments(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	since, _ := time.Parse(time.RFC3339, c.query.Get("since"))
	var all []any
	for _, m := range s.commentsOf(i) {
		if !m.updated.Before(since) {
			all = append(all, s.commentJSON(c.repo, m))
		}
	}
	return c.listed(all)
}

func (s *Sim) getComment(c *call) reply {
	m := s.theComment(c)
	if m == nil {
		return c.notFound()
	}
	return reply{status: http.StatusOK, body: s.commentJSON(c.repo, m)}
}

// commentBody reads and limits the body of create and update.
func (c *call) commentBody() (string, *reply) {
	var in struct{ Body string }
	if out := c.decode(&in); out != nil {
		return "", out
	}
	switch {
	case strings.TrimSpace(in.Body) == "":
		return "", new(c.invalid("IssueComment", "body", "missing_field"))
	case tooLong(&in.Body, 65536):
		return "", new(c.tooBig("IssueComment", "body", "body is too long (maximum is 65536 characters)"))
	}
	return in.Body, nil
}

func (s *Sim) createComment(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	body, out := c.commentBody()
	if out != nil {
		return *out
	}
	m := s.newComment(c.repo, i, s.app.bot, body)
	m.app = s.app.id
	s.commentEvent(&c.events, c.repo, m, "created", s.app.bot, nil)
	return reply{status: http.StatusCreated, body: s.commentJSON(c.repo, m)}
}

func (s *Sim) updateComment(c *call) reply {
	m := s.theComment(c)
	if m == nil {
		return c.notFound()
	}
	body, out := c.commentBody()
	if out != nil {
		return *out
	}
	if m.app != s.app.id {
		c.violate(KindPermission, "the comment is not the App's own")
		return c.fail(http.StatusForbidden, "Resource not accessible by integration")
	}
	from := m.body
	m.body, m.updated = body, s.now()
	s.commentEvent(&c.events, c.repo, m, "edited", s.app.bot, object{"changes": object{"body": object{"from": from}}})
	return reply{status: http.StatusOK, body: s.commentJSON(c.repo, m)}
}

func (s *Sim) listReactions(c *call) reply {
	m := s.theComment(c)
	if m == nil {
		return c.notFound()
	}
	var all []any
	for _, x := range m.reactions {
		if want := c.query.Get("content"); want == "" || want == x.content {
			all = append(all, s.reactionJSON(x))
		}
	}
	return c.listed(all)
}

// createReaction answers 200 for a reaction that was there, 201 for a new one.
func (s *Sim) createReaction(c *call) reply {
	m := s.theComment(c)
	if m == nil {
		return c.notFound()
	}
	var in struct{ Content string }
	if out := c.decode(&in); out != nil {
		return *out
	}
	if !slices.Contains(reactionNames(), in.Content) {
		return c.invalid("Reaction", "content", "invalid")
	}
	for _, x := range m.reactions {
		if x.user == s.app.bot && x.content == in.Content {
			return reply{status: http.StatusOK, body: s.reactionJSON(x)}
		}
	}
	x := reaction{id: s.nextID(), user: s.app.bot, content: in.Content, created: s.now()}
	m.reactions = append(m.reactions, x)
	return reply{status: http.StatusCreated, body: s.reactionJSON(x)}
}

// rollup counts reactions, as issues and comments carry them.
func rollup(address string, list []reaction) object {
	out := object{"url": address + "/reactions", "total_count": len(list)}
	for _, content := range reactionNames() {
		out[content] = 0
	}
	for _, x := range list {
		out[x.content] = out[x.content].(int) + 1
	}
	return out
}

func reactionNames() []string {
	return []string{"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"}
}

func (s *Sim) reactionJSON(x reaction) object {
	return object{"id": x.id, "node_id": nodeID("REA", x.id), "user": s.userJSON(x.user), "content": x.content, "created_at": stamp(x.created)}
}

func (s *Sim) commentEvent(ev *events, r *Repo, m *comment, action string, by *account, parts object) {
	all := object{"issue": s.issueJSON(r, m.issue), "comment": s.commentJSON(r, m)}
	for k, v := range parts {
		all[k] = v
	}
	ev.repo(r, "issue_comment", action, by, all)
}

func (s *Sim) commentJSON(r *Repo, m *comment) object {
	api := s.api(r) + "/issues/comments/" + itoa(m.id)
	issues := s.api(r) + "/issues/" + itoa(int64(m.issue.number))
	out := object{
		"id": m.id, "node_id": nodeID("IC", m.id), "url": api, "html_url": s.html(r) + "/issues/" + itoa(int64(m.issue.number)) + "#issuecomment-" + itoa(m.id),
		"issue_url": issues, "body": m.body, "user": s.userJSON(m.author), "created_at": stamp(m.created), "updated_at": stamp(m.updated),
		"author_association": "NONE", "performed_via_github_app": nil, "reactions": rollup(api, m.reactions),
	}
	if m.app == s.app.id {
		out["performed_via_github_app"] = s.appJSON()
	}
	return out
}
