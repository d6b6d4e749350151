//go:build !unix

package gitstore

// Elsewhere the folder listing alone tells links and special files apart.
const (
	openNonblock = 0
	openNofollow = 0
)
