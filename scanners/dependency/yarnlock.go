package dependency

import "strings"

// readYarnLock reads a yarn.lock: of the first Yarn, and of the later ones,
// whose lock file is YAML. An entry's header names all that it satisfies.
func readYarnLock(f *file) {
	var l locked
	berry := strings.HasPrefix(f.text, "__metadata:") || strings.Contains(f.text, "\n__metadata:")
	for start, line := range f.lines() {
		switch {
		case line == "" || line[0] == '#':
		case line[0] != ' ':
			f.addLocked("npm", &l)
			l = yarnEntry(start, line)
			if berry {
				l.pointer = "/" + segment(strings.Trim(strings.TrimSuffix(line, ":"), `"`))
			}
		case strings.HasPrefix(line, "  ") && len(line) > 2 && line[2] != ' ':
			key, value, ok := strings.Cut(line[2:], " ")
			if !ok {
				continue
			}
			l.fillYarn(strings.TrimSuffix(key, ":"), strings.Trim(value, `"`))
		}
	}
	f.addLocked("npm", &l)
}

// yarnEntry reads a header: "name@range, name@range:".
func yarnEntry(start int, line string) locked {
	from := 0
	if line[0] == '"' {
		from = 1
	}
	first, _, _ := strings.Cut(strings.TrimSuffix(line[from:], ":"), ",")
	name, spec := cutVersion(strings.Trim(first, `" `))
	l := locked{name: name, start: start + from, end: start + from + len(name)}
	if s := parseSpec(spec); s.alias != "" {
		l.name, l.start = s.alias, l.end+1+s.at
		l.end = l.start + len(s.alias)
	}
	l.own = strings.Contains(spec, "workspace:") || strings.HasPrefix(spec, "link:") || strings.HasPrefix(spec, "portal:")
	return l
}

func (l *locked) fillYarn(key, value string) {
	switch key {
	case "version":
		l.version = value
	case "linkType":
		l.own = l.own || value == "soft"
	}
}
