package scan

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// prose is a scanner of instruction files that says nothing of them.
type prose struct{}

func (prose) Rules() []scanners.Rule { return nil }
func (prose) Candidate(path string) scanners.Interest {
	base := filepath.Base(path)
	if base == "CLAUDE.md" || base == "AGENTS.md" || base == ".cursorrules" || base == "SKILL.md" || strings.HasPrefix(path, ".cursor/rules/") && strings.HasSuffix(path, ".mdc") {
		return scanners.Named
	}
	return scanners.NoInterest
}
func (prose) Scan(scanners.File, *credential.Hasher) scanners.Result { return scanners.Result{} }

// archive is a tree as text: what stands before the first "-- name --", and files.
type archive struct {
	comment string
	files   []section
}

type section struct{ name, data string }

func parseArchive(text string) *archive {
	a := &archive{}
	for line := range strings.Lines(text) {
		name, begins := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "-- ")
		if name, ends := strings.CutSuffix(name, " --"); begins && ends {
			a.files = append(a.files, section{name: name})
		} else if n := len(a.files); n > 0 {
			a.files[n-1].data += line
		} else {
			a.comment += line
		}
	}
	return a
}

// plant makes a repository of an archive: files, links ("path -> target"), and
// submodules ("path @"). What lies below base/ is an earlier commit's. It returns
// that commit, "" without one.
func plant(t *testing.T, a *archive) (r *repository, base string) {
	r = newRepository(t)
	r.git("commit", "-q", "--allow-empty", "-m", "begin")
	begin := r.git("rev-parse", "HEAD")
	lay := func(before bool) bool {
		any := false
		for _, f := range a.files {
			name, below := strings.CutPrefix(f.name, "base/")
			if below != before {
				continue
			}
			any = true
			path, target, link := strings.Cut(name, " -> ")
			module, isModule := strings.CutSuffix(name, " @")
			full := filepath.Join(r.dir, path)
			switch {
			case link:
				if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(target, full); err != nil {
					t.Fatal(err)
				}
			case isModule:
				r.git("update-index", "--add", "--cacheinfo", "160000,"+begin+","+module)
				if err := os.MkdirAll(filepath.Join(r.dir, module), 0o755); err != nil {
					t.Fatal(err)
				}
			default:
				key, _ := keys()
				write(t, r.dir, path, strings.ReplaceAll(f.data, "GITHUB_KEY", key))
				r.git("add", path)
			}
			if link {
				r.git("add", path)
			}
		}
		if any {
			r.n++
			r.git("commit", "-qm", "more")
		}
		return any
	}
	if lay(true) {
		base = r.git("rev-parse", "HEAD")
		r.git("rm", "-rq", "--ignore-unmatch", ".")
	}
	lay(false)
	return r, base
}

