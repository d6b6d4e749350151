package dependency

import "strings"

// requirement is one requirement of Python's: a name with a range or an address.
type requirement struct {
	name    string
	at      int // where the name begins
	version string
}

// parseRequirement reads a requirement as PEP 508 writes it, also what pip
// takes: options behind it, and an address that says its name as #egg=. It
// refuses what goes on as no requirement does, so that prose is none.
func parseRequirement(s string) (requirement, bool) {
	at := len(s) - len(strings.TrimLeft(s, " \t"))
	if i := strings.Index(s, "egg="); i > 0 && strings.Contains(s[:i], "://") {
		return eggOf(s, at, i+len("egg="))
	}
	if strings.HasPrefix(s[at:], "git+") {
		return repositoryOf(s, at)
	}
	if r, ok := packedOf(s, at); ok {
		return r, true
	}
	end := at
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	if end == at || strings.IndexByte("-._", s[at]) >= 0 {
		return requirement{}, false
	}
	r := requirement{name: s[at:end], at: at}
	rest := strings.TrimLeft(s[end:], " \t")
	if strings.HasPrefix(rest, "[") {
		close := strings.IndexByte(rest, ']')
		if close < 0 {
			return requirement{}, false
		}
		rest = strings.TrimLeft(rest[close+1:], " \t")
	}
	if rest == "" {
		return r, true
	}
	switch {
	case strings.IndexByte(";#\\", rest[0]) >= 0 || strings.HasPrefix(rest, "--"):
	case strings.IndexByte("=<>!~(@", rest[0]) >= 0:
		r.version = strings.Trim(versionRange(rest), "() ")
	default:
		return requirement{}, false
	}
	return r, true
}

// versionRange is what stands before a marker, a comment, an option or the end.
func versionRange(s string) string {
	if strings.HasPrefix(s, "@") { // an address, in which ; and # may stand
		if i := strings.Index(s, " ;"); i >= 0 {
			s = s[:i]
		}
	} else if i := strings.IndexByte(s, ';'); i >= 0 {
		s = s[:i]
	}
	for _, mark := range []string{" #", "\t#", " --", "\\"} {
		if i := strings.Index(s, mark); i >= 0 {
			s = s[:i]
		}
	}
	return strings.TrimSpace(strings.TrimPrefix(s, "@"))
}

// eggOf reads the name behind #egg=, the address before it as the version.
func eggOf(s string, from, at int) (requirement, bool) {
	end := at
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	address := strings.TrimRight(s[from:at-len("egg=")], "#&")
	return requirement{name: s[at:end], at: at, version: address}, end > at
}

// repositoryOf reads the address of a repository without a name of its own: most
// are called as their package is.
func repositoryOf(s string, at int) (requirement, bool) {
	address := firstWord(s[at:])
	place, _, _ := strings.Cut(address, "#")
	from := strings.LastIndexByte(place, '/') + 1
	name, _, _ := strings.Cut(place[from:], "@")
	name = strings.TrimSuffix(name, ".git")
	return requirement{name: name, at: at + from, version: address}, name != ""
}

// packedOf reads the address of a packed distribution, or the path of one, which
// its file names: name-version-….whl, name-version.tar.gz.
func packedOf(s string, at int) (requirement, bool) {
	address := firstWord(s[at:])
	place, _, _ := strings.Cut(address, "#")
	from := strings.LastIndexByte(place, '/') + 1
	if from == 0 {
		return requirement{}, false
	}
	base, end := place[from:], -1
	if strings.HasSuffix(base, ".whl") {
		end = strings.IndexByte(base, '-')
	} else if cut, ok := strings.CutSuffix(base, ".tar.gz"); ok {
		end = strings.LastIndexByte(cut, '-')
	}
	if end < 1 {
		return requirement{}, false
	}
	return requirement{name: base[:end], at: at + from, version: address}, true
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}

// addRequirement adds the requirement that stands in the text from start on.
func (f *file) addRequirement(start int, s string) {
	r, ok := parseRequirement(s)
	if !ok || f.owns(strings.TrimPrefix(r.version, "file://")) {
		return
	}
	f.add(mention{ecosystem: "pypi", name: r.name, start: start + r.at, end: start + r.at + len(r.name), version: r.version})
}

// readRequirements reads a list of requirements for pip.
func readRequirements(f *file) {
	for start, line := range f.lines() {
		rest := strings.TrimLeft(line, " \t")
		start += len(line) - len(rest)
		for _, option := range []string{"-e ", "--editable ", "--editable="} {
			if cut, ok := strings.CutPrefix(rest, option); ok {
				start, rest = start+len(option), cut
			}
		}
		if rest != "" && rest[0] != '#' && rest[0] != '-' {
			f.addRequirement(start, rest)
		}
	}
}

// readInput reads a file that ends in .in, if it is a list of requirements as a
// whole: many are templates of something else.
func readInput(f *file) {
	for _, line := range f.lines() {
		rest := strings.TrimSpace(line)
		if rest == "" || rest[0] == '#' || rest[0] == '-' {
			continue
		}
		if _, ok := parseRequirement(rest); !ok {
			return
		}
	}
	readRequirements(f)
}
