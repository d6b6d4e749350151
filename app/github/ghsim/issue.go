package ghsim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// issue is an issue, or the issue side of a pull request.
type issue struct {
	id                       int64
	number                   int
	title, body              string
	state, reason            string
	labels                   []*label
	assignees                []*account
	author, closedBy         *account
	app                      int64 // the App that made it, 0 for a person
	created, updated, closed time.Time
	pull                     *PR
	comments                 []*comment
	gone                     bool  // deleted or transferred
	home                     *Repo // where it was transferred, as
	heir                     *issue
}

const oneIssue = "/repos/{owner}/{repo}/issues/{issue_number}"

func issueRoutes() []route {
	return []route{
		{method: "GET", template: "/repos/{owner}/{repo}/issues", auth: byInstallation, honours: []string{"state", "labels", "creator", "since", "sort", "direction"}, handle: (*Sim).listIssues},
		{method: "POST", template: "/repos/{owner}/{repo}/issues", auth: byInstallation, creates: true, handle: (*Sim).createIssue},
		{method: "GET", template: oneIssue, auth: byInstallation, handle: (*Sim).getIssue},
		{method: "PATCH", template: oneIssue, auth: byInstallation, handle: (*Sim).updateIssue},
		{method: "POST", template: oneIssue + "/assignees", auth: byInstallation, handle: (*Sim).addAssignees},
		{method: "DELETE", template: oneIssue + "/assignees", auth: byInstallation, handle: (*Sim).removeAssignees},
	}
}

// newIssue takes the next number, shared by issues and pull requests.
func (s *Sim) newIssue(r *Repo, author *account, title, body string) *issue {
	r.lastNumber++
	i := &issue{
		id: s.nextID(), number: r.lastNumber, title: title, body: body, state: "open", author: author, created: s.now(), updated: s.now(),
	}
	r.issues[i.number] = i
	return i
}

func (i *issue) close(now time.Time, by *account, reason string) {
	i.state, i.reason, i.closedBy, i.closed, i.updated = "closed", reason, by, now, now
}

func (i *issue) reopen(now time.Time) {
	i.state, i.reason, i.closedBy, i.closed, i.updated = "open", "reopened", nil, time.Time{}, now
}

func (i *issue) bodyJSON() any {
	if i.body == "" {
		return nil
	}
	return i.body
}

// theIssue is the issue of the path, or GitHub's refusal: 410 where issues
// are disabled or the issue was deleted. One that was transferred leads to where
// it is, but what is below it does not (seen by users, MeshWeaver#4629, and
// golang/build#26), and nothing does for whom may not see that repository.
func (s *Sim) theIssue(c *call) (*issue, *reply) {
	i := c.repo.issues[int(c.int64("issue_number"))]
	switch {
	case i == nil && !c.repo.hasIssues:
		return nil, new(c.fail(http.StatusGone, "Issues are disabled for this repo"))
	case i == nil:
		return nil, new(c.notFound())
	case i.heir != nil && (!c.who.token.sees(c.inst, i.home) || c.route.template != oneIssue):
		return nil, new(c.notFound())
	case i.heir != nil:
		return nil, new(c.moved(fmt.Sprintf("%s/api/v3/repositories/%d/issues/%d", s.URL, i.home.ID, i.heir.number)))
	case i.gone:
		return nil, new(c.fail(http.StatusGone, "This issue was deleted"))
	case i.pull == nil && !c.repo.hasIssues:
		return nil, new(c.fail(http.StatusGone, "Issues are disabled for this repo"))
	}
	return i, nil
}

func (s *Sim) getIssue(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	return reply{status: http.StatusOK, body: s.issueJSON(c.repo, i)}
}

