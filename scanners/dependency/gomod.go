package dependency

import "strings"

// readGoMod reads what a go.mod requires and the tools it names. What it
// replaces by a folder of the repository is the repository's own.
func readGoMod(f *file) {
	own := map[string]bool{}
	for _, d := range f.directives() {
		if from, to, ok := strings.Cut(d.text, "=>"); ok && d.verb == "replace" {
			module, _, _ := strings.Cut(strings.TrimSpace(from), " ")
			own[module] = own[module] || f.owns(strings.TrimSpace(to))
		}
	}
	for _, d := range f.directives() {
		if d.verb != "require" && d.verb != "tool" {
			continue
		}
		fields := strings.Fields(d.text)
		if len(fields) == 0 {
			continue
		}
		module := strings.Trim(fields[0], "\"`")
		if own[module] {
			continue
		}
		m := mention{ecosystem: "go", name: module, start: d.start + strings.Index(d.text, module)}
		m.end = m.start + len(module)
		if len(fields) > 1 {
			m.version = fields[1]
		}
		f.add(m)
	}
}

// directive is one line of a go.mod with the verb that stands before it or its
// block. start is the offset of text.
type directive struct {
	verb, text string
	start      int
}

func (f *file) directives() []directive {
	var all []directive
	block := ""
	for start, line := range f.lines() {
		line, _, _ = strings.Cut(line, "//")
		rest := strings.TrimSpace(line)
		verb, behind, _ := strings.Cut(rest, " ")
		switch {
		case rest == "":
		case rest == ")":
			block = ""
		case block != "":
			all = append(all, directive{block, line, start})
		case strings.TrimSpace(behind) == "(" || strings.HasSuffix(verb, "("):
			block = strings.TrimSuffix(verb, "(")
		default:
			all = append(all, directive{verb, behind, start + strings.Index(line, rest) + len(rest) - len(behind)})
		}
	}
	return all
}
