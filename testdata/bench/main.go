// Command bench times whole commands beside their peers, in turns, and prints
// medians and ratios. It needs git; gitleaks takes part if it is on PATH.
//
//	go run ./testdata/bench -castellan ./castellan          scans of a checkout
//	go run ./testdata/bench -castellan ./castellan check    from a delivery to its completed check
//	go run ./testdata/bench -castellan ./castellan keys     a search for keys in 20,000 files
//	go run ./testdata/bench pass FOLDER                     that search alone, without the other scanners
//	go run ./testdata/bench ingest                          deliveries stored per second
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A checkout of a usual shape: 500 folders with 20 files each and four files of AI clients.
const (
	folders   = 500
	perFolder = 20
)

var candidates = []string{".mcp.json", ".cursor/mcp.json", "f3/.vscode/mcp.json", "f7/.claude/settings.json"}

func main() {
	castellan := flag.String("castellan", "./castellan", "binary to time")
	rounds := flag.Int("rounds", 21, "times each command runs")
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "check":
		err = checks(*castellan)
	case "keys":
		err = keys(*castellan, min(*rounds, 7))
	case "pass":
		err = pass(flag.Arg(1))
	case "ingest":
		err = ingest()
	default:
		err = run(*castellan, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(castellan string, rounds int) error {
	binary, err := filepath.Abs(castellan)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "castellan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := checkout(dir); err != nil {
		return fmt.Errorf("make the checkout: %w", err)
	}
	list := "git ls-files | wc -l; cat " + strings.Join(candidates, " ")
	commands := []command{
		{name: "git ls-files | wc -l; cat CANDIDATES", args: []string{"sh", "-c", list}},
		{name: "castellan scan .", args: []string{binary, "scan", "."}},
		{name: "castellan scan --format json .", args: []string{binary, "scan", "--format", "json", "."}},
		{name: "castellan version", args: []string{binary, "version"}},
		{name: "git status --porcelain", args: []string{"git", "status", "--porcelain"}},
	}
	if path, err := exec.LookPath("gitleaks"); err == nil {
		commands = append(commands, command{name: "gitleaks dir .", args: []string{path, "dir", "--no-banner", "."}})
	}
	for range rounds {
		for i := range commands {
			if err := commands[i].time(dir); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d files, %d candidates, %d rounds in turns; ratio: median of each round's time to that of the first command\n\n", folders*perFolder+len(candidates), len(candidates), rounds)
	fmt.Printf("%-40s %10s %8s %10s\n", "command", "median ms", "ratio", "peak MiB")
	for i := range commands {
		c := &commands[i]
		fmt.Printf("%-40s %10.1f %8.2f %10.1f\n", c.name, median(c.took), c.ratio(&commands[0]), float64(c.peak)/(1<<20))
	}
	return nil
}

// checkout makes a repository with one commit.
func checkout(dir string) error {
	for i := range folders {
		sub := filepath.Join(dir, fmt.Sprintf("f%d", i))
		if err := os.Mkdir(sub, 0o755); err != nil {
			return err
		}
		for j := range perFolder {
			text := strings.Repeat(fmt.Sprintf("line %d of file %d\n", j, i), 40)
			if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("file%d.go", j)), []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	for _, name := range candidates {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(`{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "."]}}}`+"\n"), 0o644); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("node_modules/\n*.log\n/dist/\n.env\n"), 0o644); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "-A"},
		{"-c", "user.name=bench", "-c", "user.email=bench@acme.example", "commit", "-qm", "files"},
	} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w\n%s", args[0], err, out)
		}
	}
	return nil
}

// command is one whole command and its times in ms.
type command struct {
	name string
	args []string
	took []float64
	cpu  []float64 // user and system, in ms
	peak int64     // bytes resident
}

func (c *command) time(dir string) error {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, io.Discard, io.Discard
	start := time.Now()
	err := cmd.Run()
	c.took = append(c.took, float64(time.Since(start).Microseconds())/1000)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 1) {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	c.cpu = append(c.cpu, float64((cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()).Microseconds())/1000)
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.peak = max(c.peak, use.Maxrss*1024) // KiB on Linux
	}
	return nil
}

// ratio is the median over the rounds of c's time to base's.
func (c *command) ratio(base *command) float64 {
	ratios := make([]float64, len(c.took))
	for i := range c.took {
		ratios[i] = c.took[i] / base.took[i]
	}
	return median(ratios)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
