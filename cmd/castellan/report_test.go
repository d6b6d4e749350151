package main

import (
	"bytes"
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// scanSchema is the published description of the JSON output.
func scanSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	s, err := c.Compile("../../docs/scan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, out string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatalf("output is no JSON: %v", err)
	}
	if err := s.Validate(v); err != nil {
		t.Error(err)
	}
}

// estate is several targets with all kinds of findings: a folder, an incomplete
// one, a repository with a past, and a bare one.
func estate(t *testing.T) (targets []string) {
	dir := t.TempDir()
	for name, canary := range canaries() {
		put(t, filepath.Join(dir, "slots", name), slots(canary))
	}
	put(t, dir, files{
		"cut/.mcp.json": strings.Repeat("[", 1000), "cut/.claude/settings.local.json": "{}",
		"cut/.cursor/mcp.json": `{"mcpServers": {"a": {"command": "npx", "args": ["-y", "a-mcp"], "env": {"T": "${T}"}, "disabled": true}}}`,
	})
	r := newRepository(t)
	put(t, r, files{"app/.mcp.json": server("gone", keys()["KEY_GITHUB2"])})
	git(t, r, "add", "-A")
	git(t, r, "commit", "-qm", "three")
	git(t, r, "rm", "-q", "app/.mcp.json")
	git(t, r, "commit", "-qm", "four")
	bare := filepath.Join(dir, "bare.git")
	git(t, r, "clone", "-q", "--bare", ".", bare)
	return []string{filepath.Join(dir, "slots"), filepath.Join(dir, "cut"), r, bare, "file://" + bare}
}

// newRepository has two commits, each of which leaks a key in a file of its own.
func newRepository(t *testing.T) string {
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	for _, name := range []string{"good", "other"} {
		put(t, dir, files{name + "/.mcp.json": server(name, keys()["KEY_GITHUB"])})
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-qm", name)
	}
	return dir
}

func TestOutputIsAsPublished(t *testing.T) {
	t.Parallel()
	s := scanSchema(t)
	targets := estate(t)
	got := castellan(t, nil, append([]string{"scan", "--format", "json"}, targets...)...)
	if got.code != exitError { // one target is incomplete
		t.Fatalf("exit code %d, stderr %q", got.code, got.stderr)
	}
	validate(t, s, got.stdout)
	r := readReport(t, got.stdout)
	if len(r.Targets) != len(targets) || len(r.Findings) < 60 {
		t.Errorf("%d targets, %d findings", len(r.Targets), len(r.Findings))
	}
	for _, args := range [][]string{
		{"--history", targets[2]}, {"--history", targets[3]}, {"--range=HEAD~2..HEAD", targets[2]}, {"--staged", targets[2]}, {t.TempDir()},
	} {
		validate(t, s, castellan(t, nil, append([]string{"scan", "--format", "json"}, args...)...).stdout)
	}
}

func TestFindingsAreOrdered(t *testing.T) {
	t.Parallel()
	got := castellan(t, nil, append([]string{"scan", "--format", "json"}, estate(t)...)...)
	rank := []string{"critical", "high", "medium", "low", "info"}
	r := readReport(t, got.stdout)
	for i := 1; i < len(r.Findings); i++ {
		a, b := &r.Findings[i-1], &r.Findings[i]
		order := cmp.Or(cmp.Compare(slices.Index(rank, a.Severity), slices.Index(rank, b.Severity)), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
		if order > 0 {
			t.Errorf("%+v stands before %+v", *a, *b)
		}
	}
}

// TestSameBytes: whatever the number of jobs, two runs print the same.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	targets := estate(t)
	for _, format := range formats {
		for _, mode := range [][]string{targets, {"--history", targets[2], targets[3]}} {
			args := append([]string{"scan", "--format", format}, mode...)
			one := castellan(t, nil, append(args, "--jobs=1")...)
			for _, jobs := range []string{"--jobs=1", "--jobs=7"} {
				if two := castellan(t, nil, append(args, jobs)...); !bytes.Equal([]byte(one.stdout), []byte(two.stdout)) || one.code != two.code {
					t.Errorf("%s %s %s: two runs differ:\n%s", format, mode[0], jobs, firstDifference(one.stdout, two.stdout))
				}
			}
		}
	}
}

func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-100)
	return a[from:min(len(a), i+100)] + "\n--- and\n" + b[from:min(len(b), i+100)]
}
