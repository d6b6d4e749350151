package compile_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

// rows are a small catalogue without faults.
func rows() map[string]string {
	return map[string]string{
		"clients.yaml":    "- {id: acme, name: Acme, vendor: Acme, product: acme, references: [brace], fix: 'Export `{NAME}`.'}\n",
		"references.yaml": "- {id: brace, pattern: '\\$\\{\\w+\\}', example: '${{NAME}}'}\n",
		"keys.yaml":       "- {id: acme-key, provider: Acme, product: acme, group: ai, pattern: 'acme_[a-z]{20}', literals: [acme_], strong: true, source: test}\n",
		"formats.yaml":    "- {id: acme-json, client: acme, paths: [.acme/mcp.json], syntax: json, map: [/mcpServers], source: test}\n",
	}
}

func compiled(files map[string]string) (string, error) {
	dir := fstest.MapFS{}
	for name, text := range files {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	code, err := compile.Compile(dir)
	return string(code), err
}

func TestCompileWritesEveryRow(t *testing.T) {
	t.Parallel()
	code, err := compiled(rows())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"DO NOT EDIT.\n",
		`{"acme", "Acme", "Acme", "acme"},`,
		`Strong: true`,
		`References: []string{"brace"}`,
		`Servers: []Place{{"/mcpServers", Map}}`,
		`case "mcp.json":`,
	} {
		if !strings.Contains(code, want) {
			t.Errorf("the code lacks %q:\n%s", want, code)
		}
	}
	again, _ := compiled(rows())
	if diff := cmp.Diff(code, again); diff != "" {
		t.Errorf("two runs differ (-first +second):\n%s", diff)
	}
}

func TestCompileRejects(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file, old, new string
		want                 []string // parts of the error
	}{
		{"unknown field", "formats.yaml", "map:", "maps:", []string{"formats.yaml", "maps"}},
		{"unknown container", "formats.yaml", "map: [/mcpServers]", "bag: [/mcpServers]", []string{"formats.yaml", "bag"}},
		{"unknown client", "formats.yaml", "client: acme", "client: other", []string{"formats.yaml", "acme-json", "other"}},
		{"unknown syntax", "formats.yaml", "syntax: json", "syntax: xml", []string{"formats.yaml", "acme-json", "xml"}},
		{"no syntax", "formats.yaml", "syntax: json, ", "", []string{"formats.yaml", "acme-json", "syntax"}},
		{"unknown role", "formats.yaml", "syntax: json", "syntax: json, role: spy", []string{"formats.yaml", "acme-json", "spy"}},
		{"unknown evidence", "formats.yaml", "syntax: json", "syntax: json, evidence: rumour", []string{"formats.yaml", "acme-json", "rumour"}},
		{"unknown reference of a format", "formats.yaml", "syntax: json", "syntax: json, references: [pipe]", []string{"formats.yaml", "acme-json", "pipe"}},
		{"references are a word", "formats.yaml", "syntax: json", "syntax: json, references: some", []string{"formats.yaml", "any"}},
		{"no paths", "formats.yaml", "paths: [.acme/mcp.json], ", "", []string{"formats.yaml", "acme-json", "paths"}},
		{"glob without an ending", "formats.yaml", ".acme/mcp.json", "'mcp.*'", []string{"formats.yaml", "acme-json", "mcp.*"}},
		{"two deep globs", "formats.yaml", ".acme/mcp.json", "'a/**/b/**/mcp.json'", []string{"formats.yaml", "acme-json", "**"}},
		{"no pointer", "formats.yaml", "/mcpServers", "mcpServers", []string{"formats.yaml", "acme-json", "mcpServers"}},
		{"odd backquotes", "formats.yaml", "syntax: json", "syntax: json, fix: 'Put ` there.'", []string{"formats.yaml", "acme-json", "backquotes"}},
		{"format without id", "formats.yaml", "id: acme-json, ", "", []string{"formats.yaml", "row 1", "id"}},
		{"not a list", "formats.yaml", "- {", "{", []string{"formats.yaml"}},
		{"unknown reference of a client", "clients.yaml", "[brace]", "[pipe]", []string{"clients.yaml", "acme", "pipe"}},
		{"client without references", "clients.yaml", "references: [brace], ", "", []string{"clients.yaml", "acme", "references"}},
		{"client without fix", "clients.yaml", ", fix: 'Export `{NAME}`.'", "", []string{"clients.yaml", "acme", "fix"}},
		{"bad regex of a reference", "references.yaml", `\w+`, `(`, []string{"references.yaml", "brace", "missing"}},
		{"reference without example", "references.yaml", ", example: '${{NAME}}'", "", []string{"references.yaml", "brace", "example"}},
		{"bad regex of a key", "keys.yaml", "[a-z]{20}", "[a-z", []string{"keys.yaml", "acme-key", "missing"}},
		{"unknown group", "keys.yaml", "group: ai", "group: odd", []string{"keys.yaml", "acme-key", "odd"}},
		{"strong without literals", "keys.yaml", "literals: [acme_], ", "", []string{"keys.yaml", "acme-key", "literals"}},
		{"weak without context", "keys.yaml", ", strong: true", "", []string{"keys.yaml", "acme-key", "context"}},
		{"context in capitals", "keys.yaml", "strong: true", "context: [Acme]", []string{"keys.yaml", "acme-key", "lower case"}},
		{"short literal", "keys.yaml", "[acme_]", "[a]", []string{"keys.yaml", "acme-key", "short"}},
		{"key without source", "keys.yaml", ", source: test", "", []string{"keys.yaml:1", "acme-key", "source"}},
		{"format without source", "formats.yaml", ", source: test", "", []string{"formats.yaml:1", "acme-json", "source"}},
		{"fix that names no variable", "formats.yaml", "syntax: json", "syntax: json, fix: 'Remove it.'", []string{"formats.yaml:1", "acme-json", "{NAME}"}},
		{"other wildcards", "formats.yaml", ".acme/mcp.json", "'.acme/mcp?.json'", []string{"formats.yaml:1", "acme-json", "mcp?.json"}},
		{"deep below a wildcard", "formats.yaml", ".acme/mcp.json", "'a*/**/mcp.json'", []string{"formats.yaml:1", "acme-json", "**"}},
		{"two documents", "keys.yaml", "- {", "--- []\n---\n- {", []string{"keys.yaml", "document"}},
		{"key without product", "keys.yaml", "product: acme, ", "", []string{"keys.yaml", "acme-key", "product"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := rows()
			changed := strings.Replace(files[c.file], c.old, c.new, 1)
			if changed == files[c.file] {
				t.Fatalf("%q does not stand in %s", c.old, c.file)
			}
			files[c.file] = changed
			refuse(t, files, c.want)
		})
	}
}

func TestCompileRejectsTwoOfOneID(t *testing.T) {
	t.Parallel()
	for name := range rows() {
		files := rows()
		files[name] += files[name]
		refuse(t, files, []string{name + ":2", "row 2", "taken"})
	}
}

func TestCompileRejectsAMissingFile(t *testing.T) {
	t.Parallel()
	for name := range rows() {
		files := rows()
		delete(files, name)
		refuse(t, files, []string{name})
	}
}

func refuse(t *testing.T, files map[string]string, want []string) {
	t.Helper()
	_, err := compiled(files)
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}
