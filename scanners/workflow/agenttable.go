package workflow

// kind is one way to run an agent: an action or a program. Sources: the
// action.yml and the documentation of each, 2026-11; anthropics/claude-code-action
// docs/security.md, openai/codex-action README.md, google-github-actions/run-gemini-cli.
type kind struct {
	product string
	// What the inputs of an action are.
	prompts  []string // text for the model
	args     []string // a command line
	tools    []string // a list of allowed tools
	settings []string // a document of settings
	people   []string // who may start it beside those with write access
	keys     []string // tokens of GitHub it acts with
	// guards says that it refuses by itself who has no write access, but for
	// events without such a person.
	guards bool
	// unguards is an input that takes this refusal away if it is "true".
	unguards string
	// answers says that it only gives text back: it has no tools unless acts,
	// an input, is "true".
	answers bool
	acts    string
}

var claudeAction = kind{
	product: "claude-code", guards: true,
	prompts:  []string{"prompt", "direct_prompt", "override_prompt", "custom_instructions", "system_prompt", "append_system_prompt"},
	args:     []string{"claude_args"},
	tools:    []string{"allowed_tools"},
	settings: []string{"settings"},
	people:   []string{"allowed_non_write_users", "allowed_bots"},
	keys:     []string{"github_token"},
}

var claudeBase = kind{
	product: "claude-code", prompts: []string{"prompt", "system_prompt", "append_system_prompt"}, args: []string{"claude_args"},
	tools: []string{"allowed_tools"}, settings: []string{"settings"},
}

var geminiAction = kind{product: "gemini-cli", prompts: []string{"prompt"}, settings: []string{"settings", "settings_json"}, keys: []string{"github_token"}}

// opencodeAction asks for the permission of who caused the run, unless it acts
// with the workflow's own token (github/index.ts of its repository, 2026-11).
var opencodeAction = kind{product: "opencode", guards: true, unguards: "use_github_token", prompts: []string{"prompt"}, keys: []string{"token"}}

// actions are the actions that run an agent or ask a model, by name in lower
// case. Others that the catalogue knows as AI count for the inventory and their
// pinning alone.
var actions = map[string]*kind{
	"anthropics/claude-code-action":             &claudeAction,
	"anthropics/claude-code-action/base-action": &claudeBase,
	"anthropics/claude-code-base-action":        &claudeBase,
	"google-github-actions/run-gemini-cli":      &geminiAction,
	"google-gemini/gemini-cli-action":           &geminiAction,
	"qwenlm/qwen-code-action":                   {product: "qwen-code", prompts: []string{"prompt"}, settings: []string{"settings", "settings_json"}},
	"openai/codex-action": {
		product: "openai-codex", guards: true, prompts: []string{"prompt"}, args: []string{"codex-args"}, people: []string{"allow-users", "allow-bots", "allow-bot-users"},
	},
	"actions/ai-inference": {
		product: "github-models", answers: true, acts: "enable-github-mcp", prompts: []string{"prompt", "system-prompt"}, tools: []string{"copilot-allow-tools"}, keys: []string{"github-mcp-token"},
	},
	"github/copilot-text-inference":        {product: "github-copilot", answers: true, prompts: []string{"prompt", "system-prompt"}},
	"openai/chat-completion-action":        {product: "openai", answers: true, prompts: []string{"prompt", "system-prompt", "messages"}},
	"austenstone/openai-completion-action": {product: "openai", answers: true, prompts: []string{"prompt"}},
	"sst/opencode/github":                  &opencodeAction,
	"anomalyco/opencode/github":            &opencodeAction,
	"openhands/openhands-github-action":    {product: "openhands", prompts: []string{"prompt", "task"}, keys: []string{"github-token", "github_token"}},
	"factory-ai/droid-action":              {product: "factory", guards: true, prompts: []string{"prompt"}, args: []string{"droid_args"}, people: []string{"allowed_non_write_users", "allowed_bots"}, keys: []string{"github_token"}},
	"factory-ai/droid-exec-action":         {product: "factory", prompts: []string{"prompt"}, args: []string{"droid_args", "args"}},
	"google-labs-code/jules-action":        {product: "jules", prompts: []string{"prompt"}},
	"google-labs-code/jules-invoke":        {product: "jules", prompts: []string{"prompt"}},
	"jetbrains/junie-github-action":        {product: "junie", prompts: []string{"prompt"}, people: []string{"allowed_bots"}},
	"warpdotdev/oz-agent-action":           {product: "warp", prompts: []string{"prompt"}},
	"warpdotdev/warp-agent-action":         {product: "warp", prompts: []string{"prompt"}},
	"cursor/agent-action":                  {product: "cursor", prompts: []string{"prompt"}, args: []string{"args"}},
	"continuedev/continue":                 {product: "continue", prompts: []string{"prompt"}},
	"augmentcode/augment-agent":            {product: "augment", prompts: []string{"instruction", "prompt", "template_context"}, keys: []string{"github_token"}},
	"augmentcode/review-pr":                {product: "augment", prompts: []string{"custom_guidelines"}, keys: []string{"github_token"}},
	"augmentcode/describe-pr":              {product: "augment", prompts: []string{"custom_guidelines"}, keys: []string{"github_token"}},
	"a5c-ai/gitagent":                      {product: "", prompts: []string{"prompt", "instructions"}},
	"iflow-ai/iflow-cli-action":            {product: "iflow", prompts: []string{"prompt"}, settings: []string{"settings", "settings_json"}},
	"replicate/action":                     {product: "replicate", answers: true, prompts: []string{"prompt", "input"}},
	"huggingface/inference-action":         {product: "hugging-face", answers: true, prompts: []string{"prompt", "inputs"}},
	"appleboy/llm-action":                  {product: "", answers: true, prompts: []string{"input_prompt", "system_prompt", "prompt"}},
}

