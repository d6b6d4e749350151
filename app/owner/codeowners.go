package owner

import (
	"fmt"
	"strings"
)

// MaxSize is the size in bytes from which GitHub ignores a CODEOWNERS file.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
const MaxSize = 3 << 20

const (
	mostProblems = 50  // reported of one file
	mostOwners   = 100 // read of one line
	longestQuote = 80  // bytes of a line quoted in a problem
)

// Locations are the places of CODEOWNERS in the order in which GitHub looks:
// the first file that exists is the only one.
func Locations() []string { return []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"} }

// Codeowners is a file that was read. It is safe for concurrent use.
type Codeowners struct {
	Path     string
	Problems []Problem // lines that GitHub skips, the first 50
	Ignored  string    // why the whole file counts for nothing; "" if it counts
	Size     int       // in bytes
	rules    []rule
}

// Problem is a line that counts for nothing, and why.
type Problem struct {
	Line  int    // 1-based
	Quote string // the part of the line that is wrong, at most 80 bytes
	Text  string // our own words
}

// rule is kept as it was written: a file may hold a million of them.
type rule struct {
	line    int
	pattern string
	owners  string
}

// Match is the rule that decides about a path: the last one of the file that
// matches. Without Owners the path is unowned on purpose.
type Match struct {
	Line    int // 1-based
	Pattern string
	Owners  []string // @user, @org/team or e-mail address, each once
}

// Everything says that the pattern names no place: it matches any path.
func (m *Match) Everything() bool {
	switch strings.Trim(m.Pattern, "/") {
	case "*", "**", "**/*":
		return m.Pattern != "/*"
	}
	return false
}

// ParseCodeowners reads a file found at path, one of Locations. It never fails:
// a line that GitHub does not understand is skipped and reported.
func ParseCodeowners(path string, data []byte) *Codeowners {
	c := &Codeowners{Path: path, Size: len(data)}
	if len(data) >= MaxSize {
		c.Ignored = fmt.Sprintf("GitHub ignores it: it has %d bytes, the limit is %d", len(data), MaxSize)
		return c
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		line = strings.Trim(line, blank)
		if line == "" || line[0] == '#' {
			continue
		}
		r, wrong := parseLine(line)
		if wrong.Text != "" {
			if wrong.Line = n; len(c.Problems) < mostProblems {
				wrong.Quote = clip(wrong.Quote)
				c.Problems = append(c.Problems, wrong)
			}
			continue
		}
		r.line = n
		c.rules = append(c.rules, r)
	}
	return c
}

const blank = " \t\r\v\f"

// parseLine splits a line into pattern and owners. wrong says why the line is
// skipped. A # ends the line wherever it stands: it cannot be escaped.
func parseLine(line string) (r rule, wrong Problem) {
	end := 0
	for end < len(line) && line[end] != '#' && strings.IndexByte(blank, line[end]) < 0 {
		if line[end] == '\\' {
			end++
		}
		end++
	}
	if end > len(line) {
		return rule{}, Problem{Quote: line, Text: "a backslash at the end of the line escapes nothing"}
	}
	r.pattern = line[:end]
	if why := unsupported(r.pattern); why != "" {
		return rule{}, Problem{Quote: r.pattern, Text: why}
	}
	rest, _, _ := strings.Cut(line[end:], "#")
	r.owners = strings.Trim(rest, blank)
	for i, o := range strings.FieldsFunc(r.owners, isBlank) {
		if i == mostOwners {
			return rule{}, Problem{Quote: r.pattern, Text: fmt.Sprintf("more than %d owners", mostOwners)}
		}
		if _, ok := parseName(o); !ok {
			return rule{}, Problem{Quote: o, Text: "no owner: write @user, @org/team or an e-mail address"}
		}
	}
	return r, Problem{}
}

func isBlank(c rune) bool { return c < 0x80 && strings.IndexByte(blank, byte(c)) >= 0 }

// unsupported says which part of a pattern CODEOWNERS does not know, although
// .gitignore does.
func unsupported(pattern string) string {
	switch {
	case pattern[0] == '!':
		return "a pattern cannot be negated with !"
	case strings.Contains(pattern, `\#`):
		return `\# does not escape a #`
	case strings.ContainsAny(pattern, "[]"):
		return "[ ] does not work in a pattern"
	case strings.Contains(pattern, "***"):
		return "*** is no pattern"
	case strings.ContainsRune(pattern, 0):
		return "a NUL is no part of a path"
	}
	return ""
}

func clip(s string) string {
	if len(s) <= longestQuote {
		return s
	}
	return strings.ToValidUTF8(s[:longestQuote-3], "") + "…"
}

// Find is the rule that decides about a path (relative to the repository, with
// slashes); nil if none matches. Its error says that the patterns cost more
// than a file of honest ones can.
func (c *Codeowners) Find(path string) (*Match, error) {
	m := matcher{path: strings.Split(path, "/"), steps: mostSteps}
	for i := len(c.rules) - 1; i >= 0; i-- {
		r := &c.rules[i]
		if m.match(r.pattern) && m.steps > 0 {
			return &Match{Line: r.line, Pattern: r.pattern, Owners: fields(r.owners)}, nil
		}
		if m.steps <= 0 {
			return nil, fmt.Errorf("match a path of %d bytes with %s: its patterns cost more than %d steps", len(path), c.Path, mostSteps)
		}
	}
	return nil, nil
}

// fields are the owners of a line, each once; case does not count in names.
func fields(s string) []string {
	var owners []string
	seen := map[string]bool{}
	for _, o := range strings.FieldsFunc(s, isBlank) {
		if key := strings.ToLower(o); !seen[key] {
			seen[key] = true
			owners = append(owners, o)
		}
	}
	return owners
}
