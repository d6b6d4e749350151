package casework

import (
	"fmt"
	"strings"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
)

const (
	public  = "public"
	private = "private"
)

// unpursued says why nothing is done about the findings of a repository: it is
// inventoried, not pursued. "" if it is.
func (p *planner) unpursued() string {
	r, b := &p.ctx.Repository, &p.ctx.Policy.Backfill
	switch {
	case r.Disabled:
		return "the repository is disabled"
	case r.Empty:
		return "the repository is empty"
	case r.Template:
		return "template repositories are inventoried, not pursued"
	case r.Archived && b.Archived != policy.Full:
		return "archived repositories are inventoried, not pursued"
	case r.Fork && b.Forks != policy.Full:
		return "forks are inventoried, not pursued"
	}
	return ""
}

// target is where the issue belongs: the repository itself, or the governance
// repository if that one cannot hold it or must not tell.
func (p *planner) target() (repository, why string) {
	r := &p.ctx.Repository
	switch {
	case r.Visibility == public && p.c.Sensitive:
		why = "a public repository cannot tell of it"
	case !r.HasIssues:
		why = "issues are disabled in the repository"
	case r.Archived:
		why = "the repository is archived"
	default:
		return r.Name, ""
	}
	g := p.ctx.Governance
	switch {
	case g == nil:
		return "", why + ", and there is no governance repository to go to"
	case g.Visibility != private:
		return "", why + ", and the governance repository is refused: it is not private"
	case g.Archived || g.Disabled || !g.HasIssues:
		return "", why + ", and the governance repository takes no issues"
	}
	return g.Name, ""
}

// visibility is that of the place where the issue is.
func (p *planner) visibility() string {
	switch g := p.ctx.Governance; {
	case p.live != nil && p.live.Visibility != "":
		return p.live.Visibility
	case strings.EqualFold(p.c.Issue.Repository, p.ctx.Repository.Name):
		return p.ctx.Repository.Visibility
	case g != nil && strings.EqualFold(p.c.Issue.Repository, g.Name):
		return g.Visibility
	}
	return public
}

// exposed says whether the issue lies where it tells too many: something
// sensitive in public, or anything where more can read than in the repository.
func (p *planner) exposed() bool {
	v := p.visibility()
	return v == public && p.c.Sensitive || rank(v) < rank(p.ctx.Repository.Visibility)
}

func rank(visibility string) int {
	switch visibility {
	case private:
		return 2
	case "internal":
		return 1
	}
	return 0
}

// readOnly says whether GitHub refuses writes to the issue.
func (p *planner) readOnly() bool {
	r := &p.ctx.Repository
	return strings.EqualFold(p.c.Issue.Repository, r.Name) && (r.Archived || r.Disabled)
}

// move empties an issue that tells too many, and goes on in one that does not.
func (p *planner) move() {
	title, ours := generic(p.c.ID)
	body := Merge(p.live.Body, ours, p.c.ID)
	a := Action{Kind: Update, Why: "the place is public: take the details out"}
	if p.live.Title != title {
		a.Title = title
	}
	if !same(body, p.live.Body) {
		a.Body = body
	}
	if a.Title != "" || a.Body != "" {
		p.add(a, sum(a.Title, a.Body), p.live.UpdatedAt)
	}
	p.c.Issue.Title = title
	if p.c.State == Closed {
		return
	}
	target, why := p.target()
	if why != "" || strings.EqualFold(target, p.c.Issue.Repository) {
		p.c.Reason = why
		return
	}
	p.add(Action{Kind: Close, StateReason: "not_planned", Why: "the case goes on elsewhere"}, "moved")
	p.create(target, names(p.ctx.Owner.Assignees))
}

// capped are those who are asked, without whoever was asked often enough today.
// why says why the case has to wait.
func (p *planner) capped() (asked []string, why string) {
	caps := p.ctx.Policy.Caps
	for _, person := range p.ctx.Owner.Assignees {
		if p.ctx.OpenedBy[strings.ToLower(person.Name)] < caps.IssuesPerOwnerPerDay {
			asked = append(asked, person.Name)
		}
	}
	nobody := len(p.ctx.Owner.Assignees) == 0
	if !nobody && len(asked) == 0 || nobody && p.ctx.OpenedBy[""] >= caps.IssuesPerOwnerPerDay {
		return nil, fmt.Sprintf("waits: the owner got enough issues today, caps.issues_per_owner_per_day is %d", caps.IssuesPerOwnerPerDay)
	}
	return asked, ""
}

func names(people []owner.Person) []string {
	var all []string
	for _, p := range people {
		all = append(all, p.Name)
	}
	return all
}

func equal(a string) func(string) bool {
	return func(b string) bool { return strings.EqualFold(a, b) }
}
