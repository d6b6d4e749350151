package casework

import (
	"strings"
	"unicode/utf16"
)

const (
	markerStart = "<!-- castellan:case="
	markerClose = " -->"
	markerEnd   = "<!-- castellan:end -->"
)

func start(id string) string { return markerStart + id + markerClose }

// Marked finds the case that a body belongs to, for recovery after the database
// was lost. Anybody can write a marker: whether our own App created the issue is
// for the caller to know.
func Marked(body string) (id string, ok bool) {
	_, rest, ok := strings.Cut(body, markerStart)
	if !ok {
		return "", false
	}
	id, _, ok = strings.Cut(rest, markerClose)
	return id, ok && validID(id)
}

// validID wants letters, digits, - and _, at most 64.
func validID(id string) bool {
	return id != "" && len(id) <= 64 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// parts cuts a body into what people wrote before and after our part, and ours.
// Without both markers nothing of it is ours.
func parts(body, id string) (before, ours, after string) {
	from := strings.Index(body, start(id))
	if from < 0 {
		return "", "", body
	}
	n := strings.Index(body[from:], markerEnd)
	if n < 0 {
		return "", "", body
	}
	to := from + n + len(markerEnd)
	return body[:from], body[from:to], body[to:]
}

// Merge puts our part into a body as people left it: their text around it and
// the boxes they ticked in it are kept. Where they removed a marker, our part
// goes before all they left.
func Merge(live, ours, id string) string {
	before, old, after := parts(live, id)
	if old == "" && after != "" {
		after = "\n\n" + after
	}
	return before + tick(ours, old) + after
}

// outside is the length of what people wrote, as GitHub may count it: in UTF-16
// units, of which no character has fewer than one.
func outside(live, id string) int {
	before, old, after := parts(live, id)
	n := 0
	for _, r := range before + after {
		n += utf16.RuneLen(max(r, 0))
	}
	if old == "" {
		n += 2
	}
	return n
}

const box, ticked = "- [ ] ", "- [x] "

// tick ticks the boxes of our new part that are ticked in the old one.
func tick(ours, old string) string {
	done := map[string]bool{}
	for line := range strings.Lines(old) {
		line = strings.TrimRight(line, "\r\n")
		if task, ok := strings.CutPrefix(line, ticked); ok {
			done[task] = true
		} else if task, ok := strings.CutPrefix(line, "- [X] "); ok {
			done[task] = true
		}
	}
	if len(done) == 0 {
		return ours
	}
	var b strings.Builder
	for line := range strings.Lines(ours) {
		if task, ok := strings.CutPrefix(line, box); ok && done[strings.TrimRight(task, "\n")] {
			line = ticked + task
		}
		b.WriteString(line)
	}
	return b.String()
}

// same compares bodies without the carriage returns that GitHub's editor adds.
func same(a, b string) bool {
	return strings.ReplaceAll(a, "\r", "") == strings.ReplaceAll(b, "\r", "")
}
