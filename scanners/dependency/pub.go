package dependency

import "github.com/castellan-app/castellan/scanners/doctree"

// readPubspec reads what a pubspec.yaml depends on.
func readPubspec(f *file) {
	f.parse(doctree.YAML).addTable("pub", "/dependencies", "/dev_dependencies", "/dependency_overrides")
}

// readPubspecLock reads the packages of a pubspec.lock.
func readPubspecLock(f *file) {
	t := f.parse(doctree.YAML)
	t.members(func(m *doctree.Member) {
		n := m.Value.Resolve()
		if source := scalar(n.Get("source")); source != "path" && source != "sdk" {
			t.addKey(m, "pub", m.Key, scalar(n.Get("version")))
		}
	}, "/packages")
}
