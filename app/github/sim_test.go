package github_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

// world is a simulated GitHub with one repository, and the client of the
// installation that sees it. The simulator compares every request with
// GitHub's own description and fails the test where one differs.
type world struct {
	*ghsim.Sim
	ctx    context.Context
	app    *github.App
	client *github.Client
	shop   *ghsim.Repo
	repo   github.Repo
	head   string
}

func newWorld(t *testing.T, opt ghsim.Options) *world {
	t.Helper()
	sim := ghsim.New(t, opt)
	sim.Org("acme", "olga")
	sim.AddMember("acme", "ann", "member")
	shop := sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n"}})
	sim.SetCollaborator(shop, "ann", "write")
	sim.AddTeam("acme", "dev", "ann")
	id := sim.Install("acme")
	head := sim.Push(shop, "main", map[string]string{"a.txt": "a\n"}, "Add a")
	app, err := github.New(github.Config{WebURL: sim.URL, AppID: sim.AppID(), PrivateKey: sim.PrivateKey(), CreationGap: -1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return &world{Sim: sim, ctx: ctx, app: app, client: app.Installation(id), shop: shop, repo: github.Repo{ID: shop.ID, Owner: "acme", Name: "shop"}, head: head}
}

// must is the value of a call that has to work.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestEveryCallIsAsGitHubDescribesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ghsim.Options{})
	c := w.client
	self := must[github.AppInfo](t)(w.app.Self(w.ctx))
	if self.ID != w.AppID() || self.Slug != w.AppSlug() || self.Permissions["checks"] != "write" {
		t.Errorf("the App: %+v", self)
	}
	if all := must[[]github.Installation](t)(w.app.Installations(w.ctx)); len(all) != 1 || all[0].AccountLogin != "acme" {
		t.Errorf("installations: %+v", all)
	}
	if granted := must[map[string]string](t)(c.Granted(w.ctx)); granted["issues"] != "write" {
		t.Errorf("granted: %v", granted)
	}
	if all := must[[]github.Repository](t)(c.Repositories(w.ctx)); len(all) != 1 || all[0].Repo != w.repo || all[0].DefaultBranch != "main" || all[0].Visibility != "private" {
		t.Errorf("repositories: %+v", all)
	}
	if r := must[github.Repository](t)(c.Repository(w.ctx, "acme", "shop")); r.Repo != w.repo || !r.HasIssues {
		t.Errorf("repository: %+v", r)
	}
	if token := must[string](t)(c.GitToken(w.ctx, w.repo)); token == "" {
		t.Error("no token for git")
	}
	if err := w.app.Redeliver(w.ctx, must[[]github.HookDelivery](t)(w.app.Deliveries(w.ctx, time.Time{}))[0].ID); err != nil {
		t.Error(err)
	}
	checks(t, w)
	issues(t, w)
	people(t, w)
	declaredAsGranted(t, w)
}

// declaredAsGranted holds what calls.go says each route needs against
// X-Accepted-GitHub-Permissions, and that no route was left out above.
func declaredAsGranted(t *testing.T, w *world) {
	t.Helper()
	accepted := map[string]string{}
	for _, r := range w.Requests() {
		accepted[r.Method+" "+r.Route] = r.Needs
	}
	for _, op := range github.Operations() {
		needs, called := accepted[op.Method+" "+op.Route]
		if !called && op.Route != "/app-manifests/{code}/conversions" {
			t.Errorf("%s %s was not called", op.Method, op.Route)
		}
		if needs != "" && !slices.Contains(strings.Split(needs, "; "), op.Permission+"="+op.Level) {
			t.Errorf("%s %s declares %s:%s, GitHub accepts %q", op.Method, op.Route, op.Permission, op.Level, needs)
		}
	}
}

func checks(t *testing.T, w *world) {
	t.Helper()
	id := must[int64](t)(w.client.CreateCheckRun(w.ctx, w.repo, github.CheckRun{Name: "Castellan", HeadSHA: w.head, Status: "in_progress", StartedAt: time.Now(), ExternalID: "x"}))
	note := github.Annotation{Path: "a.txt", StartLine: 1, EndLine: 1, StartColumn: 1, EndColumn: 1, Level: "warning", Title: "t", Message: "m", RawDetails: "r"}
	var notes []github.Annotation
	for i := range github.MaxAnnotations {
		note.StartLine, note.EndLine = i+1, i+1
		notes = append(notes, note)
	}
	if err := w.client.UpdateCheckRun(w.ctx, w.repo, id, github.CheckRun{
		Name: "Castellan", Status: "completed", Conclusion: "failure", CompletedAt: time.Now(), Title: "t", Summary: "s", Text: "x",
		Annotations: notes, Actions: []github.Action{{Label: "Rotated", Description: "d", Identifier: "rotated"}},
	}); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(notes, must[[]github.Annotation](t)(w.client.Annotations(w.ctx, w.repo, id))); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
	w.ForeignCheck(w.shop, w.head, "Castellan")
	runs := must[[]github.CheckRun](t)(w.client.CheckRuns(w.ctx, w.repo, w.head))
	if len(runs) != 1 || runs[0].ID != id || runs[0].Conclusion != "failure" || runs[0].ExternalID != "x" || runs[0].Title != "t" || runs[0].HeadSHA != w.head {
		t.Errorf("check runs: %+v", runs)
	}
	pr := w.ForkPR(w.shop, "eve", "patch", map[string]string{"b.txt": "b\n"})
	pull := must[github.PullRequest](t)(w.client.PullRequest(w.ctx, w.repo, pr.Number))
	if pull.State != "open" || pull.Author != "eve" || pull.HeadRepo != "eve/shop" || pull.BaseRef != "main" || pull.BaseSHA != w.head {
		t.Errorf("pull request: %+v", pull)
	}
	if all := must[[]github.PullRequest](t)(w.client.PullRequestsOf(w.ctx, w.repo, pull.HeadSHA)); len(all) != 0 {
		t.Errorf("pull requests of a fork's head, which the repository does not have: %+v", all)
	}
	w.Push(w.shop, "own", map[string]string{"c.txt": "c\n"}, "C")
	own := w.OpenPR(w.shop, ghsim.PROptions{From: "own", User: "olga"})
	if all := must[[]github.PullRequest](t)(w.client.PullRequestsOf(w.ctx, w.repo, own.Head())); len(all) != 1 || all[0].Number != own.Number {
		t.Errorf("pull requests of the head: %+v", all)
	}
}

func issues(t *testing.T, w *world) {
	t.Helper()
	c, one := w.client, must[github.Issue](t)
	if err := c.EnsureLabel(w.ctx, w.repo, github.Label{Name: "castellan: key", Color: "d73a4a", Description: "d"}); err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureLabel(w.ctx, w.repo, github.Label{Name: "castellan: key", Color: "000000"}); err != nil {
		t.Fatal(err)
	}
	issue := one(c.CreateIssue(w.ctx, w.repo, github.IssueDraft{Title: "t", Body: "b", Labels: []string{"castellan: key"}}))
	if !issue.ByUs || issue.Author != w.AppSlug()+"[bot]" || issue.State != "open" || !slices.Equal(issue.Labels, []string{"castellan: key"}) {
		t.Errorf("created: %+v", issue)
	}
	if got := one(c.AddAssignees(w.ctx, w.repo, issue.Number, "ann", "stranger")); !slices.Equal(got.Assignees, []string{"ann"}) {
		t.Errorf("assignees: %v", got.Assignees)
	}
	if labels := must[[]string](t)(c.AddLabels(w.ctx, w.repo, issue.Number, "castellan: key", "more")); len(labels) != 2 {
		t.Errorf("labels: %v", labels)
	}
	if got := must[github.Comment](t)(c.Comment(w.ctx, w.repo, issue.Number, "hello")); !got.ByUs || got.Author.Type != "Bot" {
		t.Errorf("comment: %+v", got)
	}
	if all := must[[]github.Comment](t)(c.Comments(w.ctx, w.repo, issue.Number)); len(all) != 1 || all[0].Body != "hello" {
		t.Errorf("comments: %+v", all)
	}
	closed := one(c.UpdateIssue(w.ctx, w.repo, issue.Number, github.IssueUpdate{Title: "t2", Body: "b2", State: "closed", StateReason: "not_planned"}))
	if again := one(c.Issue(w.ctx, w.repo, issue.Number)); again.StateReason != "not_planned" || again.ClosedAt.IsZero() || again.Title != "t2" || again.ID != closed.ID {
		t.Errorf("closed: %+v", again)
	}
	if all := must[[]github.Issue](t)(c.Issues(w.ctx, w.repo, time.Time{})); len(all) != 1 || all[0].Number != issue.Number {
		t.Errorf("issues: %+v", all)
	}
}

func people(t *testing.T, w *world) {
	t.Helper()
	c := w.client
	for login, want := range map[string]bool{"ann": true, "olga": true, "stranger": false} {
		if got := must[bool](t)(c.Assignable(w.ctx, w.repo, login)); got != want {
			t.Errorf("%s assignable: %v", login, got)
		}
	}
	for login, want := range map[string]string{"ann": "write", "olga": "admin", "stranger": "none"} {
		if got := must[string](t)(c.Permission(w.ctx, w.repo, login)); got != want {
			t.Errorf("%s may %s, want %s", login, got, want)
		}
	}
	if all := must[[]github.User](t)(c.Admins(w.ctx, w.repo)); len(all) != 1 || all[0].Login != "olga" {
		t.Errorf("admins: %+v", all)
	}
	if all := must[[]github.User](t)(c.TeamMembers(w.ctx, "acme", "dev")); len(all) != 1 || all[0].Login != "ann" {
		t.Errorf("team: %+v", all)
	}
	if state, role, err := c.Membership(w.ctx, "acme", "olga"); state != "active" || role != "admin" || err != nil {
		t.Errorf("olga: %s %s %v", state, role, err)
	}
	if state, _, err := c.Membership(w.ctx, "acme", "stranger"); state != "" || err != nil {
		t.Errorf("stranger: %s %v", state, err)
	}
	sha := w.PushCommits(w.shop, "feature", ghsim.Commit{Files: map[string]string{"c.txt": "c\n"}, Pusher: "ann"}, ghsim.Commit{Files: map[string]string{"d.txt": "d\n"}, Pusher: "ann"})
	if author := must[github.User](t)(c.CommitAuthor(w.ctx, w.repo, sha)); author.Login != "ann" || author.Type != "User" {
		t.Errorf("commit author: %+v", author)
	}
}

func TestRenamedArchivedAndDisabledRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ghsim.Options{})
	issue := must[github.Issue](t)(w.client.CreateIssue(w.ctx, w.repo, github.IssueDraft{Title: "t"}))
	w.Rename(w.shop, "store")
	if got := must[github.Issue](t)(w.client.UpdateIssue(w.ctx, w.repo, issue.Number, github.IssueUpdate{State: "closed"})); got.State != "closed" {
		t.Errorf("by its old name: %+v", got)
	}
	if r := must[github.Repository](t)(w.client.Repository(w.ctx, "acme", "shop")); r.Name != "store" {
		t.Errorf("by its old name: %+v", r)
	}
	repo := github.Repo{ID: w.repo.ID, Owner: "acme", Name: "store"}
	w.DisableIssues(w.shop)
	if _, err := w.client.CreateIssue(w.ctx, repo, github.IssueDraft{Title: "t"}); !errors.Is(err, github.ErrGone) {
		t.Errorf("issues disabled: %v", err)
	}
	w.Archive(w.shop)
	if _, err := w.client.CreateCheckRun(w.ctx, repo, github.CheckRun{Name: "Castellan", HeadSHA: w.head}); !errors.Is(err, github.ErrArchived) || !github.Permanent(err) {
		t.Errorf("archived: %v", err)
	}
}

