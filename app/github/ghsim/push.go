package ghsim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Commit is one commit to be.
type Commit struct {
	Files   map[string]string // path → content; Delete takes the file away
	Modes   map[string]string // path → git mode, default 100644; 120000 is a symbolic link, its content the target
	Message string            // default "Change"
	Author  Person            // default: the pusher, with the address of the pusher's account
	Pusher  string            // login, default "dev"; the first commit of a push decides
	Parents []string          // default: the branch's head
}

// Push commits files on a branch, new or not, moves it there and sends push
// and, for open pull requests, pull_request.synchronize. It returns the SHA.
func (s *Sim) Push(r *Repo, branch string, files map[string]string, message string) string {
	return s.PushCommits(r, branch, Commit{Files: files, Message: message})
}

// PushCommits pushes several commits at once and returns the last SHA. A new
// branch starts at the default branch.
func (s *Sim) PushCommits(r *Repo, branch string, commits ...Commit) (sha string) {
	s.change(func(ev *events) {
		before := r.refs["refs/heads/"+branch]
		for _, c := range commits {
			sha = s.commitTo(r, branch, c).sha
		}
		s.pushed(ev, r, branch, before, false, s.pusher(commits))
	})
	return sha
}

// ForcePush puts one commit on top of parent ("" is a new root) and moves the
// branch to it, whatever it had.
func (s *Sim) ForcePush(r *Repo, branch, parent string, files map[string]string, message string) (sha string) {
	s.change(func(ev *events) {
		name := "refs/heads/" + branch
		before := r.refs[name]
		parents := []string{}
		if parent != "" {
			parents = append(parents, parent)
		}
		sha = s.commitTo(r, branch, Commit{Files: files, Message: message, Parents: parents}).sha
		s.pushed(ev, r, branch, before, true, s.user("dev"))
	})
	return sha
}

// MoveBranch points a branch at an existing commit, as a fast-forward or a
// reset does.
func (s *Sim) MoveBranch(r *Repo, branch, sha string) {
	s.change(func(ev *events) {
		before := r.refs["refs/heads/"+branch]
		if r.objects.commits[sha] == nil {
			s.fatalf("no commit %s", sha)
		}
		r.setRef("refs/heads/"+branch, sha)
		forced := before != "" && !r.objects.ancestors(sha)[before]
		s.pushed(ev, r, branch, before, forced, s.user("dev"))
	})
}

// DeleteBranch deletes a branch and closes the pull requests from and into it.
func (s *Sim) DeleteBranch(r *Repo, branch string) {
	s.change(func(ev *events) {
		name := "refs/heads/" + branch
		before := r.refs[name]
		if before == "" {
			s.fatalf("no branch %s", branch)
		}
		r.setRef(name, "")
		s.pushEvent(ev, r, name, before, "", false, s.user("dev"))
		for _, p := range append(s.pullsFrom(r, branch), r.pullsInto(branch)...) {
			s.closePull(ev, p, s.user("dev"))
		}
	})
}

// Tag points a tag at a commit and sends push.
func (s *Sim) Tag(r *Repo, tag, sha string) {
	s.change(func(ev *events) {
		before := r.refs["refs/tags/"+tag]
		r.setRef("refs/tags/"+tag, sha)
		s.pushEvent(ev, r, "refs/tags/"+tag, before, sha, before != "", s.user("dev"))
	})
}

func (s *Sim) must(err error) {
	if err != nil {
		s.fatalf("%v", err)
	}
}

func (s *Sim) pusher(commits []Commit) *account {
	if len(commits) == 0 {
		s.fatalf("no commits to push")
	}
	return s.user(cmp.Or(commits[0].Pusher, "dev"))
}

// commitTo adds a commit to a branch. Lock held.
func (s *Sim) commitTo(r *Repo, branch string, c Commit) *commit {
	branch = cmp.Or(branch, r.defaultBranch)
	name := "refs/heads/" + branch
	head := cmp.Or(r.refs[name], r.refs["refs/heads/"+r.defaultBranch])
	parents := c.Parents
	if parents == nil && head != "" {
		parents = []string{head}
	}
	tree := ""
	if len(parents) > 0 {
		if r.objects.commits[parents[0]] == nil {
			s.fatalf("no commit %s", parents[0])
		}
		tree = r.objects.commits[parents[0]].tree
	}
	tree, err := r.objects.apply(tree, s.leaves(r, c))
	s.must(err)
	pusher := s.user(cmp.Or(c.Pusher, "dev"))
	author := c.Author
	if author.Name == "" {
		author = Person{pusher.login, pusher.email}
	}
	made := r.objects.putCommit(commit{
		tree: tree, parents: parents, message: cmp.Or(c.Message, "Change"), author: author, when: s.now(),
	})
	r.setRef(name, made.sha)
	r.pushed = s.now()
	return made
}

func (s *Sim) leaves(r *Repo, c Commit) map[string]leaf {
	out := map[string]leaf{}
	for path, content := range c.Files {
		if content == Delete {
			out[path] = leaf{deleted: true}
			continue
		}
		if c.Modes[path] == "160000" { // a submodule: the content is its commit
			out[path] = leaf{mode: "160000", sha: content}
			continue
		}
		out[path] = leaf{mode: cmp.Or(c.Modes[path], "100644"), sha: r.objects.put("blob", []byte(content))}
	}
	return out
}

// pushed sends what a moved branch causes: push, then synchronize for the
// open pull requests from it.
func (s *Sim) pushed(ev *events, r *Repo, branch, before string, forced bool, by *account) {
	after := r.refs["refs/heads/"+branch]
	s.pushEvent(ev, r, "refs/heads/"+branch, before, after, forced, by)
	for _, p := range s.pullsFrom(r, branch) {
		s.synchronize(ev, p, before, after, by)
	}
	s.landed(ev, r, branch, after, by)
}

