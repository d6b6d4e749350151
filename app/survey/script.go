package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/launch"
)

// scripts are servers whose command runs a file of the repository that nobody
// owns, or that is not there.
func (t *Tree) scripts() []scanners.Finding {
	if t.Look == nil {
		return nil
	}
	var all []scanners.Finding
	t.servers(func(s *scanners.Sighting, _ *catalog.Format) {
		places := scriptOf(s)
		if len(places) == 0 {
			return
		}
		here := slices.IndexFunc(places, t.Look.File)
		switch {
		case here >= 0 && t.Codeowners != nil:
			if owned, err := t.owned(places[here]); err == nil && !owned {
				f := at(ruleScript, scanners.Medium, s)
				f.Message = say("The server ", s.Name, " runs ", places[here], ", for which ", t.Codeowners.Path, " names no owner: a change of the code behind it asks nobody for a review")
				f.Fix = say("Add an owner for it at the end of ", t.Codeowners.Path, ", such as ", "/"+places[here]+" @your-org/your-team", ".")
				all = append(all, f)
			}
		case here < 0 && t.missing(places):
			f := at(ruleScript, scanners.Medium, s)
			f.Message = say("The server ", s.Name, " runs ", places[0], ", which the repository does not hold: whoever puts a file there decides what every client of this configuration runs")
			f.Fix = say("Commit the script and review it like any code, correct its path, or remove the server.")
			all = append(all, f)
		}
	})
	return all
}

// missing says that a file should lie at one of the places and was not built or
// installed: it has a name of source code, and what should lie beside it is there.
// Of a folder that no repository is known to be, anything may be missing.
func (t *Tree) missing(places []string) bool {
	if !t.Git && t.Codeowners == nil {
		return false
	}
	for _, p := range places {
		if built(p) || !source(p) || slices.ContainsFunc(t.Submodules, func(sub string) bool { return strings.HasPrefix(p, sub+"/") }) {
			return false
		}
	}
	return slices.ContainsFunc(places, t.inhabited)
}

// manifests are files beside which the code of a project lies.
var manifests = [...]string{"package.json", "pyproject.toml", "requirements.txt", "setup.py", "go.mod", "Cargo.toml", "deno.json", "Gemfile", "composer.json", "tsconfig.json"}

// inhabited says that the folder of a path is there with code in it. A script
// compiled from one of another name is not missed.
func (t *Tree) inhabited(p string) bool {
	stem := strings.TrimSuffix(p, path.Ext(p))
	for _, ext := range []string{".ts", ".mts", ".tsx", ".coffee"} {
		if t.Look.File(stem + ext) {
			return false
		}
	}
	dir := path.Dir(p)
	if dir != "." {
		return t.Look.Folder(dir)
	}
	return slices.ContainsFunc(manifests[:], t.Look.File)
}

// workspaces are references to the folder of the project, as clients expand them
// (code.visualstudio.com/docs/reference/variables-reference,
// code.claude.com/docs/en/mcp).
var workspaces = [...]string{
	"${workspaceFolder}", "${workspaceRoot}", "${CLAUDE_PROJECT_DIR}", "${CLAUDE_PROJECT_DIR:-.}", "$CLAUDE_PROJECT_DIR", "${PWD}", "$PWD",
}

// scriptOf are the places of the file a server runs, the likeliest first; none if
// it runs no file of the repository, or one whose place is not known.
func scriptOf(s *scanners.Sighting) []string {
	if s.Command == "" || s.Transport != scanners.Stdio {
		return nil
	}
	l := launch.Parse(append([]string{s.Command}, s.Args...))
	if l.Script.Text == "" || l.Inline.Text != "" || l.Runner == "docker run" || l.Wrapped("ssh", "docker", "podman", "kubectl", "wsl", "nsenter", "chroot") {
		return nil
	}
	script, anchored, ok := below(l.Script.Text)
	if !ok {
		return nil
	}
	dir := ""
	for _, d := range []string{s.Dir, l.Dir.Text} {
		if d == "" || anchored {
			continue
		}
		d, whole, ok := below(d)
		if !ok {
			return nil
		}
		if whole {
			dir = ""
		}
		dir = path.Join(dir, d)
	}
	project := projectOf(s.Path)
	var places []string
	for _, root := range []string{project, ""} { // clients are opened in either
		if p := join(root, path.Join(dir, script)); p != "" && !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	if project == "" && len(places) == 0 || strings.HasPrefix(path.Join(dir, script), "..") && project == "" {
		return nil
	}
	return places
}

// below is a path of a command line relative to the project; anchored if it says
// so itself, not ok if it leads elsewhere or its value is not known.
func below(text string) (p string, anchored, ok bool) {
	p = strings.ReplaceAll(text, `\`, "/")
	for _, w := range workspaces {
		if rest, is := strings.CutPrefix(p, w); is && (rest == "" || rest[0] == '/') {
			p, anchored = strings.TrimPrefix(rest, "/"), true
			break
		}
	}
	if strings.ContainsAny(p, "$%{}<>*•\n") || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || strings.Contains(p, ":") {
		return "", false, false
	}
	return path.Clean(p), anchored, true
}

// builds are folders that a build or an installation fills.
var builds = []string{
	"dist", "build", "out", "output", "target", "node_modules", ".venv", "venv", "env", ".next", ".output", ".build", ".nuxt", "obj",
	"release", "debug", "generated", "gen", "lib", "bin", "vendor", "__pypackages__", ".tox", ".direnv", ".cache", "bundle", "esm", "cjs",
	"tmp", "temp", "_build", "bazel-bin", "result", "compiled", "site-packages",
}

func built(p string) bool {
	for segment := range strings.SplitSeq(path.Dir(p), "/") {
		if slices.Contains(builds, strings.ToLower(segment)) {
			return true
		}
	}
	return strings.HasSuffix(p, ".min.js") || strings.HasSuffix(p, ".bundle.js")
}

// source says that a file has the name of a script that people write.
func source(p string) bool {
	return slices.Contains([]string{".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".sh", ".bash", ".rb", ".php", ".pl", ".lua", ".ps1", ".r"}, strings.ToLower(path.Ext(p)))
}
