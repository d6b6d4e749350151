package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// requirementLists are where a pyproject.toml holds lists of requirements
// (packaging.python.org, PEP 735, docs.astral.sh/uv, pdm-project.org, hatch.pypa.io, rye.astral.sh).
var requirementLists = []string{
	"/project/dependencies", "/project/optional-dependencies/*", "/dependency-groups/*", "/build-system/requires",
	"/tool/pdm/dev-dependencies/*", "/tool/uv/dev-dependencies", "/tool/uv/constraint-dependencies", "/tool/uv/override-dependencies",
	"/tool/hatch/envs/*/dependencies", "/tool/hatch/envs/*/extra-dependencies", "/tool/rye/dev-dependencies",
	"/tool/flit/metadata/requires", "/tool/flit/metadata/requires-extra/*",
}

// requirementTables are where it holds tables of name and range (python-poetry.org, pixi.sh).
var requirementTables = []string{
	"/tool/poetry/dependencies", "/tool/poetry/dev-dependencies", "/tool/poetry/group/*/dependencies",
	"/tool/pixi/dependencies", "/tool/pixi/pypi-dependencies", "/tool/pixi/feature/*/dependencies", "/tool/pixi/feature/*/pypi-dependencies",
}

// readPyproject reads a pyproject.toml. What uv or Poetry take from a folder of
// the repository is its own, in whatever list its name stands.
func readPyproject(f *file) {
	t := f.parse(doctree.TOML)
	own := map[string]bool{}
	t.members(func(m *doctree.Member) {
		source := m.Value.Resolve()
		if scalar(source.Get("workspace")) == "true" || scalar(source.Get("path")) != "" && f.within(scalar(source.Get("path"))) {
			own[catalog.FoldName("pypi", m.Key)] = true
		}
	}, "/tool/uv/sources")
	t.strings(func(n *doctree.Node) {
		if r, ok := parseRequirement(n.Text); ok && !own[catalog.FoldName("pypi", r.name)] {
			t.addNode(n, r)
		}
	}, requirementLists...)
	t.addTable("pypi", requirementTables...)
}

// addNode adds the requirement that a node's text is.
func (t *tree) addNode(n *doctree.Node, r requirement) {
	if !t.owns(strings.TrimPrefix(r.version, "file://")) {
		t.addText(n, r.at, r.at+len(r.name), "pypi", r.name, r.version)
	}
}

// readPixi reads a pixi.toml.
func readPixi(f *file) {
	f.parse(doctree.TOML).addTable("pypi", "/dependencies", "/pypi-dependencies", "/feature/*/dependencies", "/feature/*/pypi-dependencies")
}

// readPipfile reads a Pipfile, in which every table that is not about Pipenv
// itself is one of dependencies.
func readPipfile(f *file) {
	t := f.parse(doctree.TOML)
	t.members(func(m *doctree.Member) {
		switch m.Key {
		case "source", "requires", "scripts", "pipenv":
			return
		}
		t.addTable("pypi", "/"+segment(m.Key))
	}, "")
}

// readPipfileLock reads a Pipfile.lock: categories of name and entry.
func readPipfileLock(f *file) {
	var l locked
	f.walk(func(w *jsonWalk, e jsonEvent) {
		switch {
		case w.depth() == 2 && e.kind == '{' && !w.leads("_meta"):
			key := w.open[1]
			l = locked{name: unescape(w.keyAt(1)), start: key.start, end: key.end}
		case w.depth() == 3 && e.kind == 's' && w.keyAt(2) == "version":
			l.version = strings.TrimPrefix(w.value(e), "==")
		case w.depth() == 3 && e.kind == 's' && (w.keyAt(2) == "path" || w.keyAt(2) == "file"):
			l.own = f.within(w.value(e))
		case w.depth() == 2 && e.kind == '}':
			l.pointer = w.pointer()
			f.addLocked("pypi", &l)
			l = locked{}
		}
	})
}

// readConda reads the environment of conda, whose packages mostly go by the
// names that they have at PyPI. What has no list of them is some other YAML.
func readConda(f *file) {
	t := f.parse(doctree.YAML)
	if lists := t.doc.At("/dependencies"); len(lists) == 0 || lists[0].Kind != doctree.List {
		t.readObjects()
		return
	}
	t.strings(func(n *doctree.Node) {
		if r, ok := parseConda(n.Text); ok {
			t.addNode(n, r)
		}
	}, "/dependencies")
	t.strings(func(n *doctree.Node) {
		if r, ok := parseRequirement(n.Text); ok {
			t.addNode(n, r)
		}
	}, "/dependencies/*/pip")
}

// parseConda reads channel::name=version=build or name >=1.0.
func parseConda(s string) (requirement, bool) {
	at := 0
	if i := strings.Index(s, "::"); i >= 0 {
		at = i + 2
	}
	end := at
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	rest := strings.TrimSpace(s[end:])
	if end == at || rest != "" && strings.IndexByte("=<>!~[", rest[0]) < 0 {
		return requirement{}, false
	}
	if strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "==") {
		rest, _, _ = strings.Cut(rest[1:], "=")
	}
	return requirement{name: s[at:end], at: at, version: rest}, true
}
