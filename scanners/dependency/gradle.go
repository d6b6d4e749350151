package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readGradle reads a build file of Gradle in either language: strings of
// group:artifact:version, and the same as named arguments or as the arguments of
// a catalogue's library.
func readGradle(f *file) {
	tokens := f.tokens(groovy)
	f.setVariables(tokens)
	for i, t := range tokens {
		if t.kind != stringToken {
			continue
		}
		if strings.Contains(f.at(t), ":") {
			f.addCoordinate(int(t.start), f.at(t))
			continue
		}
		f.addNamed(tokens, i)
	}
}

// setVariables notes the strings that names are given: val v = "1.0".
func (f *file) setVariables(tokens []token) {
	f.vars = properties{}
	for i := 0; i+2 < len(tokens) && len(f.vars) < maxVariables; i++ {
		if tokens[i].kind == wordToken && tokens[i+1].is('=') && tokens[i+2].kind == stringToken {
			f.vars[f.at(tokens[i])] = f.at(tokens[i+2])
		}
	}
}

// addCoordinate adds group:artifact[:version[:classifier]][@type].
func (f *file) addCoordinate(start int, s string) {
	parts := strings.SplitN(s, ":", 4)
	if len(parts) < 2 || strings.ContainsAny(parts[0]+parts[1], " /$") {
		return
	}
	name, version := parts[0]+":"+parts[1], ""
	if len(parts) > 2 {
		version, _, _ = strings.Cut(parts[2], "@")
	}
	f.add(mention{ecosystem: "maven", name: name, start: start, end: start + len(name), version: interpolate(version, f.vars)})
}

// addNamed adds what a string begins that is the group of: group: "g", name: "a",
// version: "v"; implementation("g", "a", "v"); library("x", "g", "a"); or
// "g" % "a" % "v".
func (f *file) addNamed(tokens []token, i int) {
	artifact, version := -1, ""
	switch {
	case i > 1 && f.at(tokens[i-2]) == "group" && (tokens[i-1].is(':') || tokens[i-1].is('=')):
		for j := i + 1; j+2 < len(tokens) && j < i+12 && !tokens[j].is('\n'); j++ {
			switch key := f.at(tokens[j]); {
			case tokens[j+2].kind != stringToken:
			case key == "name":
				artifact = j + 2
			case key == "version":
				version = f.at(tokens[j+2])
			}
		}
	case i+2 < len(tokens) && tokens[i+1].is(',') && i > 1 && tokens[i-1].is(',') && tokens[i-2].kind == stringToken:
		artifact = i + 2
	case i+2 < len(tokens) && tokens[i+1].is(',') && i > 1 && tokens[i-1].is('(') && isText(tokens[i-2]) && f.at(tokens[i-2]) != "exclude":
		artifact = i + 2
		if i+4 < len(tokens) && tokens[i+3].is(',') && tokens[i+4].kind == stringToken {
			version = f.at(tokens[i+4])
		}
	default:
		j := i + 1
		for j < len(tokens) && tokens[j].is('%') {
			j++
		}
		if j > i+1 && j < len(tokens) {
			artifact = j
			if j+2 < len(tokens) && tokens[j+1].is('%') {
				if version = f.at(tokens[j+2]); tokens[j+2].kind == wordToken {
					version = "$" + version
				}
			}
		}
	}
	if artifact < 0 || tokens[artifact].kind != stringToken {
		return
	}
	t := tokens[artifact]
	f.add(mention{ecosystem: "maven", name: f.at(tokens[i]) + ":" + f.at(t), start: int(t.start), end: int(t.end), version: interpolate(version, f.vars)})
}

// readVersionCatalog reads the libraries of Gradle's libs.versions.toml, whose
// versions may stand in a table of their own.
func readVersionCatalog(f *file) {
	t := f.parse(doctree.TOML)
	t.members(func(m *doctree.Member) {
		n := m.Value.Resolve()
		if n.Kind == doctree.String {
			if group, rest, ok := strings.Cut(n.Text, ":"); ok {
				artifact, version, _ := strings.Cut(rest, ":")
				t.addText(n, 0, len(group)+1+len(artifact), "maven", group+":"+artifact, version)
			}
			return
		}
		version := t.catalogVersion(n.Get("version"))
		if module := n.Get("module"); scalar(module) != "" {
			t.addAll(module, "maven", version)
		} else if name := n.Get("name"); scalar(name) != "" {
			t.addText(name, 0, len(name.Text), "maven", scalar(n.Get("group"))+":"+name.Text, version)
		}
	}, "/libraries")
}

// catalogVersion is a version that is written out, referred to, or asked for in
// one of Gradle's ways.
func (t *tree) catalogVersion(n *doctree.Node) string {
	if ref := scalar(n.Get("ref")); ref != "" {
		for _, m := range t.doc.At("/versions/" + segment(ref)) {
			n = m
		}
	}
	for _, key := range []string{"strictly", "require", "prefer"} {
		if v := scalar(n.Get(key)); v != "" {
			return v
		}
	}
	return scalar(n)
}

// readGradleLock reads group:artifact:version=configurations.
func readGradleLock(f *file) {
	for start, line := range f.lines() {
		if coordinate, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			f.addCoordinate(start, coordinate)
		}
	}
}
