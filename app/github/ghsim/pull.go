package ghsim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// PR is a handle to one pull request.
type PR struct {
	Repo   *Repo
	Number int

	id               int64
	issue            *issue
	head             *Repo
	headRef, headSHA string
	baseRef, baseSHA string
	draft            bool
	merged           bool
	mergedAt         time.Time
	mergedBy         *account
	mergeSHA         string
}

// PROptions say what a new pull request is.
type PROptions struct {
	Head  *Repo  // a fork; default: the repository itself
	From  string // head branch
	Into  string // base branch; default: the default branch
	User  string // who opens it; default "dev"
	Title string // default "Change"
	Body  string
	Draft bool
}

// OpenPR opens a pull request and sends pull_request.opened.
func (s *Sim) OpenPR(r *Repo, opt PROptions) *PR {
	var p *PR
	s.change(func(ev *events) {
		head := opt.Head
		if head == nil {
			head = r
		}
		into := cmp.Or(opt.Into, r.defaultBranch)
		p = &PR{
			Repo: r, id: s.nextID(), head: head, headRef: opt.From, headSHA: head.refs["refs/heads/"+opt.From],
			baseRef: into, baseSHA: r.refs["refs/heads/"+into], draft: opt.Draft,
		}
		if p.headSHA == "" || p.baseSHA == "" {
			s.fatalf("open a pull request from %q into %q: no such branch", opt.From, into)
		}
		p.issue = s.newIssue(r, s.user(cmp.Or(opt.User, "dev")), cmp.Or(opt.Title, "Change"), opt.Body)
		p.issue.pull, p.Number = p, p.issue.number
		r.pulls[p.Number] = p
		r.setRef(p.ref(), p.headSHA)
		s.pullEvent(ev, p, "opened", p.issue.author, nil)
	})
	return p
}

// Fork copies a repository to another account, the App not being told.
func (s *Sim) Fork(r *Repo, owner string) *Repo {
	var fork *Repo
	s.locked(func() {
		fork = s.addRepo(s.user(owner), r.name, RepoOptions{Public: !r.private, NoIssues: true, DefaultBranch: r.defaultBranch}, r)
		for _, name := range sortedKeys(r.refs) {
			if strings.HasPrefix(name, "refs/heads/") {
				fork.setRef(name, r.refs[name])
			}
		}
	})
	return fork
}

// ForkPR forks to owner, pushes files to a branch there and opens a pull
// request from it.
func (s *Sim) ForkPR(r *Repo, owner, branch string, files map[string]string) *PR {
	fork := s.Fork(r, owner)
	s.PushCommits(fork, branch, Commit{Files: files, Pusher: owner})
	return s.OpenPR(r, PROptions{Head: fork, From: branch, User: owner})
}

// PushToPR pushes one commit to the pull request's branch.
func (s *Sim) PushToPR(p *PR, files map[string]string, message string) string {
	return s.Push(p.head, p.headRef, files, message)
}

// ClosePR closes a pull request, merged (with a merge commit) or not. A merge
// sends push for the base first, and returns the merge commit.
func (s *Sim) ClosePR(p *PR, merge bool) string { return s.finishPR(p, merge, false) }

// SquashPR merges a pull request as one commit.
func (s *Sim) SquashPR(p *PR) string { return s.finishPR(p, true, true) }

func (s *Sim) finishPR(p *PR, merge, squash bool) (sha string) {
	s.change(func(ev *events) {
		by := s.owner(p.Repo.owner)
		if merge {
			before := p.Repo.refs["refs/heads/"+p.baseRef]
			sha = s.mergeCommit(p, "Merge pull request #"+itoa(int64(p.Number)), squash).sha
			p.Repo.setRef("refs/heads/"+p.baseRef, sha)
			p.merged, p.mergedAt, p.mergedBy, p.mergeSHA = true, s.now(), by, sha
			s.pushed(ev, p.Repo, p.baseRef, before, false, by)
		}
		s.closePull(ev, p, by)
	})
	return sha
}

func (s *Sim) closePull(ev *events, p *PR, by *account) {
	p.issue.close(s.now(), by, "")
	s.pullEvent(ev, p, "closed", by, nil)
}

// ReopenPR opens a closed pull request again.
func (s *Sim) ReopenPR(p *PR) {
	s.change(func(ev *events) {
		p.issue.reopen(s.now())
		s.pullEvent(ev, p, "reopened", p.issue.author, nil)
	})
}

