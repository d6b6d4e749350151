package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/castellan-app/castellan/"

// house is who may know whom. A rule applies to non-test files whose
// directory has the prefix room.
var house = []struct {
	room, why string
	forbidden []string
}{
	{"scanners/", "scanners are pure: bytes in, findings out", []string{
		module + "app", module + "cmd", module + "db",
		"os", "net", "net/http", "os/exec", "log", "time", "syscall", "plugin", "database/sql", "io/ioutil", "path/filepath",
	}},
	{"app/", "app is wired by cmd, not the other way round", []string{module + "cmd"}},
	{"db/", "the store knows no room of the app", []string{module + "app", module + "cmd"}},
	{"", "it is for tests", []string{module + "db/dbtest", module + "app/github/ghsim"}},
	{"", "Castellan never executes what it reads, and has no need to execute anything else", []string{"os/exec", "plugin", "unsafe"}},
}

// owned are imports only one room may have.
var owned = []struct{ prefix, room string }{
	{"github.com/google/go-github", "app/github"},
	{"github.com/bradleyfalzon/ghinstallation", "app/github"},
	{"github.com/go-git/", "app/gitstore"},
	{"github.com/riverqueue/", "app/job"},
	{"modernc.org/sqlite", "db"},
	{"github.com/jackc/pgx/v5/stdlib", "db"},
	{"github.com/pressly/goose", "db"},
	{"github.com/prometheus/", "app/server"},
	{"go.yaml.in/yaml", "scanners/doctree"},
	{"github.com/pelletier/go-toml", "scanners/doctree"},
	{"mvdan.cc/sh", "scanners/launch"},
	{"github.com/spf13/cobra", "cmd/castellan"},
	{"github.com/vbauerster/mpb", "cmd/castellan"},
}

// offProduct are rooms that run at development time or in tests only and may do
// what the product may not.
func offProduct(dir string) bool {
	for _, room := range []string{"scanners/catalog/", "db/dbtest/", "app/github/ghsim/"} {
		if strings.HasPrefix(dir, room) {
			return true
		}
	}
	return false
}

func TestWhoMayKnowWhom(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..")
	files := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		files++
		checkImports(t, name, filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Fatalf("only %d files were checked", files)
	}
}

func checkImports(t *testing.T, name, rel string) {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	dir := rel[:strings.LastIndexByte(rel, '/')+1]
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range house {
			if !strings.HasPrefix(dir, rule.room) || offProduct(dir) {
				continue
			}
			for _, f := range rule.forbidden {
				if path == f || strings.HasPrefix(f, module) && strings.HasPrefix(path, f+"/") {
					t.Errorf("%s imports %s: %s", rel, path, rule.why)
				}
			}
		}
		for _, o := range owned {
			if strings.HasPrefix(path, o.prefix) && !strings.HasPrefix(dir, o.room+"/") && !offProduct(dir) {
				t.Errorf("%s imports %s: only %s may", rel, path, o.room)
			}
		}
	}
}
