package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// value is a JSON value that can be changed and written again, repeated keys
// included.
type value struct {
	kind    doctree.Kind
	text    string // of a scalar
	keys    []string
	members []*value // of a map beside keys, or of a list
}

func valueOf(n *doctree.Node) *value {
	n = n.Resolve()
	v := &value{kind: n.Kind, text: n.Text}
	for _, m := range n.Members {
		v.keys = append(v.keys, m.Key)
		v.members = append(v.members, valueOf(m.Value))
	}
	for _, i := range n.Items {
		v.members = append(v.members, valueOf(i))
	}
	return v
}

func (v *value) get(key string) *value {
	for i, k := range v.keys {
		if k == key {
			return v.members[i]
		}
	}
	return nil
}

func (v *value) set(key string, to *value) {
	for i, k := range v.keys {
		if k == key {
			v.members[i] = to
			return
		}
	}
	v.keys, v.members = append(v.keys, key), append(v.members, to)
}

func word(s string) *value { return &value{kind: doctree.String, text: s} }

func list(words []string) *value {
	v := &value{kind: doctree.List}
	for _, w := range words {
		v.members = append(v.members, word(w))
	}
	return v
}

func (v *value) words() []string {
	var out []string
	for _, m := range v.members {
		out = append(out, m.text)
	}
	return out
}

// write is the value as JSON; indent "" is one line without blanks.
func (v *value) write(b *strings.Builder, indent, margin string, reversed bool) {
	open, shut := "{", "}"
	switch v.kind {
	case doctree.Map:
	case doctree.List:
		open, shut = "[", "]"
	case doctree.String:
		b.WriteString(strings.ReplaceAll(strconv.QuoteToASCII(v.text), `\x`, `\u00`))
		return
	default:
		b.WriteString(v.text)
		return
	}
	b.WriteString(open)
	for i := range v.members {
		at := i
		if reversed && v.kind == doctree.Map {
			at = len(v.members) - 1 - i
		}
		if i > 0 {
			b.WriteString(",")
		}
		if indent != "" {
			b.WriteString("\n" + margin + indent)
		}
		if v.kind == doctree.Map {
			b.WriteString(strconv.Quote(v.keys[at]) + ":")
			if indent != "" {
				b.WriteString(" ")
			}
		}
		v.members[at].write(b, indent, margin+indent, reversed)
	}
	if indent != "" && len(v.members) > 0 {
		b.WriteString("\n" + margin)
	}
	b.WriteString(shut)
}

func (v *value) String() string { return v.written("", false) }

func (v *value) written(indent string, reversed bool) string {
	var b strings.Builder
	v.write(&b, indent, "", reversed)
	return b.String()
}

