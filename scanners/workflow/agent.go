package workflow

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// agent is one place where a workflow runs an agent or asks a model.
type agent struct {
	*step
	in   scanners.Integration
	kind *kind                               // of an action; nil of a program
	prog *program                            // of a program; nil of an action
	node *doctree.Node                       // the uses: or run: it stands in
	span doctree.Span                        // the action's name, or the command
	ref  string                              // of an action
	cmd  *command                            // of a program
	name string                              // of the action or program
	read map[*doctree.Node]*doctree.Document // settings, by their input
}

// command is one command of a script.
type command struct {
	words  []launch.Word // arguments, without the program
	script launch.Shell
	index  int // in script.Commands
	start  int // of the command in the script
	end    int
}

// acts says whether it has tools: it does more than to give text back.
func (a *agent) acts() bool {
	switch {
	case a.kind != nil && a.kind.answers:
		return a.kind.acts != "" && a.withText(a.kind.acts) == "true" || a.withText("copilot-allow-tools") != ""
	case a.prog != nil:
		return true
	}
	return a.kind != nil
}

// agents are those of a file.
func (f *file) agents() []*agent {
	var out []*agent
	for _, j := range f.jobs {
		for _, s := range j.steps {
			out = append(out, s.agents()...)
		}
	}
	return out
}

func (s *step) agents() []*agent {
	if s.uses != nil {
		if a := s.agentAction(); a != nil {
			return []*agent{a}
		}
		return nil
	}
	if s.run == "" || !mentions([]byte(strings.ToLower(s.run))) {
		return nil
	}
	return s.agentCommands()
}

// agentAction is the agent that a step's action is, nil if it is none.
func (s *step) agentAction() *agent {
	name, ref := s.action()
	if name == "" {
		return nil
	}
	in, known := scanners.ComponentOf("action", name)
	k := actions[name]
	if parts := strings.SplitN(name, "/", 3); !known && k != nil && len(parts) == 3 { // a folder of the action's repository
		in, known = scanners.ComponentOf("action", parts[0]+"/"+parts[1])
	}
	if !known && k == nil {
		return nil
	}
	if !known {
		in = scanners.Integration{ID: "action:" + name, Kind: scanners.KindAgent, Name: name, Reputation: scanners.Unknown}
	}
	return &agent{step: s, in: in, kind: k, node: s.uses, span: s.uses.Span, ref: ref, name: name}
}

// agentCommands are the agents that a script starts.
func (s *step) agentCommands() []*agent {
	// an expression is a word to a shell reader: its place is kept
	masked := []byte(s.run)
	for _, u := range uses(s.run) {
		for i := u.start; i < u.end; i++ {
			masked[i] = 'x'
		}
	}
	sh := launch.ParseShell(string(masked))
	var out []*agent
	for i := range sh.Commands {
		name, words := sh.Commands[i].Program()
		words = words[min(len(words), 1):] // those behind the name
		prog, answerer := programOf(&name, &words)
		if prog == nil && !answerer {
			if host := modelCall(name, words); host != nil && len(out) < maxAgents {
				out = append(out, s.agentCommand(sh, i, words, &program{product: host.Slug}, name))
			}
			continue
		}
		if prog != nil && !prog.works(words, sh.Commands[i].In > 0) || len(out) == maxAgents {
			continue
		}
		if answerer {
			prog = &program{product: answerers[name]}
		}
		out = append(out, s.agentCommand(sh, i, words, prog, name))
	}
	return out
}

const maxAgents = 50 // of one script

func (s *step) agentCommand(sh launch.Shell, i int, words []launch.Word, prog *program, name string) *agent {
	all := sh.Commands[i].Words
	c := &command{words: words, script: sh, index: i, start: all[0].Start, end: all[len(all)-1].End}
	if c.end > len(s.run) || c.start > c.end {
		c.start, c.end = 0, 0
	}
	node := s.node.Get("run")
	in, ok := scanners.ProductOf(prog.product)
	if !ok {
		if cl := clientOf(prog.product); cl != nil {
			in = scanners.Integration{ID: "product:" + cl.Product, Kind: scanners.KindAgent, Name: cl.Name, Product: cl.Product, Vendor: cl.Vendor, Reputation: scanners.Known}
		} else {
			in = scanners.Integration{ID: "program:" + name, Kind: scanners.KindAgent, Name: name, Reputation: scanners.Community}
		}
	}
	first := c.start + strings.IndexAny(s.run[c.start:c.end]+"\n", "\r\n")
	return &agent{step: s, in: in, prog: prog, node: node, span: s.job.file.doc.Locate(node, c.start, min(c.end, first)), cmd: c, name: name}
}

// clientOf is the client of a product that no other table has.
func clientOf(product string) *catalog.Client {
	for i, all := 0, catalog.Clients(); i < len(all); i++ {
		if all[i].Product == product && product != "" {
			return &all[i]
		}
	}
	return nil
}

