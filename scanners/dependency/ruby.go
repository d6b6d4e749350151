package dependency

import "strings"

// mostOptions bounds how many tokens behind a name are looked at, of whatever
// language: a line may be as long as its file.
const mostOptions = 60

// readGemfile reads the calls of gem in a Gemfile, and those of add_dependency
// and the like in a gemspec.
func readGemfile(f *file) {
	tokens := f.tokens(ruby)
	for i := 0; i < len(tokens); i++ {
		if tokens[i].kind != wordToken {
			continue
		}
		switch f.at(tokens[i]) {
		case "gem", "add_dependency", "add_runtime_dependency", "add_development_dependency":
			f.addGem(tokens, i+1)
		}
	}
}

// addGem adds the gem that the arguments from a token on name: a name, ranges,
// and where it is to be had.
func (f *file) addGem(tokens []token, i int) {
	if i < len(tokens) && tokens[i].is('(') {
		i++
	}
	if i >= len(tokens) || tokens[i].kind != stringToken {
		return
	}
	name := tokens[i]
	var ranges []string
	if i+2 < len(tokens) && tokens[i+1].is('.') && f.at(tokens[i+2]) == "freeze" {
		i += 2
	}
	for i++; i+1 < len(tokens) && tokens[i].is(','); i++ {
		for i+1 < len(tokens) && (tokens[i].is(',') || tokens[i].is('\n') || tokens[i].is('[')) {
			i++
		}
		if tokens[i].kind != stringToken {
			break
		}
		if len(ranges) < 8 {
			ranges = append(ranges, f.at(tokens[i]))
		}
	}
	if f.ownGem(tokens, i) {
		return
	}
	f.add(mention{ecosystem: "gem", name: f.at(name), start: int(name.start), end: int(name.end), version: strings.Join(ranges, ", ")})
}

// ownGem says whether the options of a gem from a token on name a folder of the
// repository.
func (f *file) ownGem(tokens []token, i int) bool {
	for last := min(len(tokens), i+mostOptions); i+2 < last && !tokens[i].is('\n'); i++ {
		if tokens[i].kind != wordToken || f.at(tokens[i]) != "path" {
			continue
		}
		for j := i + 1; j < len(tokens) && j < i+4; j++ {
			if tokens[j].kind == stringToken {
				return f.within(f.at(tokens[j]))
			}
		}
	}
	return false
}

// readGemfileLock reads the specifications of a Gemfile.lock: four blanks, the
// name, and the version in brackets. Those below PATH are the repository's own.
func readGemfileLock(f *file) {
	section := ""
	for start, line := range f.lines() {
		switch {
		case line == "":
		case line[0] != ' ':
			section = line
		case section == "PATH" || section != "GEM" && section != "GIT" && section != "PLUGIN SOURCE":
		case strings.HasPrefix(line, "    ") && len(line) > 4 && line[4] != ' ':
			name, version, ok := strings.Cut(strings.TrimSuffix(line[4:], ")"), " (")
			if !ok {
				continue
			}
			version, _, _ = strings.Cut(version, "-") // the platform
			f.add(mention{ecosystem: "gem", name: name, start: start + 4, end: start + 4 + len(name), version: version})
		}
	}
}
