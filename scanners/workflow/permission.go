package workflow

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// scope is one permission of the job's token.
type scope struct {
	name, level string
	node        *doctree.Node // nil of a default
	key         doctree.Span
}

// permissions are the scopes of the job's token as the file gives them, its own
// or the workflow's. given is false where the file says nothing and the
// repository's default holds, which may be to write everything
// (docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions).
func (j *job) permissions() (scopes []scope, given bool) {
	n := j.node.Get("permissions")
	if n == nil {
		n = j.file.perms
	}
	if n == nil {
		return nil, false
	}
	if n.Kind != doctree.Map {
		switch strings.ToLower(n.Text) {
		case "write-all":
			return []scope{{"all", "write", n, n.Span}}, true
		case "read-all":
			return []scope{{"all", "read", n, n.Span}}, true
		}
		return nil, true
	}
	for _, m := range n.Members {
		v := m.Value.Resolve()
		scopes = append(scopes, scope{strings.ToLower(m.Key), strings.ToLower(v.Text), v, m.KeySpan})
	}
	return scopes, true
}

// strong are permissions with which the repository or what it trusts can be
// changed.
var strong = []string{"all", "contents", "pull-requests", "actions", "id-token", "packages", "deployments", "workflows", "checks", "statuses", "security-events", "attestations", "pages"}

// mayWrite are the scopes of the job's token that change more than issues and
// discussions.
func (j *job) mayWrite() []scope {
	all, _ := j.permissions()
	return slices.DeleteFunc(all, func(s scope) bool { return s.level != "write" || !slices.Contains(strong, s.name) })
}

// writes says whether the job's token may write anything at all.
func (j *job) writes() bool {
	all, _ := j.permissions()
	return slices.ContainsFunc(all, func(s scope) bool { return s.level == "write" })
}

// grants are what the agent's surroundings give it: the token, the secrets and
// the tools.
func (a *agent) grants() []scanners.Grant {
	var out []scanners.Grant
	scopes, given := a.job.permissions()
	if !given && a.job.file.shape == ordinary {
		out = append(out, scanners.Grant{Name: "token", Level: "unknown"})
	}
	for _, s := range scopes {
		if s.level == "read" || s.level == "write" {
			out = append(out, scanners.Grant{Name: s.name, Level: s.level})
		}
	}
	for _, name := range a.secrets() {
		out = append(out, scanners.Grant{Name: "secret " + name, Level: "read"})
	}
	for _, t := range a.allowed() {
		if len(out) < maxGrants {
			out = append(out, scanners.Grant{Name: scanners.Plain(t.text), Level: t.level()})
		}
	}
	return out
}

const maxGrants = 200

// secrets are the names of the secrets that reach the agent: through its inputs
// and the variables it sees.
func (a *agent) secrets() []string {
	seen := map[string]bool{}
	add := func(n *doctree.Node) {
		for _, u := range uses(textOf(n)) {
			for _, p := range property.FindAllString(u.body, 50) {
				if rest, ok := strings.CutPrefix(strings.ToLower(p), "secrets."); ok && rest != "" {
					seen[p[len("secrets."):]] = true
				}
			}
		}
	}
	for _, m := range membersOf(a.step.node.Get("with")) {
		add(m.Value.Resolve())
	}
	for _, env := range a.envs() {
		for _, m := range env.Members {
			add(m.Value.Resolve())
		}
	}
	if s := a.step.node.Get("secrets"); s != nil && a.step.node == a.job.node {
		if strings.EqualFold(s.Text, "inherit") {
			seen["*"] = true
		}
		for _, m := range s.Members {
			add(m.Value.Resolve())
		}
	}
	if a.cmd != nil {
		add(a.step.node.Get("run"))
	}
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// ofModel are words in the names of secrets that an agent needs to reach its
// model; token of GitHub's own that the job has anyway.
var ofModel = []string{"anthropic", "claude", "openai", "codex", "gemini", "google_ai", "google_api", "api_key_google", "vertex", "gcp", "azure_openai", "aws", "bedrock", "openrouter", "mistral", "groq", "deepseek", "xai", "model", "llm", "cursor", "copilot", "jules", "junie",
	"factory", "opencode", "qwen", "dashscope", "huggingface", "hf_", "replicate", "augment", "amp_", "kiro", "together", "perplexity", "cohere", "ollama", "warp", "litellm", "ai_gateway", "moonshot", "kimi", "zai", "glm", "continue", "openhands", "iflow", "workload_identity", "wif"}

// foreign are the secrets that the agent has no need of: neither its model's
// key nor the job's own token.
func (a *agent) foreign() []string {
	return slices.DeleteFunc(a.secrets(), func(name string) bool {
		low := strings.ToLower(name)
		if strings.HasPrefix(low, "aws_") && a.withText("anthropic_api_key") != "" {
			return false // the model is not Amazon's
		}
		return low == "github_token" || slices.ContainsFunc(ofModel, func(w string) bool { return strings.Contains(low, w) })
	})
}
