package gitstore

import "fmt"

// DefaultLimit is the size in bytes above which a file is not read.
const DefaultLimit = 4 << 20

// Visit is what a caller wants of a reading. Its functions are never called by
// two goroutines at once.
type Visit struct {
	// Want decides by path whether a file is read. Paths are relative and
	// slash-separated.
	Want func(path string) bool
	// Entry receives a wanted file. An error ends the reading, which returns it.
	Entry func(Entry) error
	// Skip receives what was left out. Nil: nobody asks.
	Skip func(Skip)
	// Limit is the size in bytes above which a file is not read; 0 is
	// DefaultLimit.
	Limit int64
}

func (v *Visit) limit() int64 {
	if v.Limit > 0 {
		return v.Limit
	}
	return DefaultLimit
}

func (v *Visit) skip(path, reason string, incomplete bool) {
	if v.Skip != nil {
		v.Skip(Skip{Path: path, Reason: reason, Incomplete: incomplete})
	}
}

// tooLarge is the reason of a Skip.
func tooLarge(limit int64) string {
	if limit%(1<<20) == 0 {
		return fmt.Sprintf("larger than %d MiB", limit>>20)
	}
	return fmt.Sprintf("larger than %d bytes", limit)
}

// Entry is one wanted file.
type Entry struct {
	Path  string
	Data  []byte
	Local bool // ignored by git: on this machine only
}

// Skip is something that was left out. One that leaves a gap in what was asked
// for is Incomplete.
type Skip struct {
	Path, Reason string
	Incomplete   bool
}

// Stats says how much was read. Files counts the files of the set, wanted or
// not; Blobs and Bytes what was read of them.
type Stats struct {
	Files, Blobs int
	Bytes        int64
	Commits      int
}
