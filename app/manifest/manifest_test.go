package manifest_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/manifest"
	"github.com/castellan-app/castellan/app/webhook"
)

func load(t *testing.T) *manifest.Manifest {
	t.Helper()
	m, err := manifest.Default()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCopyIsTheFileAtTheTop(t *testing.T) {
	t.Parallel()
	top, err := os.ReadFile("../../app.yml")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.ReadFile("app.yml")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(top), string(here)); d != "" {
		t.Errorf("run `go generate ./app/manifest`: -top +copy\n%s", d)
	}
}

// TestPermissionsAreNeededAndEnough: what the client's calls and the events
// need, and not a word more. The needs of events are those of GitHub's webhook
// description (docs.github.com, "Webhook events and payloads").
func TestPermissionsAreNeededAndEnough(t *testing.T) {
	t.Parallel()
	m := load(t)
	need := map[string]string{}
	add := func(name, level string) {
		if name != "" && need[name] != "write" {
			need[name] = level
		}
	}
	for _, op := range github.Operations() {
		add(op.Permission, op.Level)
	}
	for _, e := range m.Events {
		permission, known := map[string]string{
			"push": "contents", "pull_request": "pull_requests", "merge_group": "merge_queues",
			"issues": "issues", "issue_comment": "issues", "repository": "metadata", "public": "metadata",
		}[e.Name]
		if !known {
			t.Errorf("which permission does %s need? Add it here", e.Name)
		}
		add(permission, "read")
	}
	if d := cmp.Diff(need, m.Granted()); d != "" {
		t.Errorf("-needed +asked for\n%s", d)
	}
}

// TestNeverAsked is the promise in app.yml's head.
func TestNeverAsked(t *testing.T) {
	t.Parallel()
	for _, p := range load(t).Permissions {
		if p.Level == "write" && p.Name != "checks" && p.Name != "issues" {
			t.Errorf("%s:%s", p.Name, p.Level)
		}
		if slices.Contains([]string{"workflows", "secrets", "administration", "organization_administration"}, p.Name) {
			t.Errorf("%s is asked for", p.Name)
		}
	}
}

// TestEventsAreThoseThatAreRead asks the receiver about each event GitHub has.
// Some are sent to every App without a subscription, or to every one that may
// write checks.
func TestEventsAreThoseThatAreRead(t *testing.T) {
	t.Parallel()
	unasked := []string{"check_run", "check_suite", "installation", "installation_repositories", "installation_target", "github_app_authorization", "ping"}
	asked := []string{}
	for _, e := range load(t).Events {
		asked = append(asked, e.Name)
	}
	var read []string
	for _, name := range []string{
		"branch_protection_rule", "check_run", "check_suite", "code_scanning_alert", "commit_comment", "create", "custom_property", "custom_property_values", "delete",
		"dependabot_alert", "deploy_key", "deployment", "deployment_status", "discussion", "fork", "github_app_authorization", "gollum", "installation",
		"installation_repositories", "installation_target", "issue_comment", "issues", "label", "member", "membership", "merge_group", "meta", "milestone", "organization",
		"org_block", "page_build", "personal_access_token_request", "ping", "public", "pull_request", "pull_request_review", "pull_request_review_comment",
		"pull_request_review_thread", "push", "registry_package", "release", "repository", "repository_dispatch", "repository_ruleset", "secret_scanning_alert",
		"security_advisory", "star", "status", "sub_issues", "team", "team_add", "watch", "workflow_dispatch", "workflow_job", "workflow_run",
	} {
		if _, known, _ := webhook.Read(name, []byte("{}")); known && !slices.Contains(unasked, name) {
			read = append(read, name)
		}
	}
	if d := cmp.Diff(read, asked); d != "" {
		t.Errorf("-read +subscribed\n%s", d)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	raw, err := load(t).Without("merge_queues", "merge_group").JSON(manifest.Address{
		Name: "Castellan of acme", Webhook: "https://castellan.acme.example/webhook", Redirect: "https://castellan.acme.example/setup/callback",
	})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"name": "Castellan of acme", "url": "https://github.com/castellan-app/castellan", "public": false,
		"description":     "Finds the AI integrations committed to repositories, and the keys they leak.",
		"hook_attributes": map[string]any{"url": "https://castellan.acme.example/webhook", "active": true},
		"redirect_url":    "https://castellan.acme.example/setup/callback",
		"default_permissions": map[string]any{
			"checks": "write", "contents": "read", "issues": "write", "members": "read", "metadata": "read", "pull_requests": "read",
		},
		"default_events": []any{"issue_comment", "issues", "public", "pull_request", "push", "repository"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	granted := load(t).Granted()
	granted["issues"], granted["contents"] = "read", "write"
	delete(granted, "members")
	var got []string
	for _, p := range load(t).Missing(granted) {
		got = append(got, p.Name+":"+p.Level)
	}
	if d := cmp.Diff([]string{"issues:write", "members:read"}, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestStrict(t *testing.T) {
	t.Parallel()
	const good = "name: A\nurl: https://a.example\n"
	for name, text := range map[string]string{
		"unknown key":      good + "hook_atributes: {}\n",
		"level":            good + "default_permissions:\n  checks: admin # why\n",
		"no reason":        good + "default_permissions:\n  checks: write\n",
		"event, no reason": good + "default_events:\n  - push\n  - issues # why\n",
		"no name":          "url: https://a.example\n",
		"no map":           "- a\n",
		"broken":           "name: [\n",
	} {
		if _, err := manifest.Parse([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := manifest.Parse([]byte(good)); err != nil {
		t.Error(err)
	}
}
