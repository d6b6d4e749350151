package agent

import (
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// lineFinding is a finding about line[start:end], the n-th line of a file.
func lineFinding(p, line string, n, start, end int) scanners.Finding {
	return scanners.Finding{
		Path: p, Confidence: credential.High, Excerpt: lineExcerpt(strings.TrimRight(line, "\r\n"), n, start, end),
		Region: scanners.Region{Line: n, Column: start + 1, EndLine: n, EndColumn: end + 1},
	}
}

// lineExcerpt is the line around a place, fit to be shown.
func lineExcerpt(text string, n, start, end int) scanners.Excerpt {
	const around = 60
	from, to := max(0, start-around), min(len(text), end+around)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	before, at := visible(text[from:start]), visible(text[start:end])
	return scanners.Excerpt{Line: n, Text: before + at + visible(text[end:max(to, end)]), Start: len(before), End: len(before) + len(at)}
}

// visible is a piece of a line without control characters and credentials.
func visible(s string) string {
	return credential.Redact(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
