package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/lookup"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

const benign = "../../testdata/benign"

// allowed says that a finding is no alarm: worth a note and no more. References
// that a client does not expand are mistakes all the same.
func allowed(rule, severity string) bool {
	return (severity == "low" || severity == "info") && rule != "mcp-reference-not-expanded"
}

// TestBenignCorpus: no rule of medium severity or worse fires on files in which every credential is a
// reference its client expands, a placeholder, or nothing secret at all, and
// which give no server or agent more than it needs. Files that no client reads
// lie among them, as they do in a repository.
func TestBenignCorpus(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // outside any repository: its policy and ignore rules do not count
	if err := os.CopyFS(dir, os.DirFS(benign)); err != nil {
		t.Fatal(err)
	}
	got := castellan(t, nil, "scan", "--format", "json", "--fail-on", "warn", dir)
	if got.code != exitOK {
		t.Errorf("exit code %d, stderr %q", got.code, got.stderr)
	}
	r := readReport(t, got.stdout)
	for _, f := range r.Findings {
		if !allowed(f.Rule, f.Severity) {
			t.Errorf("%s:%d:%d: %s: %s", f.Path, f.Line, f.Column, f.Rule, f.Message)
		}
	}
	if c := r.Targets[0].Coverage; c.Files < 400 || c.Scanned < 280 || !c.Complete || len(c.Skipped) > 0 {
		t.Errorf("cases are missing, or a file was not read: %+v", c)
	}
}

// stand is what stands for a credential in the corpus.
var stand = regexp.MustCompile(`\$\{\{ *secrets\.[A-Z_]+ *\}\}|\$\{[A-Za-z0-9_:.-]*(?i:token|key|secret|password)[A-Za-z0-9_:.-]*\}|\{(env|file):[^}]+\}|\$(env:)?[A-Z_]*(TOKEN|KEY)\b|%[A-Z_]+TOKEN%|<[A-Za-z_-]+>`)

// TestBenignCorpusIsNear puts a key where the corpus has a reference or a
// placeholder: what kept a file quiet was that, and not that nobody looked.
// In a file that no client reads nobody is to look.
func TestBenignCorpusIsNear(t *testing.T) {
	t.Parallel()
	dir, changed := t.TempDir(), 0
	key := canaries()["vendor's shape"]
	err := fs.WalkDir(os.DirFS(benign), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !catalog.IsNamed(name) {
			return err
		}
		data, err := os.ReadFile(filepath.Join(benign, name))
		if err != nil {
			return err
		}
		if text := stand.ReplaceAllString(string(data), key); text != string(data) {
			put(t, dir, files{name: text})
			changed++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if changed < 80 {
		t.Errorf("only %d files stand near a finding", changed)
	}
	r := readReport(t, castellan(t, nil, "scan", "--format", "json", dir).stdout)
	found := map[string]bool{}
	for _, f := range r.Findings {
		found[f.Path] = true
	}
	if len(found) != changed {
		_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, _ error) error {
			if rel, err := filepath.Rel(dir, name); err == nil && !d.IsDir() && !found[filepath.ToSlash(rel)] {
				t.Errorf("%s: nothing was found with a key in it", rel)
			}
			return nil
		})
	}
}

// TestRuleExamples: the examples that `castellan explain` shows do what it says.
func TestRuleExamples(t *testing.T) {
	t.Parallel()
	online := lookup.Rules() // app/lookup tests those that only look-ups find
	for _, rule := range ruleList() {
		if rule.Bad.Path == "." { // a tree, which app/survey tests
			continue
		}
		if slices.ContainsFunc(online, func(r scanners.Rule) bool { return r.ID == rule.ID }) && !slices.Contains(scan.RuleIDs(scannerList(), nil), rule.ID) {
			continue
		}
		for want, e := range map[bool]scanners.Example{true: rule.Bad, false: rule.Benign} {
			dir := t.TempDir()
			put(t, dir, files{e.Path: e.Content})
			on := filepath.Join(t.TempDir(), "castellan.yml") // some are off by default
			if err := os.WriteFile(on, []byte("version: 1\nrules: {"+rule.ID+": {action: warn}}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			r := readReport(t, castellan(t, nil, "scan", "--format", "json", "--policy", on, dir).stdout)
			if got := len(r.paths(rule.ID)) > 0; got != want {
				t.Errorf("%s: found %t in %s, want %t", rule.ID, got, e.Path, want)
			}
		}
		if shown := castellan(t, nil, "explain", rule.ID).stdout; !strings.Contains(shown, rule.ID) {
			t.Errorf("explain %s does not name it", rule.ID)
		}
	}
}
