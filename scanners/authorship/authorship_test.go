package authorship_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners/authorship"
)

func TestAgents(t *testing.T) {
	t.Parallel()
	const ann = "Ann <ann@acme.example>"
	for _, tc := range []struct {
		name string
		c    authorship.Commit
		want string
	}{
		{"a person", authorship.Commit{Author: ann, Committer: ann, Message: "Mend the claude client\n\nSee https://claude.ai/docs and codex: fine.\n"}, ""},
		{"trailer", authorship.Commit{Author: ann, Committer: ann, Message: "x\n\nCo-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>\n"}, "claude-code assisted"},
		{"sentence", authorship.Commit{Author: ann, Message: "x\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n"}, "claude-code assisted"},
		{"author", authorship.Commit{Author: "Cursor Agent <cursoragent@cursor.com>", Committer: ann, Message: "x"}, "cursor"},
		{"numbered login", authorship.Commit{Author: "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>", Committer: "GitHub <noreply@github.com>", Message: "x"}, "github-copilot"},
		{"bot", authorship.Commit{Author: "devin-ai-integration[bot] <158243242+devin-ai-integration[bot]@users.noreply.github.com>", Message: "x"}, "devin"},
		{"a person whose login begins alike", authorship.Commit{Author: "C <1+claudette@users.noreply.github.com>", Message: "x"}, ""},
		{"made with", authorship.Commit{Author: ann, Message: "x\n\nMade-with: Cursor\n"}, "cursor assisted"},
		{"aider", authorship.Commit{Author: ann, Message: "x\n\nCo-authored-by: aider (gpt-4o) <noreply@aider.chat>\n"}, "aider assisted"},
		{"two", authorship.Commit{Author: "OpenHands <openhands@all-hands.dev>", Message: "x\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"}, "claude-code assisted openhands"},
		{"another at the vendor", authorship.Commit{Author: ann, Message: "x\n\nCo-authored-by: Newsletter <noreply@anthropic.com>\n"}, ""},
		{"long", authorship.Commit{Author: ann, Message: strings.Repeat("x", 1<<20) + "\nMade-with: Cursor\n"}, ""},
	} {
		products, assisted := authorship.Agents(tc.c)
		var got []string
		for _, p := range products {
			got = append(got, p)
			if assisted[p] {
				got = append(got, "assisted")
			}
		}
		if diff := cmp.Diff(tc.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}
