package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readPackageJSON reads what a package of npm depends on, also as the catalogues
// of its workspaces and as what it puts in the place of others' choices.
func readPackageJSON(f *file) {
	t := f.parse(doctree.JSON)
	t.members(t.addNPM,
		"/dependencies", "/devDependencies", "/peerDependencies", "/optionalDependencies",
		"/catalog", "/catalogs/*", "/workspaces/catalog", "/workspaces/catalogs/*")
	for _, list := range []string{"/bundledDependencies", "/bundleDependencies"} {
		t.strings(func(n *doctree.Node) { t.addAll(n, "npm", "") }, list)
	}
	t.overrides("/overrides", "/resolutions", "/pnpm/overrides")
}

// readPNPMWorkspace reads the catalogues and overrides of a pnpm workspace.
func readPNPMWorkspace(f *file) {
	t := f.parse(doctree.YAML)
	t.members(t.addNPM, "/catalog", "/catalogs/*")
	t.overrides("/overrides")
}

// addNPM adds a member of a table of npm dependencies.
func (t *tree) addNPM(m *doctree.Member) {
	value := scalar(m.Value)
	if t.owns(value) {
		return
	}
	t.addSpec(m, m.Key, value)
}

// addSpec adds the package that a key names, or the one its value says it stands for.
func (t *tree) addSpec(m *doctree.Member, name, value string) {
	spec := parseSpec(value)
	if spec.alias != "" {
		t.addText(m.Value.Resolve(), spec.at, spec.at+len(spec.alias), "npm", spec.alias, spec.version)
		return
	}
	t.addKey(m, "npm", name, spec.version)
}

// overrides reads maps whose keys select packages: name, name@range,
// parent>name, **/name, and maps of such within.
func (t *tree) overrides(pointers ...string) {
	var within func(n *doctree.Node)
	within = func(n *doctree.Node) {
		for i := range n.Members {
			m := &n.Members[i]
			value := m.Value.Resolve()
			if value.Kind == doctree.Map {
				t.addKey(m, "npm", selected(m.Key), scalar(value.Get(".")))
				if m.Value.Kind == doctree.Map { // no alias: those may lead in circles
					within(value)
				}
			} else if !t.owns(scalar(value)) {
				t.addSpec(m, selected(m.Key), scalar(value))
			}
		}
	}
	t.maps(within, pointers...)
}

// selected is the package that a key of overrides selects.
func selected(key string) string {
	if i := strings.LastIndexByte(key, '>'); i >= 0 && !strings.ContainsAny(key[i:], "=0123456789 ") {
		key = key[i+1:]
	} else if i >= 0 && !strings.Contains(key[:i], "@") {
		key = key[i+1:]
	}
	name, _ := packageOf(keepName(key))
	return name
}

// keepName cuts a range, which may hold slashes, off a selector.
func keepName(selector string) string {
	base := strings.LastIndex(selector, "/@") + 1
	name, _ := cutVersion(selector[base:])
	return selector[:base] + name
}
