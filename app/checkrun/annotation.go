package checkrun

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
)

// annotations are the marked findings, worst first.
func (v *verdict) annotations() []Annotation {
	var out []Annotation
	for i := range v.items {
		if it := &v.items[i]; it.marked {
			out = append(out, it.annotation())
		}
	}
	return out
}

// mark chooses the findings that get an annotation, and counts those at the
// head that get none.
func (v *verdict) mark() {
	marked := 0
	for i := range v.items {
		it := &v.items[i]
		switch it.marked = !it.Gone && marked < maxAnnotations && annotatable(it.Path); {
		case it.marked:
			marked++
		case !it.Gone:
			v.unmarked++
		}
	}
}

// annotatable says that GitHub can be told a path without harm: one bad path
// refuses the whole request, and with it the conclusion.
func annotatable(path string) bool {
	return path != "" && len(path) <= 1024 && utf8.ValidString(path) && !strings.ContainsFunc(path, unicode.IsControl)
}

// annotation is a finding at its place. GitHub refuses columns on a range of
// lines, and a start behind the end; it shows messages as they are, without
// Markdown. https://docs.github.com/en/rest/checks/runs,
// https://github.com/isaacs/github/issues/1684
func (it *item) annotation() Annotation {
	a := Annotation{Path: it.Path, Level: it.level(), Title: report.Clip(it.headline(), maxTitle)}
	a.StartLine = max(1, it.Region.Line)
	a.EndLine = max(a.StartLine, it.Region.EndLine)
	if a.EndLine > a.StartLine && it.Region.EndColumn == 1 {
		a.EndLine-- // the region ends before its last line begins
	}
	if from, to := it.Region.Column, it.Region.EndColumn; it.Region.EndLine == a.StartLine && from > 0 && to >= from {
		a.StartColumn, a.EndColumn = from, to
	}
	paragraphs := []string{}
	if s := sentence(it.Message); s != "" {
		paragraphs = append(paragraphs, s)
	}
	if it.rotated {
		paragraphs = append(paragraphs, "Confirmed as revoked and replaced: it does not block any more.")
	}
	if s := prose(it.Fix); s != "" {
		paragraphs = append(paragraphs, "How to fix it: "+s)
	}
	a.Message = cmp.Or(strings.Join(paragraphs, "\n\n"), "See the check's details.")
	return a
}

func (it *item) level() Level {
	switch it.action {
	case policy.Block:
		return LevelFailure
	case policy.Warn:
		return LevelWarning
	}
	return LevelNotice
}

// headline is an annotation's title.
func (it *item) headline() string {
	what := "Castellan"
	switch {
	case it.secret && it.Credential.Provider != "":
		what = ours(it.Credential.Provider) + " key leaked"
	case it.secret:
		what = "Key leaked"
	}
	return what + " (" + cmp.Or(plain(it.Rule, 100, "-_"), "unknown rule") + ", " + it.Severity.String() + ")"
}
