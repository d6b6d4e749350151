package casework

import (
	"strings"
	"testing"
)

// TestWhereTheIssueGoes is DESIGN, "Public repositories", and lesson 9.
func TestWhereTheIssueGoes(t *testing.T) {
	t.Parallel()
	key, set := leakedKey("a.json", "k"), setting("a.json")
	for name, c := range map[string]struct {
		obs    *Observation
		change func(*Context)
		where  string // "" for planned
		reason string
	}{
		"private":                              {head("a", 0, key), func(*Context) {}, "acme/app", ""},
		"internal":                             {head("a", 0, key), func(x *Context) { x.Repository.Visibility = "internal" }, "acme/app", ""},
		"public, a setting":                    {head("a", 0, set), func(x *Context) { x.Repository.Visibility = public }, "acme/app", ""},
		"public, a credential":                 {head("a", 0, set, key), func(x *Context) { x.Repository.Visibility = public }, "acme/ai-governance", ""},
		"public, removed again":                {head("a", 0, gone(key)), func(x *Context) { x.Repository.Visibility = public }, "acme/ai-governance", ""},
		"public, no governance":                {head("a", 0, key), func(x *Context) { x.Repository.Visibility, x.Governance = public, nil }, "", "a public repository cannot tell of it, and there is no governance repository to go to"},
		"a public governance repository":       {head("a", 0, key), func(x *Context) { x.Repository.Visibility, x.Governance.Visibility = public, public }, "", "a public repository cannot tell of it, and the governance repository is refused: it is not private"},
		"an internal one":                      {head("a", 0, key), func(x *Context) { x.Repository.HasIssues, x.Governance.Visibility = false, "internal" }, "", "issues are disabled in the repository, and the governance repository is refused: it is not private"},
		"issues disabled":                      {head("a", 0, set), func(x *Context) { x.Repository.HasIssues = false }, "acme/ai-governance", ""},
		"issues disabled, no governance":       {head("a", 0, set), func(x *Context) { x.Repository.HasIssues, x.Governance = false, nil }, "", "issues are disabled in the repository, and there is no governance repository to go to"},
		"issues disabled in both":              {head("a", 0, set), func(x *Context) { x.Repository.HasIssues, x.Governance.HasIssues = false, false }, "", "issues are disabled in the repository, and the governance repository takes no issues"},
		"archived, and policy wants it anyway": {head("a", 0, set), func(x *Context) { x.Repository.Archived, x.Policy.Backfill.Archived = true, "full" }, "acme/ai-governance", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			c.change(w.ctx)
			w.plan(c.obs)
			got := ""
			if w.live != nil {
				got = w.live.Repository
			}
			if got != c.where || w.c.Reason != c.reason {
				t.Errorf("in %q, %q; want %q, %q", got, w.c.Reason, c.where, c.reason)
			}
			if again := w.plan(c.obs); again != "" {
				t.Errorf("planned again: %s", again)
			}
		})
	}
}

// TestPublicIssueTellsNoCredential: a credential joins a case whose issue is
// public, or the repository becomes public.
func TestPublicIssueTellsNoCredential(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.ctx.Repository.Visibility = public
	w.plan(head("a", 0, setting("a.json")))
	w.live.Body = "A person's own words.\n\n" + w.live.Body
	w.expect(t, w.plan(head("b", 1, setting("a.json"), leakedKey("secret.json", "k"))), "update close create assign", Open)
	if w.old.Repository != "acme/app" || w.old.State != "closed" || strings.Contains(w.old.Body+w.old.Title, "json") || !strings.Contains(w.old.Body, "A person's own words.") {
		t.Errorf("left behind: %+v", w.old)
	}
	if w.live.Repository != "acme/ai-governance" || !strings.Contains(w.live.Body, "secret.json") {
		t.Errorf("goes on: %+v", w.live)
	}
	w.expect(t, w.plan(nil), "", Open)

	w = newWorld()
	w.plan(head("a", 0, leakedKey("secret.json", "k")))
	w.ctx.Repository.Visibility, w.ctx.Governance, w.live.Visibility = public, nil, public
	w.expect(t, w.plan(nil), "update", Open)
	if strings.Contains(w.live.Body+w.live.Title, "secret") || w.c.Reason == "" {
		t.Errorf("%+v, %q", w.live, w.c.Reason)
	}
	w.expect(t, w.plan(head("b", 1)), "label", Rotation)
	w.closeAs("mia", "not_planned", 2)
	w.expect(t, w.plan(nil), "", Closed)
	w.expect(t, w.plan(head("c", 3, leakedKey("b.json", "other"))), "reopen", Open)
	if len(w.says) > 0 {
		t.Errorf("says %q in public", w.says)
	}
}

