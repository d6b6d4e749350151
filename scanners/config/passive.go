package config

import "github.com/castellan-app/castellan/scanners/catalog"

// Passive says by path alone that no client acts on a file as it lies: a
// template, or one below a folder of documentation, examples or tests.
func Passive(path string) bool {
	for _, format := range catalog.Match(path) {
		if format.Role == catalog.RoleTemplate {
			return true
		}
		break // the most specific
	}
	return classOf(path, &catalog.Format{}).passive()
}