// Rebase changes the base branch of a pull request and sends
// pull_request.edited.
func (s *Sim) Rebase(p *PR, into string) {
	s.change(func(ev *events) {
		from, sha := p.baseRef, p.baseSHA
		p.baseRef, p.baseSHA = into, p.Repo.refs["refs/heads/"+into]
		if p.baseSHA == "" {
			s.fatalf("no branch %s", into)
		}
		s.pullEvent(ev, p, "edited", p.issue.author, object{"changes": object{
			"base": object{"ref": object{"from": from}, "sha": object{"from": sha}},
		}})
	})
}

// EditPR changes title and body.
func (s *Sim) EditPR(p *PR, title, body string) {
	s.change(func(ev *events) {
		old := p.issue.title
		p.issue.title, p.issue.body, p.issue.updated = title, body, s.now()
		s.pullEvent(ev, p, "edited", p.issue.author, object{"changes": object{"title": object{"from": old}}})
	})
}

// ReadyForReview ends a draft.
func (s *Sim) ReadyForReview(p *PR) {
	s.change(func(ev *events) {
		p.draft = false
		s.pullEvent(ev, p, "ready_for_review", p.issue.author, nil)
	})
}

func (p *PR) ref() string { return "refs/pull/" + itoa(int64(p.Number)) + "/head" }

// Head is the pull request's head commit.
func (p *PR) Head() string {
	p.Repo.sim.mu.Lock()
	defer p.Repo.sim.mu.Unlock()
	return p.headSHA
}

// pullsFrom are the open pull requests from a branch, of every repository.
func (s *Sim) pullsFrom(r *Repo, branch string) []*PR {
	var out []*PR
	for _, id := range sortedKeys(s.repos) {
		base := s.repos[id]
		for _, n := range sortedKeys(base.pulls) {
			if p := base.pulls[n]; p.head == r && p.headRef == branch && p.issue.state == "open" && !base.deleted {
				out = append(out, p)
			}
		}
	}
	return out
}

// pullsInto are the open pull requests into a branch.
func (r *Repo) pullsInto(branch string) []*PR {
	var out []*PR
	for _, n := range sortedKeys(r.pulls) {
		if p := r.pulls[n]; p.baseRef == branch && p.issue.state == "open" {
			out = append(out, p)
		}
	}
	return out
}

func (s *Sim) synchronize(ev *events, p *PR, before, after string, by *account) {
	p.headSHA, p.baseSHA = after, cmp.Or(p.Repo.refs["refs/heads/"+p.baseRef], p.baseSHA)
	p.issue.updated = s.now()
	p.Repo.setRef(p.ref(), after)
	s.pullEvent(ev, p, "synchronize", by, object{"before": before, "after": after})
}

func (s *Sim) pullEvent(ev *events, p *PR, action string, by *account, parts object) {
	all := object{"number": p.Number, "pull_request": s.pullJSON(p)}
	for k, v := range parts {
		all[k] = v
	}
	ev.repo(p.Repo, "pull_request", action, by, all)
}

