package report

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Number is n with thousands separated: 12,345.
func Number[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural is a count with its noun: "1 finding", "2 findings", "0 findings".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Most is how many of n things are shown where most fit: "and 1 more" would take
// the place of the one.
func Most(n, most int) int {
	if n == most+1 {
		return n
	}
	return most
}

// Confidence is the word for a confidence.
func Confidence(c credential.Confidence) string {
	switch c {
	case credential.High:
		return "high"
	case credential.Medium:
		return "medium"
	}
	return "low"
}

// KindName is the word for people for a kind.
func KindName(k scanners.Kind) string {
	if k == scanners.KindMCPServer {
		return "MCP server"
	}
	return strings.ReplaceAll(string(k), "-", " ")
}

// Location is path:line:column, in the form that terminals and editors open.
// Numbers that are not known are left out.
func Location(path string, line, column int) string {
	if line > 0 {
		path += ":" + strconv.Itoa(line)
		if column > 0 {
			path += ":" + strconv.Itoa(column)
		}
	}
	return path
}

// ShortCommit is what people need of a commit id.
func ShortCommit(hex string) string { return hex[:min(len(hex), 10)] }

// Launch is how a sighting's server runs or where it lies, on one line: its URL,
// else its command with arguments, else its package.
func Launch(s *scan.Sighting) string {
	switch {
	case s.URL != "":
		return s.URL
	case s.Command != "":
		return strings.Join(append([]string{s.Command}, s.Args...), " ")
	case s.Package != "" && s.Version != "":
		return s.Package + "@" + s.Version
	}
	return s.Package
}

// ModeName is the words for how a target was read. revs is the range that was
// asked for, "" if none.
func ModeName(t *scan.Target, revs string) string {
	at := ""
	if t.Commit != "" {
		at = " at " + ShortCommit(t.Commit)
	}
	switch t.Mode {
	case scan.ModeTree:
		return "folder" + at
	case scan.ModeHead:
		return "revision" + strings.TrimPrefix(at, " at")
	case scan.ModeRange:
		if revs == "" {
			return "range up to" + strings.TrimPrefix(at, " at")
		}
		return "range " + Visible(Clip(revs, maxRevs)) + at
	case scan.ModeHistory:
		return "whole history" + at
	}
	return string(t.Mode) + at
}

const maxRevs = 240 // bytes of a range that are shown

// Verdict is the result in a few words of our own, ASCII.
func Verdict(r *scan.Report) string {
	t := Count(r)
	var s string
	switch {
	case !Scanned(r):
		return "nothing was scanned"
	case t.Findings == 0:
		s = "no findings"
	case t.Block == 0:
		s = Plural(t.Findings, "finding", "findings") + ", nothing blocks"
	case t.Block == t.Findings:
		s = Plural(t.Block, "finding blocks", "findings block")
	default:
		verb := " findings block"
		if t.Block == 1 {
			verb = " findings blocks"
		}
		s = Number(t.Block) + " of " + Number(t.Findings) + verb
	}
	if !Complete(r) {
		s += ", scan not complete"
	}
	return s
}

// Coverage is how much of a target was read, in one phrase:
// "1,204 files, 7 candidates read, 3 skipped".
func Coverage(c *scan.Coverage) string {
	var parts []string
	if c.Commits > 0 {
		parts = append(parts, Plural(c.Commits, "commit", "commits"))
	}
	parts = append(parts,
		Plural(c.Files, "file", "files"),
		Plural(c.Scanned, "candidate", "candidates")+" read")
	if n := len(c.Skipped); n > 0 {
		parts = append(parts, Number(n)+" skipped")
	}
	if !c.Complete {
		parts = append(parts, "not complete")
	}
	return strings.Join(parts, ", ")
}

// Prose splits our own text at its backquotes, so that each format can set the
// code in it its own way. It is for rules, never for text of a repository.
func Prose(s string) scanners.Text {
	return scanners.Say(strings.Split(s, "`")...)
}

// Sentences is the first n sentences of our own text.
func Sentences(s string, n int) string {
	inCode := false
	for i := 0; i+2 < len(s); i++ {
		switch c := s[i]; {
		case c == '`':
			inCode = !inCode
		case inCode || c != '.' && c != '?' && c != '!' || s[i+1] != ' ':
		case unicode.IsUpper(rune(s[i+2])) || s[i+2] == '`':
			if n--; n == 0 {
				return s[:i+1]
			}
		}
	}
	return s
}

// Specimen is the content of a rule's example with everything that is shaped
// like a key cut to its first characters, so that a report which carries it is
// not taken for a leak: runs of 20 or more letters, digits, - and _ that hold
// both letters and digits.
func Specimen(content string) string {
	var b strings.Builder
	for len(content) > 0 {
		n := 0
		letters, digits := false, false
		for n < len(content) && keyByte(content[n]) {
			c := content[n]
			digits = digits || c >= '0' && c <= '9'
			letters = letters || c >= 'A' && c != '_'
			n++
		}
		if n >= 20 && letters && digits {
			b.WriteString(content[:4] + "…")
		} else {
			b.WriteString(content[:n])
		}
		if content = content[n:]; len(content) > 0 {
			b.WriteByte(content[0])
			content = content[1:]
		}
	}
	return b.String()
}

func keyByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// Hidden says in one sentence which findings a report leaves out; "" if none.
func Hidden(r *scan.Report) string {
	var parts []string
	if r.Known > 0 {
		parts = append(parts, Plural(r.Known, "finding", "findings")+" of the baseline")
	}
	if r.Waived > 0 {
		parts = append(parts, Plural(r.Waived, "waived finding", "waived findings"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "Not shown: " + strings.Join(parts, " and ") + "."
}