// A push that touches nothing of AI: a token for git, one for REST, the pull
// requests of the commit, the check run.
func TestAColdPushTakesFourRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ghsim.Options{})
	w.ResetRequests()
	must[string](t)(w.client.GitToken(w.ctx, w.repo))
	must[[]github.PullRequest](t)(w.client.PullRequestsOf(w.ctx, w.repo, w.head))
	must[int64](t)(w.client.CreateCheckRun(w.ctx, w.repo, github.CheckRun{Name: "Castellan", HeadSHA: w.head, Status: "completed", Conclusion: "success", Title: "t", Summary: "s"}))
	if n := len(w.Requests()); n != 4 {
		t.Errorf("%d requests", n)
	}
}

func TestReadsGetThroughAWeakConnection(t *testing.T) {
	t.Parallel()
	for _, effect := range ghsim.Effects() {
		t.Run(effect.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ghsim.Options{})
			must[string](t)(w.client.GitToken(w.ctx, w.repo))
			must[[]github.Repository](t)(w.client.Repositories(w.ctx))
			w.Inject(ghsim.Fault{Method: "GET", Effect: effect, Times: 2, Wait: time.Second})
			_, err := w.client.Repositories(w.ctx)
			limit := (*github.LimitError)(nil)
			switch effect {
			case ghsim.PrimaryLimit, ghsim.PrimaryLimit429, ghsim.SecondaryLimit, ghsim.SecondaryLimit429:
				secondary := effect == ghsim.SecondaryLimit || effect == ghsim.SecondaryLimit429
				if !errors.As(err, &limit) || limit.Secondary != secondary || limit.Until.Before(time.Now().Add(-time.Second)) {
					t.Errorf("got %v", err)
				}
			default:
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestSimulatedManifestConversion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ghsim.Options{})
	code := w.SubmitManifest(map[string]any{"name": "Castellan Two", "url": "https://castellan.example", "hook_attributes": map[string]any{"url": "https://castellan.example/webhook"}, "default_permissions": map[string]any{"checks": "write"}})
	app := must[github.NewApp](t)(github.ConvertManifest(w.ctx, w.URL, code))
	if app.ID == 0 || app.PrivateKey == "" || app.WebhookSecret == "" {
		t.Errorf("%+v", app)
	}
	if diff := cmp.Diff("write", app.Permissions["checks"]); diff != "" {
		t.Error(diff)
	}
	if _, err := github.ConvertManifest(w.ctx, w.URL, code); !errors.Is(err, github.ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
}
