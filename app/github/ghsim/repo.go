package ghsim

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Repo is a handle to one repository; it stays good when the repository is
// renamed or transferred.
type Repo struct {
	ID int64

	sim                                             *Sim
	owner                                           *account
	name, defaultBranch                             string
	private, archived, disabled, hasIssues, deleted bool
	isTemplate                                      bool
	parent                                          *Repo
	dir                                             string
	objects                                         *objects
	refs                                            map[string]string // full name → commit
	collaborators                                   map[string]string
	lastNumber                                      int
	pulls                                           map[int]*PR
	issues                                          map[int]*issue
	comments                                        map[int64]*comment
	labels                                          []*label
	checks                                          []*checkRun
	suites                                          map[string]int64 // head SHA → our check suite
	created, pushed                                 time.Time
	dirty                                           map[string]bool // references not on disk yet
}

// RepoOptions are the properties of a new repository. The zero value is a
// private repository with issues and an empty branch main to come.
type RepoOptions struct {
	Public, Archived, NoIssues, Template bool
	DefaultBranch                        string            // default "main"
	Files                                map[string]string // a first commit, without a webhook
}

// CreateRepo makes a repository; an unknown owner becomes an organisation.
func (s *Sim) CreateRepo(owner, name string, opt RepoOptions) *Repo {
	var r *Repo
	s.change(func(ev *events) {
		r = s.addRepo(s.account(owner, "Organization"), name, opt, nil)
		ev.repo(r, "repository", "created", s.owner(r.owner), nil)
		if len(opt.Files) > 0 {
			s.commitTo(r, opt.DefaultBranch, Commit{Files: opt.Files, Message: "Initial commit"})
		}
	})
	return r
}

func (s *Sim) addRepo(owner *account, name string, opt RepoOptions, parent *Repo) *Repo {
	if opt.DefaultBranch == "" {
		opt.DefaultBranch = "main"
	}
	r := &Repo{
		ID: s.nextID(), sim: s, owner: owner, name: name, defaultBranch: opt.DefaultBranch, private: !opt.Public, archived: opt.Archived,
		hasIssues: !opt.NoIssues, isTemplate: opt.Template, parent: parent, refs: map[string]string{}, collaborators: map[string]string{},
		pulls: map[int]*PR{}, issues: map[int]*issue{}, comments: map[int64]*comment{}, suites: map[string]int64{},
		created: s.now(), pushed: s.now(),
	}
	if err := s.layOut(r); err != nil {
		s.fatalf("create %s/%s: %v", owner.login, name, err)
	}
	s.repos[r.ID] = r
	s.takeName(r, owner, name)
	return r
}

