package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Match is a set of places: paths of one or several repositories. Its grammar:
//
//	match      = [ repository ":" ] path
//	repository = owner "/" name      with * and ? for parts of either; case does not count
//	path       = segments between "/"   with *, ?, [a-z] and \ to take the next character
//	             as it is; ** as a whole segment is any number of folders
//
// The first colon ends the repository; a colon of a path alone is written "?".
type Match struct {
	Repository string // glob of owner/name, lower case; "" if the match names none
	Path       string // glob of the path in the repository
}

// longestGlob bounds a glob, in bytes: matching costs at most its length times
// that of the path, as alternatives in braces are refused.
const longestGlob = 256

// ParseMatch reads a match. Its errors say what to write instead.
func ParseMatch(s string) (Match, error) {
	repository, path, named := strings.Cut(s, ":")
	if !named {
		repository, path = "", s
	}
	if named {
		if err := checkRepository(repository, "*?"); err != nil {
			return Match{}, err
		}
	}
	if err := checkPath(path); err != nil {
		return Match{}, err
	}
	return Match{Repository: strings.ToLower(repository), Path: path}, nil
}

func (m Match) String() string {
	if m.Repository == "" {
		return m.Path
	}
	return m.Repository + ":" + m.Path
}

// Covers says whether a place belongs to the match. A match that names no
// repository covers the path in all; one that does covers nothing where the
// repository is unknown ("").
func (m Match) Covers(repository, path string) bool {
	if m.Repository != "" && !doublestar.MatchUnvalidated(m.Repository, strings.ToLower(repository)) {
		return false
	}
	return doublestar.MatchUnvalidated(m.Path, path)
}

// checkRepository wants owner/name, of letters, digits, '.', '_', '-' and what
// more is allowed.
func checkRepository(s, more string) error {
	owner, name, ok := strings.Cut(s, "/")
	if !ok || owner == "" || name == "" || len(s) > longestGlob || strings.Contains(s, "**") || !only(owner+name, "._-"+more) {
		return fmt.Errorf("%s is no repository: write owner/name, as in acme/lab", quote(s))
	}
	return nil
}

// only says whether s has ASCII letters, digits and some more characters alone.
func only(s, more string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alphanumeric := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alphanumeric && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}

func checkPath(path string) error {
	if err := checkGlob(path); err != nil {
		return err
	}
	if strings.HasPrefix(path, "/") {
		return fmt.Errorf("the path %s begins with a slash: paths are relative to the repository, write %s", quote(path), quote(strings.TrimLeft(path, "/")))
	}
	if strings.HasSuffix(path, "/") {
		return fmt.Errorf("the path %s ends with a slash: for all below a folder write %s", quote(path), quote(strings.TrimRight(path, "/")+"/**"))
	}
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case segment == "" || segment == "." || segment == "..":
			return fmt.Errorf("the path %s has an empty, . or .. part: write it without", quote(path))
		case segment != "**" && strings.Contains(strings.ReplaceAll(segment, `\*`, ""), "**"):
			return fmt.Errorf("the path %s has ** within a name: ** stands between slashes, within a name write *", quote(path))
		}
	}
	return nil
}

// checkGlob refuses what doublestar does not read and what is costly.
func checkGlob(s string) error {
	switch {
	case s == "":
		return errors.New("the pattern is empty: write ** for everything")
	case len(s) > longestGlob:
		return fmt.Errorf("the pattern is longer than %d bytes: shorten it", longestGlob)
	case hasBrace(s):
		return fmt.Errorf("%s has braces: write one entry for each alternative, or \\{ for a brace", quote(s))
	case !doublestar.ValidatePattern(s):
		return fmt.Errorf("%s is no pattern: close every [ and put no \\ last", quote(s))
	}
	return nil
}

func hasBrace(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{', '}':
			return true
		}
	}
	return false
}
