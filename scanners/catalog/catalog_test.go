package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

func TestTablesAreCurrent(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(fs.FS) ([]byte, error){compile.Output: compile.Compile, compile.ServersOutput: compile.Servers, compile.PowersOutput: compile.Powers} {
		want, err := make(os.DirFS("."))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: run go generate ./scanners/catalog (-want +got):\n%s", name, diff)
		}
	}
}

// TestNothingRunsAtStart holds that package-level variables are literals: the
// linker lays them out, no code runs.
func TestNothingRunsAtStart(t *testing.T) {
	t.Parallel()
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	values := 0
	for _, entry := range names {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.Name == "init" {
					t.Errorf("%s has an init function", name)
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					values += literals(t, name, d)
				}
			}
		}
	}
	if values < 5 {
		t.Errorf("%d package-level values were looked at, want the five tables", values)
	}
}

func literals(t *testing.T, file string, d *ast.GenDecl) (values int) {
	for _, spec := range d.Specs {
		for _, value := range spec.(*ast.ValueSpec).Values {
			values++
			ast.Inspect(value, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.CallExpr, *ast.FuncLit:
					t.Errorf("%s: a package-level variable is not a literal", file)
				}
				return true
			})
		}
	}
	return values
}

func TestFormatsAreComplete(t *testing.T) {
	t.Parallel()
	taken := map[string]string{}
	for _, f := range Formats() {
		if f.Fix == "" || f.Client == "" || f.Source == "" || (len(f.Paths) == 0) != (f.Role == RoleNone) {
			t.Errorf("%s lacks a fix, a client, a source or paths", f.ID)
		}
		if f.AnyReference && len(f.References) > 0 {
			t.Errorf("%s lists references and takes any", f.ID)
		}
		if len(f.Servers) == 0 && f.Role == RoleServers {
			t.Errorf("%s holds servers nowhere", f.ID)
		}
		if len(f.Fix) > 300 || !strings.HasSuffix(f.Fix, ".") {
			t.Errorf("%s: a fix is one or two sentences: %q", f.ID, f.Fix)
		}
		for _, p := range f.Paths {
			if other := taken[p]; other != "" && len(f.Gate) == 0 && len(f.Words) == 0 {
				t.Errorf("%s and %s both claim %q, and nothing tells them apart", f.ID, other, p)
			}
			taken[p] = f.ID
		}
		if FormatByID(f.ID).ID != f.ID {
			t.Errorf("FormatByID(%q) is another", f.ID)
		}
	}
}

func TestClientsAreRead(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, f := range Formats() {
		used[f.Client] = true
	}
	for _, c := range Clients() {
		if !used[c.ID] {
			t.Errorf("client %s has no format", c.ID)
		}
		if c.ID != "generic" && (c.Name == "" || c.Vendor == "" || c.Product == "") {
			t.Errorf("client %s lacks a name, a vendor or a product", c.ID)
		}
		if ClientByID(c.ID).ID != c.ID {
			t.Errorf("ClientByID(%q) is another", c.ID)
		}
	}
}

// TestWhatClientsExpand states the facts that "misconfigured reference" rests
// on (vendors' documentation, 2026-11).
func TestWhatClientsExpand(t *testing.T) {
	t.Parallel()
	cases := []struct {
		format, text string
		expands      bool
	}{
		{"claude-code-project", "${NAME}", true},
		{"claude-code-project", "${NAME:-x}", true},
		{"claude-code-project", "$NAME", false},
		{"claude-code-project", "${env:NAME}", false},
		{"claude-code-project", "${input:name}", false},
		{"claude-plugin", "${user_config.name}", true},
		{"mcpb-manifest", "${__dirname}", true},
		{"claude-desktop", "${NAME}", false},
		{"vscode-mcp", "${input:name}", true},
		{"vscode-mcp", "${env:NAME}", true},
		{"vscode-mcp", "${NAME}", false},
		{"visual-studio", "${input:name}", true},
		{"copilot-cli-project", "${NAME}", true},
		{"copilot-cli-project", "${input:name}", false},
		{"copilot-custom-agent", "$COPILOT_MCP_NAME", true},
		{"copilot-custom-agent", "COPILOT_MCP_NAME", true},
		{"copilot-custom-agent", "${{ secrets.COPILOT_MCP_NAME }}", true},
		{"copilot-custom-agent", "${input:name}", false},
		{"cursor-mcp", "${env:NAME}", true},
		{"cursor-mcp", "${NAME}", false},
		{"cursor-mcp", "${input:name}", false},
		{"codex", "${NAME}", false},
		{"codex", "$NAME", false},
		{"gemini-cli", "$NAME", true},
		{"gemini-cli", "${env:NAME}", false},
		{"opencode", "{env:NAME}", true},
		{"opencode", "{file:~/x}", true},
		{"opencode", "${NAME}", false},
		{"kiro", "${NAME}", true},
		{"kiro", "$NAME", false},
		{"crush", "$(pass show x)", true},
		{"zed", "${NAME}", true},
		{"generic-mcp-json", "${env:NAME}", true},
	}
	for _, c := range cases {
		f := FormatByID(c.format)
		if f == nil {
			t.Errorf("no format %s", c.format)
			continue
		}
		if got := expands(f, c.text); got != c.expands {
			t.Errorf("%s expands %s: %v, want %v", c.format, c.text, got, c.expands)
		}
	}
}

func expands(f *Format, text string) bool {
	for _, r := range References() {
		if !regexp.MustCompile(`^(?:` + r.Pattern + `)$`).MatchString(text) {
			continue
		}
		if f.AnyReference {
			return true
		}
		for _, id := range f.References {
			if id == r.ID {
				return true
			}
		}
	}
	return false
}

func TestReferencesMatchTheirExamples(t *testing.T) {
	t.Parallel()
	for _, r := range References() {
		example := strings.ReplaceAll(r.Example, "{NAME}", "API_KEY")
		re := regexp.MustCompile(`^(?:` + r.Pattern + `)$`)
		if !re.MatchString(example) {
			t.Errorf("%s does not match its example %q", r.ID, example)
		}
		for _, text := range []string{"", "pa$SWORD1x", "plain", "hunter2", "a b"} {
			if re.MatchString(text) {
				t.Errorf("%s matches %q", r.ID, text)
			}
		}
	}
}

func TestKeysAreComplete(t *testing.T) {
	t.Parallel()
	env := regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	for _, k := range Keys() {
		if k.Strong && len(k.Literals) == 0 {
			t.Errorf("%s is strong without literals", k.ID)
		}
		if !k.Strong && len(k.Context) == 0 {
			t.Errorf("%s is weak and nothing confirms it", k.ID)
		}
		if n := regexp.MustCompile(k.Pattern).NumSubexp(); n > 1 {
			t.Errorf("%s has %d groups, want one at most", k.ID, n)
		}
		for _, name := range k.EnvNames {
			if !env.MatchString(name) {
				t.Errorf("%s: %q is no variable", k.ID, name)
			}
		}
		if KeyByID(k.ID).ID != k.ID {
			t.Errorf("KeyByID(%q) is another", k.ID)
		}
	}
}

func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	if FormatByID("none") != nil || ClientByID("none") != nil || KeyByID("none") != nil {
		t.Error("an unknown id finds something")
	}
}
