package checkrun

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

var update = flag.Bool("update", false, "write the golden files")

// situations are what developers meet most.
func situations() map[string]*Judgement {
	return map[string]*Judgement{
		"untouched":  with(judged(), func(j *Judgement) { j.Backlog = 3 }),
		"clean":      with(judged(), func(j *Judgement) { j.Touched, j.Integrations = 2, integrations() }),
		"warn-only":  judged(reference(policy.Warn, ".cursor/mcp.json"), reference(policy.Warn, ".vscode/mcp.json"), reference(policy.Note, "a/mcp.json")),
		"one-key":    with(judged(key(9), reference(policy.Note, ".cursor/mcp.json")), func(j *Judgement) { j.Backlog = 1 }),
		"gone-key":   judged(key(9, gone)),
		"many":       judged(key(9), key(4, at("docs/設定/mcp.json")), key(3, at("b|`.json"), as("Other", "b"), gone), key(2, at("c.json"), as("", "c")), pipe(), reference(policy.Warn, ".cursor/mcp.json")),
		"unreadable": with(judged(), func(j *Judgement) { j.Touched = 1; skip(j, ".mcp.json", "larger than 4 MiB") }),
		"key-and-unreadable": with(judged(key(9)), func(j *Judgement) {
			skip(j, "tools/@x/.mcp.json", "corrupt object "+head)
			skip(j, "b/.mcp.json", "Git LFS pointer")
		}),
		"fault": with(judged(), func(j *Judgement) {
			j.Fault, j.Coverage = "the repository could not be fetched in time", scan.Coverage{}
		}),
		"merge-group":     with(judged(pipe()), func(j *Judgement) { j.Comparisons = []Comparison{{Kind: MergeGroup, Against: "main", BaseSHA: base}} }),
		"merge-group-key": with(judged(key(9, gone)), func(j *Judgement) { j.Comparisons = []Comparison{{Kind: MergeGroup, Against: "main", BaseSHA: base}} }),
		"push":            with(judged(key(9)), func(j *Judgement) { j.Comparisons = []Comparison{{Kind: Push, Against: "main", BaseSHA: base}} }),
		"two-pulls":       with(judged(key(9)), func(j *Judgement) { j.Comparisons = []Comparison{pull(12, "main"), pull(1013, "release/2")} }),
		"rotated": with(judged(key(9, gone)), func(j *Judgement) {
			j.Rotated = map[string]bool{hash("a"): true}
			j.Policy.Problem = "castellan.yml:3: unknown key rulez"
		}),
	}
}

func skip(j *Judgement, path, reason string) {
	s := scan.Skip{Path: path, Reason: reason, Incomplete: true}
	j.Incomplete = append(j.Incomplete, s)
	j.Coverage.Skipped = append(j.Coverage.Skipped, s)
	j.Coverage.Complete = false
}

// show is an output as one text.
func show(c Conclusion, o Output) string {
	var b strings.Builder
	fmt.Fprintf(&b, "conclusion: %s\ntitle: %s\n", c, o.Title)
	for _, a := range o.Actions {
		fmt.Fprintf(&b, "button: %s (%s) %s\n", a.Label, a.Description, a.Identifier)
	}
	fmt.Fprintf(&b, "\n════ summary\n\n%s\n════ text\n\n%s", o.Summary, o.Text)
	for _, a := range o.Annotations {
		fmt.Fprintf(&b, "\n════ %s %s %d:%d-%d:%d\n%s\n\n%s\n", a.Level, a.Path, a.StartLine, a.StartColumn, a.EndLine, a.EndColumn, a.Title, a.Message)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, j := range situations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name+".md", show(Conclude(j), Render(j, rules())))
		})
	}
	golden(t, "in-progress.md", show("", InProgress(head, []Comparison{pull(12, "main")})))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; run with -update if it is meant):\n%s", path, diff)
	}
}
