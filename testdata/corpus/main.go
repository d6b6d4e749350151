// Command corpus runs castellan over a corpus of labelled files and hands the
// result to the corpus's own scorer.
//
//	go run ./testdata/corpus -castellan ./castellan -corpus ../shared/corpus
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// scored is one entry of the scorer's input.
type scored struct {
	Case    string `json:"case"`
	Kind    string `json:"kind"`
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Rule    string `json:"rule"`
	Pointer string `json:"pointer,omitempty"`
	Server  string `json:"server,omitempty"`
}

// output is what is read of `castellan scan --format json`.
type output struct {
	Integrations []struct {
		Kind      string `json:"kind"`
		Sightings []struct {
			Name, Path, Pointer string
			Line                int
		} `json:"sightings"`
	} `json:"integrations"`
	Findings []struct {
		Rule, Path, Pointer string
		Line                int
		Credential          *struct{} `json:"credential"`
	} `json:"findings"`
}

// labelled are the scorer's names of our rules, where it labels them.
var labelled = map[string]string{
	"mcp-unpinned-package": "unpinned-package", "mcp-unpinned-image": "unpinned-package", "mcp-unpinned-git-source": "unpinned-package",
	"mcp-http-transport": "http-url", "agent-auto-approve-mcp": "auto-approve", "agent-bypass-permissions": "dangerous-bypass",
	"mcp-filesystem-broad-root": "broad-filesystem", "mcp-secret-in-args": "secret-in-argv", "mcp-secret-in-url": "token-in-url",
	"wf-agent-unpinned-action": "unpinned-action",
}

func main() {
	castellan := flag.String("castellan", "./castellan", "binary to run")
	corpus := flag.String("corpus", "../shared/corpus", "folder with score.py")
	index := flag.String("index", "dev/index.jsonl", "index, relative to the corpus")
	list := flag.Bool("list", false, "list what was missed and what was wrong")
	speed := flag.Bool("throughput", false, "measure how fast the files are scanned, and nothing else")
	flag.Parse()
	if *speed {
		if err := throughput(*corpus, *index); err != nil {
			fmt.Fprintln(os.Stderr, "corpus:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*castellan, *corpus, *index, *list); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

func run(castellan, corpus, index string, list bool) error {
	f, err := os.Open(filepath.Join(corpus, index))
	if err != nil {
		return err
	}
	defer f.Close()
	var all []scored
	failed := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var row struct{ ID, Path, File string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return fmt.Errorf("read %s: %w", index, err)
		}
		found, err := scanCase(castellan, filepath.Join(corpus, filepath.Dir(index), row.File), row.Path, row.ID)
		if err != nil {
			failed++
			fmt.Fprintf(os.Stderr, "case %s (%s): %v\n", row.ID, row.Path, err)
		}
		all = append(all, found...)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	fmt.Printf("scans that failed: %d\n", failed)
	return score(corpus, index, list, all)
}

// scanCase scans the folder that holds one case's file under its own path.
func scanCase(castellan, file, path, id string) ([]scored, error) {
	folder := file[:len(file)-len(filepath.FromSlash(path))]
	cmd := exec.Command(castellan, "scan", "--format", "json", folder)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("%w: %s", err, stderr.String())
	}
	var out output
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		return nil, err
	}
	var all []scored
	for _, f := range out.Findings {
		kind := "rule"
		if f.Credential != nil {
			kind = "secret"
		}
		all = append(all, scored{Case: id, Kind: kind, Path: f.Path, Line: f.Line, Rule: f.Rule, Pointer: f.Pointer})
		rule := labelled[f.Rule]
		if f.Rule == "mcp-secret-in-url" && strings.Contains(f.Pointer, "/args/") {
			rule = labelled["mcp-secret-in-args"] // the labels tell by the place alone
		}
		if rule != "" {
			all = append(all, scored{Case: id, Kind: "rule", Path: f.Path, Line: f.Line, Rule: rule, Pointer: f.Pointer})
		}
	}
	for _, in := range out.Integrations {
		for _, s := range in.Sightings {
			if in.Kind == "mcp-server" {
				all = append(all, scored{Case: id, Kind: "server", Path: s.Path, Line: s.Line, Rule: "inventory", Pointer: s.Pointer, Server: s.Name})
			}
		}
	}
	return all, nil
}

func score(corpus, index string, list bool, all []scored) error {
	out, err := os.CreateTemp("", "castellan-corpus-*.json")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	if err := errors.Join(json.NewEncoder(out).Encode(all), out.Close()); err != nil {
		return err
	}
	args := []string{filepath.Join(corpus, "score.py"), out.Name(), "--index", filepath.Join(corpus, index)}
	if list {
		args = append(args, "--list")
	}
	cmd := exec.Command("python3", args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