// programOf is the agent a command starts, directly or from its package.
func programOf(name *string, words *[]launch.Word) (prog *program, answerer bool) {
	switch *name {
	case "npx", "bunx", "pnpx", "uvx", "pnpm", "yarn", "npm", "bun", "pipx", "uv", "gh":
		for i, w := range *words {
			if strings.HasPrefix(w.Text, "-") || slices.Contains([]string{"dlx", "exec", "run", "tool", "x"}, w.Text) {
				continue
			}
			pkg := w.Text
			if at := strings.LastIndexByte(pkg, '@'); at > 0 {
				pkg = pkg[:at]
			}
			if *name == "gh" && pkg != "copilot" {
				return nil, false
			}
			program := packages[pkg]
			if *name == "gh" {
				program = "copilot"
			}
			if program == "" || *name == "npm" && len(*words) > 0 && (*words)[0].Text != "exec" || (*name == "pnpm" || *name == "yarn") && (*words)[0].Text != "dlx" && (*words)[0].Text != "exec" {
				return nil, false
			}
			*name, *words = program, (*words)[i+1:]
			return programs[program], false
		}
		return nil, false
	case "python", "python3":
		if len(*words) > 1 && (*words)[0].Text == "-m" && ((*words)[1].Text == "aider" || strings.HasPrefix((*words)[1].Text, "openhands")) {
			*name = strings.SplitN((*words)[1].Text, ".", 2)[0]
			*words = (*words)[2:]
			return &program{product: *name}, false
		}
	}
	if p := programs[*name]; p != nil {
		return p, false
	}
	_, answerer = answerers[*name]
	return nil, answerer && answers(*name, *words)
}

// answers says whether a program that can do more asks a model here.
func answers(name string, words []launch.Word) bool {
	if len(words) == 0 {
		return name != "ollama" && name != "openai"
	}
	switch name {
	case "ollama":
		return words[0].Text == "run"
	case "openai":
		return words[0].Text == "api"
	case "llm":
		return !slices.Contains([]string{"install", "keys", "models", "--version", "plugins", "logs"}, words[0].Text)
	}
	return words[0].Text != "--version"
}

// works says whether the program works alone: with a flag that makes it, or
// with text on its input.
func (p *program) works(words []launch.Word, piped bool) bool {
	for _, w := range words {
		if slices.Contains([]string{"--version", "-v", "-V", "--help", "-h"}, w.Text) && len(words) == 1 {
			return false
		}
	}
	if len(words) > 0 && slices.Contains(p.never, words[0].Text) {
		return false
	}
	if len(p.modes) == 0 {
		return len(words) > 0 || piped
	}
	if len(words) > 0 && slices.Contains([]string{"mcp", "config", "update", "install", "doctor", "login", "setup-token", "plugin", "extensions", "auth"}, words[0].Text) {
		return false
	}
	for _, m := range p.modes {
		if slices.ContainsFunc(words, func(w launch.Word) bool {
			return w.Text == m || strings.HasPrefix(m, "--") && strings.HasPrefix(w.Text, m+"=")
		}) {
			return true
		}
	}
	return piped && (p.product == "claude-code" || p.product == "gemini-cli" || p.product == "qwen-code")
}

// modelCall is the provider whose API a command calls over HTTP.
func modelCall(name string, words []launch.Word) *catalog.Product {
	if name != "curl" && name != "wget" && name != "http" && name != "https" && name != "xh" {
		return nil
	}
	for _, w := range words {
		_, rest, ok := strings.Cut(w.Text, "://")
		if !ok {
			continue
		}
		host := rest
		if i := strings.IndexAny(rest, "/:?#\"'"); i >= 0 {
			host = rest[:i]
		}
		p := catalog.ProductByHost(strings.ToLower(host))
		if p != nil && (p.Kind == catalog.KindModel || p.Kind == catalog.KindGateway) && generates(rest[len(host):]) {
			return p
		}
	}
	return nil
}

// generates says whether a path is one at which a model answers, not a page or
// a list.
func generates(path string) bool {
	for _, part := range []string{"completions", "/messages", "/responses", ":generatecontent", ":streamgeneratecontent", "/chat", "/generate", "/converse", "/invoke", "/inference"} {
		if strings.Contains(strings.ToLower(path), part) {
			return true
		}
	}
	return false
}

// has says whether the command has a flag, joined to its value or before it:
// "--flag" or "--flag=value". It gives the words' range in the script.
func (c *command) has(flag string) (start, end int, ok bool) {
	name, value, valued := strings.Cut(flag, "=")
	for i, w := range c.words {
		switch {
		case !valued && w.Text == flag, valued && w.Text == flag:
			return w.Start, w.End, true
		case valued && w.Text == name && i+1 < len(c.words) && c.words[i+1].Text == value:
			return w.Start, c.words[i+1].End, true
		}
	}
	return 0, 0, false
}
