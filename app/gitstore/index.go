package gitstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds of the index.
const (
	maxIndexBytes = 1 << 30
	maxIndexPath  = 4096
)

// indexEntry is one path of the index.
type indexEntry struct {
	path     string
	mode     uint32
	id       plumbing.Hash
	stage    int  // 0, or 1 to 3 while a merge is in conflict
	intended bool // added with --intent-to-add: no content yet
}

// readIndex reads the index of the repository. A repository without one has
// an empty one.
func readIndex(gitDir string) ([]indexEntry, error) {
	data, err := readBounded(filepath.Join(gitDir, "index"), maxIndexBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", cause(err))
	}
	entries, err := parseIndex(data)
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	return entries, nil
}

var errIndex = errors.New("it is corrupt")

// parseIndex reads versions 2 to 4 of gitformat-index(5). Extensions and the
// checksum at the end are not looked at: an entry is only a claim about a
// path. A split index (its "link" extension) is refused, as half would be
// missing.
func parseIndex(data []byte) ([]indexEntry, error) {
	if len(data) < 12+20 || string(data[:4]) != "DIRC" {
		return nil, errIndex
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	if version < 2 || version > 4 {
		return nil, fmt.Errorf("version %d is not supported", version)
	}
	const smallest = 62 // bytes of an entry before its path
	if uint64(count) > uint64(len(data))/smallest || count > maxEntries {
		return nil, errIndex
	}
	entries := make([]indexEntry, 0, count)
	rest, previous := data[12:len(data)-20], ""
	text := string(rest) // of which the paths are parts
	for range count {
		e, used, ok := parseIndexEntry(rest, text, version, previous)
		if !ok {
			return nil, errIndex
		}
		previous = e.path
		rest, text = rest[used:], text[used:]
		e.path = strings.TrimSuffix(e.path, "/") // a folder of a sparse index
		if !validPath(e.path) {
			return nil, errIndex
		}
		entries = append(entries, e)
	}
	if hasExtension(rest, "link") {
		return nil, errors.New("a split index is not supported")
	}
	return entries, nil
}

// parseIndexEntry reads one entry. text is data as a string.
func parseIndexEntry(data []byte, text string, version uint32, previous string) (e indexEntry, used int, ok bool) {
	if len(data) < 63 {
		return e, 0, false
	}
	e.mode = binary.BigEndian.Uint32(data[24:])
	copy(e.id[:], data[40:60])
	flags := binary.BigEndian.Uint16(data[60:])
	e.stage = int(flags >> 12 & 3)
	at := 62
	if flags&0x4000 != 0 {
		if version < 3 || len(data) < 65 {
			return e, 0, false
		}
		e.intended = data[62]&0x20 != 0
		at = 64
	}
	keep := 0
	if version == 4 {
		strip, n := indexVarint(data[at:])
		if n == 0 || strip > uint64(len(previous)) {
			return e, 0, false
		}
		keep = len(previous) - int(strip)
		at += n
	}
	end := strings.IndexByte(text[at:], 0)
	if end < 0 || keep+end > maxIndexPath {
		return e, 0, false
	}
	e.path = previous[:keep] + text[at:at+end]
	used = at + end + 1
	if version < 4 {
		used = (at + end + 8) &^ 7 // padded with 1 to 8 NUL to a multiple of 8
	}
	return e, used, used <= len(data)
}

// indexVarint is the offset encoding of gitformat-pack(5). n is 0 if it is
// damaged.
func indexVarint(data []byte) (v uint64, n int) {
	for n < len(data) && n < 5 {
		c := data[n]
		if n > 0 {
			v++
		}
		v = v<<7 | uint64(c&0x7f)
		n++
		if c&0x80 == 0 {
			return v, n
		}
	}
	return 0, 0
}

func hasExtension(data []byte, name string) bool {
	for len(data) >= 8 {
		size := uint64(binary.BigEndian.Uint32(data[4:]))
		if string(data[:4]) == name {
			return true
		}
		if size > uint64(len(data)-8) {
			return false
		}
		data = data[8+size:]
	}
	return false
}

// validPath reports whether every part of a slash path is a possible name.
func validPath(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if !validName(part) {
			return false
		}
	}
	return true
}
