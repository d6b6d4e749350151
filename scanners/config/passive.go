package config

import "github.com/castellan-app/castellan/scanners/catalog"

// Passive says by path alone that no client acts on a file as it lies: a
// template, or one below a folder of documentation, examples or tests.
func Passive(path string) bool {
	format := &catalog.Format{}
	if formats := catalog.MatchNamed(path); len(formats) > 0 {
		format = formats[0] // the most specific
	}
	return classOf(path, format).passive()
}
