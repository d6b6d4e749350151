package dependency

import "github.com/castellan-app/castellan/scanners/doctree"

// readCargo reads the tables of dependencies of a Cargo.toml. A crate that has
// been given another name is the one its "package" says.
func readCargo(f *file) {
	t := f.parse(doctree.TOML)
	var pointers []string
	for _, above := range []string{"", "/target/*", "/workspace"} {
		for _, table := range []string{"/dependencies", "/dev-dependencies", "/build-dependencies", "/dev_dependencies", "/build_dependencies"} {
			pointers = append(pointers, above+table)
		}
	}
	t.members(func(m *doctree.Member) {
		version, own := t.wanted(m.Value)
		if own {
			return
		}
		if renamed := m.Value.Resolve().Get("package"); scalar(renamed) != "" {
			t.addAll(renamed, "cargo", version)
			return
		}
		t.addKey(m, "cargo", m.Key, version)
	}, pointers...)
}
