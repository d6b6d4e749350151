package dependency

import "strings"

// readPNPMLock reads the packages of a pnpm-lock.yaml. Their keys are
// /name/1.0.0 in its fifth version, /name@1.0.0 in the sixth and name@1.0.0 in
// the ninth, with the peers behind it.
func readPNPMLock(f *file) {
	inside := false
	for start, line := range f.lines() {
		switch {
		case line == "" || line[0] == '#':
		case line[0] != ' ':
			inside = strings.TrimRight(line, " ") == "packages:"
		case inside && strings.HasPrefix(line, "  ") && len(line) > 3 && line[2] != ' ':
			f.addPNPM(start+2, line[2:])
		}
	}
}

// addPNPM adds the package of a key, which may be quoted or marked as a long one.
func (f *file) addPNPM(start int, key string) {
	if rest, ok := strings.CutPrefix(key, "? "); ok {
		start, key = start+2, rest
	}
	key = strings.TrimSuffix(strings.TrimRight(key, " "), ":")
	if key != "" && (key[0] == '\'' || key[0] == '"') {
		start, key = start+1, strings.Trim(key, `'"`)
	}
	whole := key
	if rest, ok := strings.CutPrefix(key, "/"); ok {
		start, key = start+1, rest
	}
	base := 0
	if strings.HasPrefix(key, "@") {
		base = strings.IndexByte(key, '/') + 1
	}
	i := strings.IndexAny(key[base:], "@/")
	if i < 0 {
		return
	}
	name, version := key[:base+i], key[base+i+1:]
	if f.owns(version) {
		return
	}
	version, _, _ = strings.Cut(version, "(")
	if !strings.Contains(version, ":") {
		version, _, _ = strings.Cut(version, "_")
	}
	f.add(mention{ecosystem: "npm", name: name, start: start, end: start + len(name), version: version, pointer: "/packages/" + segment(whole)})
}
