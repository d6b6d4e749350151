package dependency

import "strings"

// npmSpec is what a specifier of npm's asks for.
type npmSpec struct {
	alias   string // the package an "npm:" specifier stands for, "" without one
	at      int    // where alias begins in the specifier
	version string
}

// parseSpec reads the value beside a package's name: a range, "npm:name@range"
// or an address.
func parseSpec(spec string) npmSpec {
	rest, ok := strings.CutPrefix(spec, "npm:")
	if !ok {
		return npmSpec{version: spec}
	}
	name, version := cutVersion(rest)
	if name == "" || name[0] >= '0' && name[0] <= '9' && version == "" || strings.ContainsAny(name[:1], "^~*<>=") {
		return npmSpec{version: rest} // of Yarn: npm:^1.0.0
	}
	return npmSpec{alias: name, at: len("npm:"), version: version}
}

// cutVersion splits name@version; a scope's @ belongs to the name.
func cutVersion(s string) (name, version string) {
	if i := strings.IndexByte(s[min(1, len(s)):], '@'); i >= 0 {
		return s[:i+1], s[i+2:]
	}
	return s, ""
}

// packageOf is the package in a path within node_modules or of a pattern of
// resolutions: its last part, with its scope, and where it begins.
func packageOf(p string) (name string, at int) {
	at = strings.LastIndexByte(p, '/') + 1
	if at > 1 {
		if before := strings.LastIndexByte(p[:at-1], '/') + 1; p[before] == '@' {
			at = before
		}
	}
	return p[at:], at
}
