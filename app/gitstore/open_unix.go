//go:build unix

package gitstore

import "syscall"

// Flags that keep opening a file from waiting on a FIFO or following a link.
const (
	openNonblock = syscall.O_NONBLOCK
	openNofollow = syscall.O_NOFOLLOW
)
