package workflow

import (
	"regexp"
	"slices"
	"strings"
)

// who is a person a gate asks about.
type who uint8

const (
	commenter  who = 1 << iota // wrote the comment, review or message of the event
	author                     // opened the issue, pull request or discussion
	actor                      // caused the event
	maintainer                 // had to label, assign or approve by hand
	nobody     who = 0
)

var (
	// association finds whose association with the repository is asked for.
	association = regexp.MustCompile(`github\.event\.([a-z_]+|\*)\.author_association`)
	// login finds whose name is compared with something that is no name of a bot.
	login = regexp.MustCompile(`github\.(actor|triggering_actor|event\.sender\.login|event\.(?:comment|issue|pull_request|review|discussion)\.user\.login|event\.workflow_run\.(?:actor|triggering_actor)\.login)`)
	// sameRepository is asked of a pull request that may come from a fork.
	sameRepository = regexp.MustCompile(`(?:head\.repo\.full_name|head_repository\.full_name|head\.repo\.owner\.login|head_repository\.owner\.login|head\.repo\.id)\s*==|==\s*github\.event\.(?:pull_request|workflow_run)\.(?:head\.repo|head_repository)\.|(?:head\.repo\.fork|head_repository\.fork)\s*==\s*false|(?:head\.repo\.fork|head_repository\.fork)\s*!=\s*true`)
	isFork         = regexp.MustCompile(`(?:head\.repo\.fork|head_repository\.fork)(?:\s*==\s*true)?$`)
	ofPush         = regexp.MustCompile(`github\.event\.workflow_run\.event\s*(?:==\s*'(?:push|schedule|workflow_dispatch|release)'|!=\s*'pull_request)`)
	outputOf       = regexp.MustCompile(`(needs|steps)\.([a-z0-9_-]+)\.outputs?\b|(needs|steps)\.([a-z0-9_-]+)\.(?:result|outcome|conclusion)|(env)\.([a-z0-9_]+)`)
)

// gates are the people an atom lets through only if the organisation trusts
// them. An atom that shuts some people out lets the rest in, and is no gate.
func (a atom) gates() who {
	switch {
	case strings.Contains(a.text, "author_association"):
		return a.association()
	case strings.Contains(a.text, "github.event.label.name") && !a.not && !strings.Contains(a.text, "!="),
		strings.Contains(a.text, "contains(github.event.pull_request.labels") && !a.not,
		strings.Contains(a.text, "contains(github.event.issue.labels") && !a.not:
		return maintainer
	case strings.Contains(a.text, "github.event.pull_request.merged") && !a.not && !strings.Contains(a.text, "!=") && !strings.Contains(a.text, "false"):
		return maintainer
	case !a.not && (sameRepository.MatchString(a.text) || ofPush.MatchString(a.text)):
		return author
	case a.not && isFork.MatchString(a.text):
		return author
	}
	return a.login()
}

// otherwiseNone is what stands in for an association that an event has not.
var otherwiseNone = regexp.MustCompile(`\|\|\s*['"]none['"]`)

// association reads a comparison with a person's association.
func (a atom) association() who {
	a.text = otherwiseNone.ReplaceAllString(a.text, "")
	for _, weak := range []string{"'none'", `"none"`, "contributor", "first_time", "mannequin"} {
		if strings.Contains(a.text, weak) {
			return nobody
		}
	}
	if a.not || strings.Contains(a.text, "!=") {
		return nobody
	}
	m := association.FindStringSubmatch(a.text)
	if m == nil {
		return nobody
	}
	switch m[1] {
	case "issue", "pull_request", "discussion":
		return author
	case "*":
		return author | commenter
	}
	return commenter
}

// login reads a comparison with a person's name.
func (a atom) login() who {
	m := login.FindStringSubmatch(a.text)
	if m == nil || a.not || strings.Contains(a.text, "!=") || strings.Contains(a.text, "[bot]") || strings.HasPrefix(a.text, "endswith(") {
		return nobody
	}
	if !strings.Contains(a.text, "==") && !strings.HasPrefix(a.text, "contains(") {
		return nobody
	}
	switch part := m[1]; {
	case strings.Contains(part, ".comment.") || strings.Contains(part, ".review."):
		return commenter
	case strings.Contains(part, ".issue.") || strings.Contains(part, ".pull_request.") || strings.Contains(part, ".discussion."):
		return author
	}
	return actor
}

