package main

import (
	"slices"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// Who answers: the policy's entry, then CODEOWNERS, then the verified author of
// the line, then the administrators; each asked only if GitHub would take them
// (lessons 10, 11).
func TestOwnersAreFoundInOrder(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		codeowners, author string
		want, says         []string
	}{
		"shop-policy":     {"* @owner\n", "writer", []string{"policy-owner"}, []string{"policy"}},
		"shop-codeowners": {"* @nobody\n/.mcp.json @owner @acme/team\n", "writer", []string{"mate", "owner"}, []string{"line 2 of .github/CODEOWNERS"}},
		"shop-author":     {"docs/ @owner\n", "writer", []string{"writer"}, []string{"verified by GitHub", "confidence medium"}},
		"shop-admins":     {"", "", []string{"alice"}, []string{"administers the repository", "confidence low"}},
		"shop-unassignable": {"* @stranger @left @ghost @Copilot mail@acme.example @acme/none @owner\n", "writer",
			[]string{"owner"}, []string{"Not asked: `@left`", "left the organisation", "Not asked: `@acme/none`"}},
		"shop-bot": {"* @owner\n", "writer", []string{"owner"}, []string{"Not asked: `@acme/machines`"}},
	}
	const owned = "version: 1\nowners:\n- {match: \"acme/shop-policy:**\", owner: \"@policy-owner\"}\n- {match: \"acme/shop-bot:**\", owner: \"@acme/machines\"}\n"
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, _ := acme(t, engine, owned, nil)
		for _, login := range []string{"owner", "writer", "policy-owner", "left", "mate"} {
			a.sim.AddMember("acme", login, "member")
		}
		a.sim.AddTeam("acme", "team", "mate")
		a.sim.RemoveMember("acme", "left")
		for name, c := range cases {
			r := a.sim.CreateRepo("acme", name, ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n", ".github/CODEOWNERS": c.codeowners}})
			commit := ghsim.Commit{Files: leak(0), Pusher: "bob", Author: ghsim.Person{Name: "Somebody", Email: "nobody@elsewhere.example"}}
			if c.author != "" {
				commit.Author.Email = a.sim.Email(c.author)
			}
			a.sim.PushCommits(r, "main", commit)
			if got := a.assigned(r); !slices.Equal(got, c.want) {
				t.Errorf("%s: asked %q, want %q", name, got, c.want)
			}
			i := a.issue(r, "open")
			a.has(name, i.Body, c.says...)
			a.lacks(name, i.Body, "mail@acme.example", "Somebody", "elsewhere.example")
		}
	})
}

// GitHub drops assignees it does not take, without a word: the issue is made
// first, and stands.
func TestAnIssueStandsWithoutItsAssignee(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", map[string]string{".github/CODEOWNERS": "* @bob\n"})
		a.sim.Inject(ghsim.Fault{Method: "POST", Route: "/repos/{owner}/{repo}/issues/{issue_number}/assignees", Effect: ghsim.ServerError, Times: 2})
		a.sim.Push(r, "main", leak(0), "Add a server")
		a.issues(r, 1)
		a.until("bob to be assigned", func() bool { return slices.Equal(a.sim.Issues(r)[0].Assignees, []string{"bob"}) })
		a.issue(r, "open")

		// Whom a person takes off the issue, nobody puts back.
		a.sim.AssignIssue(r, 1, "alice", "alice")
		a.sim.UnassignIssue(r, 1, "alice", "bob")
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		if got := a.assigned(r); !slices.Equal(got, []string{"alice"}) {
			t.Errorf("assigned %q", got)
		}
	})
}