func TestPublicIssueTellsNoDeadEntries(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.ctx.Repository.Visibility = public
	w.plan(head("a", 0, setting("a.json")))
	if strings.Contains(w.live.Body, "gone") || !strings.Contains(w.live.Body, "- Asked: `mia`") {
		t.Errorf("%s", w.live.Body)
	}
}

func TestTransferIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, leakedKey("a.json", "k")))
	w.live.Repository, w.live.Number = "acme/security", 77
	w.expect(t, w.plan(head("b", 1, leakedKey("a.json", "k"), setting("c.json"))), "update", Open)
	if w.c.Issue.Repository != "acme/security" || w.c.Issue.Number != 77 {
		t.Errorf("%+v", w.c.Issue)
	}
	w.live.Repository, w.live.Visibility = "acme/website", public
	w.expect(t, w.plan(nil), "update close create assign", Open)
	if w.live.Repository != "acme/app" || strings.Contains(w.old.Body, "json") {
		t.Errorf("%+v; left behind %+v", w.live, w.old)
	}
}

func TestDeletedIssueIsADecision(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.live = &Live{Gone: true}
	w.expect(t, w.plan(nil), "", Closed)
	w.live = nil
	w.expect(t, w.plan(head("b", 1, setting("a.json"))), "", Closed)
	w.expect(t, w.plan(head("c", 2, setting("a.json"), setting("b.json"))), "create assign", Open)
	if w.c.Issue.Generation != 2 {
		t.Errorf("%+v", w.c.Issue)
	}
}

// TestWhatAPersonReopenedAndDeleted: the next issue is nobody's to keep open.
func TestWhatAPersonReopenedAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.plan(head("b", 1))
	w.plan(nil)
	w.reopenAs(2)
	w.plan(nil)
	w.live = &Live{Gone: true}
	w.plan(nil)
	w.live = nil
	w.expect(t, w.plan(head("c", 3, setting("a.json"))), "create assign", Open)
	if strings.Contains(w.live.Body, "Reopened by a person") {
		t.Errorf("%s", w.live.Body)
	}
	w.expect(t, w.plan(nil), "", Open)
}

func TestIssuesAreDisabledLater(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.ctx.Repository.HasIssues = false
	w.live = &Live{Gone: true}
	w.expect(t, w.plan(nil), "create assign", Open)
	if w.live.Repository != "acme/ai-governance" {
		t.Errorf("%+v", w.live)
	}
}

func TestArchivedLaterIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.ctx.Repository.Archived = true
	w.expect(t, w.plan(head("b", 1, setting("a.json"), setting("b.json"))), "", Open)
	if w.c.Reason == "" {
		t.Error("no reason")
	}
}

func TestNothingIsPlannedAgainstAnIssueNotRead(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json"), leakedKey("k.json", "k")))
	actions, next := Plan(w.c, head("b", 1, setting("a.json")), nil, w.ctx)
	if len(actions) > 0 {
		t.Errorf("%+v", actions)
	}
	w.c = next
	w.expect(t, w.plan(nil), "update", Open)
}
