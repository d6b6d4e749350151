package agent

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// executableSettings are settings of VS Code's extensions that name a program
// which starts as soon as a file of its kind is opened. Source: the settings
// that the extensions contribute, 2026-11.
var executableSettings = []string{
	"php.validate.executablePath", "php.executablePath", "deno.path", "clangd.path", "rust-analyzer.server.path", "zig.path", "zig.zls.path", "haskell.serverExecutablePath",
	"shellcheck.executablePath", "shellformat.path", "terraform.languageServer.path", "julia.executablePath", "phpcs.executablePath", "php-cs-fixer.executablePath", "hadolint.hadolintPath",
	"cmake.cmakePath", "eslint.runtime", "typescript.tsserver.nodePath", "python.defaultInterpreterPath", "python.pythonPath", "go.alternateTools", "git.path", "buf.binaryPath", "biome.lsp.bin",
	"solargraph.commandPath", "Lua.misc.executablePath", "nix.serverPath", "ruff.path", "black-formatter.path", "mypy-type-checker.path", "flake8.path", "pylint.path",
}

// executables looks at settings that have an editor start a program which lies
// in the repository.
func (c *check) executables() {
	var places []string
	switch {
	case c.is("vscode", "devcontainer"):
		for _, name := range executableSettings {
			places = append(places, "/"+name)
		}
	case c.is("zed"):
		places = []string{"/lsp/*/binary/path"}
	}
	for _, at := range places {
		for _, n := range c.at(at) {
			c.executable(n.Resolve())
		}
	}
}

// executable judges a path, or the first of a list or map of them.
func (c *check) executable(n *doctree.Node) {
	switch {
	case n == nil:
		return
	case n.Kind == doctree.List && len(n.Items) > 0:
		c.executable(n.Items[0].Resolve())
		return
	case n.Kind == doctree.Map:
		for _, m := range n.Members {
			if v := m.Value.Resolve(); v != nil && v.Kind == doctree.String {
				c.executable(v)
			}
		}
		return
	case n.Kind != doctree.String || !committed(n.Text):
		return
	}
	c.say(config.Hit{
		Rule: ruleAutorun, Node: n, Slot: n.NearestKey(), Severity: scanners.Medium,
		Message: c.words("starts a program of this repository by itself: ", c.Text(n)),
		Fix:     scanners.Say("Let each person name the program in the settings of the user, or take it from where dependencies are installed."),
	})
}

// installed are folders that a package manager or a build fills: what lies there
// is not committed.
var installed = []string{"node_modules", ".venv", "venv", "env", ".env", "virtualenv", "vendor", ".yarn", ".pixi", ".conda", ".direnv", ".devenv", ".nix-profile", ".tox", ".hatch", ".mise", ".asdf", "target", "build", "out", "dist", "_build", "zig-out", "bazel-out", "bazel-bin", "result", ".cargo", ".rustup"}

// committed says whether a path leads to a file that may be committed.
func committed(file string) bool {
	file = strings.ReplaceAll(file, `\`, "/")
	inside := false
	for _, root := range []string{"${workspaceFolder}/", "${workspaceRoot}/", "./", "../"} {
		if rest, ok := strings.CutPrefix(file, root); ok {
			file, inside = rest, true
			break
		}
	}
	if !inside && (strings.ContainsAny(file[:min(1, len(file))], "/~$%") || len(file) > 1 && file[1] == ':' || !strings.Contains(file, "/")) {
		return false
	}
	for part := range strings.SplitSeq(file, "/") {
		if slices.Contains(installed, part) || strings.HasPrefix(part, "cmake-build") || strings.Contains(part, "venv") {
			return false
		}
	}
	return file != ""
}
