package github

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// access is whose credential a call carries.
type access int

const (
	asNobody       access = iota
	asApp                 // the App's JWT
	asRepository          // a token for one repository
	asInstallation        // a token for the whole installation, with the one permission needed
)

// call declares one route: what it is called in errors and metrics, what it
// needs and how the stack may treat it.
type call struct {
	verb    string // for errors: "create issue"
	method  string
	route   string // template, as GitHub's documentation writes it
	access  access
	need    string // permission:level
	cache   bool   // the answer cannot carry a secret value and may be held in memory
	creates bool   // creates content in the sense of GitHub's secondary limits
	repo    int64  // set when a call asRepository is made
}

// repositoryPermissions is what a repository's token is asked for: together
// what all calls asRepository need, so that a push costs one such token.
const repositoryPermissions = "checks:write,contents:read,issues:write,metadata:read,pull_requests:read"

// gitPermissions is what a token for git is asked for.
const gitPermissions = "contents:read,metadata:read"

// The calls. What people write (issues, comments, pull requests, commits) is
// never cached: a leaked credential may stand in it.
var (
	callSelf          = call{verb: "read the App", method: "GET", route: "/app", access: asApp}
	callInstallations = call{verb: "list installations", method: "GET", route: "/app/installations", access: asApp}
	callInstallation  = call{verb: "read installation", method: "GET", route: "/app/installations/{installation_id}", access: asApp}
	callToken         = call{verb: "make installation token", method: "POST", route: "/app/installations/{installation_id}/access_tokens", access: asApp}
	callDeliveries    = call{verb: "list deliveries", method: "GET", route: "/app/hook/deliveries", access: asApp}
	callRedeliver     = call{verb: "ask for a redelivery", method: "POST", route: "/app/hook/deliveries/{delivery_id}/attempts", access: asApp}
	callManifest      = call{verb: "convert the App manifest", method: "POST", route: "/app-manifests/{code}/conversions"}

	callRepositories = call{verb: "list repositories", method: "GET", route: "/installation/repositories", access: asInstallation, need: "metadata:read", cache: true}
	callRepository   = call{verb: "read repository", method: "GET", route: "/repos/{owner}/{repo}", access: asInstallation, need: "metadata:read", cache: true}
	callMembership   = call{verb: "read membership", method: "GET", route: "/orgs/{org}/memberships/{username}", access: asInstallation, need: "members:read", cache: true}
	callTeamMembers  = call{verb: "list team members", method: "GET", route: "/orgs/{org}/teams/{team_slug}/members", access: asInstallation, need: "members:read", cache: true}

	callCreateCheckRun = call{verb: "create check run", method: "POST", route: "/repos/{owner}/{repo}/check-runs", access: asRepository, need: "checks:write"}
	callUpdateCheckRun = call{verb: "update check run", method: "PATCH", route: "/repos/{owner}/{repo}/check-runs/{check_run_id}", access: asRepository, need: "checks:write"}
	callCheckRuns      = call{verb: "list check runs", method: "GET", route: "/repos/{owner}/{repo}/commits/{ref}/check-runs", access: asRepository, need: "checks:read", cache: true}

	callAnnotations = call{verb: "list annotations", method: "GET", route: "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", access: asRepository, need: "checks:read"}

	callPullRequest    = call{verb: "read pull request", method: "GET", route: "/repos/{owner}/{repo}/pulls/{pull_number}", access: asRepository, need: "pull_requests:read"}
	callPullRequestsOf = call{verb: "list pull requests of a commit", method: "GET", route: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", access: asRepository, need: "pull_requests:read"}
	callCommits        = call{verb: "read commit author", method: "GET", route: "/repos/{owner}/{repo}/commits", access: asRepository, need: "contents:read"}

	callIssue         = call{verb: "read issue", method: "GET", route: "/repos/{owner}/{repo}/issues/{issue_number}", access: asRepository, need: "issues:read"}
	callIssueAnywhere = call{verb: "read transferred issue", method: "GET", route: "/repos/{owner}/{repo}/issues/{issue_number}", access: asInstallation, need: "issues:read"}
	callIssues        = call{verb: "list issues", method: "GET", route: "/repos/{owner}/{repo}/issues", access: asRepository, need: "issues:read"}
	callCreateIssue   = call{verb: "create issue", method: "POST", route: "/repos/{owner}/{repo}/issues", access: asRepository, need: "issues:write", creates: true}
	callUpdateIssue   = call{verb: "update issue", method: "PATCH", route: "/repos/{owner}/{repo}/issues/{issue_number}", access: asRepository, need: "issues:write"}
	callComments      = call{verb: "list comments", method: "GET", route: "/repos/{owner}/{repo}/issues/{issue_number}/comments", access: asRepository, need: "issues:read"}
	callComment       = call{verb: "create comment", method: "POST", route: "/repos/{owner}/{repo}/issues/{issue_number}/comments", access: asRepository, need: "issues:write", creates: true}
	callAddAssignees  = call{verb: "add assignees", method: "POST", route: "/repos/{owner}/{repo}/issues/{issue_number}/assignees", access: asRepository, need: "issues:write"}
	callAssignable    = call{verb: "check assignee", method: "GET", route: "/repos/{owner}/{repo}/assignees/{assignee}", access: asRepository, need: "issues:read"}
	callLabel         = call{verb: "read label", method: "GET", route: "/repos/{owner}/{repo}/labels/{name}", access: asRepository, need: "issues:read", cache: true}
	callCreateLabel   = call{verb: "create label", method: "POST", route: "/repos/{owner}/{repo}/labels", access: asRepository, need: "issues:write"}
	callAddLabels     = call{verb: "add labels", method: "POST", route: "/repos/{owner}/{repo}/issues/{issue_number}/labels", access: asRepository, need: "issues:write"}
	callPermission    = call{verb: "read a collaborator's permission", method: "GET", route: "/repos/{owner}/{repo}/collaborators/{username}/permission", access: asRepository, need: "metadata:read", cache: true}
	callCollaborators = call{verb: "list collaborators", method: "GET", route: "/repos/{owner}/{repo}/collaborators", access: asRepository, need: "metadata:read", cache: true}
)

func allCalls() []call {
	return []call{
		callSelf, callInstallations, callInstallation, callToken, callDeliveries, callRedeliver, callManifest,
		callRepositories, callRepository, callMembership, callTeamMembers,
		callCreateCheckRun, callUpdateCheckRun, callCheckRuns, callAnnotations, callPullRequest, callPullRequestsOf, callCommits,
		callIssue, callIssueAnywhere, callIssues, callCreateIssue, callUpdateIssue, callComments, callComment,
		callAddAssignees, callAssignable, callLabel, callCreateLabel, callAddLabels, callPermission, callCollaborators,
	}
}

// Operation is one route this package may call. Permission is what an
// installation must grant for it ("issues"), Level "read" or "write"; both are
// "" where none is needed.
type Operation struct{ Method, Route, Permission, Level string }

// Operations lists every route this package may call, for the manifest's test
// and `castellan doctor`.
func Operations() []Operation {
	var all []Operation
	for _, c := range allCalls() {
		permission, level, _ := strings.Cut(c.need, ":")
		all = append(all, Operation{Method: c.method, Route: c.route, Permission: permission, Level: level})
	}
	slices.SortFunc(all, func(a, b Operation) int { return strings.Compare(a.Route+a.Method, b.Route+b.Method) })
	return all
}

type callKey struct{}

func withCall(ctx context.Context, c call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// declared is the declaration of a request, which must be for one of these
// kinds of credential: none is lent to a request that does not say what it is.
func declared(ctx context.Context, allowed ...access) (call, error) {
	c, ok := callOf(ctx)
	if !ok || !slices.Contains(allowed, c.access) || c.access == asRepository && c.repo <= 0 {
		return call{}, errUndeclared
	}
	return c, nil
}

var errUndeclared = errors.New("a request that does not declare its call is not sent")

func callOf(ctx context.Context) (call, bool) {
	c, ok := ctx.Value(callKey{}).(call)
	return c, ok
}

// scope is what a token may do: permissions on one repository, or with
// repository 0 on the whole installation.
type scope struct {
	repository  int64
	permissions string
}

func (c call) scope() scope {
	if c.access == asRepository {
		return scope{repository: c.repo, permissions: repositoryPermissions}
	}
	return scope{permissions: c.need}
}

// parsePermissions reads "checks:write,contents:read".
func parsePermissions(text string) map[string]string {
	m := map[string]string{}
	for _, p := range strings.Split(text, ",") {
		name, level, _ := strings.Cut(p, ":")
		m[name] = level
	}
	return m
}

// covers tells whether granted includes need ("issues:write").
func covers(granted map[string]string, need string) bool {
	name, level, _ := strings.Cut(need, ":")
	have := granted[name]
	return name == "" || have == level || have == "write" && level == "read" || have == "admin"
}