// reaches says whether an event can make the branch hold.
func (b branch) reaches(event string) bool {
	for _, a := range b {
		if !strings.Contains(a.text, "github.event_name") {
			if !a.fits(event) {
				return false
			}
			continue
		}
		named := strings.Contains(a.text, "'"+event+"'")
		starts := strings.HasPrefix(a.text, "startswith(") && startsLike(a.text, event)
		if equal := !strings.Contains(a.text, "!="); (named || starts) == (equal == a.not) {
			return false
		}
	}
	return true
}

func startsLike(text, event string) bool {
	_, rest, ok := strings.Cut(text, "'")
	if !ok {
		return false
	}
	start, _, _ := strings.Cut(rest, "'")
	return start != "" && strings.HasPrefix(event, start)
}

// fits says whether an event has what the atom asks about.
func (a atom) fits(event string) bool {
	if a.not {
		return true
	}
	switch {
	case strings.Contains(a.text, "github.event.comment."):
		return strings.Contains(event, "comment")
	case strings.Contains(a.text, "github.event.review."):
		return event == "pull_request_review"
	case strings.Contains(a.text, "github.event.discussion."):
		return strings.HasPrefix(event, "discussion")
	}
	return true
}

// gates are whom the condition lets through only if trusted, of one event: in
// every branch that the event reaches. reached is false if it reaches none.
func (c condition) gates(event string, more func(atom) who) (trusted who, reached bool) {
	trusted = commenter | author | actor | maintainer
	for _, b := range c.branches {
		if !b.reaches(event) {
			continue
		}
		reached = true
		here := nobody
		for _, a := range b {
			here |= a.gates() | more(a)
		}
		trusted &= here
	}
	if !reached {
		return nobody, false
	}
	return trusted, true
}

// checkActions look up what a person may do, and fail or say so.
var checkActions = []string{
	"actions-cool/check-user-permission", "prince-chrismc/check-actor-permissions-action", "themoddinginquisition/actions-team-membership", "tspascoal/get-user-teams-membership",
	"morfien101/actions-authorized-user", "lannonbr/repo-permission-check-action", "sushichop/action-repository-permission", "scherermichael-oss/action-has-permission",
	"octocat/check-permission", "im-open/is-actor-authorized", "khan/pull-request-comment-trigger-check", "hmarr/auto-approve-check", "github/command",
}

var (
	// looksUp is how a script asks what somebody may do.
	looksUp = regexp.MustCompile(`(?i)collaborators/[^\n]{0,200}permission|getCollaboratorPermissionLevel|checkCollaborator|teams/[^\n]{0,120}memberships|getMembershipForUser|checkMembershipForUser|checkMembershipForOrg|checkMembership|orgs/[^\n]{0,120}members/|collaborators/\$|author_association|authorAssociation|repositoryPermission|viewerPermission`)
	fails   = regexp.MustCompile(`(?i)\bexit\s+[1-9$]|setFailed|throw new|\bfail\b`)
)

// checks says whether a step finds out what the person behind the event may
// do; alone says that it stops the job by itself if that is too little.
func (s *step) checks() (does, alone bool) {
	if name, _ := s.action(); slices.Contains(checkActions, name) {
		return true, name != "tspascoal/get-user-teams-membership" && (name != "actions-cool/check-user-permission" || s.withText("error-if-missing") == "true")
	}
	text := s.run + "\n" + s.withText("script")
	if asked := textOf(s.node.Get("if")); strings.Contains(asked, "author_association") && strings.Contains(asked, "!") && fails.MatchString(text) {
		return true, true // it fails for whom the condition finds
	}
	if !looksUp.MatchString(text) {
		return false, false
	}
	return true, fails.MatchString(text)
}