// policyIn reads the organisation's policy that an archive brings along.
func policyIn(t *testing.T, a *archive) *policy.Policy {
	for _, f := range a.files {
		if f.name != "castellan.yml" {
			continue
		}
		p, err := policy.Read("castellan.yml", []byte(f.data), policy.ReadOptions{Scan: true, Rules: RuleIDs(nil, nil)})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	return policy.Defaults()
}

// said are the findings of surveys, a line each.
func said(r *Report) string {
	ids := RuleIDs(nil, nil)
	var lines []string
	for _, f := range r.Findings {
		if slices.Contains(ids, f.Rule) {
			lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %s %s [%s] %s", f.Rule, f.Severity, f.Path, f.Server, f.Message), " "))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func surveyOptions(t *testing.T, a *archive) func(*Options) {
	return func(o *Options) {
		o.Scanners = append(o.Scanners, prose{})
		o.Policy = policyIn(t, a)
		o.Now = time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
		o.Vendor = func(host string) bool { return host == "mcp.vendor.example" }
	}
}

// TestSurvey: a tree gives what its archive says, however it is read. An archive
// with an earlier commit is read as a change.
func TestSurvey(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/survey/*.txtar")
	if err != nil || len(files) < 8 {
		t.Fatal(len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			a := parseArchive(string(text))
			var want []string
			for line := range strings.Lines(a.comment) {
				if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
					want = append(want, line)
				}
			}
			slices.Sort(want)
			check := func(got string) {
				t.Helper()
				if diff := cmp.Diff(strings.Join(want, "\n"), got); diff != "" {
					t.Error(diff)
				}
				if *update {
					rewrite(t, name, string(text), got)
				}
			}
			r, base := plant(t, a)
			change := surveyOptions(t, a)
			if base != "" {
				got := said(run(t, r.dir, func(o *Options) { change(o); o.Range = base + "..HEAD" }))
				check(got)
				r.git("reset", "-q", "--soft", base)
				staged := said(run(t, r.dir, func(o *Options) { change(o); o.Staged = true }))
				if diff := cmp.Diff(got, staged); diff != "" {
					t.Error("staged", diff)
				}
				return
			}
			check(said(run(t, r.dir, change)))
			everyWay(t, r, change)
			if err := os.RemoveAll(filepath.Join(r.dir, ".git")); err != nil { // what then is missing may lie elsewhere
				t.Fatal(err)
			}
			if !strings.Contains(name, "missing") && !strings.Contains(string(text), " @ --") {
				check(said(run(t, r.dir, change)))
			}
		})
	}
}

var update = flag.Bool("update", false, "write what the trees in testdata give")

// rewrite puts what was found before the first file of an archive.
func rewrite(t *testing.T, name, text, got string) {
	comment, files, _ := strings.Cut(text, "-- ")
	var lines []string
	for line := range strings.Lines(comment) {
		if strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if got != "" {
		got += "\n"
	}
	if err := os.WriteFile(name, []byte(strings.Join(lines, "")+got+"-- "+files), 0o644); err != nil {
		t.Fatal(err)
	}
}

// everyWay compares what a clean checkout gives with what else it is read from.
func everyWay(t *testing.T, r *repository, change func(*Options)) {
	t.Helper()
	want := brief(run(t, r.dir, change))
	bare := filepath.Join(t.TempDir(), "bare.git")
	r.git("clone", "-q", "--bare", r.dir, bare)
	for way, target := range map[string]string{"HEAD": filepath.Join(r.dir, ".git"), "bare": bare, "URL": "file://" + r.dir} {
		if diff := cmp.Diff(want, brief(run(t, target, change))); diff != "" {
			t.Errorf("%s: %s", way, diff)
		}
	}
	repo, err := gitstore.Open(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	o := options(t)
	change(&o)
	source := Source{Repository: repo, Name: "acme/shop", Commit: r.git("rev-parse", "HEAD")}
	app, err := Read(t.Context(), source, o)
	if err := errors.Join(err, Needs(t.Context(), source, o)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, brief(app)); diff != "" {
		t.Errorf("App: %s", diff)
	}
	history := said(run(t, r.dir, func(o *Options) { change(o); o.History = true }))
	if diff := cmp.Diff(said(run(t, r.dir, change)), history); diff != "" {
		t.Errorf("history: %s", diff)
	}
}

// TestSurveyExamples: the examples that `castellan explain` shows do what it says.
func TestSurveyExamples(t *testing.T) {
	t.Parallel()
	for _, rule := range survey.Rules() {
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			if rule.Question == "" || rule.Why == "" || rule.Fix == "" {
				t.Error("it lacks a text")
			}
			for want, e := range map[bool]scanners.Example{true: rule.Bad, false: rule.Benign} {
				a := parseArchive(e.Content)
				r, base := plant(t, a)
				change := surveyOptions(t, a)
				got := run(t, r.dir, func(o *Options) {
					change(o)
					if base != "" {
						o.Range = base + "..HEAD"
					}
				})
				found := slices.ContainsFunc(got.Findings, func(f Finding) bool { return f.Rule == rule.ID })
				if found != want || !want && len(got.Findings) > 0 {
					t.Errorf("found %t, want %t: %s", found, want, said(got))
				}
			}
		})
	}
}

// TestCopiesSayWhereTheyComeFrom: a key in a generated file is mended at its source.
func TestCopiesSayWhereTheyComeFrom(t *testing.T) {
	t.Parallel()
	server := `{"mcpServers": {"gh": {"command": "npx", "args": ["-y", "some-mcp@1.0.0"], "env": {"GITHUB_TOKEN": "GITHUB_KEY"}}}}`
	other := `{"mcpServers": {"gh": {"command": "npx", "args": ["-y", "other-mcp@1.0.0"], "env": {"GITHUB_TOKEN": "GITHUB_KEY"}}}}`
	a := &archive{files: []section{
		{".rulesync/mcp.json", server}, {".mcp.json", server}, {".cursor/mcp.json", other}, {"web/.mcp.json", server},
	}}
	r, _ := plant(t, a)
	want := map[string]bool{".rulesync/mcp.json": false, ".mcp.json": true, ".cursor/mcp.json": false, "web/.mcp.json": false}
	for _, way := range []func(*Options){nil, func(o *Options) { o.Range = "HEAD~1..HEAD" }, func(o *Options) { o.History = true }} {
		got := map[string]bool{}
		for _, f := range run(t, r.dir, way).Findings {
			if f.Credential != nil {
				got[f.Path] = strings.HasSuffix(f.Fix.String(), " This file is generated from .rulesync/mcp.json: fix it there and generate again.")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestPartsGiveWhatTheWholeGives: a folder of a repository is judged by what lies
// above it, and says nothing of what lies beside it.
func TestPartsGiveWhatTheWholeGives(t *testing.T) {
	t.Parallel()
	a := &archive{files: []section{
		{"CODEOWNERS", "/CODEOWNERS @acme/x\n"}, {"tools/mcp.js", "x"}, {"other/AGENTS.md", "x"},
		{"app/.mcp.json", `{"mcpServers": {"a": {"command": "node", "args": ["../tools/mcp.js"]}}}`},
		{"app/CLAUDE.md -> ../other/AGENTS.md", ""}, {"app/AGENTS.md -> ../../x/AGENTS.md", ""},
	}}
	r, _ := plant(t, a)
	change := surveyOptions(t, a)
	var want []string
	for line := range strings.Lines(said(run(t, r.dir, change))) {
		if strings.Contains(line, " app/") && !strings.Contains(line, "agent-files-unowned") {
			want = append(want, strings.TrimSuffix(line, "\n"))
		}
	}
	if len(want) != 2 {
		t.Errorf("the whole gives %q", want)
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), said(run(t, filepath.Join(r.dir, "app"), change))); diff != "" {
		t.Error(diff)
	}
}