// layOut writes an empty bare repository. A fork shares its parent's object
// store, as at GitHub.
func (s *Sim) layOut(r *Repo) error {
	r.dir = filepath.Join(s.dir, fmt.Sprintf("%d.git", r.ID))
	if err := os.MkdirAll(filepath.Join(r.dir, "refs", "heads"), 0o755); err != nil {
		return err
	}
	store := filepath.Join(r.dir, "objects")
	if r.parent != nil {
		r.objects = r.parent.objects
		if err := os.Symlink(r.objects.dir, store); err != nil {
			return err
		}
	} else {
		r.objects = newObjects(store)
		if err := os.MkdirAll(filepath.Join(store, "pack"), 0o755); err != nil {
			return err
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n" +
		"[uploadpack]\n\tallowFilter = true\n\tallowTipSHA1InWant = true\n\tallowReachableSHA1InWant = true\n\tallowAnySHA1InWant = true\n" +
		"[http]\n\treceivepack = false\n[gc]\n\tauto = 0\n"
	if err := os.WriteFile(filepath.Join(r.dir, "config"), []byte(config), 0o644); err != nil {
		return err
	}
	return r.writeHEAD()
}

func (r *Repo) writeHEAD() error {
	return os.WriteFile(filepath.Join(r.dir, "HEAD"), []byte("ref: refs/heads/"+r.defaultBranch+"\n"), 0o644)
}

// Repo finds a repository by its name, an old one too; nil if there is none.
func (s *Sim) Repo(owner, name string) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repos[s.names[fullKey(owner, name)]]
}

// FullName is owner/name as of now.
func (r *Repo) FullName() string {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	return r.fullName()
}

func (r *Repo) fullName() string { return r.owner.login + "/" + r.name }

// Head is the commit a branch points at, "" if there is none.
func (r *Repo) Head(branch string) string {
	r.sim.mu.Lock()
	defer r.sim.mu.Unlock()
	return r.refs["refs/heads/"+branch]
}

// CloneURL is where git reads the repository.
func (r *Repo) CloneURL() string {
	return r.sim.URL + "/" + r.FullName() + ".git"
}

func fullKey(owner, name string) string { return strings.ToLower(owner + "/" + name) }

func (r *Repo) visibility() string {
	if r.private {
		return "private"
	}
	return "public"
}

func repoRoutes() []route {
	return []route{
		{method: "GET", template: "/repos/{owner}/{repo}", auth: byInstallation, handle: (*Sim).getRepo},
		{method: "GET", template: "/installation/repositories", auth: byInstallation, handle: (*Sim).listInstallationRepos},
		{method: "GET", template: "/repos/{owner}/{repo}/commits", auth: byInstallation, honours: []string{"sha", "path"}, handle: (*Sim).listCommits},
		{method: "GET", template: "/repos/{owner}/{repo}/commits/{ref}", auth: byInstallation, handle: (*Sim).getCommit},
		{method: "GET", template: "/repos/{owner}/{repo}/collaborators", auth: byInstallation, honours: []string{"affiliation", "permission"}, handle: (*Sim).listCollaborators},
		{method: "GET", template: "/repos/{owner}/{repo}/collaborators/{username}/permission", auth: byInstallation, handle: (*Sim).getPermission},
		{method: "GET", template: "/repos/{owner}/{repo}/assignees/{assignee}", auth: byInstallation, handle: (*Sim).getAssignee},
	}
}

func (s *Sim) getRepo(c *call) reply {
	return reply{status: http.StatusOK, body: s.repoJSON(c.repo)}
}

func (s *Sim) listInstallationRepos(c *call) reply {
	var all []any
	for _, id := range slices.Sorted(maps.Keys(s.repos)) {
		if r := s.repos[id]; c.who.token.sees(c.inst, r) {
			all = append(all, s.repoJSON(r))
		}
	}
	page, header := c.page(all)
	return reply{status: http.StatusOK, header: header, body: object{
		"total_count": len(all), "repository_selection": c.inst.selection(), "repositories": page,
	}}
}

func (s *Sim) api(r *Repo) string  { return s.URL + "/api/v3/repos/" + r.fullName() }
func (s *Sim) html(r *Repo) string { return s.URL + "/" + r.fullName() }

// repoURLs are the links of a repository, below its API address.
var repoURLs = map[string]string{
	"archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
	"branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}", "comments_url": "/comments{/number}",
	"commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}", "contents_url": "/contents/{+path}",
	"contributors_url": "/contributors", "deployments_url": "/deployments", "downloads_url": "/downloads", "events_url": "/events",
	"forks_url": "/forks", "git_commits_url": "/git/commits{/sha}", "git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}",
	"hooks_url": "/hooks", "issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
	"issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}", "languages_url": "/languages",
	"merges_url": "/merges", "milestones_url": "/milestones{/number}", "notifications_url": "/notifications{?since,all,participating}",
	"pulls_url": "/pulls{/number}", "releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
	"subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
	"trees_url": "/git/trees{/sha}",
}

// repoJSON is GitHub's repository, full enough for every place that has one.
func (s *Sim) repoJSON(r *Repo) object {
	open := 0
	for _, i := range r.issues {
		if i.state == "open" {
			open++
		}
	}
	out := object{
		"id": r.ID, "node_id": nodeID("R", r.ID), "name": r.name, "full_name": r.fullName(), "owner": s.userJSON(r.owner), "private": r.private,
		"html_url": s.html(r), "description": nil, "fork": r.parent != nil, "url": s.api(r), "git_url": "git" + strings.TrimPrefix(s.html(r), "http") + ".git",
		"ssh_url": "git@ghsim:" + r.fullName() + ".git", "clone_url": s.html(r) + ".git", "svn_url": s.html(r), "mirror_url": nil, "homepage": nil,
		"language": nil, "license": nil, "forks_count": 0, "forks": 0, "stargazers_count": 0, "watchers_count": 0, "watchers": 0,
		"subscribers_count": 0, "network_count": 0, "size": len(r.objects.seen), "default_branch": r.defaultBranch, "open_issues_count": open,
		"open_issues": open, "has_issues": r.hasIssues, "has_projects": false, "has_wiki": false, "has_pages": false, "has_downloads": true,
		"has_discussions": false, "archived": r.archived, "disabled": r.disabled, "visibility": r.visibility(), "is_template": r.isTemplate,
		"topics": []any{}, "allow_forking": true, "web_commit_signoff_required": false,
		"pushed_at": stamp(r.pushed), "created_at": stamp(r.created), "updated_at": stamp(r.pushed),
	}
	for name, below := range repoURLs {
		out[name] = s.api(r) + below
	}
	return out
}
