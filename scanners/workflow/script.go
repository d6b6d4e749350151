package workflow

import (
	"regexp"
	"strings"
)

var (
	// toFile is how a script writes to a file: > file, >> "file", | tee file.
	toFile = regexp.MustCompile(`(?:>>?|\btee(?:\s+-a)?)\s*["']?([\w./${}~-]+)`)
	// taken is a variable that begins to take what a command prints.
	taken = regexp.MustCompile(`\b([A-Za-z_]\w*)=["']?\$\(`)
	// movesTo is how a script goes to another folder.
	movesTo = regexp.MustCompile(`(?m)(?:^|[;&|]\s*|\s)(?:cd|pushd)\s+["']?([\w./${}-]+)`)
	// pipedOn is a command whose output a shell runs.
	pipedOn = regexp.MustCompile(`^[^\n;]*?\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b`)
)

// variablesFile says whether a file is one of the runner's own, which have
// rules of their own.
func variablesFile(path string) bool {
	return strings.Contains(path, "GITHUB_") || strings.HasPrefix(path, "/dev/")
}

// files are the files that a script writes to.
func files(script string) []string {
	var out []string
	for _, m := range toFile.FindAllStringSubmatch(script, 50) {
		if len(m[1]) > 2 && !variablesFile(m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// runsFile says whether a script runs a file as code.
func runsFile(script, file string) bool {
	return regexp.MustCompile(`(?m)(?:\b(?:ba|z|da|k)?sh|\bsource|\bpython3?|\bnode|\bperl|\bruby|(?:^|[;&]\s*)\.)\s+(?:-\w+\s+)*["']?(?:\./)?` + regexp.QuoteMeta(strings.TrimPrefix(file, "./")) + `\b|(?:^|[;&]\s*)\./` + regexp.QuoteMeta(strings.TrimPrefix(file, "./")) + `\b`).MatchString(script)
}

// holds is how a file takes what a variable of a script holds.
func holds(script, variable string) []string {
	var out []string
	for line := range strings.Lines(script) {
		if mentionsVariable(line, variable) {
			out = append(out, files(line)...)
		}
	}
	return out
}

// runsVariable says whether a script runs what a variable holds.
func runsVariable(script, variable string) bool {
	quoted := `["']?\$\{?` + variable + `\b`
	return regexp.MustCompile(`\beval\s+` + quoted + `|\b(?:ba|z|da|k)?sh\s+-[a-z]*c\s+` + quoted + `|` + quoted + `\}?["']?\s*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\b(?:ba|z)?sh\s*<<<\s*` + quoted).MatchString(script)
}

// ownAnswer is how the script that starts the agent runs what it answers.
func (a *agent) ownAnswer() (string, bool) {
	before, after := a.run[:min(a.cmd.start, len(a.run))], a.run[min(a.cmd.end, len(a.run)):]
	if at := pipedOn.FindString(after); at != "" {
		return "| sh", true
	}
	rest, _, _ := strings.Cut(after, "\n")
	for _, file := range files(rest) {
		if runsFile(after, file) {
			return file, true
		}
	}
	all := taken.FindAllStringSubmatchIndex(before, -1)
	if len(all) == 0 {
		return "", false
	}
	last := all[len(all)-1]
	if inside := before[last[1]:]; strings.Count(inside, ")") > strings.Count(inside, "(") && !strings.Contains(inside, "'") && !strings.Contains(inside, `"`) {
		return "", false // it took what another command prints
	}
	name := before[last[2]:last[3]]
	if runsVariable(after, name) {
		return "$" + name, true
	}
	for _, file := range holds(after, name) {
		if runsFile(after, file) {
			return file, true
		}
	}
	return "", false
}

// workdir is the folder in which a step's script runs, "" for the workspace.
func (s *step) workdir() string {
	for _, n := range []string{textOf(s.node.Get("working-directory")), textOf(s.job.node.Get("defaults").Get("run").Get("working-directory")), textOf(s.job.file.root.Get("defaults").Get("run").Get("working-directory"))} {
		if n != "" {
			return cleaned(n)
		}
	}
	return ""
}

func cleaned(dir string) string {
	dir = strings.TrimPrefix(strings.TrimSuffix(strings.TrimSpace(dir), "/"), "./")
	if dir == "." {
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(dir, "${{ github.workspace }}/"), "$GITHUB_WORKSPACE/")
}

// startsIn says whether the agent starts in a folder of the workspace, or below.
func (a *agent) startsIn(folder string) bool {
	folder = cleaned(folder)
	dir := ""
	if a.cmd != nil {
		dir = a.workdir()
		if all := movesTo.FindAllStringSubmatch(a.run[:min(a.cmd.start, len(a.run))], 20); len(all) > 0 {
			dir = cleaned(all[len(all)-1][1])
		}
	}
	return folder == "" || dir == folder || strings.HasPrefix(dir, folder+"/")
}

// throughFile is the stranger's text in a file that an earlier step writes and
// that a text names.
func (s *step) throughFile(text string) (flow, bool) {
	for _, other := range s.before() {
		if other.run == "" {
			continue
		}
		for _, file := range files(other.run) {
			if !strings.Contains(text, file) {
				continue
			}
			if f, ok := other.emitsTo(); ok {
				f.by = file
				return f, true
			}
			if m := readsThread.FindString(other.run); m != "" {
				return flow{source: source{name: strings.TrimSpace(m), of: author}, by: file}, true
			}
		}
	}
	return flow{}, false
}

// readsThread is how a script fetches what people wrote, as a whole.
var readsThread = regexp.MustCompile(`\bgh\s+(?:issue|pr|discussion)\s+view\b[^\n|]*(?:--comments|--json\s+\S*(?:body|title|comments))|\bgh\s+pr\s+diff\b`)