// landed closes as merged the pull requests whose head a push brought to
// their base.
func (s *Sim) landed(ev *events, r *Repo, branch, after string, by *account) {
	open := r.pullsInto(branch)
	if len(open) == 0 {
		return
	}
	reached := r.objects.ancestors(after)
	for _, p := range open {
		if !p.merged && reached[p.headSHA] && p.headSHA != p.baseSHA {
			p.merged, p.mergedAt, p.mergedBy, p.mergeSHA = true, s.now(), by, after
			s.closePull(ev, p, by)
		}
	}
}

func (s *Sim) pushEvent(ev *events, r *Repo, ref, before, after string, forced bool, by *account) {
	repo := s.repoJSON(r)
	repo["created_at"], repo["pushed_at"] = r.created.Unix(), r.pushed.Unix() // integers here, strings elsewhere
	repo["master_branch"] = r.defaultBranch
	commits := []any{}
	if strings.HasPrefix(ref, "refs/heads/") && after != "" {
		base := cmp.Or(before, r.refs["refs/heads/"+r.defaultBranch])
		if base == after {
			base = before
		}
		for _, m := range r.objects.between(base, after) {
			commits = append(commits, s.pushedCommit(r, m))
		}
	}
	const most = 2048
	commits = commits[max(0, len(commits)-most):]
	var head any
	if m := r.objects.commits[after]; m != nil {
		head = s.pushedCommit(r, m)
	}
	from, to := cmp.Or(before, zeroSHA), cmp.Or(after, zeroSHA)
	ev.repo(r, "push", "", by, object{
		"ref": ref, "before": from, "after": to, "base_ref": nil, "created": before == "", "deleted": after == "", "forced": forced,
		"compare": s.html(r) + "/compare/" + from[:12] + "..." + to[:12], "commits": commits, "head_commit": head, "repository": repo,
		"pusher": object{"name": by.login, "email": by.email},
	})
	if m := r.objects.commits[after]; m != nil && strings.HasPrefix(ref, "refs/heads/") && !strings.Contains(m.message, "\nskip-checks: true") {
		ev.repo(r, "check_suite", "requested", by, object{"check_suite": s.suiteJSON(r, after)})
	}
}

func (s *Sim) pushedCommit(r *Repo, m *commit) object {
	base := ""
	if len(m.parents) > 0 {
		base = r.objects.commits[m.parents[0]].tree
	}
	files := map[string][]string{"added": {}, "removed": {}, "modified": {}}
	for _, d := range r.objects.diff(base, m.tree) {
		kind := "modified"
		switch {
		case d.old.sha == "":
			kind = "added"
		case d.new.sha == "":
			kind = "removed"
		}
		if len(files[kind]) < 3000 {
			files[kind] = append(files[kind], d.path)
		}
	}
	who := object{"name": m.author.Name, "email": m.author.Email}
	if a := s.byEmail(m.author.Email); a != nil {
		who["username"] = a.login
	}
	return object{
		"id": m.sha, "tree_id": m.tree, "distinct": true, "message": m.message, "timestamp": stamp(m.when),
		"url": s.html(r) + "/commit/" + m.sha, "author": who, "committer": maps.Clone(who),
		"added": files["added"], "removed": files["removed"], "modified": files["modified"],
	}
}

// MergeGroup makes the commit a merge queue would build for a pull request on
// the tip of its base, and asks for checks. It returns the group's head SHA.
func (s *Sim) MergeGroup(p *PR) (sha string) {
	s.change(func(ev *events) {
		r := p.Repo
		base := r.refs["refs/heads/"+p.baseRef]
		branch := "gh-readonly-queue/" + p.baseRef + "/pr-" + itoa(int64(p.Number)) + "-" + base
		m := s.mergeCommit(p, "Merge pull request #"+itoa(int64(p.Number)), false)
		sha = m.sha
		r.setRef("refs/heads/"+branch, sha)
		s.pushEvent(ev, r, "refs/heads/"+branch, "", sha, false, s.user("github-merge-queue"))
		ev.repo(r, "merge_group", "checks_requested", s.user("github-merge-queue"), object{"merge_group": object{
			"head_sha": sha, "head_ref": "refs/heads/" + branch, "base_sha": base, "base_ref": "refs/heads/" + p.baseRef,
			"head_commit": s.pushedCommit(r, m),
		}})
	})
	return sha
}

// mergeCommit merges a pull request's changes into its base's tip; where both
// changed a file the pull request wins. No branch moves.
func (s *Sim) mergeCommit(p *PR, message string, squash bool) *commit {
	o := p.Repo.objects
	base := p.Repo.refs["refs/heads/"+p.baseRef]
	root := ""
	if from := o.commits[o.mergeBase(base, p.headSHA)]; from != nil {
		root = from.tree
	}
	changes := map[string]leaf{}
	for _, d := range o.diff(root, o.commits[p.headSHA].tree) {
		changes[d.path] = leaf{mode: d.new.mode, sha: d.new.sha, deleted: d.new.sha == ""}
	}
	tree, err := o.apply(o.commits[base].tree, changes)
	s.must(err)
	parents := []string{base, p.headSHA}
	if squash {
		parents = parents[:1]
	}
	who := p.issue.author
	return o.putCommit(commit{tree: tree, parents: slices.Clip(parents), message: message, author: Person{who.login, who.email}, when: s.now()})
}
