//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/castellan-app/castellan/app/report"
)

// hostile is content that attacks whoever reads it. Beside it always lies
// good/.mcp.json with a leaked key, which must be found whatever happens.
type hostile struct {
	name       string
	make       func(t *testing.T, dir string)
	skipped    map[string]string // what reasons begin with, by path
	found      []string          // other paths where the key leaks
	incomplete bool
}

func hostiles() []hostile {
	key := keys()["KEY_GITHUB"]
	odd := "odd\xff\n\x1b[31mred\r\u202e/.cursor/mcp.json"
	text := func(name, content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { put(t, dir, files{name: content}) }
	}
	return []hostile{
		{name: "FIFO at a candidate path", make: fifo(".mcp.json"), skipped: map[string]string{".mcp.json": "not a regular file"}},
		{name: "FIFO at another path", make: fifo("pipe.txt"), skipped: map[string]string{"pipe.txt": "not a regular file"}},
		{name: "FIFO as the policy of the target", make: fifo(".github/castellan.yml"), skipped: map[string]string{".github/castellan.yml": "not a regular file"}},
		{name: "FIFO as .gitignore", make: fifo(".gitignore"), skipped: map[string]string{".gitignore": "not a regular file"}},
		{name: "folder at a candidate path", make: func(t *testing.T, dir string) { put(t, dir, files{"mcp.json/.mcp.json": server("in", key)}) }, found: []string{"mcp.json/.mcp.json"}},
		{name: "symlink loop of files", make: links("opencode.json", "two", "two", "opencode.json"), skipped: map[string]string{"opencode.json": "broken symbolic link"}},
		{name: "symlink loop of folders", make: links("self", ".", "up/down", "..")},
		{name: "symlink out of the folder", make: func(t *testing.T, dir string) {
			outside := t.TempDir()
			put(t, outside, files{"key.json": server("outside", key)})
			links(".mcp.json", filepath.Join(outside, "key.json"), "mcp.json", "../../../../../../../../etc/passwd")(t, dir)
		}, skipped: map[string]string{".mcp.json": "symbolic link leads outside", "mcp.json": "symbolic link leads outside"}},
		{name: "path with a newline, escapes and invalid UTF-8", make: text(odd, server("x", key)), found: []string{report.UTF8(odd)}},
		{name: "unreadable path with a newline and escapes", make: text(odd, strings.Repeat("[", 10_000)), skipped: map[string]string{
			report.UTF8(odd): "nested deeper than"}, incomplete: true},
		{name: "server name with escapes", make: text(".mcp.json", server("a\x1b[31m\nb\u009b2J\x07\u202e", key)), found: []string{".mcp.json"}},
		{name: "invalid UTF-8 in content", make: text(".mcp.json", strings.Replace(server("a", key), "some", "so\xff\xfe\xc3me", 1)), found: []string{".mcp.json"}},
		{name: "NUL bytes in content", make: text(".mcp.json", "\x00\x00"+strings.Replace(server("a", key), "some", "so\x00me", 1)+"\x00"), found: []string{".mcp.json"}},
		{name: "nothing but NUL bytes", make: text(".mcp.json", strings.Repeat("\x00", 1<<20))},
		{name: "carriage returns only", make: text(".mcp.json", strings.ReplaceAll(server("a", key), " ", "\r")), found: []string{".mcp.json"}},
		{name: "1 GB sparse file", make: sparse("mcp.json", 1<<30), skipped: map[string]string{"mcp.json": "larger than 4 MiB"}, incomplete: true},
		{name: "1 GB sparse file that is no candidate", make: sparse("disk.img", 1<<30), skipped: map[string]string{"disk.img": "larger than 4 MiB"}},
		{name: "1 GB sparse policy of the target", make: sparse(".github/castellan.yml", 1<<30), skipped: map[string]string{".github/castellan.yml": "larger than 4 MiB"}, incomplete: true},
		{name: "100 MB JSON", make: text(".mcp.json", `{"mcpServers": {"a": {"command": "`+strings.Repeat("0123456789", 10<<20)+`"}}}`), skipped: map[string]string{".mcp.json": "larger than 4 MiB"}, incomplete: true},
		{name: "4 MiB of one line", make: text(".mcp.json", `{"a": "`+strings.Repeat("x", 4<<20-len(server("a", key))-20)+`", `+server("a", key)[1:]), found: []string{".mcp.json"}},
		{name: "depth of 1,000,000, open", make: text(".mcp.json", strings.Repeat("[", 1_000_000)), skipped: map[string]string{
			".mcp.json": "nested deeper than"}, incomplete: true},
		{name: "depth of 1,000,000, closed", make: text(".mcp.json", strings.Repeat(`{"a":`, 800_000)+"1"), skipped: map[string]string{
			".mcp.json": "nested deeper than"}, incomplete: true},
		{name: "depth of 1,000,000 in YAML", make: text("librechat.yaml", "a: "+strings.Repeat("[", 1_000_000)), skipped: map[string]string{
			"librechat.yaml": "nested deeper than"}, incomplete: true},
		{name: "depth of 1,000,000 in TOML", make: text(".codex/config.toml", "a = "+strings.Repeat("[", 1_000_000)), skipped: map[string]string{
			".codex/config.toml": "reading stopped after"}, incomplete: true},
	}
}

