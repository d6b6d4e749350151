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
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	kinds := recalls{}
	failed := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var row struct {
			ID, Path, File string
			Labels         struct{ Integrations []integration }
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return fmt.Errorf("read %s: %w", index, err)
		}
		out, err := scanCase(castellan, filepath.Join(corpus, filepath.Dir(index), row.File), row.Path)
		if err != nil {
			failed++
			fmt.Fprintf(os.Stderr, "case %s (%s): %v\n", row.ID, row.Path, err)
		}
		all = append(all, scoredOf(row.ID, out)...)
		kinds.count(row.Path, row.Labels.Integrations, out)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	fmt.Printf("scans that failed: %d\n", failed)
	if err := score(corpus, index, list, all); err != nil {
		return err
	}
	kinds.print()
	return nil
}

// integration is a label of one that is no MCP server.
type integration struct{ Kind, Name, Pointer string }

// recalls are how many of a kind's labels were sighted at their pointer, and
// which were not.
type recalls map[string]*recall

type recall struct {
	found  int
	missed []string
}

func (r recalls) count(path string, labels []integration, out *output) {
	seen := map[string]bool{}
	if out != nil {
		for _, in := range out.Integrations {
			for _, s := range in.Sightings {
				seen[s.Pointer] = true
			}
		}
	}
	for _, l := range labels {
		if r[l.Kind] == nil {
			r[l.Kind] = &recall{}
		}
		if seen[l.Pointer] {
			r[l.Kind].found++
		} else {
			r[l.Kind].missed = append(r[l.Kind].missed, path+" "+l.Pointer)
		}
	}
}

func (r recalls) print() {
	for _, kind := range slices.Sorted(maps.Keys(r)) {
		all := r[kind].found + len(r[kind].missed)
		fmt.Printf("INTEGRATIONS %-18s found %d of %d, recall %.3f\n", kind, r[kind].found, all, float64(r[kind].found)/float64(all))
		for _, m := range r[kind].missed {
			fmt.Println("        missed", m)
		}
	}
}

// scanCase scans the folder that holds one case's file under its own path.
func scanCase(castellan, file, path string) (*output, error) {
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
	return &out, nil
}

// scoredOf is what was found in a case, as the scorer takes it.
func scoredOf(id string, out *output) []scored {
	if out == nil {
		return nil
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
	return all
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
