// Package gitstore reads files from folders and git repositories: a folder as
// it lies on disk, the tree of a commit, the index, a range or a whole history.
//
// It knows nothing of what is read for: the caller says which paths it wants
// and gets their bytes. It only reads. No git binary, hook, filter, submodule
// or remote helper ever runs, no alternate object store is followed, and no
// configuration of the user or the machine is read. Everything it meets is
// bounded: sizes, depths and counts.
package gitstore

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Errors a caller may branch on with errors.Is.
var (
	ErrNotRepository = errors.New("not a git repository")
	ErrEmpty         = errors.New("the repository has no commits")
	ErrUnborn        = errors.New("the branch of HEAD has no commits")
	ErrRevision      = errors.New("no such revision")
)

// Bounds of one reading.
const (
	defaultMaxBytes = 4 << 20
	maxDepth        = 200       // folders below the root
	maxEntries      = 5_000_000 // files and folders of one tree or folder
	maxLinks        = 40        // symbolic links followed for one path, as Linux does
	maxLinkBytes    = 4096
)

// Reasons of skipped paths that several readers share.
const (
	reasonSubmodule  = ReasonSubmodule
	reasonLFS        = ReasonLFS
	reasonOutside    = "symbolic link leads outside"
	reasonBroken     = "broken symbolic link"
	reasonIrregular  = "not a regular file"
	reasonTooDeep    = "nested too deep"
	reasonTooMany    = "too many files"
	lfsPrefix        = "version https://git-lfs.github.com/spec/" // git-lfs docs/spec.md
	nestedRepository = "nested repository"
)

// Reasons of skipped paths that a caller may tell from others.
const (
	ReasonSubmodule = "submodule"
	ReasonLFS       = "Git LFS pointer"
)

// Entry is one wanted file.
type Entry struct {
	Path  string // slash path below the root of what is read; of a link, its own
	Data  []byte
	Local bool // git ignores the file, so it is nobody else's
	Link  bool // a symbolic link; Data is that of the file it leads to
}

// Skip is a path that was not read, and why. Incomplete says that a wanted
// file, or a folder that may hold some, could not be read; Beyond that it is
// larger than what is read, or lies outside git (LFS).
type Skip struct {
	Path, Reason       string
	Incomplete, Beyond bool
}

// Exit is a symbolic link that leads out of what is read. From is the link that
// does, Path itself or one it leads to, and Target the text of that link.
type Exit struct{ Path, From, Target string }

// Stats counts what a reading saw. Files are all files of the set, wanted or
// not; Blobs and Bytes are what was delivered. Cut are the commits whose
// parents a shallow clone left out.
type Stats struct {
	Files, Blobs int
	Bytes        int64
	Commits, Cut int
}

// Visit says what is wanted and where it goes. Those that want depend on the
// path alone and may be called from several goroutines; Entry, Skip and
// Exit are called one at a time.
type Visit struct {
	Want      func(path string) bool
	WantLink  func(path string) bool  // the same for symbolic links; nil: Want
	WantLocal func(path string) bool  // the same for files that git ignores; nil: Want
	WantDir   func(dir string) bool   // whether to look into an ignored folder; nil: never
	WantExit  func(path string) bool  // which links to folders are followed, to tell Exit of them; nil: none
	MaxBytes  int64                   // of one file; default 4 MiB
	Limit     func(path string) int64 // the same for one path; nil or 0: MaxBytes
	Entry     func(Entry) error       // an error ends the reading and is returned
	Skip      func(Skip)              // may be nil
	Exit      func(Exit)              // may be nil
}

// limit is how large the file at a path may be, in bytes.
func (v *Visit) limit(path string) int64 {
	if v.Limit != nil {
		if n := v.Limit(path); n > 0 {
			return n
		}
	}
	if v.MaxBytes > 0 {
		return v.MaxBytes
	}
	return defaultMaxBytes
}

func (v *Visit) wants(path string) bool { return v.Want != nil && v.Want(path) }

func (v *Visit) wantsLink(path string) bool {
	if v.WantLink != nil {
		return v.WantLink(path)
	}
	return v.wants(path)
}

func (v *Visit) wantsLocal(path string) bool {
	if v.WantLocal != nil {
		return v.WantLocal(path)
	}
	return v.wants(path)
}

func (v *Visit) wantsExit(path string) bool { return v.WantExit != nil && v.WantExit(path) }

func (v *Visit) skip(path, reason string) { v.report(Skip{Path: path, Reason: reason}) }

func (v *Visit) incomplete(path, reason string) {
	v.report(Skip{Path: path, Reason: reason, Incomplete: true})
}

func (v *Visit) beyond(path, reason string) {
	v.report(Skip{Path: path, Reason: reason, Incomplete: true, Beyond: true})
}

func (v *Visit) report(s Skip) {
	if v.Skip != nil {
		v.Skip(s)
	}
}

// deliver hands over one file, or reports that it is only an LFS pointer.
func (v *Visit) deliver(e Entry, st *Stats) error {
	if isLFS(e.Data) {
		v.beyond(e.Path, reasonLFS)
		return nil
	}
	st.Blobs++
	st.Bytes += int64(len(e.Data))
	if v.Entry == nil {
		return nil
	}
	return v.Entry(e)
}

func isLFS(data []byte) bool {
	return len(data) >= len(lfsPrefix) && string(data[:len(lfsPrefix)]) == lfsPrefix
}

// larger words the reason for a file above the limit.
func larger(limit int64) string {
	if limit%(1<<20) == 0 {
		return fmt.Sprintf("larger than %d MiB", limit>>20)
	}
	return fmt.Sprintf("larger than %d bytes", limit)
}

// Commit identifies a commit. Author is "Name <email>" in valid UTF-8 without
// control characters, Time the author time in UTC.
type Commit struct {
	Hash, Author string
	Time         time.Time
}

// plain makes text of a commit safe to print: invalid UTF-8, control
// characters and the marks that reorder text are dropped.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}
