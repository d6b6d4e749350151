package doctree

import "strings"

// readFrontMatter reads the YAML between a first line --- and the next line
// --- or ..., which may be missing its counterpart: then there is none.
func readFrontMatter(d *Document, src string, from int, lim Limits) {
	rest := src[from:]
	line, _, found := strings.Cut(rest, "\n")
	if !found || strings.TrimRight(line, " \t\r") != "---" {
		return
	}
	start := from + len(line) + 1
	for at := start; at < len(src); {
		line, _, found := strings.Cut(src[at:], "\n")
		if bare := strings.TrimRight(line, " \t\r"); bare == "---" || bare == "..." {
			readYAML(d, src, start, at, lim)
			return
		}
		if !found {
			return
		}
		at += len(line) + 1
	}
}
