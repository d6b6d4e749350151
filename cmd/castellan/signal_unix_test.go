//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSecondSignalEndsTheProcess: whatever it waits for, here a reader of the
// FIFO that it was told to write to.
func TestSecondSignalEndsTheProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo("out")(t, dir)
	cmd := exec.Command("castellan", "scan", "-o", "out", filepath.Join(dir, "."))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), commandEnv(dir)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	late := time.After(30 * time.Second)
	for {
		select {
		case <-ended:
			return
		case <-again.C:
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
		case <-late:
			_ = cmd.Process.Kill()
			t.Fatal("signals do not end it")
		}
	}
}

func contains(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// TestFlagsNameRegularFiles: nothing else is waited for or read without end.
func TestFlagsNameRegularFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo("pipe")(t, dir)
	for _, name := range []string{filepath.Join(dir, "pipe"), "/dev/zero", dir} {
		for _, got := range []result{
			castellan(t, nil, "scan", "--policy", name, dir),
			castellan(t, nil, "scan", "--baseline", name, dir),
			castellan(t, []string{"CASTELLAN_HASH_KEY=", "CASTELLAN_HASH_KEY_FILE=" + name}, "scan", dir),
		} {
			if got.code != exitError || got.stdout != "" || !contains(got.stderr, name, "not a regular file") {
				t.Errorf("%s: exit code %d, stderr %q", name, got.code, got.stderr)
			}
		}
	}
	big := filepath.Join(dir, "big")
	put(t, dir, files{"big": ""})
	if err := os.Truncate(big, 1<<40); err != nil {
		t.Fatal(err)
	}
	for _, got := range []result{
		castellan(t, nil, "scan", "--policy", big, dir), castellan(t, nil, "scan", "--baseline", big, dir),
		castellan(t, []string{"CASTELLAN_HASH_KEY=", "CASTELLAN_HASH_KEY_FILE=" + big}, "scan", dir),
	} {
		if got.code != exitError || !contains(got.stderr, big, "larger than") {
			t.Errorf("exit code %d, stderr %q", got.code, got.stderr)
		}
	}
}