func pullRoutes() []route {
	return []route{
		{method: "GET", template: "/repos/{owner}/{repo}/pulls", auth: byInstallation, honours: []string{"state", "head", "base"}, handle: (*Sim).listPulls},
		{method: "GET", template: "/repos/{owner}/{repo}/pulls/{pull_number}", auth: byInstallation, handle: (*Sim).getPull},
		{method: "GET", template: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", auth: byInstallation, handle: (*Sim).pullsOfCommit},
	}
}

func (s *Sim) getPull(c *call) reply {
	p := c.repo.pulls[int(c.int64("pull_number"))]
	if p == nil {
		return c.notFound()
	}
	return reply{status: http.StatusOK, body: s.pullJSON(p), loose: p.head.deleted}
}

func (s *Sim) listPulls(c *call) reply {
	state := cmp.Or(c.query.Get("state"), "open")
	base, head := c.query.Get("base"), c.query.Get("head")
	return s.pullList(c, func(p *PR) bool {
		return (state == "all" || p.issue.state == state) && (base == "" || p.baseRef == base) &&
			(head == "" || strings.EqualFold(head, p.head.owner.login+":"+p.headRef))
	})
}

// pullsOfCommit answers the open pull requests with the commit, and the
// merged ones that brought it to the default branch. GitHub leaves out those from
// forks, whose commits the repository itself does not have (seen by users:
// google/go-github#2241, TooTallNate/nx.js#410).
func (s *Sim) pullsOfCommit(c *call) reply {
	sha := c.params["commit_sha"]
	if c.repo.objects.commits[sha] == nil {
		return c.fail(http.StatusUnprocessableEntity, "No commit found for SHA: "+sha)
	}
	return s.pullList(c, func(p *PR) bool {
		if p.mergeSHA == sha {
			return true
		}
		return p.issue.state == "open" && p.head == c.repo && c.repo.objects.ancestors(p.headSHA)[sha] && !c.repo.objects.ancestors(p.baseSHA)[sha]
	})
}

func (s *Sim) pullList(c *call, keep func(*PR) bool) reply {
	var all []any
	loose := false
	for _, n := range slices.Backward(sortedKeys(c.repo.pulls)) {
		if p := c.repo.pulls[n]; keep(p) {
			all = append(all, s.pullJSON(p))
			loose = loose || p.head.deleted
		}
	}
	out := c.listed(all)
	out.loose = loose
	return out
}

func (s *Sim) sideJSON(r *Repo, ref, sha string) object {
	out := object{"label": r.owner.login + ":" + ref, "ref": ref, "sha": sha, "user": s.userJSON(r.owner), "repo": nil}
	if !r.deleted {
		out["repo"] = s.repoJSON(r)
	}
	return out
}

func (s *Sim) pullJSON(p *PR) object {
	i, n := p.issue, itoa(int64(p.Number))
	api, html := s.api(p.Repo)+"/pulls/"+n, s.html(p.Repo)+"/pull/"+n
	issues := s.api(p.Repo) + "/issues/" + n
	statuses := s.api(p.Repo) + "/statuses/" + p.headSHA
	link := func(href string) object { return object{"href": href} }
	out := object{
		"url": api, "id": p.id, "node_id": nodeID("PR", p.id), "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch",
		"issue_url": issues, "commits_url": api + "/commits", "review_comments_url": api + "/comments",
		"review_comment_url": s.api(p.Repo) + "/pulls/comments{/number}", "comments_url": issues + "/comments", "statuses_url": statuses,
		"number": p.Number, "state": i.state, "locked": false, "title": i.title, "user": s.userJSON(i.author), "body": i.bodyJSON(),
		"labels": s.labelsJSON(p.Repo, i.labels), "milestone": nil, "created_at": stamp(i.created), "updated_at": stamp(i.updated),
		"closed_at": optional(i.closed), "merged_at": optional(p.mergedAt), "merge_commit_sha": nil, "assignee": nil, "assignees": []any{},
		"requested_reviewers": []any{}, "requested_teams": []any{}, "draft": p.draft, "head": s.sideJSON(p.head, p.headRef, p.headSHA),
		"base": s.sideJSON(p.Repo, p.baseRef, p.baseSHA), "author_association": "CONTRIBUTOR", "auto_merge": nil, "active_lock_reason": nil,
		"merged": p.merged, "mergeable": nil, "rebaseable": nil, "mergeable_state": "unknown", "merged_by": s.userJSON(p.mergedBy),
		"comments": len(s.commentsOf(i)), "review_comments": 0, "maintainer_can_modify": false,
		"_links": object{
			"self": link(api), "html": link(html), "issue": link(issues), "comments": link(issues + "/comments"),
			"review_comments": link(api + "/comments"), "review_comment": link(s.api(p.Repo) + "/pulls/comments{/number}"),
			"commits": link(api + "/commits"), "statuses": link(statuses),
		},
	}
	if p.mergeSHA != "" {
		out["merge_commit_sha"] = p.mergeSHA
	}
	o := p.Repo.objects
	from, files := o.mergeBase(p.baseSHA, p.headSHA), 0
	if m := o.commits[from]; m != nil {
		files = len(o.diff(m.tree, o.commits[p.headSHA].tree))
	}
	out["commits"], out["changed_files"] = len(o.between(from, p.headSHA)), files
	out["additions"], out["deletions"] = 0, 0
	return out
}

// HeadRepo is where the head branch is: a fork, or the repository itself.
func (p *PR) HeadRepo() *Repo { return p.head }