func fifo(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		p := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), syscall.Mkfifo(p, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

// links makes symbolic links of pairs of name and target.
func links(pairs ...string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		for i := 0; i < len(pairs); i += 2 {
			p := filepath.Join(dir, pairs[i])
			if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.Symlink(pairs[i+1], p)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func sparse(name string, size int64) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		put(t, dir, files{name: ""})
		if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHostileContent: a clear message that names the path, exit 2 exactly where
// the scan is incomplete, all other findings, and nothing a terminal obeys.
func TestHostileContent(t *testing.T) {
	t.Parallel()
	for _, h := range hostiles() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put(t, dir, files{"good/.mcp.json": server("good", keys()["KEY_GITHUB"])})
			h.make(t, dir)
			checkHostile(t, &h, dir)
		})
	}
}

func checkHostile(t *testing.T, h *hostile, dir string) {
	code := exitFindings
	if h.incomplete {
		code = exitError
	}
	got := castellan(t, nil, "scan", "--format", "json", dir)
	if got.code != code || got.stderr != "" {
		t.Errorf("exit code %d, want %d; stderr %q", got.code, code, got.stderr)
	}
	r := readReport(t, got.stdout)
	found := append([]string{"good/.mcp.json"}, h.found...)
	slices.Sort(found)
	if diff := cmp.Diff(found, r.paths("mcp-secret-in-env")); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(h.skipped, r.skipped(), cmpopts.EquateEmpty(), cmp.Comparer(prefixed)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if r.Targets[0].Coverage.Complete == h.incomplete {
		t.Errorf("complete is %t", !h.incomplete)
	}
	text := castellan(t, nil, "scan", dir)
	if text.code != code {
		t.Errorf("text: exit code %d, want %d", text.code, code)
	}
	if c := control(text.stdout + text.stderr); c != "" {
		t.Errorf("text holds control characters: %q", c)
	}
	if !strings.Contains(text.stdout, "good/.mcp.json:1:") {
		t.Errorf("text lacks the other finding:\n%s", text.stdout)
	}
	lines := strings.Join(strings.Fields(text.stdout), " ") // as long paths are wrapped
	for p, reason := range h.skipped {
		if !strings.Contains(lines, report.Visible(p)+": "+reason) {
			t.Errorf("text does not say of %q that it is %s:\n%s", p, reason, text.stdout)
		}
	}
}

// prefixed compares reasons whose end does not matter.
func prefixed(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

// TestWithoutPermission runs the command as a user who may not read everything:
// root may, so a root that tests runs it as nobody.
func TestWithoutPermission(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	dir, bin := filepath.Join(base, "dir"), filepath.Join(base, "castellan")
	put(t, dir, files{"good/.mcp.json": server("good", keys()["KEY_GITHUB"]), "locked/x/.mcp.json": "{}", "mcp.json": "{}", "notes.txt": "no candidate"})
	for name, mode := range map[string]os.FileMode{"locked": 0, "mcp.json": 0, "notes.txt": 0} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "locked"), 0o700) }) // for TempDir's removal
	copyTestBinary(t, bin)
	cmd := exec.Command(bin, "scan", "--format", "json", dir)
	cmd.Env = append(commandEnv(base), "PATH="+os.Getenv("PATH"), "GOCOVERDIR="+base)
	if os.Geteuid() == 0 {
		for p := base; p != filepath.Dir(os.TempDir()) && p != "/"; p = filepath.Dir(p) { // TempDir is closed to others
			if p != filepath.Clean(os.TempDir()) {
				if err := os.Chmod(p, 0o755); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitError {
		t.Fatalf("error %v, want exit code 2; stderr %q", err, stderr.String())
	}
	r := readReport(t, stdout.String())
	want := map[string]string{"locked": "permission denied", "mcp.json": "permission denied", "notes.txt": "permission denied"}
	if diff := cmp.Diff(want, r.skipped()); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"good/.mcp.json"}, r.paths("mcp-secret-in-env")); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// copyTestBinary copies this binary, which is the command under that name.
func copyTestBinary(t *testing.T, to string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
}
