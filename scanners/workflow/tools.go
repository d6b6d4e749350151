package workflow

import (
	"strings"

	allowing "github.com/castellan-app/castellan/scanners/agent"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// tool is one entry of what an agent may use without asking.
type tool struct {
	text       string
	node       *doctree.Node
	start, end int // in the node's text
}

// level is how far the tool goes.
func (t tool) level() string {
	name, _, _ := strings.Cut(strings.ToLower(t.text), "(")
	switch strings.TrimSpace(name) {
	case "bash", "shell", "run_shell_command", "shelltool", "exec", "execute":
		return "execute"
	case "write", "edit", "multiedit", "notebookedit", "write_file", "replace", "edit_file":
		return "write"
	case "read", "glob", "grep", "ls", "read_file", "list_directory", "search_file_content", "glob_files", "webfetch", "websearch":
		return "read"
	}
	return "unknown"
}

// toolFlags are followed by tools.
var toolFlags = []string{"--allowedTools", "--allowed-tools", "--allowedtools", "--allow-tool"}

const maxTools = 300

// allowed are the tools an agent is given by its inputs, its command line and
// the settings in them.
func (a *agent) allowed() []tool {
	var out []tool
	if a.kind != nil {
		for _, name := range a.kind.tools {
			if n := a.with(name); n != nil {
				out = append(out, listed(n, textOf(n), 0)...)
			}
		}
		for _, name := range a.kind.args {
			if n := a.with(name); n != nil {
				out = append(out, flagged(n)...)
			}
		}
		for _, name := range a.kind.settings {
			if doc := a.settings(name); doc != nil {
				for _, p := range []string{"/permissions/allow/*", "/tools/core/*", "/coreTools/*", "/tools/allowed/*", "/allowedTools/*"} {
					for _, n := range doc.At(p) {
						if n = n.Resolve(); n.Kind == doctree.String && len(out) < maxTools {
							out = append(out, tool{text: n.Text, node: n, end: len(n.Text)})
						}
					}
				}
			}
		}
	}
	if a.cmd != nil {
		for i, w := range a.cmd.words {
			flag, value, joined := strings.Cut(w.Text, "=")
			if !isToolFlag(flag) {
				continue
			}
			if joined {
				out = append(out, wordTools(a, value, w.Start, w.End)...)
				continue
			}
			for _, v := range a.cmd.words[i+1:] {
				if strings.HasPrefix(v.Text, "-") {
					break
				}
				out = append(out, wordTools(a, v.Text, v.Start, v.End)...)
			}
		}
	}
	return out[:min(len(out), maxTools)]
}

func isToolFlag(s string) bool {
	for _, f := range toolFlags {
		if s == f {
			return true
		}
	}
	return false
}

// wordTools are the tools in a word of a command.
func wordTools(a *agent, text string, start, end int) []tool {
	var out []tool
	for _, part := range splitTools(text) {
		t := tool{text: text[part[0]:part[1]], node: a.node, start: start, end: end}
		if i := strings.Index(a.run[min(start, len(a.run)):min(end, len(a.run))], t.text); i >= 0 {
			t.start, t.end = start+i, start+i+len(t.text)
		}
		out = append(out, t)
	}
	return out
}

// listed are the tools of a list in a text, at an offset of the node's.
func listed(n *doctree.Node, text string, at int) []tool {
	var out []tool
	for _, part := range splitTools(text) {
		if len(out) == maxTools {
			break
		}
		out = append(out, tool{text: text[part[0]:part[1]], node: n, start: at + part[0], end: at + part[1]})
	}
	return out
}

// splitTools are the ranges of a list whose parts commas, white space and new
// lines keep apart, but not within brackets.
func splitTools(text string) [][2]int {
	var out [][2]int
	depth, start := 0, -1
	flush := func(i int) {
		if start >= 0 {
			out = append(out, [2]int{start, i})
		}
		start = -1
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0 && strings.IndexByte(", \t\r\n\"'", c) >= 0, c == '\n':
			depth = 0
			flush(i)
			continue
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(text))
	return out
}

// flagged are the tools behind the flags of an input that is a command line.
func flagged(n *doctree.Node) []tool {
	text := textOf(n)
	var out []tool
	for _, flag := range toolFlags {
		for at := 0; ; {
			i := strings.Index(text[at:], flag)
			if i < 0 {
				break
			}
			at += i + len(flag)
			if at < len(text) && isWord(text[at]) {
				continue
			}
			from, to := flagValue(text, at)
			out = append(out, listed(n, text[from:to], from)...)
			at = max(at, to)
		}
	}
	return out
}

// flagValue is the value of a flag that ends at at: what is quoted, or what
// stands up to the next flag or line.
func flagValue(text string, at int) (from, to int) {
	for at < len(text) && strings.IndexByte(" \t=", text[at]) >= 0 {
		at++
	}
	if at < len(text) && (text[at] == '"' || text[at] == '\'') {
		if n := strings.IndexByte(text[at+1:], text[at]); n >= 0 {
			return at + 1, at + 1 + n
		}
	}
	to = len(text)
	if i := strings.Index(text[at:], " --"); i >= 0 {
		to = at + i
	}
	if i := strings.IndexByte(text[at:to], '\n'); i >= 0 {
		to = at + i
	}
	return at, to
}

// leaks are programs that put out whatever stands behind them: with one of them
// allowed, "$(…)" and the environment are read
// (blog.trailofbits.com, prompt injection to RCE in agents, vector F).
var leaks = []string{"echo", "cat", "env", "printenv", "printf", "xargs", "tee", "head", "tail", "less", "find"}

// unbounded are GitHub's commands whose target is left open.
var unbounded = []string{"gh api", "gh issue edit", "gh pr edit", "gh pr merge", "gh", "gh issue", "gh pr", "gh workflow", "gh secret", "gh release", "gh repo", "git push", "git", "git config", "gh auth"}

// wild says why a tool lets an agent do nearly anything, "" if it does not.
func (t tool) wild() string {
	name, rest, bracket := strings.Cut(t.text, "(")
	name = strings.TrimSpace(name)
	switch strings.ToLower(name) {
	case "bash", "shell", "run_shell_command", "shelltool":
	case "*", "all":
		return "lets the agent use every tool"
	default:
		return ""
	}
	pattern := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), ")"))
	if !bracket || strings.Trim(pattern, "*: ") == "" {
		return "lets the agent run every command"
	}
	open := strings.HasSuffix(pattern, ":*") || strings.HasSuffix(pattern, "*") || strings.ToLower(name) == "run_shell_command" || strings.EqualFold(name, "ShellTool")
	words := strings.TrimSpace(strings.TrimRight(pattern, "*: "))
	for _, l := range leaks {
		if words == l && open {
			return "lets the agent run a command whose arguments can hold any other, and read the environment"
		}
	}
	for _, u := range unbounded {
		if words == u && open {
			return "lets the agent choose what the command works on"
		}
	}
	if open && allowing.Boundless(words) {
		return "lets the agent run any code"
	}
	return ""
}
