//go:build !unix

package gitstore

import "os"

// Elsewhere the folder listing alone tells links and special files apart.
const (
	openNonblock = 0
	openNofollow = 0
)

// readPlain reads a regular file of at most limit bytes.
func readPlain(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readRegular(f, limit)
}
