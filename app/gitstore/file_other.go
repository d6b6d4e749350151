//go:build !unix

package gitstore

// There are no FIFOs in file systems to wait for here.
const lastFlags = 0
