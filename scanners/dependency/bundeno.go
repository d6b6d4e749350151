package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readBunLock reads a bun.lock: "key": ["name@version", …] below packages.
func readBunLock(f *file) {
	f.walk(func(w *jsonWalk, e jsonEvent) {
		if e.kind != 's' || w.depth() != 3 || !w.leads("packages") || !w.open[2].list || w.open[2].index != 0 {
			return
		}
		name, version := cutVersion(w.value(e))
		if f.owns(version) {
			return
		}
		key := w.open[1]
		start, end := e.start, min(e.start+len(name), e.end)
		if written, at := packageOf(w.keyAt(1)); written == name {
			start, end = key.start+at, key.end
		}
		f.add(mention{ecosystem: "npm", name: name, start: start, end: end, version: version, pointer: strings.TrimSuffix(w.pointer(), "/0")})
	})
}

// readDenoLock reads the packages of npm in a deno.lock, whatever its version:
// npm/KEY, npm/packages/KEY or packages/npm/KEY, the key being name@version.
func readDenoLock(f *file) {
	f.walk(func(w *jsonWalk, e jsonEvent) {
		at := w.depth() - 1
		if e.kind != '{' || !(at == 1 && w.leads("npm") || at == 2 && (w.leads("npm", "packages") || w.leads("packages", "npm"))) {
			return
		}
		name, version := cutVersion(w.keyAt(at))
		version, _, _ = strings.Cut(version, "_")
		start := w.open[at].start
		f.add(mention{ecosystem: "npm", name: name, start: start, end: start + len(name), version: version, pointer: w.pointer()})
	})
}

// readImports reads an import map, and the one in a deno.json.
func readImports(f *file) {
	t := f.parse(doctree.JSON)
	t.members(func(m *doctree.Member) {
		n := m.Value.Resolve()
		if name, version, at := imported(scalar(n)); name != "" {
			t.addText(n, at, at+len(name), "npm", name, version)
		}
	}, "/imports", "/scopes/*")
}

// cdns are the addresses below which packages of npm are served.
var cdns = []string{"npm:/", "npm:", "https://esm.sh/", "https://esm.run/", "https://unpkg.com/", "https://cdn.jsdelivr.net/npm/", "https://cdn.skypack.dev/", "https://ga.jspm.io/npm:"}

// imported is the package of npm that an import's address leads to, and where
// its name begins.
func imported(address string) (name, version string, at int) {
	for _, cdn := range cdns {
		rest, ok := strings.CutPrefix(address, cdn)
		if !ok {
			continue
		}
		parts := strings.SplitN(rest, "/", 3)
		whole := parts[0]
		if strings.HasPrefix(whole, "@") && len(parts) > 1 {
			whole += "/" + parts[1]
		}
		whole, _, _ = strings.Cut(whole, "?")
		name, version = cutVersion(whole)
		return name, version, len(cdn)
	}
	return "", "", 0
}