// program is how an agent's program is started to work without a person.
type program struct {
	product string
	modes   []string // one of these flags or words makes it work alone; empty: always
	never   []string // with one of these as first word it does something else
	skips   []string // flags that take its questions and its sandbox away
}

// programs are the agents that a script starts. Sources: their own help and
// documentation, 2026-11.
var programs = map[string]*program{
	"claude":       {product: "claude-code", modes: []string{"-p", "--print"}, skips: []string{"--dangerously-skip-permissions", "--permission-mode=bypassPermissions"}},
	"codex":        {product: "openai-codex", modes: []string{"exec", "e"}, skips: []string{"--dangerously-bypass-approvals-and-sandbox", "--yolo", "--sandbox=danger-full-access", "-s=danger-full-access"}},
	"gemini":       {product: "gemini-cli", modes: []string{"-p", "--prompt", "-y", "--yolo", "--approval-mode"}, skips: []string{"-y", "--yolo", "--approval-mode=yolo"}},
	"qwen":         {product: "qwen-code", modes: []string{"-p", "--prompt", "-y", "--yolo"}, skips: []string{"-y", "--yolo", "--approval-mode=yolo"}},
	"cursor-agent": {product: "cursor", never: []string{"login", "logout", "status", "update", "install", "mcp", "ls", "models", "help", "about"}, skips: []string{"-f", "--force", "--yolo"}},
	"agent":        {product: "cursor", modes: []string{"-p", "--print"}, skips: []string{"-f", "--force", "--yolo"}},
	"aider":        {product: "aider", modes: []string{"-m", "--message", "--msg", "--message-file", "-f", "--yes-always", "--yes"}, skips: []string{"--yes-always", "--yes"}},
	"opencode":     {product: "opencode", modes: []string{"run"}},
	"droid":        {product: "factory", modes: []string{"exec"}, skips: []string{"--skip-permissions-unsafe", "--auto=high"}},
	"q":            {product: "amazon-q", modes: []string{"chat"}, skips: []string{"--trust-all-tools", "-a"}},
	"kiro-cli":     {product: "kiro", modes: []string{"chat"}, skips: []string{"--trust-all-tools", "-a"}},
	"copilot":      {product: "github-copilot-cli", modes: []string{"-p", "--prompt"}, skips: []string{"--allow-all-tools", "--allow-all", "--yolo"}},
	"goose":        {product: "goose", modes: []string{"run"}},
	"amp":          {product: "amp", modes: []string{"-x", "--execute"}, skips: []string{"--dangerously-allow-all"}},
	"crush":        {product: "crush", modes: []string{"run"}, skips: []string{"--yolo", "-y"}},
	"auggie":       {product: "augment", modes: []string{"-p", "--print", "--instruction"}},
	"cline":        {product: "cline", modes: []string{"-y", "--yolo", "task", "-p"}, skips: []string{"-y", "--yolo"}},
	"kimi":         {product: "kimi-cli", modes: []string{"-c", "--command", "--print"}, skips: []string{"--yolo"}},
	"vibe":         {product: "mistral-vibe", modes: []string{"-p", "--prompt"}, skips: []string{"--auto-approve"}},
	"grok":         {product: "grok-cli", modes: []string{"-p", "--prompt"}, skips: []string{"--always-approve"}},
	"iflow":        {product: "iflow", modes: []string{"-p", "--prompt", "-y", "--yolo"}, skips: []string{"-y", "--yolo"}},
	"junie":        {product: "junie", modes: []string{"--task", "--auth"}},
	"openhands":    {product: "openhands", modes: []string{"--headless", "-t", "--task"}},
	"acli":         {product: "rovo-dev", modes: []string{"rovodev"}, skips: []string{"--yolo"}},
}

// packages are programs by the package that a runner starts them from.
var packages = map[string]string{
	"@anthropic-ai/claude-code": "claude", "@openai/codex": "codex", "@google/gemini-cli": "gemini", "@qwen-code/qwen-code": "qwen", "@github/copilot": "copilot",
	"opencode-ai": "opencode", "@sourcegraph/amp": "amp", "@charmland/crush": "crush", "@augmentcode/auggie": "auggie", "@factory/cli": "droid", "droid": "droid", "cline": "cline",
	"aider-chat": "aider", "aider": "aider", "kimi-cli": "kimi", "mistral-vibe": "vibe", "@vibe-kit/grok-cli": "grok", "@iflow-ai/iflow-cli": "iflow", "openhands": "openhands", "openhands-ai": "openhands",
	"claude": "claude", "codex": "codex", "gemini": "gemini",
}

// answerers are programs that send a prompt to a model and print the answer.
var answerers = map[string]string{"llm": "", "sgpt": "", "mods": "", "aichat": "", "ollama": "ollama", "openai": "openai"}