// listIssues lists pull requests too, as GitHub does.
func (s *Sim) listIssues(c *call) reply {
	if !c.repo.hasIssues {
		return c.fail(http.StatusGone, "Issues are disabled for this repo")
	}
	state := cmp.Or(c.query.Get("state"), "open")
	since, _ := time.Parse(time.RFC3339, c.query.Get("since"))
	var list []*issue
	for _, n := range sortedKeys(c.repo.issues) {
		i := c.repo.issues[n]
		if !i.gone && (state == "all" || i.state == state) && !i.updated.Before(since) && i.hasLabels(c.query.Get("labels")) &&
			(c.query.Get("creator") == "" || s.isCreator(i, c.query.Get("creator"))) {
			list = append(list, i)
		}
	}
	byUpdate := c.query.Get("sort") == "updated"
	slices.SortStableFunc(list, func(a, b *issue) int {
		if byUpdate {
			return cmp.Or(a.updated.Compare(b.updated), a.number-b.number)
		}
		return a.number - b.number
	})
	if c.query.Get("direction") != "asc" {
		slices.Reverse(list)
	}
	var all []any
	for _, i := range list {
		all = append(all, s.issueJSON(c.repo, i))
	}
	return c.listed(all)
}

func (s *Sim) isCreator(i *issue, creator string) bool {
	return strings.EqualFold(i.author.login, creator) || i.app == s.app.id && creator == "app/"+s.app.slug
}

func (i *issue) hasLabels(list string) bool {
	for name := range strings.SplitSeq(list, ",") {
		if name != "" && !slices.ContainsFunc(i.labels, func(l *label) bool { return strings.EqualFold(l.name, name) }) {
			return false
		}
	}
	return true
}

// issueInput is the body of create and update; a nil field is left alone.
type issueInput struct {
	Title       *string            `json:"title"`
	Body        *string            `json:"body"`
	State       *string            `json:"state"`
	StateReason *string            `json:"state_reason"`
	Labels      *[]json.RawMessage `json:"labels"`
	Assignees   *[]string          `json:"assignees"`
}

func (s *Sim) createIssue(c *call) reply {
	if !c.repo.hasIssues {
		return c.fail(http.StatusGone, "Issues are disabled for this repo")
	}
	var in issueInput
	if out := c.decode(&in); out != nil {
		return *out
	}
	if in.Title == nil || strings.TrimSpace(*in.Title) == "" {
		return c.invalid("Issue", "title", "missing_field")
	}
	if out := c.issueLimits(&in); out != nil {
		return *out
	}
	i := s.newIssue(c.repo, s.app.bot, *in.Title, deref(in.Body))
	i.app = s.app.id
	s.applyIssue(c, i, &in)
	s.issueEvent(&c.events, c.repo, i, "opened", s.app.bot, nil)
	return reply{status: http.StatusCreated, body: s.issueJSON(c.repo, i), header: http.Header{"Location": {s.api(c.repo) + "/issues/" + itoa(int64(i.number))}}}
}

func (c *call) issueLimits(in *issueInput) *reply {
	const most = 65536
	switch {
	case tooLong(in.Body, most):
		return new(c.tooBig("Issue", "body", "body is too long (maximum is 65536 characters)"))
	case tooLong(in.Title, 256):
		return new(c.tooBig("Issue", "title", "title is too long (maximum is 256 characters)"))
	case in.Assignees != nil && len(*in.Assignees) > 10:
		return new(c.tooBig("Issue", "assignees", "at most 10 assignees"))
	}
	return nil
}

// applyIssue sets labels and assignees; who may not be assigned is dropped
// without a word.
func (s *Sim) applyIssue(c *call, i *issue, in *issueInput) {
	if in.Labels != nil {
		i.labels = nil
		for _, raw := range *in.Labels {
			i.addLabel(s.labelNamed(c.repo, labelName(raw)))
		}
	}
	if in.Assignees != nil {
		i.assignees = nil
		s.assign(&c.events, c.repo, i, *in.Assignees)
	}
}

func (s *Sim) assign(ev *events, r *Repo, i *issue, logins []string) {
	for _, login := range logins {
		a := s.accounts[strings.ToLower(login)]
		if a == nil || !s.assignable(r, login) || slices.Contains(i.assignees, a) || len(i.assignees) >= 10 {
			continue
		}
		i.assignees = append(i.assignees, a)
		s.issueEvent(ev, r, i, "assigned", s.app.bot, object{"assignee": s.userJSON(a)})
	}
	i.updated = s.now()
}

