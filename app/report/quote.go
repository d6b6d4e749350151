package report

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// Code is a string of strangers as a Markdown code span: Visible, clipped to at
// most limit bytes, in a fence longer than any run of backquotes in it (CommonMark
// 6.1). Nothing in it can become a link, a mention, an image, HTML or a command.
// It is "" for an empty string. The result may exceed it by the fences.
func Code(s string, limit int) string {
	if s == "" {
		return ""
	}
	s = Clip(Visible(Clip(s, limit)), limit)
	fence := strings.Repeat("`", LongestRun(s, '`')+1)
	first, last := s[0], s[len(s)-1]
	// One space on each side is taken off again when a span is read, unless it
	// is all spaces.
	if first == '`' || last == '`' || first == ' ' && last == ' ' && strings.Trim(s, " ") != "" {
		s = " " + s + " "
	}
	return fence + s + fence
}

// LongestRun is the length of the longest run of c in s.
func LongestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] == c {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// Merge is a text in which no two code spans touch: their fences would run
// together.
func Merge(t scanners.Text) scanners.Text {
	out := make(scanners.Text, 0, len(t))
	for _, s := range t {
		switch n := len(out); {
		case s.Text == "":
		case n > 0 && s.Code && out[n-1].Code:
			out[n-1].Text += s.Text
		default:
			out = append(out, s)
		}
	}
	return out
}
