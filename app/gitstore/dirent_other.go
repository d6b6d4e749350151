//go:build !linux

package gitstore

import "os"

// direntReader lists folders.
type direntReader struct{}

// read lists a folder in the order of names. With an error it holds the names
// read before.
func (*direntReader) read(dir string) ([]dirent, error) {
	entries, err := os.ReadDir(dir)
	list := make([]dirent, 0, len(entries))
	for _, e := range entries {
		list = append(list, dirent{e.Name(), e.Type()})
	}
	return list, err
}
