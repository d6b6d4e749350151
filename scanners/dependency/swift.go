package dependency

import "strings"

// readPackageSwift reads the calls of package(url:…) in a Package.swift.
func readPackageSwift(f *file) {
	tokens := f.tokens(swift)
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].kind != wordToken || f.at(tokens[i]) != "url" || !tokens[i+1].is(':') || tokens[i+2].kind != stringToken {
			continue
		}
		version := ""
		for j := i + 3; j < len(tokens) && j < i+16 && !tokens[j].is(')'); j++ {
			if tokens[j].kind == stringToken {
				version = strings.TrimSpace(version + f.at(tokens[j]))
			} else if version != "" && tokens[j].is('.') {
				version += "." // "1.0.0"..<"2.0.0"
			} else if version != "" && tokens[j].is('<') {
				version += "<"
			}
		}
		f.addSwift(int(tokens[i+2].start), f.at(tokens[i+2]), version, "")
	}
}

// readPackageResolved reads the pins of a Package.resolved of any version.
func readPackageResolved(f *file) {
	var l locked
	f.walk(func(w *jsonWalk, e jsonEvent) {
		from := 1 // pins/N/…
		if w.leads("object", "pins") {
			from = 2
		} else if !w.leads("pins") {
			return
		}
		switch depth := w.depth() - from; {
		case depth == 1 && e.kind == '{':
			l = locked{}
		case depth == 2 && e.kind == 's' && (w.keyAt(from+1) == "location" || w.keyAt(from+1) == "repositoryURL"):
			l.name, l.start, l.pointer = f.text[e.start:e.end], e.start, w.pointer()
		case depth == 2 && e.kind == 's' && w.keyAt(from+1) == "kind":
			l.own = strings.HasPrefix(w.value(e), "local")
		case depth == 3 && e.kind == 's' && w.keyAt(from+1) == "state":
			if key := w.keyAt(from + 2); key == "version" || key == "revision" && l.version == "" {
				l.version = w.value(e)
			}
		case depth == 1 && e.kind == '}' && l.name != "" && !l.own:
			f.addSwift(l.start, l.name, l.version, l.pointer)
		}
	})
}

// addSwift adds the repository at an address, which the catalogue knows as
// owner/name.
func (f *file) addSwift(start int, address, version, pointer string) {
	address = strings.TrimRight(address, "/")
	name := strings.TrimSuffix(address, ".git")
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return
	}
	from := strings.LastIndexAny(name[:i], "/:") + 1
	f.add(mention{ecosystem: "swift", name: name[from:], start: start + from, end: start + len(name), version: version, pointer: pointer})
}
