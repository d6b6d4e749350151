package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what commands print into the scripts that compare it")

// testKey is the key under which tests hash: 32 bytes of nothing in particular.
var testKey = strings.Repeat("0f", 32)

// TestMain makes this binary the command `castellan` of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"castellan": func() {
			version = "v0.0.0-test"
			main()
		},
		"castellan-at-registries": atRegistries,
	})
}

// TestScripts runs testdata/script/*.txtar, one topic a file. Beside the
// commands of testscript they have
//
//	plant FILE…              replace @KEY_NAME@ in files by made-up keys
//	exits CODE PROGRAM ARG…  run a program that must exit with CODE
//	castellan-at-registries  castellan with the registries of folder $REGISTRIES
//	backdate DURATION        make what look-ups cached older
//	git ARG…                 run git, without this machine's configuration
//	plain stdout|stderr      the output has no control character but newline
//	keyless FILE…            no made-up key stands in files, nor in stdout and stderr
//	pick FILE POINTER…       print what stands at RFC 6901 pointers of a JSON file
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for _, v := range commandEnv(e.WorkDir) {
				name, value, _ := strings.Cut(v, "=")
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"plant": plant, "exits": exits, "git": gitCommand, "plain": plain, "keyless": keyless, "pick": pick, "backdate": backdate,
		},
	})
}

// commandEnv makes castellan and git the same on every machine. A process built
// with -race would wait for a second at its end.
func commandEnv(home string) []string {
	return []string{
		"HOME=" + home, "XDG_STATE_HOME=", "XDG_CACHE_HOME=" + filepath.Join(home, ".cache"), "CASTELLAN_HASH_KEY=" + testKey, "CASTELLAN_TOKEN=", "NO_COLOR=", "CLICOLOR_FORCE=", "TERM=xterm", "GORACE=atexit_sleep_ms=0",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@acme.example",
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@acme.example", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
	}
}

// keys are the made-up credentials of scripts and tests, by name. Each is put
// together here, at run time, so that no scanner of this repository sees one.
func keys() map[string]string {
	return map[string]string{
		"KEY_GITHUB":    "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k",
		"KEY_GITHUB2":   "ghp_" + "Wm4tBz8YcQ1xLr6NvK3s" + "Ee9PfUj2HdGa7iXo",
		"KEY_OPAQUE":    "kV9tQ2wX7c" + "Lm4RzB8nYp" + "3HsJ6dFgTa",
		"KEY_ANTHROPIC": "sk-ant-" + "api03-" + strings.Repeat("Zq7Rk2Vx9Lm", 9)[:93] + "AA",
		"KEY_PASSWORD":  "nT7" + "vQz2kLw" + "9XcR4b",
	}
}

func plant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: plant FILE…")
	}
	for _, name := range args {
		text := ts.ReadFile(name)
		planted := text
		for key, value := range keys() {
			planted = strings.ReplaceAll(planted, "@"+key+"@", value)
		}
		if planted == text {
			ts.Fatalf("%s has nothing to plant", name)
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(planted), 0o644))
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func gitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if err := ts.Exec("git", args...); (err != nil) != neg {
		ts.Fatalf("git %q: %v", args, err)
	}
}

func plain(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: plain stdout|stderr")
	}
	if c := control(ts.ReadFile(args[0])); (c != "") != neg {
		ts.Fatalf("%s has control characters: %q", args[0], c)
	}
}

// control is the neighbourhood of the first control character but newline.
func control(s string) string {
	for i, r := range s {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return s[max(0, i-20):min(len(s), i+20)]
		}
	}
	return ""
}

func keyless(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: keyless FILE…")
	}
	for _, name := range append(args, "stdout", "stderr") {
		text := []byte(ts.ReadFile(name))
		for key, value := range keys() {
			if bytes.Contains(text, []byte(value)) {
				ts.Fatalf("%s holds %s", name, key)
			}
		}
	}
}

func pick(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: pick FILE POINTER…")
	}
	var root any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &root))
	enc := json.NewEncoder(ts.Stdout())
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	for _, pointer := range args[1:] {
		ts.Check(enc.Encode(at(root, pointer)))
	}
}

// at is what stands at an RFC 6901 pointer without escapes; nil if nothing does.
func at(v any, pointer string) any {
	for key := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch parent := v.(type) {
		case map[string]any:
			v = parent[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(parent) {
				return nil
			}
			v = parent[i]
		default:
			return nil
		}
	}
	return v
}
