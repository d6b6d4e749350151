package scanners

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners/credential"
)

// excerptAround is how much of a line is shown before and after a place, in bytes.
const excerptAround = 60

// ExcerptOf is the text around line[start:end], the n-th line of a file, fit to
// be shown: without control characters, credentials masked.
func ExcerptOf(line string, n, start, end int) Excerpt {
	line = strings.TrimRight(line, "\r\n")
	start = min(start, len(line))
	end = min(max(end, start), len(line))
	from, to := max(0, start-excerptAround), min(len(line), end+excerptAround)
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to++
	}
	before, at := Plain(line[from:start]), Plain(line[start:end])
	return Excerpt{Line: n, Text: before + at + Plain(line[end:max(to, end)]), Start: len(before), End: len(before) + len(at)}
}

// ExcerptAt is the excerpt of a file at a region: of its first line.
func ExcerptAt(data []byte, start, end int, at Region) Excerpt {
	if at.Line == 0 || start > len(data) {
		return Excerpt{}
	}
	from := start - (at.Column - 1)
	if from < 0 {
		return Excerpt{}
	}
	to := len(data)
	if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
		to = start + i
	}
	to = min(to, from+maxExcerptLine)
	if start > to {
		return Excerpt{}
	}
	return ExcerptOf(string(data[from:to]), at.Line, start-from, min(end, to)-from)
}

// maxExcerptLine bounds the line an excerpt is cut from, in bytes.
const maxExcerptLine = 64 << 10

// Plain is a piece of a line without control characters and credentials.
func Plain(s string) string {
	return credential.Redact(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
