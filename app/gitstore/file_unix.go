//go:build unix

package gitstore

import "syscall"

// lastFlags keep an open from waiting for a FIFO's writer, and refuse a
// symbolic link as the last element of a path.
const lastFlags = syscall.O_NONBLOCK | syscall.O_NOFOLLOW
