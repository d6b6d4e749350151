package gitstore

import "io/fs"

// dirent is one name of a folder.
type dirent struct {
	name string
	kind fs.FileMode // the type bits: 0 is a regular file
}

// byName is the order of git's own lists.
func byName(a, b dirent) int {
	switch {
	case a.name < b.name:
		return -1
	case a.name > b.name:
		return 1
	}
	return 0
}
