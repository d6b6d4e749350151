package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/key"
)

// The tree that is searched for keys: sources of the modules this project uses.
const (
	keyFiles = 20000
	keyBytes = 300 << 20
	keyFile  = 2 << 20 // the largest that is taken
)

// keys times a search of a whole tree beside reading it, and beside gitleaks.
func keys(castellan string, rounds int) error {
	binary, err := filepath.Abs(castellan)
	if err != nil {
		return err
	}
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return fmt.Errorf("go env GOMODCACHE: %w", err)
	}
	dir, err := os.MkdirTemp("", "castellan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	n, size, err := copyTree(strings.TrimSpace(string(out)), dir)
	if err != nil {
		return fmt.Errorf("copy the module cache: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	commands := []command{
		{name: "find -type f | xargs cat", args: []string{"sh", "-c", "find . -type f | xargs cat >/dev/null"}},
		{name: "search for keys alone", args: []string{self, "pass", "."}},
		{name: "castellan scan .", args: []string{binary, "scan", "."}},
	}
	slow := command{name: "gitleaks dir .", args: []string{"gitleaks", "dir", "--no-banner", "."}}
	for range rounds {
		for i := range commands {
			if err := commands[i].time(dir); err != nil {
				return err
			}
		}
	}
	if _, err := exec.LookPath("gitleaks"); err == nil {
		if err := slow.time(dir); err != nil {
			return err
		}
		commands = append(commands, slow)
	}
	fmt.Printf("%d files, %d MiB, %d rounds in turns, gitleaks once; CPU is user and system time\n\n", n, size>>20, rounds)
	fmt.Printf("%-40s %10s %10s %8s %10s\n", "command", "median ms", "CPU ms", "ratio", "peak MiB")
	for i := range commands {
		c := &commands[i]
		fmt.Printf("%-40s %10.1f %10.1f %8.2f %10.1f\n", c.name, median(c.took), median(c.cpu), median(c.cpu)/median(commands[0].cpu), float64(c.peak)/(1<<20))
	}
	return nil
}

// pass reads a folder as a scan does, for keys alone.
func pass(folder string) error {
	debug.SetGCPercent(400) // as the command sets it while it scans
	hasher, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		return err
	}
	_, err = scan.Run(context.Background(), []string{folder}, scan.Options{
		Scanners: []scanners.Scanner{key.New()}, Hasher: hasher, Policy: policy.Defaults(), Version: "bench", Now: time.Now(), Jobs: runtime.GOMAXPROCS(0),
	})
	return err
}

// copyTree copies files below a folder, up to the bounds above.
func copyTree(from, to string) (n int, size int64, err error) {
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "cache":
			return fs.SkipDir
		case n == keyFiles || size > keyBytes:
			return fs.SkipAll
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil || info.Size() == 0 || info.Size() > keyFile {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sub := filepath.Join(to, fmt.Sprintf("d%d", n/100))
		if err := os.MkdirAll(sub, 0o755); err != nil {
			return err
		}
		n, size = n+1, size+info.Size()
		return os.WriteFile(filepath.Join(sub, fmt.Sprintf("%d%s", n, ending(path))), data, 0o644)
	})
	return n, size, err
}

// ending is a file's own, if a shell takes it as it is.
func ending(path string) string {
	e := filepath.Ext(path)
	if strings.Trim(strings.ToLower(e), "abcdefghijklmnopqrstuvwxyz0123456789.") != "" {
		return ".txt"
	}
	return e
}