func (s *Sim) updateIssue(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	var in issueInput
	if out := c.decode(&in); out != nil {
		return *out
	}
	if out := c.issueLimits(&in); out != nil {
		return *out
	}
	changes := object{}
	if in.Title != nil && *in.Title != i.title {
		changes["title"] = object{"from": i.title}
		i.title = *in.Title
	}
	if in.Body != nil && *in.Body != i.body {
		changes["body"] = object{"from": i.body}
		i.body = *in.Body
	}
	i.updated = s.now()
	s.applyIssue(c, i, &in)
	if len(changes) > 0 {
		s.issueEvent(&c.events, c.repo, i, "edited", s.app.bot, object{"changes": changes})
	}
	switch {
	case deref(in.State) == "closed" && i.state == "open":
		i.close(s.now(), s.app.bot, cmp.Or(deref(in.StateReason), "completed"))
		s.issueEvent(&c.events, c.repo, i, "closed", s.app.bot, nil)
	case deref(in.State) == "closed" && in.StateReason != nil:
		i.reason = *in.StateReason
	case deref(in.State) == "open" && i.state == "closed":
		i.reopen(s.now())
		s.issueEvent(&c.events, c.repo, i, "reopened", s.app.bot, nil)
	}
	return reply{status: http.StatusOK, body: s.issueJSON(c.repo, i)}
}

func (s *Sim) addAssignees(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	var in issueInput
	if out := c.decode(&in); out != nil {
		return *out
	}
	logins := deref(in.Assignees)
	if len(i.assignees)+len(logins) > 10 {
		return c.tooBig("Issue", "assignees", "at most 10 assignees")
	}
	s.assign(&c.events, c.repo, i, logins)
	return reply{status: http.StatusCreated, body: s.issueJSON(c.repo, i)}
}

func (s *Sim) removeAssignees(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	var in issueInput
	if out := c.decode(&in); out != nil {
		return *out
	}
	i.assignees = slices.DeleteFunc(i.assignees, func(a *account) bool {
		return slices.ContainsFunc(deref(in.Assignees), func(l string) bool { return strings.EqualFold(l, a.login) })
	})
	i.updated = s.now()
	return reply{status: http.StatusOK, body: s.issueJSON(c.repo, i)}
}

func (s *Sim) issueEvent(ev *events, r *Repo, i *issue, action string, by *account, parts object) {
	all := object{"issue": s.issueJSON(r, i)}
	for k, v := range parts {
		all[k] = v
	}
	ev.repo(r, "issues", action, by, all)
}

func (s *Sim) issueJSON(r *Repo, i *issue) object {
	n := itoa(int64(i.number))
	api, html := s.api(r)+"/issues/"+n, s.html(r)+"/issues/"+n
	assignees := []any{}
	for _, a := range i.assignees {
		assignees = append(assignees, s.userJSON(a))
	}
	out := object{
		"id": i.id, "node_id": nodeID("I", i.id), "url": api, "repository_url": s.api(r), "labels_url": api + "/labels{/name}",
		"comments_url": api + "/comments", "events_url": api + "/events", "html_url": html, "number": i.number, "state": i.state,
		"state_reason": nil, "title": i.title, "body": i.bodyJSON(), "user": s.userJSON(i.author), "labels": s.labelsJSON(r, i.labels),
		"assignee": nil, "assignees": assignees, "milestone": nil, "locked": false, "active_lock_reason": nil, "comments": len(s.commentsOf(i)),
		"closed_at": optional(i.closed), "created_at": stamp(i.created), "updated_at": stamp(i.updated), "closed_by": s.userJSON(i.closedBy),
		"author_association": "NONE", "performed_via_github_app": nil, "timeline_url": api + "/timeline",
		"reactions": rollup(api, nil),
	}
	if len(assignees) > 0 {
		out["assignee"] = assignees[0]
	}
	if i.reason != "" {
		out["state_reason"] = i.reason
	}
	if i.app == s.app.id {
		out["performed_via_github_app"] = s.appJSON()
	}
	if p := i.pull; p != nil {
		pull := s.html(r) + "/pull/" + n
		out["pull_request"] = object{
			"url": s.api(r) + "/pulls/" + n, "html_url": pull, "diff_url": pull + ".diff", "patch_url": pull + ".patch", "merged_at": optional(p.mergedAt),
		}
		out["html_url"] = pull
	}
	return out
}
