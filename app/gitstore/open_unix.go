//go:build unix

package gitstore

import (
	"errors"
	"syscall"
)

// Flags that keep opening a file from waiting on a FIFO or following a link.
const (
	openNonblock = syscall.O_NONBLOCK
	openNofollow = syscall.O_NOFOLLOW
)

// readPlain reads a regular file of at most limit bytes, without following a
// link and without waiting. Four calls of the system do: os.File asks twice for
// the end, and the poller about each file, which is a tenth of a large scan.
func readPlain(name string, limit int64) ([]byte, error) {
	fd, err := uninterrupted(func() (int, error) {
		return syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC|openNonblock|openNofollow, 0)
	})
	if err != nil {
		return nil, err
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return nil, err
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, errIrregular
	}
	if st.Size > limit {
		return nil, errTooLarge
	}
	data := make([]byte, st.Size+1) // one more, to see growth
	n := 0
	for {
		m, err := uninterrupted(func() (int, error) { return syscall.Read(fd, data[n:]) })
		if err != nil {
			return nil, err
		}
		n += m
		switch {
		case n == len(data):
			return nil, errTooLarge
		case m == 0 || n == len(data)-1: // the end, or all that it had when it was opened
			return data[:n:n], nil
		}
	}
}

// uninterrupted calls until no signal interrupts the call.
func uninterrupted(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}