// servers are the entries that start a program.
func (v *value) servers() []*value {
	var out []*value
	for _, wrapper := range []string{"mcpServers", "servers"} {
		if m := v.get(wrapper); m != nil {
			for _, s := range m.members {
				if c := s.get("command"); c != nil && c.kind == doctree.String {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

func (v *value) argv() []string {
	argv := []string{v.get("command").text}
	if args := v.get("args"); args != nil {
		argv = append(argv, args.words()...)
	}
	return argv
}

func (v *value) launch(argv ...string) {
	v.set("command", word(argv[0]))
	v.set("args", list(argv[1:]))
}

// quoted writes a word as a POSIX shell reads it.
func quoted(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$`&|;<>()*?[]{}!#~") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func shellLine(argv []string) string {
	words := make([]string, len(argv))
	for i, w := range argv {
		words[i] = quoted(w)
	}
	return strings.Join(words, " ")
}

// mutations are changes that change nothing of what a file says. Each gives the
// new path and content, or false where it does not apply.
var mutations = []struct {
	name   string
	change func(path string, v *value) (string, string, bool)
}{
	{"minified", func(p string, v *value) (string, string, bool) { return p, v.String(), true }},
	{"indented", func(p string, v *value) (string, string, bool) { return p, v.written("\t", false), true }},
	{"keys turned round", func(p string, v *value) (string, string, bool) { return p, v.written("  ", true), true }},
	{"CRLF", func(p string, v *value) (string, string, bool) {
		return p, strings.ReplaceAll(v.written("    ", false), "\n", "\r\n"), true
	}},
	{"byte order mark", func(p string, v *value) (string, string, bool) { return p, "\ufeff" + v.written(" ", false), true }},
	{"in a sub-directory", func(p string, v *value) (string, string, bool) {
		return "services/one/" + p, v.written(" ", false), true
	}},
	{"in Cursor's file", elsewhere(".cursor/mcp.json", "mcpServers")},
	{"in VS Code's file", elsewhere(".vscode/mcp.json", "servers")},
	{"as one string", launched(func(argv []string) []string { return []string{shellLine(argv)} })},
	{"cmd /c", launched(func(argv []string) []string { return append([]string{"cmd", "/c"}, argv...) })},
	{"env", launched(func(argv []string) []string { return append([]string{"env", "LOG_LEVEL=info"}, argv...) })},
	{"bash -c", launched(func(argv []string) []string { return []string{"bash", "-c", shellLine(argv)} })},
	{"sh -c exec", launched(func(argv []string) []string { return []string{"sh", "-c", "exec " + shellLine(argv)} })},
	{"absolute program", launched(func(argv []string) []string {
		if strings.ContainsAny(argv[0], `/\`) {
			return nil
		}
		return append([]string{"/usr/local/bin/" + argv[0]}, argv[1:]...)
	})},
	{"program with an ending", launched(func(argv []string) []string {
		if argv[0] != "npx" && argv[0] != "docker" && argv[0] != "uvx" && argv[0] != "node" {
			return nil
		}
		return append([]string{argv[0] + map[bool]string{true: ".cmd", false: ".exe"}[argv[0] == "npx"]}, argv[1:]...)
	})},
	{"flags joined", launched(func(argv []string) []string {
		var out []string
		for i := 0; i < len(argv); i++ {
			if strings.HasPrefix(argv[i], "--") && slices.Contains([]string{"--mount", "--from", "--registry", "--host", "--header"}, argv[i]) && i+1 < len(argv) {
				out = append(out, argv[i]+"="+argv[i+1])
				i++
				continue
			}
			out = append(out, argv[i])
		}
		if len(out) == len(argv) {
			return nil
		}
		return out
	})},
}

// launched changes the command line of every server.
func launched(change func([]string) []string) func(string, *value) (string, string, bool) {
	return func(p string, v *value) (string, string, bool) {
		applied := false
		for _, s := range v.servers() {
			if argv := change(s.argv()); argv != nil {
				s.launch(argv...)
				applied = true
			}
		}
		return p, v.written("  ", false), applied
	}
}

// elsewhere puts the servers of Claude Code's file into another client's.
// Values with references are left out: each client has its own.
func elsewhere(path, wrapper string) func(string, *value) (string, string, bool) {
	return func(p string, v *value) (string, string, bool) {
		if p != ".mcp.json" || v.get("mcpServers") == nil || strings.Contains(v.String(), "${") || strings.Contains(v.String(), "headersHelper") {
			return "", "", false
		}
		for i, k := range v.keys {
			if k == "mcpServers" {
				v.keys[i] = wrapper
			}
		}
		return path, v.written("  ", false), true
	}
}

// The rules work on what a file says, not on how it is written: every example
// that raises a rule raises it after each change, every benign one raises
// nothing.
func TestRulesSurviveMutation(t *testing.T) {
	t.Parallel()
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	var rules []scanners.Rule
	for _, s := range scannerList() {
		rules = append(rules, s.Rules()...)
	}
	for _, rule := range rules {
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			var row []string
			for _, m := range mutations {
				bad, ok := mutate(rule.Bad, m.change)
				if !ok {
					continue
				}
				raised := raises(bad, h)
				if !slices.Contains(raised, rule.ID) {
					t.Errorf("%s: no longer raised by\n%s: %s", m.name, bad.Path, bad.Content)
				}
				benign, ok := mutate(rule.Benign, m.change)
				if ok {
					if raised := raises(benign, h); len(raised) > 0 {
						t.Errorf("%s: the benign example raises %v\n%s: %s", m.name, raised, benign.Path, benign.Content)
					}
				}
				row = append(row, m.name)
			}
			t.Logf("%d of %d mutations: %s", len(row), len(mutations), strings.Join(row, ", "))
		})
	}
}

func mutate(e scanners.Example, change func(string, *value) (string, string, bool)) (scanners.Example, bool) {
	doc := doctree.Parse(doctree.JSON, []byte(e.Content), doctree.Limits{})
	if len(doc.Roots) != 1 || len(doc.Errors) > 0 || doc.Roots[0].Kind != doctree.Map {
		return e, false
	}
	path, content, ok := change(e.Path, valueOf(doc.Roots[0]))
	return scanners.Example{Path: path, Content: content}, ok
}

// raises are the rules a file raises, without what a policy has to turn on.
func raises(e scanners.Example, h *credential.Hasher) []string {
	var out []string
	for _, s := range scannerList() {
		if s.Candidate(e.Path) == scanners.NoInterest {
			continue
		}
		for _, f := range s.Scan(scanners.File{Path: e.Path, Data: []byte(e.Content)}, h).Findings {
			out = append(out, f.Rule)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
