package gitstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// notRegular says what a thing in a file system is instead of a file.
type notRegular struct{ mode fs.FileMode }

func (e *notRegular) Error() string { return "not a regular file but " + kindOf(e.mode) }

func kindOf(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a FIFO"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m.IsDir():
		return "a directory"
	default:
		return "something special"
	}
}

// readFile reads a regular file of at most limit bytes. It waits for no FIFO.
// The error is a *sizeError, a *notRegular or the file system's.
func readFile(name string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|lastFlags, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readOpen(f, limit)
}

// readOpen reads an open file, which may grow or turn out to be no file.
func readOpen(f *os.File, limit int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &notRegular{info.Mode()}
	}
	if info.Size() > limit {
		return nil, &sizeError{limit}
	}
	buf := make([]byte, info.Size()+1)
	n := 0
	for {
		m, err := f.Read(buf[n:])
		n += m
		if errors.Is(err, io.EOF) {
			return buf[:n], nil
		}
		if err != nil {
			return nil, err
		}
		if int64(n) > limit {
			return nil, &sizeError{limit}
		}
		if n == len(buf) {
			buf = append(buf, make([]byte, n)...)
		}
	}
}

// reasonOf puts an error of a file into words that need no path.
func reasonOf(err error) string {
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read it"
	case errors.As(err, &pathError):
		return fmt.Sprintf("cannot be read: %v", pathError.Err)
	default:
		return err.Error()
	}
}
